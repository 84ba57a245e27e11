"""HTML pages to blocks: the main content, and what the head says about the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPMethod
from typing import Final, TypeAlias

from bs4 import BeautifulSoup, Tag
from msgspec.structs import replace

from conformance.model.document import Block, CodeBlock, Component, Document, Heading, Paragraph
from conformance.parse.frames import (
    SECTION_TAGS,
    Frame,
    FrameKind,
    FrameStack,
    ListKind,
    section_label,
)
from conformance.parse.html_inline import InlineText, code_language, code_text
from conformance.parse.html_tables import TabLabels, is_layout, is_panel, is_tab_list, read_tables
from conformance.parse.html_tree import (
    Landmarks,
    Navigation,
    TreeWalk,
    attribute,
    attributes,
    find_landmarks,
    is_decoration,
    line_of,
    parse_tree,
)
from conformance.parse.source import Anchors, Source
from conformance.parse.tags import INLINE_TAGS

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LOOSE: Final = "loose items"
"""Name of a list made up for ``<li>`` that stand in none."""
_TERM: Final = "term"
"""Name of an item that goes on until the next ``<dt>``."""
_LIST_KINDS: Final[Mapping[str, ListKind]] = {"ol": "ordered", "dl": "definition"}
_FRAMES: Final[Mapping[str, FrameKind]] = {
    **dict.fromkeys(("ul", "ol", "menu", "dl"), "list"),
    "blockquote": "quote",
    "summary": "summary",
}
_DULL_ATTRIBUTES: Final = frozenset({"class", "style", "id", "slot", "hidden", "role", "is"})


TagReader: TypeAlias = Callable[[Tag], "tuple[Block, ...] | None"]
"""The blocks of one element with all in it; None for an element like any other."""


class BlockReader:
    """One walk over one root."""

    def __init__(
        self,
        root: Tag,
        source: Source,
        anchors: Anchors,
        line: int = 1,
        special: TagReader | None = None,
    ) -> None:
        self.special = special
        self.root = root
        self.navigation = Navigation(root)
        self.source = source
        self.anchors = anchors
        self.stack = FrameStack(source)
        self.inline = InlineText()
        self.line = line
        self.heading: Tag | None = None
        self.tabs = TabLabels(source)
        self.depths: list[tuple[int, int]] = []
        """Frames and lists of tabs there were when each block element began."""

    def read(self) -> tuple[Block, ...]:
        """The blocks of everything in the root."""
        walk = TreeWalk(self.root)
        for event, node in walk:
            if isinstance(node, str):
                self.inline.text(node, self.line)
                self.line += node.count("\n")
            elif event == "leave":
                self._leave(node)
            else:
                self.line = line_of(node) or self.line
                if not self._enter(node):
                    walk.skip()
        self._flush()
        return self.stack.finish(self.line)

    def _enter(self, tag: Tag) -> bool:
        """Begin an element; False when its content has been dealt with."""
        if self.special is not None and (blocks := self.special(tag)) is not None:
            self._flush()
            if tag.name == "dt":
                self._enter_term(tag)
            for block in blocks:
                self.stack.add(block)
            return False
        if is_tab_list(tag):
            self._flush()
            self.tabs.read_list(tag, self.line)
            return False
        if is_decoration(tag) or tag in self.navigation:
            return False
        name = tag.name
        if name in INLINE_TAGS and not is_panel(tag):
            self.inline.open(tag)
            return True
        if self.heading is not None:
            self.inline.text(" ", self.line)
            return True
        self._flush()
        if name != "li":
            self._end_loose_items()
        return _ENTER.get(name, BlockReader._enter_other)(self, tag)

    def _enter_other(self, tag: Tag) -> bool:
        name = tag.name
        self._note_depth()
        if is_panel(tag):
            label = self.tabs.take(tag)
            self.stack.open(Frame("section", self.line, label=label, section="tab"))
        elif name in SECTION_TAGS:
            kind = SECTION_TAGS[name]
            label = section_label(name, kind, attributes(tag)) if kind != "details" else ""
            self.stack.open(Frame("section", self.line, label=label, section=kind))
        elif "-" in name:
            values = {k: v for k, v in attributes(tag).items() if k not in _DULL_ATTRIBUTES}
            if values:
                span = self.source.span(self.line)
                self.stack.add(Component(name, tuple(values.items()), span))
        return True

    def _note_depth(self) -> None:
        self.depths.append((len(self.stack.frames), len(self.tabs)))

    def _leave(self, tag: Tag) -> None:
        name = tag.name
        if name in INLINE_TAGS and not is_panel(tag):
            self.inline.close(tag)
        elif tag is self.heading:
            self.heading = None
            text = self.inline.build(self.source)
            self.inline = InlineText()
            if text.plain:
                anchor = self.anchors.take(attribute(tag, "id") or _find_inner_id(tag), text.plain)
                self.stack.add(Heading(int(tag.name[1]), text, anchor, text.span))
        elif self.heading is not None:
            self.inline.text(" ", self.line)
        else:
            self._flush()
            if name in ("dt", "dd"):
                return
            depth, tabs = self.depths.pop()
            while len(self.stack.frames) > depth:
                self.stack.close_top(self.line)
            if is_panel(tag):
                self.tabs.forget(tabs)

    def _flush(self) -> None:
        """What has been collected is a paragraph, or the text of the list item it begins."""
        inline, self.inline = self.inline, InlineText()
        text = inline.build(self.source) if inline.started else None
        if text is None or not text.plain:
            return
        frame = self.stack.top
        if frame.kind == "item" and frame.text is None and not frame.blocks:
            frame.text = text
        else:
            self._end_loose_items()
            self.stack.add(Paragraph(text, text.span))

    def _end_loose_items(self) -> None:
        """End a list made up for ``<li>`` that stand in none."""
        if self.stack.top.name == _LOOSE:
            self.stack.close_top(self.line)

    # Elements with a meaning of their own; each says whether there is something to walk inside.

    def _enter_heading(self, tag: Tag) -> bool:
        self.heading = tag
        return True

    def _enter_pre(self, tag: Tag) -> bool:
        block = code_block(tag, self.source)
        if block.text.strip():
            self.stack.add(block)
        return False

    def _enter_table(self, tag: Tag) -> bool:
        if is_layout(tag):
            self._note_depth()
            return True
        for block in read_tables(tag, self.source):
            self.stack.add(block)
        return False

    def _enter_frame(self, tag: Tag) -> bool:
        self._note_depth()
        frame = Frame(_FRAMES[tag.name], self.line)
        frame.list_kind = _LIST_KINDS.get(tag.name, "bullet")
        self.stack.open(frame)
        return True

    def _enter_item(self, tag: Tag) -> bool:
        if self.stack.top.kind != "list":
            self.stack.open(Frame("list", self.line, _LOOSE))
        self._note_depth()
        self.stack.open(Frame("item", self.line))
        return True

    def _enter_term(self, tag: Tag) -> bool:
        if self.stack.top.name == _TERM:
            self.stack.close_top(self.line)
        return self._enter_definition(tag)

    def _enter_definition(self, tag: Tag) -> bool:
        if self.stack.top.kind == "list":
            self.stack.open(Frame("item", self.line, _TERM))
        return True


_ENTER: Final[Mapping[str, Callable[[BlockReader, Tag], bool]]] = {
    **dict.fromkeys(_HEADINGS, BlockReader._enter_heading),
    **dict.fromkeys(_FRAMES, BlockReader._enter_frame),
    "pre": BlockReader._enter_pre,
    "table": BlockReader._enter_table,
    "li": BlockReader._enter_item,
    "dt": BlockReader._enter_term,
    "dd": BlockReader._enter_definition,
}


def _find_inner_id(heading: Tag) -> str:
    """The id of the first link or span in a heading that has one."""
    for tag in heading.descendants:
        if isinstance(tag, Tag) and tag.name in ("a", "span") and "id" in tag.attrs:
            return attribute(tag, "id")
    return ""


_METADATA_LIMIT: Final = 60


def read_html(
    source: Source,
    text: str,
    special: TagReader | None = None,
    prepare: Callable[[BeautifulSoup], None] | None = None,
) -> tuple[tuple[Block, ...], tuple[tuple[str, str], ...]]:
    """Blocks of the main content, and metadata: ``title``, ``lang``, ``canonical``, ``<meta>``.

    ``special`` reads the elements that mean more than their names say; ``prepare`` changes the
    tree before it is read.
    """
    tree = parse_tree(text)
    if prepare is not None:
        prepare(tree)
    found = find_landmarks(tree)
    readers = (
        BlockReader(root, source, Anchors(), max(line_of(root), 1), special)
        for root in (*found.roots(), tree)
    )
    blocks = next(filter(None, (reader.read() for reader in readers)), ())
    return blocks, tuple(_metadata(found).items())


def reread_html(
    document: Document,
    make_reader: Callable[[Source], TagReader] | None = None,
    prepare: Callable[[BeautifulSoup], None] | None = None,
) -> Document:
    """A page of HTML with its blocks read anew."""
    source = Source(document.page, document.lines)
    special = make_reader(source) if make_reader else None
    blocks, _ = read_html(source, "\n".join(document.lines), special, prepare)
    return replace(document, blocks=blocks)


def read_fragment(text: str, source: Source, line: int, anchors: Anchors) -> tuple[Block, ...]:
    """Blocks of a piece of HTML that begins in ``line`` of a page of another kind."""
    tree = parse_tree(text, line)
    return BlockReader(tree, source, anchors, line).read()


def _metadata(of: Landmarks) -> dict[str, str]:
    found: dict[str, str] = {}
    if of.title is not None:
        found["title"] = " ".join(of.title.get_text().split())
    if of.html is not None and attribute(of.html, "lang"):
        found["lang"] = attribute(of.html, "lang")
    for link in of.links:
        if attribute(link, "rel") == "canonical":
            found["canonical"] = attribute(link, "href")
            break
    for meta in of.metas[:_METADATA_LIMIT]:
        name = attribute(meta, "name") or attribute(meta, "property")
        if name and attribute(meta, "content"):
            found.setdefault(name, attribute(meta, "content"))
    if "canonical" not in found and "og:url" in found:
        found["canonical"] = found["og:url"]
    return found | _own_navigation(of)


def _own_navigation(of: Landmarks) -> dict[str, str]:
    """How the navigation marks the page's own entry (WAI-ARIA 1.2, ``aria-current``)."""
    entries = (link.find_parent("li") for link in of.current[:_METADATA_LIMIT])
    classes = (attribute(entry, "class") for entry in entries if isinstance(entry, Tag))
    own = next(filter(None, classes), "")
    return {"navigation-class": own} if own else {}


def code_block(pre: Tag, source: Source) -> CodeBlock:
    """The text of a ``<pre>`` with its language; its title may be the method that its data say."""
    text, first, last = code_text(pre)
    span = source.span(first, max(last, first), text)
    method = attribute(pre, "data-type").upper()
    title = attribute(pre, "title") or (method if method in frozenset(HTTPMethod) else "")
    return CodeBlock(text, code_language(pre), span, title)

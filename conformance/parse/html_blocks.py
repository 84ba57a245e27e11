"""A tree of HTML elements to blocks, in one walk of any depth."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from bs4 import Tag

from conformance.model.document import (
    Block,
    CodeBlock,
    Component,
    Heading,
    Paragraph,
)
from conformance.parse.anchors import Anchors
from conformance.parse.frames import SECTION_TAGS, Frame, FrameStack, ListKind, section_label
from conformance.parse.html_code import code_language, code_text
from conformance.parse.html_inline import InlineText, collect_text
from conformance.parse.html_noise import Navigation, is_decoration
from conformance.parse.html_tables import is_layout, read_tables
from conformance.parse.html_tree import TreeWalk, attribute, attributes, line_of
from conformance.parse.source import Source
from conformance.parse.tags import INLINE_TAGS

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TAB_LIST: Final = re.compile(r"(?:^|\s)(?:tab-list|tabs-header|nav-tabs|tabs__list)(?=$|\s)")
_TAB_PANEL: Final = re.compile(r"(?:^|\s)(?:tab-pane|tab-panel|tabs__panel)(?=$|\s)")
_LOOSE: Final = "loose items"
_LIST_KINDS: Final[Mapping[str, ListKind]] = {"ol": "ordered", "dl": "definition"}
_DULL_ATTRIBUTES: Final = frozenset({"class", "style", "id", "slot", "hidden", "role", "is"})


class BlockReader:
    """One walk over one root."""

    def __init__(self, root: Tag, source: Source, anchors: Anchors, line: int = 1) -> None:
        self.root = root
        self.navigation = Navigation(root)
        self.source = source
        self.anchors = anchors
        self.stack = FrameStack(source)
        self.inline = InlineText()
        self.line = line
        self.heading: Tag | None = None
        self.tabs: list[deque[str]] = []
        self.tab_names: dict[str, str] = {}
        self.depths: list[tuple[int, int]] = []

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
        if self._is_tab_list(tag):
            self._read_tab_list(tag)
            return False
        if is_decoration(tag) or tag in self.navigation:
            return False
        name = tag.name
        if name in INLINE_TAGS and not self._is_panel(tag):
            self.inline.open(tag)
            return True
        if self.heading is not None:
            self.inline.text(" ", self.line)
            return True
        self._flush()
        if name != "li":
            self._end_loose_items()
        handler = _ENTER.get(name)
        if handler is not None:
            if not handler(self, tag):
                return False
        else:
            self._enter_other(tag)
        return True

    def _enter_other(self, tag: Tag) -> None:
        name = tag.name
        self.depths.append((len(self.stack.frames), len(self.tabs)))
        if self._is_panel(tag):
            self._open_panel(tag)
        elif name in SECTION_TAGS:
            kind = SECTION_TAGS[name]
            label = section_label(name, kind, attributes(tag)) if kind != "details" else ""
            self.stack.open(Frame("section", self.line, label=label, section=kind))
        elif "-" in name:
            values = {k: v for k, v in attributes(tag).items() if k not in _DULL_ATTRIBUTES}
            if values:
                span = self.source.span(self.line)
                self.stack.add(Component(name, tuple(values.items()), span))

    def _leave(self, tag: Tag) -> None:
        name = tag.name
        if name in INLINE_TAGS and not self._is_panel(tag):
            self.inline.close(tag)
        elif tag is self.heading:
            self._end_heading(tag)
        elif self.heading is not None:
            self.inline.text(" ", self.line)
        else:
            self._flush()
            if name in ("dt", "dd"):
                return
            depth, tabs = self.depths.pop()
            while len(self.stack.frames) > depth:
                self.stack.close_top(self.line)
            if self._is_panel(tag):
                del self.tabs[tabs:]

    def _flush(self) -> None:
        """What has been collected is a paragraph, or the text of the list item it begins."""
        if not self.inline.started:
            self.inline = InlineText()
            return
        text = self.inline.build(self.source)
        self.inline = InlineText()
        if not text.plain:
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

    # -- elements with a meaning of their own; False: nothing to walk inside

    def enter_heading(self, tag: Tag) -> bool:
        self.heading = tag
        return True

    def _end_heading(self, tag: Tag) -> None:
        self.heading = None
        text = self.inline.build(self.source)
        self.inline = InlineText()
        if not text.plain:
            return
        inner = tag.find(["a", "span"], id=True)
        explicit = attribute(tag, "id") or (
            attribute(inner, "id") if isinstance(inner, Tag) else ""
        )
        anchor = self.anchors.take(explicit, text.plain)
        self.stack.add(Heading(int(tag.name[1]), text, anchor, text.span))

    def enter_pre(self, tag: Tag) -> bool:
        text, first, last = code_text(tag)
        if text.strip():
            span = self.source.span(first, max(last, first), text)
            self.stack.add(CodeBlock(text, code_language(tag), span, attribute(tag, "title")))
        return False

    def enter_table(self, tag: Tag) -> bool:
        if is_layout(tag):
            self.depths.append((len(self.stack.frames), len(self.tabs)))
            return True
        for block in read_tables(tag, self.source):
            self.stack.add(block)
        return False

    def enter_list(self, tag: Tag) -> bool:
        self.depths.append((len(self.stack.frames), len(self.tabs)))
        frame = Frame("list", self.line)
        frame.list_kind = _LIST_KINDS.get(tag.name, "bullet")
        self.stack.open(frame)
        return True

    def enter_item(self, tag: Tag) -> bool:
        self.depths.append((len(self.stack.frames), len(self.tabs)))
        if self.stack.top.kind != "list":
            self.stack.open(Frame("list", self.line, _LOOSE))
            self.depths[-1] = (len(self.stack.frames), len(self.tabs))
        self.stack.open(Frame("item", self.line))
        return True

    def enter_term(self, tag: Tag) -> bool:
        if self.stack.top.kind == "item":
            self.stack.close_top(self.line)
        if self.stack.top.kind == "list":
            self.stack.open(Frame("item", self.line))
        return True

    def enter_definition(self, tag: Tag) -> bool:
        if self.stack.top.kind == "list":
            self.stack.open(Frame("item", self.line))
        return True

    def enter_quote(self, tag: Tag) -> bool:
        self.depths.append((len(self.stack.frames), len(self.tabs)))
        self.stack.open(Frame("quote", self.line))
        return True

    def enter_summary(self, tag: Tag) -> bool:
        self.depths.append((len(self.stack.frames), len(self.tabs)))
        self.stack.open(Frame("summary", self.line))
        return True

    # -- tabs

    def _is_tab_list(self, tag: Tag) -> bool:
        return attribute(tag, "role") in ("tablist", "tab") or (
            tag.name in ("ul", "div") and bool(_TAB_LIST.search(attribute(tag, "class")))
        )

    def _is_panel(self, tag: Tag) -> bool:
        return attribute(tag, "role") == "tabpanel" or bool(
            _TAB_PANEL.search(attribute(tag, "class"))
        )

    def _read_tab_list(self, tag: Tag) -> None:
        self._flush()
        tabs = tag.find_all(attrs={"role": "tab"}) or tag.find_all(["li", "button", "a"]) or [tag]
        labels = deque(self._tab_label(tab) for tab in tabs if isinstance(tab, Tag))
        self.tabs.append(labels)

    def _tab_label(self, tab: Tag) -> str:
        label = " ".join(collect_text(tab, self.source, self.line)[0].plain.split())
        if attribute(tab, "id"):
            self.tab_names[attribute(tab, "id")] = label
        return label

    def _open_panel(self, tag: Tag) -> None:
        while self.tabs and not self.tabs[-1]:
            self.tabs.pop()
        by_order = self.tabs[-1].popleft() if self.tabs else ""
        label = self.tab_names.get(attribute(tag, "aria-labelledby"), "") or by_order
        label = label or attribute(tag, "aria-label")
        self.stack.open(Frame("section", self.line, label=label, section="tab"))


_ENTER: Final[Mapping[str, Callable[[BlockReader, Tag], bool]]] = {
    **dict.fromkeys(_HEADINGS, BlockReader.enter_heading),
    "pre": BlockReader.enter_pre,
    "table": BlockReader.enter_table,
    "ul": BlockReader.enter_list,
    "ol": BlockReader.enter_list,
    "menu": BlockReader.enter_list,
    "dl": BlockReader.enter_list,
    "li": BlockReader.enter_item,
    "dt": BlockReader.enter_term,
    "dd": BlockReader.enter_definition,
    "blockquote": BlockReader.enter_quote,
    "summary": BlockReader.enter_summary,
}

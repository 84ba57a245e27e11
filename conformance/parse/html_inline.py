"""Running text of HTML: what a browser would show of inline elements, as one Text."""

from __future__ import annotations

import re
from typing import Final

from bs4 import Tag

from conformance.model.document import Text
from conformance.parse.html_noise import is_decoration
from conformance.parse.html_tree import attribute, attributes, line_of, walk_tree
from conformance.parse.source import Source
from conformance.parse.tags import CELL_BREAK_TAGS, mark_of
from conformance.parse.text_builder import TextBuilder, visible

_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_LINE_CLASS: Final = re.compile(r"(?:^|[\s_-])(?:line|code-line|token-line|view-line)(?=$|[\s_])")


class InlineText:
    """Collects one running text from the events of a tree walk."""

    __slots__ = ("_closed_inline", "code", "end_line", "line", "out", "started", "verbatim")

    def __init__(self) -> None:
        self.out = TextBuilder()
        self.line = 0
        self.end_line = 0
        self.started = False
        self._closed_inline = False
        self.code = 0
        """How many elements of code the walk is inside of."""
        self.verbatim = 0
        """How many ``<pre>`` the walk is inside of."""

    def open(self, tag: Tag) -> None:
        """An inline element begins."""
        values = attributes(tag)
        kind = mark_of(tag.name, values)
        if tag.name == "br":
            self.out.line_break()
        elif tag.name == "img" and values.get("alt"):
            self.text(values["alt"], line_of(tag))
        if self._closed_inline and not self.code and values.get("class"):
            self.out.space_between_words()
        if kind == "code":
            self.code += 1
        self.out.open(tag.name, kind, values.get("href", "") if kind == "link" else "")

    def close(self, tag: Tag) -> None:
        """An inline element ends."""
        if mark_of(tag.name, attributes(tag)) == "code":
            self.code = max(self.code - 1, 0)
        self.out.close(tag.name)
        self._closed_inline = tag.name != "br"

    def text(self, raw: str, line: int) -> None:
        """Characters between tags, which begin in ``line``."""
        if not raw:
            return
        if visible(raw).strip():
            if not self.started:
                self.line = line + _leading_lines(raw)
                self.started = True
            self.end_line = line + raw.rstrip().count("\n")
        self._closed_inline = False
        if self.verbatim:
            self.out.add(visible(raw))
        else:
            self.out.add_collapsed(_BLANKS.sub(" ", raw))

    def build(self, source: Source) -> Text:
        """The text; its quote is what a reader sees, for the source may be one line of tags."""
        bare = self.out.build(source.span(self.line, self.end_line, ""))
        if not bare.plain:
            return bare
        span = source.span(self.line, self.end_line, bare.plain)
        return Text(bare.plain, span, bare.marks)


def _leading_lines(raw: str) -> int:
    return raw.count("\n", 0, len(raw) - len(raw.lstrip()))


def collect_text(root: Tag, source: Source, line: int) -> tuple[Text, list[Tag]]:
    """All the text of ``root``, and the tables inside it, which are not part of that text."""
    inline = InlineText()
    inline.line = inline.end_line = line
    tables: list[Tag] = []
    skipping: Tag | None = None
    for event, node in walk_tree(root):
        if isinstance(node, str):
            if skipping is None:
                inline.text(node, line)
            line += node.count("\n")
        elif event == "enter":
            line = line_of(node) or line
            if skipping is None and (node.name == "table" or is_decoration(node)):
                skipping = node
                if node.name == "table":
                    tables.append(node)
            elif skipping is None:
                _enter(inline, node)
        elif node is skipping:
            skipping = None
        elif skipping is None:
            _leave(inline, node)
    return inline.build(source), tables


def _enter(inline: InlineText, tag: Tag) -> None:
    if tag.name == "li":
        inline.out.bullet()
    elif tag.name in CELL_BREAK_TAGS:
        inline.out.line_break()
        inline.verbatim += tag.name == "pre"
    if tag.name not in CELL_BREAK_TAGS or tag.name == "br":
        inline.open(tag)


def _leave(inline: InlineText, tag: Tag) -> None:
    if tag.name in CELL_BREAK_TAGS and tag.name != "br":
        inline.out.line_break()
        inline.verbatim -= tag.name == "pre"
    else:
        inline.close(tag)


def code_text(pre: Tag) -> tuple[str, int, int]:
    """What stands in a ``<pre>``, line by line, and the lines of the page it comes from."""
    code = _CodeText(line_of(pre))
    for event, node in walk_tree(pre):
        if isinstance(node, str):
            code.text(node)
        elif event == "enter":
            code.enter(node)
        else:
            code.leave(node)
    text = visible("".join(code.out)).replace("\r", "")
    first = line_of(pre)
    if text.startswith("\n"):
        text, first = text[1:], first + 1
    return text.rstrip(), first, max(code.line, first)


class _CodeText:
    """State of the walk over one ``<pre>``."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.out: list[str] = []
        self.skipping: Tag | None = None

    def text(self, raw: str) -> None:
        if self.skipping is None:
            self.out.append(raw)
        self.line += raw.count("\n")

    def enter(self, tag: Tag) -> None:
        self.line = max(self.line, line_of(tag))
        if self.skipping is not None:
            return
        if is_decoration(tag):
            self.skipping = tag
        elif tag.name == "br":
            self.out.append("\n")

    def leave(self, tag: Tag) -> None:
        if tag is self.skipping:
            self.skipping = None
        elif self.skipping is None and _is_line(tag) and not self._at_line_start():
            self.out.append("\n")

    def _at_line_start(self) -> bool:
        return not self.out or self.out[-1].endswith("\n")


def _is_line(tag: Tag) -> bool:
    return tag.name in ("div", "tr", "li", "p") or bool(_LINE_CLASS.search(attribute(tag, "class")))

"""Running text of HTML: what a browser would show of inline elements, as one Text."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from bs4 import Tag

from conformance.model.document import Text
from conformance.parse.html_noise import is_decoration
from conformance.parse.html_tree import TreeWalk, attributes, line_of
from conformance.parse.source import Source
from conformance.parse.tags import CELL_BREAK_TAGS, mark_of
from conformance.parse.text_builder import TextBuilder, visible

_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")


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
        target = values.get("href", "") if kind == "link" else ""
        self.out.open(tag.name, None if kind == "link" and not target else kind, target)

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


def collect_text(
    root: Tag, source: Source, line: int, without: Container[str] = ("table",)
) -> tuple[Text, list[Tag]]:
    """All the text of ``root``, and the elements ``without`` which it is."""
    inline = InlineText()
    inline.line = inline.end_line = line
    left_out: list[Tag] = []
    walk = TreeWalk(root)
    for event, node in walk:
        if isinstance(node, str):
            inline.text(node, line)
            line += node.count("\n")
        elif event == "leave":
            _leave(inline, node)
        elif node.name in without:
            left_out.append(node)
            inline.out.line_break()
            walk.skip()
        elif is_decoration(node):
            walk.skip()
        else:
            line = line_of(node) or line
            _enter(inline, node)
    return inline.build(source), left_out


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

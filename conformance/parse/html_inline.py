"""Running text of HTML: what a browser would show of inline elements, as one Text."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from bs4 import Tag

from conformance.model.document import Text
from conformance.parse.html_tree import (
    TreeWalk,
    attribute,
    attributes,
    find_tag,
    is_decoration,
    line_of,
)
from conformance.parse.source import Source
from conformance.parse.tags import CELL_BREAK_TAGS, indent_of, mark_of
from conformance.parse.text_builder import TextBuilder, make_visible
from conformance.patterns import regex

_LINE_CLASS: Final = regex(r"(?:^|[\s_-])(?:line|code-line|token-line|view-line)(?=$|[\s_])")
_LANGUAGE: Final = regex(
    r"(?:^|\s)(?:(?:language|lang|highlight-source|shj-lang|tab)-|brush:\s*)([\w+#.-]+)"
)
_LANGUAGE_NAME: Final = regex(
    r"(?:^|\s)(json|json5|javascript|typescript|python|bash|shell|sh|http|java|go|ruby|php|csharp"
    r"|rust|xml|yaml|sql)(?=$|\s)",
    re.I,
)


def code_text(pre: Tag) -> tuple[str, int, int]:
    """What stands in a ``<pre>``, line by line, and the lines of the page it comes from."""
    code = _CodeText(line_of(pre))
    walk = TreeWalk(pre)
    for event, node in walk:
        if isinstance(node, str):
            code.text(node)
        elif event == "leave":
            code.leave(node)
        elif is_decoration(node):
            walk.skip()
        else:
            code.enter(node)
    text = make_visible("".join(code.out)).replace("\r", "")
    first = line_of(pre)
    if text.startswith("\n"):
        text, first = text[1:], first + 1
    return text.rstrip(), first, max(code.line, first)


def code_language(pre: Tag) -> str:
    """The language a code block's own class, its ``<code>``'s or a near parent's names."""
    around = [parent for _, parent in zip(range(3), pre.parents, strict=False)]
    for tag in filter(None, (pre, find_tag(pre, "code"), *around)):
        named = attribute(tag, "data-lang") or attribute(tag, "data-language")
        if named:
            return named.lower()
        style = attribute(tag, "class")
        match = _LANGUAGE.search(style) or _LANGUAGE_NAME.search(style)
        if match:
            return match.group(1).lower()
    return ""


class _CodeText:
    """State of the walk over one ``<pre>``."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.out: list[str] = []
        self.line_ended = False
        """An element that is a line has ended; a line break right after it is the same one."""

    def text(self, raw: str) -> None:
        if self.line_ended and not raw.startswith(("\n", "\r")):
            self.out.append("\n")
        self.line_ended = False
        self.out.append(raw)
        self.line += raw.count("\n")

    def enter(self, tag: Tag) -> None:
        self.line = max(self.line, line_of(tag))
        if tag.name == "br":
            self.line_ended = False
            self.out.append("\n")

    def leave(self, tag: Tag) -> None:
        if _is_line(tag):
            self.line_ended = not self.out or not self.out[-1].endswith("\n")


def _is_line(tag: Tag) -> bool:
    return tag.name in ("div", "tr", "li", "p") or bool(_LINE_CLASS.search(attribute(tag, "class")))


_BLANKS: Final = regex(r"[ \t\n\r\f]+")


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
        if make_visible(raw).strip():
            if not self.started:
                self.line = line + raw.count("\n", 0, len(raw) - len(raw.lstrip()))
                self.started = True
            self.end_line = line + raw.rstrip().count("\n")
        self._closed_inline = False
        if self.verbatim:
            self.out.add(make_visible(raw))
        else:
            self.out.add_collapsed(_BLANKS.sub(" ", raw))

    def build(self, source: Source) -> Text:
        """The text; its quote is what a reader sees, for the source may be one line of tags."""
        bare = self.out.build(source.span(self.line, self.end_line, ""))
        if not bare.plain:
            return bare
        span = source.span(self.line, self.end_line, bare.plain)
        return Text(bare.plain, span, bare.marks)


def collect_text(
    root: Tag, source: Source, line: int, without: Container[str] = ("table",)
) -> tuple[Text, list[Tag]]:
    """All the text of ``root``, and the elements ``without`` which it is."""
    inline = InlineText()
    inline.line = inline.end_line = line
    inline.out.indent(indent_of(attributes(root)))
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
            if node.name == "li":
                inline.out.bullet()
            elif node.name in CELL_BREAK_TAGS:
                inline.out.line_break()
                inline.verbatim += node.name == "pre"
            inline.out.indent(indent_of(attributes(node)))
            if node.name not in CELL_BREAK_TAGS or node.name == "br":
                inline.open(node)
    return inline.build(source), left_out


def _leave(inline: InlineText, tag: Tag) -> None:
    if tag.name in CELL_BREAK_TAGS and tag.name != "br":
        inline.out.line_break()
        inline.verbatim -= tag.name == "pre"
    else:
        inline.close(tag)

"""``<pre>`` to the lines of code a reader sees, and the language it is in."""

from __future__ import annotations

import re
from typing import Final

from bs4 import Tag

from conformance.parse.html_noise import is_decoration
from conformance.parse.html_tree import TreeWalk, attribute, line_of
from conformance.parse.text_builder import visible

_LINE_CLASS: Final = re.compile(r"(?:^|[\s_-])(?:line|code-line|token-line|view-line)(?=$|[\s_])")
_LANGUAGE: Final = re.compile(
    r"(?:^|\s)(?:(?:language|lang|highlight-source|shj-lang|tab)-|brush:\s*)([\w+#.-]+)"
)
_LANGUAGE_NAME: Final = re.compile(
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
    text = visible("".join(code.out)).replace("\r", "")
    first = line_of(pre)
    if text.startswith("\n"):
        text, first = text[1:], first + 1
    return text.rstrip(), first, max(code.line, first)


def code_language(pre: Tag) -> str:
    """The language a code block's own class, its ``<code>``'s or a near parent's names."""
    around = [parent for _, parent in zip(range(3), pre.parents, strict=False)]
    for tag in (pre, *pre.find_all("code", limit=1), *around):
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

"""Foreign text that stays text in GitHub Flavored Markdown.

It cannot open a link, a tag, a table cell, a heading or a code block, and mentions nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from conformance.report.plain import printable

_ACTIVE: Final = re.compile(
    r"[\\`*_\[\]|~<>&@#]|:(?=//)|(?<=www)\.|(?<![a-z0-9]gh)(?<=gh)-(?=\d)", re.IGNORECASE
)
_ESCAPES: Final[Mapping[str, str]] = {
    "\\": "&#92;",
    "|": "&#124;",
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    "@": "@<!-- -->",
    "#": "#<!-- -->",
    "-": "<!-- -->-",
}
"""Characters a backslash does not make harmless everywhere.

Renderers disagree on a backslash before a pipe in a table; mentions and issue numbers (``#1``,
``GH-1``) are found in the rendered text, where only something between sign and name prevents them.
"""


def inline(text: str) -> str:
    """Foreign text within a line or a table cell; never at the beginning of a line."""
    return _ACTIVE.sub(lambda match: _ESCAPES.get(match[0], f"\\{match[0]}"), printable(text))


def code(text: str) -> str:
    """Foreign text as a code span, for use outside tables; plain words when it is blank."""
    shown = printable(text)
    if not shown.strip():
        return "(nothing)" if not shown else "(blank)"
    ticks = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def block(text: str) -> str:
    """Foreign text as a fenced block of one line."""
    return fenced(printable(text))


def fenced(text: str, language: str = "text") -> str:
    """A code block that ends where it is meant to."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def prose(text: str) -> str:
    """A sentence of ours in which names from pages stand between backticks."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return inline(text)
    return "".join(code(p) if n % 2 else inline(p) for n, p in enumerate(pieces) if p or n % 2)


def visible(text: str) -> str:
    """``text`` with everything that does not show, or turns other text around, as escapes.

    Line feeds and tabs stay.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char in "\n\t":
        return char
    hidden = not char.isprintable() and unicodedata.category(char) != "Zs"
    return char.encode("unicode_escape").decode() if hidden else char

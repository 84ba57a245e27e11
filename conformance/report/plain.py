"""Text from pages and servers made safe: for a terminal, as an address, in Markdown.

In GitHub Flavored Markdown foreign text stays text: it cannot open a link, a tag, a table cell, a
heading or a code block, and mentions nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlsplit

from conformance.patterns import regex


def make_printable(text: str) -> str:
    """``text`` on one line, blanks plain, and control and format characters (escape sequences,
    bidirectional overrides, zero-width) and lone surrogates as escapes of Python."""
    if text.isprintable():
        return text
    return "".join(" " if c == "\t" or _is_space(c) else _escape_character(c) for c in text)


def _is_space(char: str) -> bool:
    return unicodedata.category(char) == "Zs"


def _escape_character(char: str) -> str:
    return char if char.isprintable() else char.encode("unicode_escape").decode()


def width(text: str) -> int:
    """Terminal columns of printable ``text`` by East Asian Width (UAX #11); ambiguous characters
    are narrow."""
    return len(text) if text.isascii() else sum(map(_count_columns, text))


def _count_columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def window(text: str, start: int, end: int, columns: int) -> tuple[str, int, int]:
    """At most ``columns`` columns of ``text`` around ``text[start:end]``, cuts shown as ``…``, and
    where that part now begins and ends."""
    if width(text) <= columns:
        return text, start, end
    room = max(columns - 2, 1)
    first = start - _measure_fitting(text[:start][::-1], room // 3)
    last = first + _measure_fitting(text[first:], room)
    head, tail = "…" * (first > 0), "…" * (last < len(text))
    shift = len(head) - first
    return head + text[first:last] + tail, start + shift, min(end, last) + shift


def _measure_fitting(text: str, columns: int) -> int:
    used = 0
    for count, char in enumerate(text):
        used += _count_columns(char)
        if used > columns:
            return count
    return len(text)


def wrap_text(text: str, columns: int) -> list[str]:
    """Printable ``text`` in lines of at most ``columns``; a longer word, as a path, stays whole."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and width(longer) > columns:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


_GAP: Final = "  "
_INDENT: Final = "    "
_NARROWEST: Final = 20
"""Columns of a terminal that the last cell gets, however narrow the terminal is."""


def align_columns(rows: Sequence[Sequence[str]], room: int | None) -> Iterator[str]:
    """Lines for ``rows`` of one length.  Where the last cell does not fit beside the others it gets
    a line of its own, and is cut to ``room``, the terminal's columns; None: no terminal."""
    shown = [[make_printable(cell) for cell in row] for row in rows]
    *widths, longest = [max(map(width, column)) for column in zip(*shown, strict=True)]
    stacked = room is not None and sum(widths) + len(_GAP) * len(widths) + longest > room
    for *cells, last in shown:
        padded = _GAP.join(
            cell + " " * (wide - width(cell)) for cell, wide in zip(cells, widths, strict=True)
        )
        if stacked:
            yield padded.rstrip()
            if last:
                left = max((room or 0) - len(_INDENT), _NARROWEST)
                yield _INDENT + window(last, 0, 0, left)[0]
        else:
            yield f"{padded}{_GAP}{last}".rstrip()


_SAFE: Final = "/:?#[]@!$&'()*+,;=%~-._"
"""Reserved and unreserved characters (RFC 3986, section 2) and the percent sign."""
_LONGEST: Final = 2_000


def address(url: str) -> str:
    """``url`` as a link's target; empty unless it is an absolute http(s) URL of a host.  Quotes,
    brackets, blanks and control characters are percent-encoded."""
    if not re.match(r"https?://", url, re.IGNORECASE) or len(url) > _LONGEST:
        return ""
    try:
        split = urlsplit(url)
        _ = split.port
    except ValueError:
        return ""
    if not split.hostname or "@" in split.netloc or not url.isprintable():
        return ""
    return quote(url, safe=_SAFE, errors="backslashreplace").replace("'", "%27")


_ACTIVE: Final = regex(
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
"""Characters a backslash does not make harmless everywhere: renderers disagree on pipes in tables;
mentions and issue numbers (``#1``, ``GH-1``) are found in the rendered text."""


def inline(text: str) -> str:
    """Foreign text within a line or a table cell; never at the beginning of a line."""
    return _ACTIVE.sub(lambda match: _ESCAPES.get(match[0], f"\\{match[0]}"), make_printable(text))


def code(text: str) -> str:
    """Foreign text as a code span, for use outside tables; plain words when it is blank."""
    shown = make_printable(text)
    if not shown.strip():
        return "(nothing)" if not shown else "(blank)"
    ticks = "`" * (_measure_longest_run(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def block(text: str) -> str:
    """Foreign text as a fenced block of one line."""
    return fence_text(make_printable(text))


def fence_text(text: str, language: str = "text") -> str:
    """A code block that ends where it is meant to."""
    fence = "`" * max(3, _measure_longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _measure_longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def prose(text: str) -> str:
    """A sentence of ours in which names from pages stand between backticks."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return inline(text)
    return "".join(code(p) if n % 2 else inline(p) for n, p in enumerate(pieces) if p or n % 2)


def make_visible(text: str) -> str:
    """``text`` with everything invisible or direction-changing as escapes; line feeds and tabs
    stay."""
    if text.isprintable():
        return text
    return "".join(c if c in "\n\t" or _is_space(c) else _escape_character(c) for c in text)

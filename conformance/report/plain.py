"""Text from pages and servers made safe to print, measured and cut in terminal columns."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """``text`` on one line and without anything a terminal or an editor would act upon.

    Blanks of any kind become plain ones; control and format characters (escape sequences,
    bidirectional overrides, zero-width characters) and lone surrogates become escapes as in
    a Python string.
    """
    return text if text.isprintable() else "".join(map(_printable_character, text))


def _printable_character(char: str) -> str:
    if char == "\t" or unicodedata.category(char) == "Zs":
        return " "
    return char if char.isprintable() else char.encode("unicode_escape").decode()


def width(text: str) -> int:
    """Terminal columns of printable ``text``: two for a wide character, none for a combining one.

    By East Asian Width (UAX #11); ambiguous characters count as narrow.
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def window(text: str, start: int, end: int, columns: int) -> tuple[str, int, int]:
    """At most ``columns`` columns of ``text`` around ``text[start:end]``, cuts shown as ``…``.

    Returns the shown text and where in it the part now begins and ends.
    """
    if width(text) <= columns:
        return text, start, end
    room = max(columns - 2, 1)
    first = start - _fitting(text[:start][::-1], room // 3)
    last = first + _fitting(text[first:], room)
    head, tail = "…" * (first > 0), "…" * (last < len(text))
    shift = len(head) - first
    return head + text[first:last] + tail, start + shift, min(end, last) + shift


def _fitting(text: str, columns: int) -> int:
    """How many leading characters of ``text`` fit into ``columns``."""
    used = 0
    for count, char in enumerate(text):
        used += _columns(char)
        if used > columns:
            return count
    return len(text)


def wrapped(text: str, columns: int) -> list[str]:
    """Printable ``text`` in lines of at most ``columns``; a longer word, as a path, stays whole."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and width(longer) > columns:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines

"""One tag of HTML or JSX: where it ends and what its attributes are.

Needed because a JSX attribute can hold any expression in braces, which no pattern
can follow: ``<Item data={{"a": {"b": ">"}}} />``.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from msgspec import Struct

from conformance.patterns import regex

_HEAD: Final = regex(r"<(/?)([A-Za-z][\w.:-]*+)")
_LINE: Final = r"\n(?![ \t]*+\n)"
_PIECE: Final = regex(
    rf"""
      "(?:[^"\n]|{_LINE})*+" | '(?:[^'\n]|{_LINE})*+' | `(?:[^`\n]|{_LINE})*+`
    | [{{}}<>]
    | \n[ \t]*+\n
    """,
    re.X,
)
_NAME: Final = regex(r"[A-Za-z_:@][\w.:@-]*+")
_VALUE: Final = regex(r"""\s*+=\s*+(?:("[^"]*+"|'[^']*+'|[^\s"'{}<>]++)|(?=\{))""")
_BLANK: Final = regex(r"\s")


class Tag(Struct, frozen=True):
    """A tag's place in the source."""

    name: str
    closing: bool
    self_closing: bool
    start: int
    end: int


class BrokenTag(Struct, frozen=True):
    """Something that begins like a tag and does not end like one."""

    read_to: int
    """Where its open brace made reading stop; nothing before that can be a tag of its own."""


def find_tag(source: str, start: int, limit: int) -> Tag | BrokenTag | None:
    """The tag at ``start``; it ends before ``limit`` and holds no blank line."""
    head = _HEAD.match(source, start, limit)
    if head is None:
        return None
    depth = 0
    stop = head.end()
    for piece in _PIECE.finditer(source, stop, limit):
        char = source[piece.start()]
        stop = piece.end()
        if char == "\n" or (not depth and char in "<}"):
            break
        if char == ">" and not depth:
            closed = source[stop - 2] == "/"
            return Tag(head.group(2), bool(head.group(1)), closed, start, stop)
        depth += (char == "{") - (char == "}")
    else:
        stop = limit
    return BrokenTag(stop) if depth else None


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes in a tag's source, names as written, values without their quotes.

    A JSX value in braces loses them, and the quotes or backticks around a plain string.
    An attribute without a value has an empty one; of two with one name the first counts.
    """
    found: dict[str, str] = {}
    if not _BLANK.search(tag):
        return found
    head = _HEAD.match(tag)
    position = head.end() if head else 0
    while position < len(tag):
        name = _NAME.match(tag, position)
        if name is None:
            position = _find_braces_end(tag, position) if tag[position] == "{" else position + 1
            continue
        raw, position = _read_value(tag, name.end())
        found.setdefault(name.group(), _make_plain(raw))
    return found


def _read_value(tag: str, position: int) -> tuple[str, int]:
    value = _VALUE.match(tag, position)
    if value is None:
        return "", position
    if value.group(1):
        return value.group(1), value.end()
    end = _find_braces_end(tag, value.end())
    return tag[value.end() : end], end


def _find_braces_end(tag: str, start: int) -> int:
    depth = 0
    for piece in _PIECE.finditer(tag, start):
        char = tag[piece.start()]
        depth += (char == "{") - (char == "}")
        if not depth:
            return piece.end()
    return len(tag)


def _make_plain(raw: str) -> str:
    if raw[:1] == "{":
        raw = raw[1:-1].strip()
        if raw[:1] == "`" == raw[-1:] and len(raw) > 1:
            return raw[1:-1]
    if len(raw) > 1 and raw[0] in "\"'" and raw[-1] == raw[0]:
        return unescape(raw[1:-1])
    return raw

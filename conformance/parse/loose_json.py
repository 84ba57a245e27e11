"""JSON that stands in a paragraph because its fence or tags are gone.

A line that is only ``{`` or ``[``, a member or another bracket below it, and lines up to the
bracket that closes it are code; the text around them stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_OPENING: Final = re.compile(r"^[ \t]*[\[{]{1,2}[ \t]*$", re.M)
_MOST_UNCLOSED: Final = 3
"""Openings without an end, after which a paragraph holds no JSON."""
_INSIDE: Final = re.compile(r"\s*[\"{}\[\]\d-]")
_STRING: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_DEPTH: Final = {"{": 1, "[": 1, "}": -1, "]": -1}
_BRACKET: Final = re.compile(r"[\[\]{}]")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of whole lines of a paragraph."""

    text: str
    line: int
    """Lines before it, in the paragraph."""
    is_code: bool


def split_json(raw: str) -> Iterator[Part]:
    """``raw`` as parts, of which some are JSON; one part of text when none is."""
    if not _OPENING.search(raw):
        yield Part(raw, 0, False)
        return
    lines = raw.split("\n")
    begin = index = unclosed = 0
    while index < len(lines):
        opens = unclosed < _MOST_UNCLOSED and _OPENING.match(lines[index])
        end = _end_of_json(lines, index) if opens else 0
        if not end:
            unclosed += bool(opens)
            index += 1
            continue
        if begin < index:
            yield from _text(lines, begin, index)
        yield Part("\n".join(lines[index:end]), index, True)
        begin = index = end
    if begin < len(lines):
        yield from _text(lines, begin, len(lines))


def _text(lines: list[str], begin: int, end: int) -> Iterator[Part]:
    """Text before or between; the line right above JSON is a caption of its own."""
    if end < len(lines) and end - begin > 1:
        yield Part("\n".join(lines[begin : end - 1]), begin, False)
        begin = end - 1
    yield Part("\n".join(lines[begin:end]), begin, False)


def _end_of_json(lines: list[str], start: int) -> int:
    """The line after the bracket that closes the one in line ``start``; 0 for no JSON."""
    if start + 1 >= len(lines) or not _INSIDE.match(lines[start + 1]):
        return 0
    depth = 0
    for number in range(start, len(lines)):
        for bracket in _BRACKET.findall(_STRING.sub("", lines[number])):
            depth += _DEPTH[bracket]
        if depth <= 0:
            return number + 1
    return 0

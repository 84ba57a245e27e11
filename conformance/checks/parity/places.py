"""On which line of a printed example a value stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from conformance.schema.pointers import child

_TOKEN: Final = re.compile(
    r'"(?:[^"\\\n]|\\.)*+"?|[\[\]{}:,]|//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?'
    r'|[^\s\[\]{}:,"/]+|/|\n'
)
"""Also takes strings and comments that do not end, so that each character is read once."""


def lines_of(text: str) -> dict[str, int]:
    """Line, counted from 0, of every value of a JSON text by its pointer (RFC 6901).

    Of a member it is the line of its name.  Comments are passed over; a text that is no JSON
    gives what could be made out of it.
    """
    found: dict[str, int] = {"": 0}
    for pointer, line in _values(text):
        found.setdefault(pointer, line)
    return found


def without_comments(text: str) -> str:
    """``text`` with comments and commas before a closing bracket blanked out, lines kept."""
    pieces: list[str] = []
    end = 0
    comma = -1
    for token in _TOKEN.finditer(text):
        word = token[0]
        pieces.append(text[end : token.start()])
        end = token.end()
        if word.startswith(("//", "/*")):
            pieces.append("\n" * word.count("\n"))
            continue
        if word in "]}" and comma >= 0:
            pieces[comma] = " "
        pieces.append(word)
        if word != "\n":
            comma = len(pieces) - 1 if word == "," else -1
    return "".join([*pieces, text[end:]])


class _Open:
    """An object or array whose end has not come yet."""

    __slots__ = ("index", "is_object", "name", "pointer")

    def __init__(self, pointer: str, is_object: bool) -> None:
        self.pointer = pointer
        self.is_object = is_object
        self.index = 0
        self.name = ""

    def inside(self) -> str:
        """The pointer of what comes next."""
        return child(self.pointer, self.name if self.is_object else self.index)


def _values(text: str) -> Iterator[tuple[str, int]]:
    """Pointer and line of values in the order in which they stand."""
    opened: list[_Open] = []
    line = 0
    expects_name = False
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word in "}]":
            if opened:
                opened.pop()
        elif word == ",":
            expects_name = bool(opened) and opened[-1].is_object
            if opened:
                opened[-1].index += 1
        elif word[0] == '"' and expects_name:
            opened[-1].name, expects_name = _unquoted(word), False
            yield opened[-1].inside(), line
        elif word not in ":\n" and not word.startswith(("//", "/*")):
            pointer = opened[-1].inside() if opened else ""
            yield pointer, line
            if word in "{[":
                opened.append(_Open(pointer, word == "{"))
                expects_name = word == "{"
        line += word.count("\n")


def _unquoted(word: str) -> str:
    """A JSON string's text; escapes that matter for names are rare and simple."""
    if "\\" not in word:
        return word[1:-1]
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda hit: chr(int(hit[1], 16)), word[1:-1])
    return re.sub(r'\\(["\\/])', r"\1", plain)

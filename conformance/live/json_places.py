"""Where the strings and numbers of a JSON text stand, and under which names; broken JSON too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|-?[0-9][0-9.eE+-]*+|[{}\[\]:,]', re.DOTALL
)
"""A string (the last one may lack its end), a number, or a mark: each found in linear time."""
_DEEPEST: Final = 200
_FEW: Final = 8


class Scalar(NamedTuple):
    """A string or a number."""

    start: int
    end: int
    names: tuple[str, ...]
    """Of the few innermost members it is in, the innermost last."""


def scalars(text: str) -> Iterator[Scalar]:
    """Every string and number of ``text`` that is no name, in order.

    Nothing has to be closed or even well-formed; what nests deeper than 200 levels is taken
    to be at that level.
    """
    names: list[str] = [""]
    held: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        mark = token[0][0]
        if held is not None and mark != ":":
            yield Scalar(held.start(), held.end(), tuple(names[-_FEW:]))
        if held is not None and mark == ":":
            names[-1] = _plain(held[0])
        held = token if mark not in "{}[]:," else None
        if mark in "{[" and len(names) < _DEEPEST:
            names.append("")
        elif mark in "}]" and len(names) > 1:
            names.pop()
        elif mark == ",":
            names[-1] = ""
    if held is not None:
        yield Scalar(held.start(), held.end(), tuple(names[-_FEW:]))


def _plain(written: str) -> str:
    try:
        return str(json.loads(written))
    except ValueError:
        return written.strip('"')

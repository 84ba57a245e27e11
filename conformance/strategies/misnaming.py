"""Names that are nearly a documented one, or like none of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_SEPARATORS: Final = re.compile(r"[\W_]+")
_LONGEST: Final = 60
_SHORTEST: Final = 5
"""Folded names shorter than this have neighbours by chance."""


def near(name: str, others: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Slips in ``name`` with the names they give, so far as these are near none of ``others``."""
    known = [other for other in others if other != name]
    for kind, slip in _slips(name):
        if slip != name and not any(alike(slip, other) for other in known):
            yield kind, slip


def _slips(name: str) -> Iterator[tuple[str, str]]:
    if len(name) > _LONGEST or not name.isascii():
        return
    yield "rename-case", name.swapcase()
    if len(fold(name)) < _SHORTEST:
        return
    if name[-1].isalpha():
        yield "rename-letter-added", f"{name}{'s' if name[-1] != 's' else 'e'}"
    middle = len(name) // 2
    if name[middle - 1 : middle + 2].isalpha() and name[middle] != name[middle + 1]:
        yield "rename-letter-dropped", name[:middle] + name[middle + 1 :]


def unlike(names: Iterable[str]) -> str:
    """A name that nobody takes for one of ``names``."""
    lengths = {len(fold(name)) + more for name in names for more in (-1, 0, 1)}
    name = "undocumented"
    while len(name) in lengths:
        name += "x"
    return name


def alike(name: str, other: str) -> bool:
    """Whether two names may be taken for each other: one letter apart, or of the same letters."""
    first, second = fold(name), fold(other)
    if first == second or sorted(first) == sorted(second):
        return True
    return abs(len(first) - len(second)) < 2 and not _without_one(first).isdisjoint(
        _without_one(second)
    )


def fold(name: str) -> str:
    """A name without case and separators."""
    return _SEPARATORS.sub("", name).casefold()


def _without_one(text: str) -> set[str]:
    return {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))}

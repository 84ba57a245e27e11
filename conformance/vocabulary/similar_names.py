"""Names that are nearly the same.

Two names are alike when they differ by case, by separators (``order_id``, ``orderId``), by one
letter (added, dropped, changed, or two swapped), or in the order of their words, surest first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from conformance.patterns import regex

Similarity: TypeAlias = Literal["case", "separators", "letter", "word-order"]
"""How two names are alike, surest first."""
_LONGEST: Final = 64
"""Longer names are not compared: one letter says little about them."""
_SHORTEST: Final = 3
"""Folded names shorter than this are too short for one letter to be a slip."""
_MOST: Final = 200
"""Undocumented names of one object that are looked at."""
_WORD: Final = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_A-Za-z0-9]+")
_SEPARATORS: Final = regex(r"[\W_]+")


@lru_cache(maxsize=1024)
def pair(absent: tuple[str, ...], extra: tuple[str, ...]) -> dict[str, tuple[str, Similarity]]:
    """For names of ``absent`` the one of ``extra`` that is most like each, and how.

    Every name is used once; where two names are equally like a third, the first in order has it.
    """
    found: dict[str, tuple[str, Similarity]] = {}
    left = dict.fromkeys(name for name in extra[:_MOST] if len(name) <= _LONGEST)
    for similarity, keys, alike in _SIMILARITIES:
        index = _index(left, keys)
        for name in absent:
            if name in found or len(name) > _LONGEST:
                continue
            near = (other for key in keys(name) for other in index.get(key, ()))
            match = next((other for other in near if other in left and alike(name, other)), None)
            if match is not None:
                found[name] = (match, similarity)
                del left[match]
    return found


def is_one_letter_apart(name: str, other: str) -> bool:
    """Whether two names differ by one letter, case and separators apart, and not by a digit.

    Names of three letters must differ in length or order (``fee``, ``fees``): a changed letter
    makes another word of them; shorter names are never alike.
    """
    short, long = sorted((fold(name), fold(other)), key=len)
    if len(long) - len(short) > 1 or len(short) < _SHORTEST:
        return False
    at = next((i for i, letter in enumerate(short) if letter != long[i]), len(short))
    by_letter = (short[at : at + 1] + long[at : at + 1]).isalpha()
    return by_letter and is_one_edit_apart(short, long, change=len(short) > _SHORTEST)


def is_one_edit_apart(first: str, second: str, *, change: bool = True) -> bool:
    """Whether one character added, dropped, swapped or, with ``change``, changed makes one text of
    the other."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    pairs = enumerate(zip(first, second, strict=False))
    at = next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))
    left, right = first[at:], second[at:]
    if len(left) != len(right):
        return left[1:] == right or left == right[1:]
    return left[1::-1] + left[2:] == right or (change and left[1:] == right[1:])


def fold(name: str) -> str:
    """A name without case and separators."""
    return _SEPARATORS.sub("", name).casefold()


def words(name: str) -> tuple[str, ...]:
    """The words of a name in camel case or with separators, in lower case."""
    return tuple(word.casefold() for word in _WORD.findall(name))


def _drop_letters(name: str) -> Iterator[Hashable]:
    """The folded name and all that is left of it without one letter: alike names share one."""
    folded = fold(name)
    yield folded
    for at in range(len(folded)):
        yield folded[:at] + folded[at + 1 :]


_Keys = Callable[[str], Iterable[Hashable]]

_SIMILARITIES: Final[tuple[tuple[Similarity, _Keys, Callable[[str, str], bool]], ...]] = (
    ("case", lambda name: (name.casefold(),), lambda *_: True),
    ("separators", lambda name: (fold(name) or name,), lambda *_: True),
    ("letter", _drop_letters, is_one_letter_apart),
    (
        "word-order",
        lambda name: (tuple(sorted(found)),) if len(found := words(name)) > 1 else (),
        lambda *_: True,
    ),
)


def _index(names: Iterable[str], keys: _Keys) -> dict[Hashable, list[str]]:
    index: dict[Hashable, list[str]] = {}
    for name in names:
        for key in keys(name):
            index.setdefault(key, []).append(name)
    return index

"""The unit of a number, and whether it counts from 1970: "in milliseconds", "(초)", "毫秒"."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from conformance.model.operation import Json, Kind, Unit, Value
from conformance.patterns import regex
from conformance.vocabulary import PhraseMatch, phrases, units, words

_NAME_PARTS = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_AMOUNT = regex(r"\d\s*[-(（]?\s*$")
_NEAR = 90
"""Characters behind words about all moments in which their unit stands."""

WINDOWS: Final[dict[Unit, tuple[int, int]]] = {
    "s": (10**9, 10**10),
    "ms": (10**12, 10**13),
    "us": (10**15, 10**16),
    "ns": (10**18, 10**19),
}
"""From (inclusive) 2001-09-09 to (exclusive) 2286-11-20, in each unit: numbers of 10, 13, 16 and
19 digits.  0, -1 and other small numbers are in none of them: they are no moments."""
_NUMERIC = regex(r"0*([0-9]{1,19})(?:\.[0-9]*)?")
"""A moment written as a string; group 1 is its whole part."""


def unit_of_moment(value: Value) -> Unit | None:
    """The unit of a moment since 1970, by words or else by examples; None for what is none."""
    return value.unit if value.epoch else value.shown_unit


def as_moment(value: Json) -> Unit | None:
    """The unit in which ``value``, a number or its digits, is a moment of our time."""
    if isinstance(value, str) and (written := _NUMERIC.fullmatch(value)):
        value = int(written[1])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return next((unit for unit, (first, end) in WINDOWS.items() if first <= value < end), None)


def read_unit(name: str, type_text: str, text: str, kind: Kind | None) -> tuple[Unit | None, bool]:
    """Unit and whether the value is a moment since the epoch, from name, type and description.

    "15 seconds" is an amount and says nothing of the unit of a moment; it does say it of a
    duration.
    """
    if kind in ("object", "array", "boolean"):
        return None, False
    lasts = any(map(phrases("time.duration").found_in, (text, name)))
    unit = next(
        (unit for unit, named in units() if _is_named(text, named.finditer(text), lasts)), None
    )
    if unit is None:
        return ("percent" if phrases("units.percent").found_in(text) else None), False
    if lasts:
        return unit, False
    if phrases("types.iso-moment").found_in(text) and kind not in ("integer", "number"):
        return None, False  # how many digits its seconds have
    epoch = any(map(phrases("time.epoch").found_in, (text, name, type_text)))
    return unit, epoch or names_moment(name)


def read_general_unit(sentence: str) -> Unit | None:
    """The unit that a sentence states for all moments: "All timestamps are in milliseconds"."""
    said = phrases("time.general").search(sentence)
    if said is None:
        return None
    near = sentence[: said.end + _NEAR]
    hits: list[tuple[Unit, PhraseMatch]] = []
    for unit, named in units():  # the Chinese word for seconds ends the one for milliseconds
        for hit in named.finditer(near):
            apart = all(hit.end <= other.start or other.end <= hit.start for _, other in hits)
            if apart and hit.end > said.end and not _AMOUNT.search(near[: hit.start]):
                hits.append((unit, hit))
    found = {unit for unit, _ in hits}
    return found.pop() if len(found) == 1 else None


def _is_named(text: str, hits: Iterable[PhraseMatch], lasts: bool) -> bool:
    """Whether one of ``hits`` is a unit and no amount."""
    return any(lasts or not _AMOUNT.search(text, max(0, hit.start - 4), hit.start) for hit in hits)


@cache
def _load_moments() -> tuple[frozenset[str], tuple[str, ...]]:
    """Last words of names of moments, and those that may be the end of a longer one."""
    found = [word for word, meaning in words("names").items() if meaning == "moment"]
    return frozenset(found), tuple(word for word in found if len(word) > 3)


@lru_cache(maxsize=4096)
def names_moment(name: str) -> bool:
    """Whether a name speaks of a point in time: ``createdAt``, ``server_time``, ``ts``."""
    last = "".join(_NAME_PARTS.findall(name)[-1:]).lower()
    exact, ends = _load_moments()
    if last in exact or last.endswith(ends):
        return True
    return phrases("time.moment").found_in(name)

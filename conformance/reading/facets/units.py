"""The unit of a number, and whether it counts from 1970: "in milliseconds", "(초)", "毫秒"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from conformance.model.operation import Kind, Unit
from conformance.vocabulary import PhraseMatch, phrases, units, words

_NAME_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_AMOUNT = re.compile(r"\d\s*[-(（]?\s*$")


def read_unit(name: str, type_text: str, text: str, kind: Kind | None) -> tuple[Unit | None, bool]:
    """Unit and whether the value is a moment since the epoch, from name, type and description.

    "15 seconds" is an amount and says nothing of the unit of a moment; it does say it of a
    duration.
    """
    if kind in ("object", "array", "boolean"):
        return None, False
    lasts = any(map(phrases("time.duration").found_in, (text, name)))
    unit = next(
        (unit for unit, named in units() if _names(text, named.finditer(text), lasts)), None
    )
    if unit is None:
        return ("percent" if phrases("units.percent").found_in(text) else None), False
    if lasts:
        return unit, False
    epoch = any(map(phrases("time.epoch").found_in, (text, name, type_text)))
    return unit, epoch or names_moment(name)


def _names(text: str, hits: Iterable[PhraseMatch], lasts: bool) -> bool:
    """Whether one of ``hits`` is a unit and no amount."""
    return any(lasts or not _AMOUNT.search(text, max(0, hit.start - 4), hit.start) for hit in hits)


@cache
def _moments() -> tuple[frozenset[str], tuple[str, ...]]:
    """Last words of names of moments, and those that may be the end of a longer one."""
    found = [word for word, meaning in words("names").items() if meaning == "moment"]
    return frozenset(found), tuple(word for word in found if len(word) > 3)


@lru_cache(maxsize=4096)
def names_moment(name: str) -> bool:
    """Whether a name speaks of a point in time: ``createdAt``, ``server_time``, ``ts``."""
    last = "".join(_NAME_PARTS.findall(name)[-1:]).lower()
    exact, ends = _moments()
    if last in exact or last.endswith(ends):
        return True
    return phrases("time.moment").found_in(name)

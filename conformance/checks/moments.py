"""Moments since 1970, and the unit that makes them ours."""

from __future__ import annotations

import re
from typing import Final

from conformance.model.operation import Json, Unit, Value

WINDOWS: Final[dict[Unit, tuple[int, int]]] = {
    "s": (10**9, 10**10),
    "ms": (10**12, 10**13),
    "us": (10**15, 10**16),
    "ns": (10**18, 10**19),
}
"""From (inclusive) 2001-09-09 to (exclusive) 2286-11-20, in each unit: numbers of 10, 13, 16 and
19 digits.  0, -1 and other small numbers are in none of them: they are no moments."""

NUMERIC: Final = re.compile(r"0*([0-9]{1,19})(?:\.[0-9]*)?")
"""A moment written as a string; group 1 is its whole part."""


def other_windows(unit: Unit) -> list[tuple[Unit, tuple[int, int]]]:
    """The windows a moment in ``unit`` must not be in; none for a unit that is not of time."""
    if unit not in WINDOWS:
        return []
    return [(other, window) for other, window in WINDOWS.items() if other != unit]


def other_unit(value: Value, seen: Json) -> Unit | None:
    """The unit ``seen`` is a moment in, when that is another than the documented one."""
    if not value.epoch or value.unit is None or isinstance(seen, bool):
        return None
    number = _number(seen)
    if number is None:
        return None
    for unit, (first, end) in other_windows(value.unit):
        if first <= number < end:
            return unit
    return None


def _number(seen: Json) -> int | float | None:
    if isinstance(seen, int | float):
        return seen
    written = NUMERIC.fullmatch(seen) if isinstance(seen, str) else None
    return int(written[1]) if written else None

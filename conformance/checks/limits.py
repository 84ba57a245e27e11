"""Documented bounds, and the numbers, lengths and sizes they bound."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from conformance.checks.formats import written_as_documented
from conformance.model.operation import Json, Value

Size: TypeAlias = int | float | Decimal


def numeric(value: Value, seen: Json) -> Size | None:
    """The number ``seen`` is: itself, or what a documented numeric string spells."""
    if isinstance(seen, bool):
        return None
    if isinstance(seen, int | float):
        return seen
    if value.format != "decimal" or not isinstance(seen, str):
        return None
    return decimal(seen) if written_as_documented(value, seen) else None


def decimal(text: str) -> Decimal | None:
    """The number a string spells; None when its exponent is beyond all use."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def length(_: Value, seen: Json) -> Size | None:
    """Characters of a string (code points, as JSON Schema counts)."""
    return len(seen) if isinstance(seen, str) else None


def items(_: Value, seen: Json) -> Size | None:
    return len(seen) if isinstance(seen, list) else None


_BOUNDS: Final[
    tuple[tuple[str, Callable[[Value, Json], Size | None], Callable[[Size, Size], bool]], ...]
] = (
    ("minimum", numeric, operator.ge),
    ("maximum", numeric, operator.le),
    ("exclusive_minimum", numeric, operator.gt),
    ("exclusive_maximum", numeric, operator.lt),
    ("min_length", length, operator.ge),
    ("max_length", length, operator.le),
    ("min_items", items, operator.ge),
    ("max_items", items, operator.le),
)


_PAIRS: Final = (
    ("minimum", "maximum", False),
    ("minimum", "exclusive_maximum", True),
    ("exclusive_minimum", "maximum", True),
    ("exclusive_minimum", "exclusive_maximum", True),
    ("min_length", "max_length", False),
    ("min_items", "max_items", False),
)
"""A lower and an upper bound, and whether two equal ones exclude everything."""
BOUND_WORDS: Final = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusive_minimum": "more than {}",
    "exclusive_maximum": "less than {}",
    "min_length": "at least {} characters",
    "max_length": "at most {} characters",
    "min_items": "at least {} items",
    "max_items": "at most {} items",
}
"""Each bound as a page would put it."""


def excluding_bounds(value: Value) -> tuple[tuple[str, int | float], ...]:
    """Bounds that no value keeps to, or none of those listed; empty where there is one."""
    for low, high, exclusive in _PAIRS:
        least, most = getattr(value.limits, low), getattr(value.limits, high)
        if least is None or most is None:
            continue
        if least > most or (exclusive and least == most):
            return (low, least), (high, most)
    outside = [next(exceeded(value, listed), None) for listed in value.enum]
    if outside and all(outside):
        return tuple(dict.fromkeys((name, bound) for name, bound, _ in filter(None, outside)))
    return ()


def exceeded(value: Value, seen: Json) -> Iterator[tuple[str, int | float, Size]]:
    """Each documented bound ``seen`` is outside of: its name, itself, and what was measured."""
    for name, measure, within in _BOUNDS:
        bound = getattr(value.limits, name)
        size = None if bound is None else measure(value, seen)
        if size is not None and not within(size, bound):
            yield name, bound, size

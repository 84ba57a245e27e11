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


def exceeded(value: Value, seen: Json) -> Iterator[tuple[str, int | float, Size]]:
    """Each documented bound ``seen`` is outside of: its name, itself, and what was measured."""
    for name, measure, within in _BOUNDS:
        bound = getattr(value.limits, name)
        size = None if bound is None else measure(value, seen)
        if size is not None and not within(size, bound):
            yield name, bound, size

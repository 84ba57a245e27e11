"""A documented value, compiled to a strategy for values that keep to all of it.

Only what is stated binds: a member stated as always there always is, any other one sometimes; of
a response's object some member always is, as one without any is worth a word; a value is null only
where the page says that it may be; nothing undocumented is ever added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from hypothesis import strategies as st

from conformance.model.operation import Field, Json, Kind, Limits, Stated, Value
from conformance.schema.json_schema import MAX_DEPTH, by_name
from conformance.schema.kinds import admits_null, allowed, fits, item_of
from conformance.strategies.scalars import TEXT, Made, integers, numbers, strings

_MORE_ITEMS: Final = 4
"""Items beyond the documented least, where no greatest is documented."""
_MOST_ITEMS: Final = 25
"""No more items than this unless the page asks for more."""
_COMPILED_MOST: Final = 512


@dataclass(frozen=True, slots=True)
class Taste:
    """Which of the allowed values are wanted."""

    plain: bool = False
    """Values for a request: text that needs no quoting, nothing null, no empty list."""
    full: bool = False
    """Every documented member, and some items in every list."""


ANY: Final = Taste()
"""Whatever is allowed."""

_compiled: dict[tuple[int, Taste], tuple[Value, Made]] = {}
"""Strategies by the identity of their value, which is held so that it stays the same."""


def values(value: Value, taste: Taste = Taste()) -> Made:
    """Strategy for everything ``value`` allows that suits ``taste``; empty if there is nothing.

    Compiled once for a value: a strategy is costly to make and cheap to use.
    """
    key = (id(value), taste)
    if key not in _compiled:
        if len(_compiled) >= _COMPILED_MOST:
            _compiled.clear()
        _compiled[key] = (value, _nullable(value, 0, taste))
    return _compiled[key][1]


def _nullable(value: Value, depth: int, taste: Taste) -> Made:
    made = _present(value, depth, taste)
    return st.one_of(st.none(), made) if admits_null(value) and not taste.plain else made


def _present(value: Value, depth: int, taste: Taste) -> Made:
    """Anything but null."""
    listed = allowed(value)
    if listed:
        fitting = [m for m in listed if m is not None and fits(value.kind, m)]
        return st.sampled_from(fitting) if fitting else st.nothing()
    kind = value.kind or implied_kind(value)
    if kind == "object":
        return _object(value, depth, taste)
    if kind == "array":
        return _array(value, depth, taste)
    if kind == "string":
        return strings(value, plain=taste.plain)
    if kind == "integer":
        return integers(value)
    if kind == "number":
        return numbers(value)
    if kind == "boolean":
        return st.booleans()
    return strings(value, plain=True) if taste.plain else anything()


def implied_kind(value: Value) -> Kind | None:
    """The type that the other facts of an untyped value speak of; None when any will do."""
    limits = value.limits
    if value.fields:
        return "object"
    if value.items is not None or (limits.min_items, limits.max_items) != (None, None):
        return "array"
    if value.format in ("int32", "int64") or value.epoch:
        return "integer"
    if value.format in ("float", "double"):
        return "number"
    if value.format or (limits.min_length, limits.max_length) != (None, None):
        return "string"
    return None if limits == Limits() else "number"


def _object(value: Value, depth: int, taste: Taste) -> Made:
    if not value.fields or depth >= MAX_DEPTH:
        free = value.closed is not Stated.YES and depth < MAX_DEPTH
        return st.dictionaries(st.text(TEXT, max_size=4), _scalars(), max_size=2 if free else 0)
    return _members(value.fields, depth, taste)


def _members(fields: Iterable[Field], depth: int, taste: Taste) -> Made:
    """Objects with the members of ``fields``: those stated as always there, and some others."""
    always: dict[str, Made] = {}
    sometimes: dict[str, Made] = {}
    for name, field in by_name(fields).items():
        made = _nullable(field.value, depth + 1, taste)
        (always if taste.full or field.required is Stated.YES else sometimes)[name] = made
    drawn = st.fixed_dictionaries(always, optional=sometimes)
    return drawn if always or taste.plain else drawn.flatmap(partial(_some, sometimes))


def _some(members: Mapping[str, Made], drawn: dict[str, Json]) -> Made:
    """``drawn``, or one of ``members`` where it is empty."""
    if drawn:
        return st.just(drawn)
    return st.one_of([st.fixed_dictionaries({name: made}) for name, made in members.items()])


def _array(value: Value, depth: int, taste: Taste) -> Made:
    item = item_of(value) if depth < MAX_DEPTH else None
    least, most = _sizes(value, depth, taste)
    if least > most:
        return st.nothing()
    if item is not None:
        made = _nullable(item, depth + 1, taste)
    else:
        made = strings(Value(span=value.span), plain=True) if taste.plain else _scalars()
    distinct = taste.plain and depth == 0 and (item is None or _is_wide(item))
    return st.lists(made, min_size=least, max_size=most, unique=distinct)


def _sizes(value: Value, depth: int, taste: Taste) -> tuple[int, int]:
    """The least and the greatest number of items."""
    least = max(value.limits.min_items or 0, int(taste.plain and depth == 0))
    most = least + _MORE_ITEMS
    if value.limits.max_items is not None:
        most = min(max(least, _MOST_ITEMS), value.limits.max_items)
    wanted = (4 if taste.plain else 2) if taste.full else 0
    return max(least, min(most, wanted)), most


def _is_wide(item: Value) -> bool:
    """Whether there are enough values of an item to ask for each only once."""
    kinds: tuple[Kind | None, ...] = ("string", "integer", None)
    return item.kind in kinds and not allowed(item)


def _scalars() -> Made:
    return st.one_of(st.text(TEXT, max_size=4), st.integers(-(10**6), 10**6), st.booleans())


def anything() -> Made:
    """Small JSON of any type but null, for a value of which nothing is known."""
    names = st.text(TEXT, max_size=4)
    held = st.one_of(
        st.lists(_scalars(), max_size=2), st.dictionaries(names, _scalars(), max_size=2)
    )
    return st.one_of(_scalars(), held)

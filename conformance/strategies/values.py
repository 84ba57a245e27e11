"""A documented value, compiled to a strategy for values that keep to all of it.

Only what is stated binds: a member stated as always there always is, any other one sometimes; of
a response's object some member always is, as one without any is worth a word; a value is null only
where the page says that it may be; nothing undocumented is ever added.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import Struct

from conformance.model.operation import Json, Kind, Limits, Stated, Unit, Value
from conformance.reading.facets.units import unit_of_moment
from conformance.schema.json_schema import MAX_DEPTH, index_by_name
from conformance.schema.kinds import RANGES, admits_null, fits, item_of, list_allowed

JsonStrategy: TypeAlias = SearchStrategy[Json]
Range: TypeAlias = tuple[int, int]
PLAIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
"""Letters that every part of a request can carry as they stand."""
TEXT: Final = (
    PLAIN + " !\"#$%&'()*+,./:;<=>?@[\\]^`{|}~"
    "\t\n\r\x00\x7f"  # what JSON has to escape
    "\xe9\xdf\xf1\u03a9\u0436\u05d0\u0639\uac00\u4e2d\u3042"  # of each script a letter or two
    "\u0301\u200b\u2028\ufeff\uffff\U0001f4b9\U00020bb7"  # what is hard to see, or wide
)
"""Letters of every sort, few enough to be read in a failure; all of Unicode takes long to load."""
SECOND: Final[dict[Unit, int]] = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""How many of each unit of time are in a second."""
_OUR_TIME: Final = (1_262_304_000, 2_051_222_400)
"""From 2010 to 2035, in seconds since 1970."""
_EXACT: Final = (-(2**53), 2**53)
"""Integers that every JSON reader keeps exact."""
_ROOM: Final = 16
"""How far to go beyond a documented bound where the other one is not documented."""
_PLACES: Final = 10**8
"""Numbers written as strings get eight places, as prices and quantities have them."""


def is_moment(value: Value) -> bool:
    """Whether the value is a moment since 1970 in a unit of time."""
    return unit_of_moment(value) in SECOND


def draw_strings(value: Value, *, plain: bool = False) -> JsonStrategy:
    """Strings in the documented format and length.  ``plain`` ones are not empty, and need no
    quoting in a URL or a header."""
    if is_moment(value):
        return draw_integers(value).map(str)
    make = _WRITTEN.get(value.format or "")
    limits = value.limits
    if make is None:
        least = max(limits.min_length or 0, int(plain))
        room = least + _ROOM
        longest = room if limits.max_length is None else min(room, limits.max_length)
        text = partial(st.text, PLAIN if plain else TEXT, min_size=least, max_size=longest)
        return text() if least <= longest else st.nothing()
    least, most = limits.min_length or 0, limits.max_length or math.inf
    if (least, most) == (0, math.inf):
        return make(value)
    return make(value).filter(lambda text: least <= len(str(text)) <= most)


def draw_integers(value: Value) -> JsonStrategy:
    """Integers in the documented range; where there is none, those any reader keeps exact."""
    low, high = range_of(value)
    return st.integers(low, high) if low <= high else st.nothing()


def draw_numbers(value: Value) -> JsonStrategy:
    """Numbers with and without a fraction; integers alone where the format is one of integers."""
    if is_moment(value) or value.format in RANGES:
        return draw_integers(value)
    low, high = _find_bounds(value.limits)
    least, most = _double(low, math.inf), _double(high, -math.inf)
    above = least is not None and low == value.limits.exclusive_minimum
    below = most is not None and high == value.limits.exclusive_maximum
    if least is not None and most is not None:
        first = math.nextafter(least, math.inf) if above else least
        if first > (math.nextafter(most, -math.inf) if below else most):
            return draw_integers(value)
    bounded = partial(st.floats, least, most, exclude_min=above, exclude_max=below)
    return st.one_of(draw_integers(value), bounded(allow_nan=False, allow_infinity=False))


def _draw_scalars() -> JsonStrategy:
    return st.one_of(st.text(TEXT, max_size=4), st.integers(-(10**6), 10**6), st.booleans())


def range_of(value: Value) -> Range:
    """The least and the greatest integer to make; the greatest is below the least if none is."""
    usual = RANGES.get(value.format or "", _EXACT)
    if (unit := unit_of_moment(value)) in SECOND:
        usual = _OUR_TIME[0] * SECOND[unit], _OUR_TIME[1] * SECOND[unit]
    low, high = _scale_limits(value.limits, usual)
    least, most = RANGES.get(value.format or "", (low, high))
    return max(low, least), min(high, most)


def _scale_limits(limits: Limits, usual: Range, scale: int = 1) -> Range:
    """Documented bounds in ``scale``-ths, inclusive; ``usual`` where one is not documented."""
    low, high = _find_bounds(limits)
    least = None if low is None else math.ceil(low * scale)
    most = None if high is None else math.floor(high * scale)
    if least is not None and low == limits.exclusive_minimum:
        least = math.floor(Fraction(low or 0) * scale) + 1
    if most is not None and high == limits.exclusive_maximum:
        most = math.ceil(Fraction(high or 0) * scale) - 1
    if least is None:
        least = usual[0] if most is None else min(usual[0], most - _ROOM)
    if most is None:
        most = max(usual[1], least + _ROOM)
    return least, most


def _find_bounds(limits: Limits) -> tuple[Fraction | None, Fraction | None]:
    """The tightest documented bound on either side, exact."""
    lows = [Fraction(b) for b in (limits.minimum, limits.exclusive_minimum) if b is not None]
    highs = [Fraction(b) for b in (limits.maximum, limits.exclusive_maximum) if b is not None]
    return max(lows, default=None), min(highs, default=None)


def _double(bound: Fraction | None, inside: float) -> float | None:
    """The double at ``bound``, or the next one in the direction of ``inside``."""
    if bound is None:
        return None
    near = float(bound)
    beyond = near < bound if inside > 0 else near > bound
    return math.nextafter(near, inside) if beyond else near


def _draw_decimal(value: Value) -> JsonStrategy:
    low, high = _scale_limits(value.limits, (0, 10**6 * _PLACES), _PLACES)
    return st.integers(low, high).map(_spell_units) if low <= high else st.nothing()


def _spell_units(units: int) -> str:
    whole, places = divmod(abs(units), _PLACES)
    return f"{'-' if units < 0 else ''}{whole}.{places:08d}"


_WORDS: Final = st.text(PLAIN, min_size=1, max_size=8)
_WRITTEN: Final[dict[str, Callable[[Value], JsonStrategy]]] = {
    "uuid": lambda _: st.uuids().map(str),
    "date-time": lambda _: st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    "date": lambda _: st.dates().map(str),
    "decimal": _draw_decimal,
    "uri": lambda _: _WORDS.map("https://example.org/{}".format),
    "email": lambda _: _WORDS.map("{}@example.org".format),
    "byte": lambda _: st.binary(max_size=8).map(lambda data: b64encode(data).decode()),
}
"""Formats of strings that say how they are written."""
_MORE_ITEMS: Final = 4
"""Items beyond the documented least, where no greatest is documented."""
_MOST_ITEMS: Final = 25
"""No more items than this unless the page asks for more."""
_COMPILED_MOST: Final = 512


class Taste(Struct, frozen=True):
    """Which of the allowed values are wanted."""

    plain: bool = False
    """Values for a request: text that needs no quoting, nothing null, no empty list."""
    full: bool = False
    """Every documented member, and some items in every list."""


_ANY: Final = Taste()
_compiled: dict[tuple[int, Taste], tuple[Value, JsonStrategy]] = {}
"""Strategies by the identity of their value, which is kept so that it stays the same."""


def draw_values(value: Value, taste: Taste = _ANY) -> JsonStrategy:
    """Strategy for everything ``value`` allows that suits ``taste``; empty if there is nothing.
    Compiled once for a value: a strategy is costly to make and cheap to use."""
    key = (id(value), taste)
    if key not in _compiled:
        if len(_compiled) >= _COMPILED_MOST:
            _compiled.clear()
        _compiled[key] = (value, _draw_nullable(value, 0, taste))
    return _compiled[key][1]


def _draw_nullable(value: Value, depth: int, taste: Taste) -> JsonStrategy:
    strategy = _draw_present(value, depth, taste)
    return st.one_of(st.none(), strategy) if admits_null(value) and not taste.plain else strategy


def _draw_present(value: Value, depth: int, taste: Taste) -> JsonStrategy:
    """Anything but null."""
    listed = list_allowed(value)
    if listed:
        fitting = [m for m in listed if m is not None and fits(value.kind, m)]
        return st.sampled_from(fitting) if fitting else st.nothing()
    kind = value.kind or infer_kind(value)
    if kind == "object":
        return _draw_object(value, depth, taste)
    if kind == "array":
        return _draw_array(value, depth, taste)
    if kind == "string":
        return draw_strings(value, plain=taste.plain)
    if kind == "integer":
        return draw_integers(value)
    if kind == "number":
        return draw_numbers(value)
    if kind == "boolean":
        return st.booleans()
    return draw_strings(value, plain=True) if taste.plain else draw_anything()


def infer_kind(value: Value) -> Kind | None:
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


def _draw_object(value: Value, depth: int, taste: Taste) -> JsonStrategy:
    if not value.fields or depth >= MAX_DEPTH:
        free = value.closed is not Stated.YES and depth < MAX_DEPTH
        return st.dictionaries(
            st.text(TEXT, max_size=4), _draw_scalars(), max_size=2 if free else 0
        )
    # Members stated as always there, and some others.
    always: dict[str, JsonStrategy] = {}
    sometimes: dict[str, JsonStrategy] = {}
    for name, field in index_by_name(value.fields).items():
        strategy = _draw_nullable(field.value, depth + 1, taste)
        (always if taste.full or field.required is Stated.YES else sometimes)[name] = strategy
    drawn = st.fixed_dictionaries(always, optional=sometimes)
    return drawn if always or taste.plain else drawn.flatmap(partial(_draw_some, sometimes))


def _draw_some(members: Mapping[str, JsonStrategy], drawn: dict[str, Json]) -> JsonStrategy:
    """``drawn``, or one of ``members`` where it is empty."""
    if drawn:
        return st.just(drawn)
    return st.one_of([st.fixed_dictionaries({n: strategy}) for n, strategy in members.items()])


def _draw_array(value: Value, depth: int, taste: Taste) -> JsonStrategy:
    item = item_of(value) if depth < MAX_DEPTH else None
    limits = value.limits
    least = max(limits.min_items or 0, int(taste.plain and depth == 0))
    most = least + _MORE_ITEMS
    if limits.max_items is not None:
        most = min(max(least, _MOST_ITEMS), limits.max_items)
    wanted = (4 if taste.plain else 2) if taste.full else 0
    least = max(least, min(most, wanted))
    if least > most:
        return st.nothing()
    if item is not None:
        strategy = _draw_nullable(item, depth + 1, taste)
    else:
        strategy = (
            draw_strings(Value(span=value.span), plain=True) if taste.plain else _draw_scalars()
        )
    # There are values enough to ask for each only once.
    wide = item is None or (item.kind in ("string", "integer", None) and not list_allowed(item))
    distinct = taste.plain and depth == 0 and wide
    return st.lists(strategy, min_size=least, max_size=most, unique=distinct)


def draw_anything() -> JsonStrategy:
    """Small JSON of any type but null, for a value of which nothing is known."""
    names = st.text(TEXT, max_size=4)
    nested = st.one_of(
        st.lists(_draw_scalars(), max_size=2), st.dictionaries(names, _draw_scalars(), max_size=2)
    )
    return st.one_of(_draw_scalars(), nested)

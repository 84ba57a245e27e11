"""Strategies for documented strings and numbers."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Callable
from fractions import Fraction
from typing import Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from conformance.model.operation import Json, Limits, Unit, Value

Made: TypeAlias = SearchStrategy[Json]
Range: TypeAlias = tuple[int, int]

PLAIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
"""Letters that every part of a request can carry as they stand."""
TEXT: Final = (
    PLAIN + " !\"#$%&'()*+,./:;<=>?@[\\]^`{|}~"
    "\t\n\r\x00\x7f"  # what JSON has to escape
    "éßñΩжאع한국어中文日本"
    "\u0301\u200b\u2028\ufeff\uffff\U0001f4b9\U00020bb7"  # what is hard to see, or wide
)
"""Letters of every sort, few enough to be read in a failure; all of Unicode takes long to load."""
SECOND: Final[dict[Unit, int]] = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""How many of each unit of time are in a second."""
INTEGER_RANGES: Final[dict[str, Range]] = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}

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
    return value.epoch and value.unit in SECOND


def strings(value: Value, *, plain: bool = False) -> Made:
    """Strings in the documented format and length.

    ``plain`` ones are not empty, and need no quoting in a URL or a header.
    """
    if is_moment(value):
        return integers(value).map(str)
    make = _WRITTEN.get(value.format or "")
    if make is None:
        return _text(value.limits, plain=plain)
    least, most = value.limits.min_length or 0, value.limits.max_length or math.inf
    if (least, most) == (0, math.inf):
        return make(value)
    return make(value).filter(lambda text: least <= len(str(text)) <= most)


def _text(limits: Limits, *, plain: bool) -> Made:
    least = max(limits.min_length or 0, int(plain))
    most = least + _ROOM
    if limits.max_length is not None:
        most = min(most, limits.max_length)
    if least > most:
        return st.nothing()
    letters = st.text(PLAIN, min_size=least, max_size=most)
    return letters if plain else st.text(TEXT, min_size=least, max_size=most)


def integers(value: Value) -> Made:
    """Integers in the documented range; where there is none, those any reader keeps exact."""
    low, high = range_of(value)
    return st.integers(low, high) if low <= high else st.nothing()


def numbers(value: Value) -> Made:
    """Numbers with and without a fraction; integers alone where the format is one of integers."""
    if is_moment(value) or value.format in INTEGER_RANGES:
        return integers(value)
    low, high = _bounds(value.limits)
    least, most = _double(low, math.inf), _double(high, -math.inf)
    above = least is not None and low == value.limits.exclusive_minimum
    below = most is not None and high == value.limits.exclusive_maximum
    if least is not None and most is not None and _is_empty(least, most, above, below):
        return integers(value)
    fractions = st.floats(
        least,
        most,
        exclude_min=above,
        exclude_max=below,
        allow_nan=False,
        allow_infinity=False,
    )
    return st.one_of(integers(value), fractions)


def _is_empty(least: float, most: float, above: bool, below: bool) -> bool:
    first = math.nextafter(least, math.inf) if above else least
    return first > (math.nextafter(most, -math.inf) if below else most)


def range_of(value: Value) -> Range:
    """The least and the greatest integer to make; the greatest is below the least if none is."""
    usual = INTEGER_RANGES.get(value.format or "", _EXACT)
    if is_moment(value) and value.unit:
        usual = _OUR_TIME[0] * SECOND[value.unit], _OUR_TIME[1] * SECOND[value.unit]
    low, high = _within(value.limits, usual)
    least, most = INTEGER_RANGES.get(value.format or "", (low, high))
    return max(low, least), min(high, most)


def _within(limits: Limits, usual: Range, scale: int = 1) -> Range:
    """Documented bounds in ``scale``-ths, inclusive; ``usual`` where one is not documented."""
    low, high = _bounds(limits)
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


def _bounds(limits: Limits) -> tuple[Fraction | None, Fraction | None]:
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


def _decimal(value: Value) -> Made:
    low, high = _within(value.limits, (0, 10**6 * _PLACES), _PLACES)
    return st.integers(low, high).map(_spelt) if low <= high else st.nothing()


def _spelt(units: int) -> str:
    whole, places = divmod(abs(units), _PLACES)
    return f"{'-' if units < 0 else ''}{whole}.{places:08d}"


_WORDS: Final = st.text(PLAIN, min_size=1, max_size=8)
_WRITTEN: Final[dict[str, Callable[[Value], Made]]] = {
    "uuid": lambda _: st.uuids().map(str),
    "date-time": lambda _: st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    "date": lambda _: st.dates().map(str),
    "decimal": _decimal,
    "uri": lambda _: _WORDS.map("https://example.org/{}".format),
    "email": lambda _: _WORDS.map("{}@example.org".format),
    "byte": lambda _: st.binary(max_size=8).map(lambda data: b64encode(data).decode()),
}
"""Formats of strings that say how they are written."""

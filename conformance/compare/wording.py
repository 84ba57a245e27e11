"""Values and names as they stand in messages: short, on one line, safe to print."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import isinf
from typing import Final, NamedTuple

from conformance.model.operation import Json, Scalar, Value
from conformance.reading.facets.types import without_null
from conformance.schema.kinds import kind_of, list_allowed

LONGEST_VALUE: Final = 120
LONGEST_WORDS: Final = 80

LONGEST_PLACE: Final = 400
NEARNESS: Final = {
    "case": "they differ only in case",
    "separators": "they differ only in separators and case",
    "letter": "they differ by one letter",
    "word-order": "they have the same words in another order",
    "description": "they are described alike",
    "place": "they stand in the same place",
}
"""How two names are near, by :data:`conformance.compare.alignment.Nearness`."""
UNITS: Final = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ARTICLES: Final[dict[str, str]] = {
    "null": "null",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "object": "an object",
    "array": "an array",
}


def format_value(value: Json, longest: int = LONGEST_VALUE) -> str:
    """``value`` as compact JSON, cut with ``…``; takes time in what is shown, not in the value."""
    if isinstance(value, str):
        return cut(_ENCODER.encode(value[: longest + 1]), longest)
    if isinstance(value, float) and isinf(value):
        return "a number too large for a double"
    pieces: list[str] = []
    room = longest
    for piece in _ENCODER.iterencode(value):
        pieces.append(piece[: room + 1])
        room -= len(piece)
        if room < 0:
            break
    return cut("".join(pieces), longest)


def cut(text: str, longest: int = LONGEST_WORDS) -> str:
    """``text`` on one line without control characters, shortened with ``…``."""
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)


def format_name(name: str) -> str:
    """A name in a message."""
    return f"`{cut(name)}`"


def name_kind(value: Json) -> str:
    """The JSON type of a value with its article."""
    return _ARTICLES[kind_of(value)]


def format_list(values: Iterable[str], most: int = 8) -> str:
    """``a, b, c and 3 more``."""
    every = list(values)
    rest = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + rest


def format_documented_type(value: Value) -> str:
    """The documented type: the page's words, and JSON's where that differs."""
    spoken = cut(value.type_text)
    if value.kind is None or without_null(spoken).casefold() == value.kind:
        return spoken or value.kind or "no type"
    return f"{spoken} ({value.kind})" if spoken else value.kind


def format_documented_values(value: Value) -> str:
    """The values a page allows."""
    return format_list([format_value(member) for member in list_allowed(value)], 12)


def as_text(value: Scalar) -> str:
    """A scalar as a page would print it, without quotes."""
    return value if isinstance(value, str) else format_value(value)


def format_count(count: int, one: str) -> str:
    """``1 value``, ``3 values``."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


class OriginWords(NamedTuple):
    """How evidence of one origin is called; never as more than it is."""

    one: str
    """A piece of it, with its article."""
    several: str
    counted: str
    """Behind a number of interactions."""
    caveat: str = ""
    """The caveat that goes with it each time."""

    @property
    def bare(self) -> str:
        """A piece of it without the article."""
        return self.one.partition(" ")[2]


ORIGINS: Final[Mapping[str, OriginWords]] = {
    "live": OriginWords("a live response", "live responses", "live"),
    "recorded": OriginWords("a recorded response", "recorded responses", "recorded"),
    "documented": OriginWords(
        "an example printed in the docs", "examples printed in the docs", "printed in the docs"
    ),
    "constructed": OriginWords(
        "a constructed interaction",
        "constructed interactions",
        "constructed by hand from known facts",
        "written by hand from known facts: shows nothing about the API itself",
    ),
    "sandbox": OriginWords(
        "an answer of the sandbox",
        "answers of the sandbox",
        "of the sandbox",
        "which is no exchange: shows nothing about the API itself",
    ),
}
"""By value of :class:`conformance.model.interaction.Origin`: the one place that words them."""


def plural(count: int, noun: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

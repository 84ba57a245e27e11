"""What a description says of a value, in sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from conformance.model.operation import Json, Scalar, Stated, Unit, Value
from tests.suite.rendering.blocks import Bullets, Code, Words
from tests.suite.rendering.style import EnumForm, Style

_UNITS: Final[dict[Unit, str]] = {
    "s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds",
}  # fmt: skip
_CONSTANT: Final = re.compile(r"[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*")
_BOUNDS: Final[tuple[tuple[str, str], ...]] = (
    ("minimum", "Minimum value: {}."),
    ("maximum", "Maximum value: {}."),
    ("exclusive_minimum", "Must be greater than {}."),
    ("exclusive_maximum", "Must be less than {}."),
    ("min_length", "Minimum length {} characters."),
    ("max_length", "Maximum length {} characters."),
    ("min_items", "At least {} items."),
    ("max_items", "At most {} items."),
)


def sentences(value: Value, style: Style) -> Iterator[Words]:
    """What ``value`` is beyond its type, its listed values and what has a column of its own."""
    if style.filler:
        yield ("What the exchange reports here.",)
    if value.constant:
        yield (f"It is always {_quoted(value.constant[0])}.",)
    if value.unit is not None:
        yield from _unit(value)
    for name, words in _BOUNDS:
        bound = getattr(value.limits, name)
        if bound is not None:
            yield (words.format(bound),)
    if value.default and (not style.default_column or value.default == ("",)):
        yield (f"Default: {_quoted(value.default[0])}.",)
    if value.nullable is Stated.YES:
        yield ("Can be null.",)
    if value.format == "decimal":
        yield ("A numeric string.",)


def _unit(value: Value) -> Iterator[Words]:
    if value.unit == "percent":
        yield ("Unit: %.",)
    elif value.unit is not None:
        what = "Timestamp" if value.epoch else "Duration"
        yield (f"{what}, unit: {_UNITS[value.unit]}.",)


def listing(value: Value, style: Style) -> Words:
    """The values a description lists, which it does at its end."""
    listed = listed_values(value)
    return enumeration(listed, style.enums) if listed and style.enums != "column" else ()


def listed_values(value: Value) -> tuple[Scalar, ...]:
    """The values a cell has to list: a value's own, or those of a list's items."""
    if value.kind == "array" and value.items is not None:
        return value.items.enum
    return value.enum


def enumeration(listed: tuple[Scalar, ...], form: EnumForm) -> Words:
    """Allowed values in one of the forms; in code spans where words could be taken for prose."""
    tokens = [shown(member) for member in listed]
    constants = all(_CONSTANT.fullmatch(token) for token in tokens)
    if len(tokens) < 2 or form == "brackets":
        return (f"Possible values: [{', '.join(tokens)}]",)
    if form == "bullets":
        items: tuple[Words, ...] = tuple(
            (Code(t), ": one of the states it can be in") for t in tokens
        )
        return ("One of the following:", Bullets(items))
    if form == "slashes" and constants:
        return ("Possible values: " + "/".join(tokens),)
    if form == "listed" and constants:
        return ("One of: " + ", ".join(tokens),)
    return _spans(tokens)


def _spans(tokens: list[str]) -> Words:
    pieces: list[str | Code] = ["One of "]
    for number, token in enumerate(tokens):
        pieces += [", ", Code(token)] if number else [Code(token)]
    return tuple(pieces)


def shown(member: Json) -> str:
    """A value as pages print it."""
    return member if isinstance(member, str) else json.dumps(member)


def _quoted(member: Scalar) -> str:
    return f'"{member}"' if isinstance(member, str) else json.dumps(member)

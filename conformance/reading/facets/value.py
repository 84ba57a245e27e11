"""A raw row -> what it says about one value."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from conformance.model.operation import Json, Kind, Limits, Location, Scalar, Stated, Value
from conformance.reading.facets.enum_lists import in_type_cell
from conformance.reading.facets.enums import (
    read_enum,
    read_enum_cell,
    read_lone_value,
    typed_values,
)
from conformance.reading.facets.limits import read_limits
from conformance.reading.facets.prose import (
    read_condition,
    read_constant,
    read_default,
    read_default_cell,
    read_format,
    read_items,
    read_nullable,
    read_stated,
    read_unit,
)
from conformance.reading.facets.types import TypeReading, read_type
from conformance.reading.rows.row import FieldRow
from conformance.vocabulary import locations, normal

_IDENTIFIER_ARRAY = re.compile(r"\[\]$")


def read_value(
    raw: FieldRow,
    names: frozenset[str],
    linked: tuple[str, ...] = (),
    *,
    is_input: bool = False,
) -> Value:
    """Everything one row says about its value, children left out.

    ``names`` are all names of the page: a list of those in prose is no enumeration.
    ``linked`` are values told in a section that the row links to; the row's own words go
    first.  Only for an input, a single value told for it is all it can be.
    """
    reading = read_type(raw.type_text)
    enum = _enum(raw, reading, names)
    if is_input and not enum and reading.kind == "string":
        enum = read_lone_value(raw.description)
    enum = enum or typed_values(linked, inner_kind(reading))
    kind = _kind(raw, reading, enum)
    text = raw.description.plain
    bounds = "\n".join(filter(None, (text, raw.limits_text)))
    unit, epoch = read_unit(raw.name.name, raw.type_text, bounds, kind)
    default = read_default_cell(raw.default_text, kind) or read_default(text, kind)
    value = Value(
        span=raw.span,
        kind=kind,
        type_text=raw.type_text,
        format=_format(kind, reading, text),
        unit=unit,
        epoch=epoch,
        enum=() if kind == "array" or not _admits(enum, default) else enum,
        constant=read_constant(text, kind),
        default=default,
        limits=_limits(raw, bounds, kind, enum),
        nullable=_nullable(raw, reading, text),
        description=_tidy(text),
        example=_example(raw.example_text, kind),
    )
    return replace(value, items=_items(raw, reading, enum)) if kind == "array" else value


def read_presence(raw: FieldRow) -> tuple[Stated, str]:
    """Whether the row says it is always there, and the page's words for a condition."""
    condition = read_condition(raw.description.plain)
    stated = raw.required
    if stated is Stated.NOT_STATED:
        stated = read_stated(raw.description.plain)
    if stated is Stated.NOT_STATED and condition:
        return Stated.CONDITIONAL, condition
    return stated, condition


def read_location(raw: FieldRow, path: str) -> Location | Literal["body"] | None:
    """Where the row's own cell puts an input of an operation with ``path``; None when it has none.

    "URL" is the path for a part of it, else the query.
    """
    word = normal(raw.location)
    told = locations().get(word) if word else None
    within = "{" + raw.name.name + "}" in path
    return "query" if told == "path" and word in ("url", "uri") and not within else told


def row_kind(raw: FieldRow) -> Kind | None:
    """The JSON type that the row's own type cell or name says."""
    return _kind(raw, read_type(raw.type_text), ())


def _admits(enum: tuple[Scalar, ...], default: tuple[Scalar, ...]) -> bool:
    """A list of values that leaves the default out is not all there is."""
    return not default or default[0] in enum


def _kind(raw: FieldRow, reading: TypeReading, enum: tuple[Scalar, ...]) -> Kind | None:
    if reading.kind:
        return reading.kind
    if _IDENTIFIER_ARRAY.search(raw.name.name):
        return "array"
    if enum and (reading.object_name or in_type_cell(raw.type_text)):
        return "string"
    return None


def _format(kind: Kind | None, reading: TypeReading, text: str) -> str | None:
    return reading.format or read_format(text, kind)


def _enum(raw: FieldRow, reading: TypeReading, names: frozenset[str]) -> tuple[Scalar, ...]:
    kind = inner_kind(reading)
    if raw.enum is not None and raw.enum.plain.strip():
        found = read_enum_cell(raw.enum, kind)
        if found:
            return found
    in_type = typed_values(in_type_cell(raw.type_text), kind)
    return in_type or read_enum(raw.description, kind, names)


def inner_kind(reading: TypeReading) -> Kind | None:
    """The type whose values an enumeration lists: that of the items, for an array."""
    if reading.kind == "array":
        return reading.item.kind if reading.item else None
    return reading.kind


def _limits(raw: FieldRow, bounds: str, kind: Kind | None, enum: tuple[Scalar, ...]) -> Limits:
    if enum and kind != "array":
        return Limits()
    return read_limits(bounds, kind)


def _nullable(raw: FieldRow, reading: TypeReading, text: str) -> Stated:
    for stated in (raw.nullable, reading.nullable):
        if stated is not Stated.NOT_STATED:
            return stated
    return read_nullable(text)


def _items(raw: FieldRow, reading: TypeReading, enum: tuple[Scalar, ...]) -> Value | None:
    """The items of an array, from its type words or else from the description."""
    item = reading.item or read_items(raw.description.plain)
    if item is None and not enum:
        return None
    return replace(_held(raw, item or TypeReading()), enum=enum)


def _held(raw: FieldRow, item: TypeReading) -> Value:
    """What an array's type words say of its items, however deep they go."""
    inner = _held(raw, item.item) if item.kind == "array" and item.item else None
    return Value(span=raw.span, kind=item.kind, format=item.format, items=inner)


def _example(text: str, kind: Kind | None) -> tuple[Json, ...]:
    return tuple(read_default_cell(text, kind)) if text else ()


def _tidy(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()

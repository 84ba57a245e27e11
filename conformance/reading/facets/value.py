"""A row as the page has it -> everything it says about one value, one facet after the other."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from conformance.model.document import Text
from conformance.model.operation import NO_LIMITS, Kind, Limits, Scalar, Stated, Value
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.facets.enum_marks import read_lone_value
from conformance.reading.facets.enum_words import list_sign, read_type_cell_values
from conformance.reading.facets.enums import (
    NO_VALUES,
    Enumeration,
    read_enum,
    read_enum_cell,
    read_enum_words,
    to_enumeration,
)
from conformance.reading.facets.kind import (
    find_inner_kind,
    read_item,
    read_items,
    read_kind,
    read_row_type,
    with_kind_of,
)
from conformance.reading.facets.limits import read_limits
from conformance.reading.facets.presence import is_elsewhere_empty, read_nullable
from conformance.reading.facets.single_values import (
    read_constant,
    read_default,
    read_default_cell,
    read_example_cell,
    read_marked_default,
    read_typed_values,
)
from conformance.reading.facets.types import TypeReading, is_enumeration, is_precise
from conformance.reading.facets.units import read_unit
from conformance.reading.rows.row import FieldRow, RowName

_CHOICES: Final = regex(r"[A-Za-z][\w-]{1,40}(?:\s?\\?\|\s?[A-Za-z][\w-]{1,40})+")
"""In a column of constraints: ``BUY|SELL``."""
_CONSTANT: Final = regex(r"[A-Z][A-Z0-9_]{1,40}")
_NOWHERE: Final = Span("", 0, 0)

_SIZED = regex(
    r"[A-Za-z]{2,12}\s?[\[(（]\s?(?P<low>\d{1,6})\s?[,，~-]\s?(?P<high>\d{1,6})\s?[\])）]"
)
"""``string[1,32]``: the least and most characters."""


def read_value(
    raw: FieldRow,
    names: frozenset[str],
    linked: tuple[str, ...] = (),
    *,
    is_input: bool = False,
) -> Value:
    """Everything one row says about its value, children left out.

    ``names`` are all names of the page: a list of those in prose is no enumeration.
    ``linked`` are values listed in a section that the row links to; the row's own words go
    first.  Only for an input, a single value named for it is all it can be.
    """
    return _place_at(_read_words(_without_place(raw), names, linked, is_input), raw.span)


def _without_place(raw: FieldRow) -> FieldRow:
    """What the row says of its value, equal for every row that says so."""
    return FieldRow(
        name=RowName(name=raw.name.name),
        span=_NOWHERE,
        description=Text(raw.description.plain, _NOWHERE, raw.description.marks),
        type_text=raw.type_text,
        has_type_cell=raw.has_type_cell,
        default_text=raw.default_text,
        enum=Text(raw.enum.plain, _NOWHERE, raw.enum.marks) if raw.enum is not None else None,
        limits_text=raw.limits_text,
        example_text=raw.example_text,
        nullable=raw.nullable,
    )


def _place_at(value: Value, span: Span) -> Value:
    """``value`` with its items where its row stands."""
    items = _place_at(value.items, span) if value.items is not None else None
    members = _place_at(value.members, span) if value.members is not None else None
    return replace(value, span=span, items=items, members=members)


@lru_cache(maxsize=4096)
def _read_words(
    raw: FieldRow, names: frozenset[str], linked: tuple[str, ...], is_input: bool
) -> Value:
    """The value of a row without its place: a page says the same of many rows."""
    reading = with_kind_of(linked, read_row_type(raw))
    listed = _read_enum(raw, reading, names, linked, is_input=is_input)
    kind = read_kind(raw, reading, listed.values)
    text = raw.description.plain
    ranged = raw.enum.plain if raw.enum is not None and not listed.values else ""
    bounds = "\n".join(filter(None, (text, raw.limits_text, ranged)))
    unit, epoch = read_unit(raw.name.name, raw.type_text, bounds, kind)
    default = (
        read_default_cell(raw.default_text, kind)
        or read_marked_default(text, listed.values)
        or _drop_name(read_default(raw.description, kind), names)
        or _drop_name(read_default(Text(raw.limits_text, _NOWHERE), kind), names)
    )
    value = Value(
        span=raw.span,
        kind=kind,
        type_text=raw.type_text,
        format=reading.format,
        unit=unit,
        epoch=epoch,
        enum=() if kind == "array" or not _admits(listed.values, default) else listed.values,
        constant=read_constant(raw.description, kind),
        default=default,
        limits=_read_limits(raw, reading, bounds, kind or _infer_kind(default), listed.values),
        nullable=_read_nullable(raw, reading, listed, text),
        description=_tidy(text),
        example=read_example_cell(raw.example_text, kind),
    )
    if kind == "array":
        return replace(value, items=read_items(raw, reading, listed.values))
    each = reading.item if kind == "object" else None
    return (
        value if each is None or each.kind is None else replace(value, members=read_item(raw, each))
    )


def _drop_name(default: tuple[Scalar, ...], names: frozenset[str]) -> tuple[Scalar, ...]:
    """A default in words, unless it names another input or member: its value is the default."""
    named = bool(default) and isinstance(default[0], str) and default[0] in names
    return () if named and not str(default[0]).isalpha() else default


def _infer_kind(default: tuple[Scalar, ...]) -> Kind | None:
    """Of a value without a type, that its bounds are those of a number."""
    return "number" if default and str(default[0]).isdigit() else None


def _admits(enum: tuple[Scalar, ...], default: tuple[Scalar, ...]) -> bool:
    """A list of values that leaves the default out is not all there is."""
    return not default or default[0] in enum


def _read_enum(
    raw: FieldRow,
    reading: TypeReading,
    names: frozenset[str],
    linked: tuple[str, ...],
    *,
    is_input: bool,
) -> Enumeration:
    """The list of values: of the column for them, the type cell, the description, a section."""
    kind = find_inner_kind(reading)
    found = _own_enum(raw, reading, names, kind)
    if found.open:
        return found
    if not found.values and is_input and reading.kind == "string":
        found = Enumeration(read_lone_value(raw.description))
    if not found.values:
        return Enumeration(read_typed_values(linked, kind), found.nullable)
    if not is_input and is_elsewhere_empty(raw.description.plain):
        return _with_empty(found)
    return found


def _own_enum(
    raw: FieldRow, reading: TypeReading, names: frozenset[str], kind: Kind | None
) -> Enumeration:
    if raw.enum is not None and raw.enum.plain.strip():
        found = read_enum_cell(raw.enum, kind)
        if found != NO_VALUES:
            return found
    in_type = to_enumeration(read_type_cell_values(raw.type_text), raw.type_text, kind)
    if in_type != NO_VALUES:
        return in_type
    if _are_choices(raw.limits_text.strip()):
        return read_enum_cell(Text(raw.limits_text, raw.span), kind)
    found = read_enum(raw.description, kind, names, raw.name.name)
    if found == NO_VALUES and is_enumeration(raw.type_text):
        return read_enum_words(raw.description, kind)
    return found


def _are_choices(limits: str) -> bool:
    """Whether a cell of constraints is a list of values: with pipes, or of constants alone."""
    if _CHOICES.fullmatch(limits):
        return True
    parts = [part.strip(" `") for part in list_sign().split(limits) if part.strip()]
    return len(parts) > 1 and all(map(_CONSTANT.fullmatch, parts))


def _with_empty(listed: Enumeration) -> Enumeration:
    """A member that applies to some cases is an empty string in the others."""
    if not all(isinstance(value, str) for value in listed.values) or "" in listed.values:
        return listed
    return replace(listed, values=(*listed.values, ""))


def _read_limits(
    raw: FieldRow,
    reading: TypeReading,
    bounds: str,
    kind: Kind | None,
    enum: tuple[Scalar, ...],
) -> Limits:
    if enum and kind != "array":
        return NO_LIMITS
    if kind == "string" and (hit := _SIZED.fullmatch(raw.type_text.strip())):
        low, high = int(hit["low"]), int(hit["high"])
        return Limits(min_length=low, max_length=high) if low <= high else NO_LIMITS
    if not is_precise(raw.type_text):
        bounds = f"{bounds}\n{raw.type_text}"
    limits = read_limits(bounds, kind)
    if kind == "string" and limits.max_length is None and reading.max_length is not None:
        return replace(limits, max_length=reading.max_length)
    return limits


def _read_nullable(raw: FieldRow, reading: TypeReading, listed: Enumeration, text: str) -> Stated:
    for stated in (raw.nullable, reading.nullable):
        if stated is not Stated.NOT_STATED:
            return stated
    return Stated.YES if listed.nullable else read_nullable(text)


def _tidy(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()

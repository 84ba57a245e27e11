"""JSON's types, and the values a page allows in them."""

from __future__ import annotations

import json
from math import isinf
from typing import Any, Final

from msgspec.structs import replace

from conformance.model.operation import Field, Kind, Scalar, Stated, Value
from conformance.patterns import regex

RANGES: Final[dict[str, tuple[int, int]]] = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
"""Formats of numbers, with the least and the greatest."""
_POSITION = regex(r"\[(\d{1,2})\]$")


def kind_of(instance: Any) -> str:
    """JSON's own name for the type of a decoded value; ``integer`` only for a Python int."""
    if instance is None:
        return "null"
    for kind, python in _PYTHON:
        if isinstance(instance, python):
            return kind
    return "unknown"


def fits(kind: Kind | None, instance: Any) -> bool:
    """Whether ``instance`` is of the documented ``kind``; always so when the page gives none.  As
    JSON Schema has it: ``1.0`` is an integer, an integer is a number, a boolean is neither. A
    number too large for a double has no fraction that could be known."""
    actual = kind_of(instance)
    if kind is None or actual == kind:
        return True
    if kind == "number":
        return actual == "integer"
    whole = isinstance(instance, float) and (instance.is_integer() or isinf(instance))
    return kind == "integer" and whole


def find_sure_kind(value: Value) -> Kind | None:
    """The type of a value as far as the page states it: a whole number that it shows makes none an
    integer, unless words do."""
    stated = value.type_text or value.format
    return "number" if value.kind == "integer" and not stated else value.kind


def admits_null(value: Value) -> bool:
    """Whether the page itself shows that null may stand here."""
    if value.shown_null and value.nullable is not Stated.NO:
        return True
    return value.nullable is Stated.YES or None in (*value.enum, *value.constant, *value.default)


def list_allowed(value: Value) -> tuple[Scalar, ...]:
    """The only values a page allows, in the documented type; empty when it does not restrict them.
    A page prints ``1`` alike for a number and for a string: a listed value is read in the
    documented type where it can be, and in both when the page gives no type."""
    if value.kind in ("object", "array"):
        return ()
    listed = (member for member in value.constant or value.enum if member is not None)
    read = [form for member in listed for form in read_typed(member, value.kind)]
    if read and admits_null(value):
        read.append(None)
    return tuple({(type(form), form): form for form in read}.values())


def read_typed(member: Scalar, kind: Kind | None) -> tuple[Scalar, ...]:
    """A printed value in the documented type; as it stands when it cannot be read so."""
    if kind is not None and fits(kind, member):
        return (member,)
    text = member if isinstance(member, str) else json.dumps(member)
    forms = tuple(form for form in (text, _decode(text)) if fits(kind, form))
    if kind is None:
        return tuple({type(form): form for form in (member, *forms)}.values())
    return forms[:1] or (member,)


def item_of(value: Value) -> Value | None:
    """What an array holds; values listed beside the array are those of its items."""
    listed = value.enum if value.kind == "array" else ()
    if not listed:
        return value.items
    item = value.items or Value(span=value.span)
    if item.kind in ("object", "array") or item.enum or item.constant:
        return item
    return replace(item, enum=listed)


def positions_of(value: Value) -> dict[int, Field]:
    """Items of an array that are documented one by one (``list[0]``), by their index."""
    if value.kind != "array":
        return {}
    hits = ((_POSITION.search(field.name), field) for field in value.fields)
    return {int(hit[1]): field for hit, field in hits if hit}


def _decode(text: str) -> Scalar:
    """The scalar that ``text`` is in JSON, or the text itself."""
    try:
        decoded = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
    return decoded if isinstance(decoded, bool | int | float) else text


_PYTHON: tuple[tuple[str, type], ...] = (
    ("boolean", bool),  # before int, which it is a kind of in Python
    ("integer", int),
    ("number", float),
    ("string", str),
    ("object", dict),
    ("array", list),
)

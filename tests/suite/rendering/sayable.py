"""The part of a contract that pages have words for, as reading would give it.

A contract may say more than any page could: bounds of an object, a list as a whole body, an
input whose name is a sentence.  What is left here is what can be rendered and read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from conformance.model.operation import (
    Body,
    Field,
    Group,
    Kind,
    Limits,
    Operation,
    Parameter,
    Response,
    Scalar,
    Stated,
    Value,
)
from conformance.reading.schema_from_examples import value_of_examples

_NAME: Final = re.compile(r"[A-Za-z_$@][\w$@]*(?:\[\])?")
_TOKEN: Final = re.compile(r"[\w.+:/-]{1,64}")
_STATUS: Final = re.compile(r"[1-5](?:\d\d|XX)")
_MOST_BOUND: Final = 3
"""Inputs that one sentence binds together."""
_NUMERIC: Final = ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum")
_BOUNDS: Final[dict[Kind | None, tuple[str, ...]]] = {
    "integer": _NUMERIC,
    "number": _NUMERIC,
    None: _NUMERIC,
    "string": ("min_length", "max_length"),
    "array": ("min_items", "max_items"),
}


def sayable(operation: Operation) -> Operation:
    """``operation`` without what pages cannot say."""
    names = {p.name for p in operation.parameters}
    names |= {f.name for f in operation.body.value.fields} if operation.body else set()
    groups = tuple(g for g in operation.groups if _can_bind(g, names))
    bound = {name for group in groups for name in group.names}
    return replace(
        operation,
        parameters=tuple(_parameter(p, bound) for p in operation.parameters),
        body=_body(operation.body, bound) if operation.body else None,
        responses=tuple(r for r in map(_response, operation.responses) if r is not None),
        groups=groups,
    )


def _can_bind(group: Group, names: set[str]) -> bool:
    return 2 <= len(group.names) <= _MOST_BOUND and set(group.names) <= names


def _parameter(p: Parameter, bound: set[str]) -> Parameter:
    required = Stated.CONDITIONAL if p.name in bound else p.required
    if p.location == "path":
        required = Stated.YES
    return replace(p, value=_value(p.value), required=required)


def _body(body: Body, bound: set[str]) -> Body | None:
    """A body's members; it is required when one of them is, as readers take it."""
    fields = tuple(
        replace(f, required=Stated.CONDITIONAL) if f.name in bound else f
        for f in _fields(body.value.fields)
    )
    if not fields:
        return None
    needed = any(f.required is Stated.YES for f in _fields(body.value.fields))
    value = Value(span=body.value.span, kind="object", fields=fields)
    return replace(
        body,
        value=value,
        required=Stated.YES if needed else Stated.NOT_STATED,
        examples=tuple(e for e in body.examples if e.parsed),
    )


def _response(response: Response) -> Response | None:
    """A response with a status of its own, or with something in it."""
    examples = tuple(e for e in response.examples if e.parsed)
    fields = _fields(response.value.fields) if response.value else ()
    told = Value(span=response.span, kind="object", fields=fields) if fields else None
    value = told or _bare(value_of_examples(examples))
    if not _STATUS.fullmatch(response.status) or not (response.stated or value or examples):
        return None
    return replace(response, value=value, examples=examples, media_type="application/json")


def _bare(shown: Value | None) -> Value | None:
    """What examples without a member show: no table tells it."""
    inner = shown
    while inner is not None and inner.items is not None:
        inner = inner.items
    return None if inner is None or inner.fields else shown


def _fields(fields: Iterable[Field]) -> tuple[Field, ...]:
    return tuple(replace(f, value=_value(f.value)) for f in fields if _NAME.fullmatch(f.name))


def _value(value: Value) -> Value:
    kind: Kind | None = "object" if value.fields else value.kind
    if kind == "array":
        return Value(
            span=value.span, kind=kind, items=_item(value), limits=_limits(value, kind),
            nullable=value.nullable,
        )  # fmt: skip
    if kind in ("object", "boolean"):
        value = replace(value, unit=None, epoch=False, enum=(), format=None)
    listed = tuple(m for m in value.enum if _is_listable(m, kind))
    listed = listed if listed == value.enum else ()
    return Value(
        span=value.span,
        kind=kind,
        format=value.format if kind is not None else None,
        unit=value.unit,
        epoch=value.epoch and value.unit is not None,
        fields=_fields(value.fields),
        enum=listed,
        constant=value.constant if kind != "object" else (),
        default=value.default if kind != "object" else (),
        limits=Limits() if listed else _limits(value, kind),
        nullable=value.nullable,
        example=tuple(e for e in value.example if not isinstance(e, list | dict | None)),
    )


def _is_listable(member: Scalar, kind: Kind | None) -> bool:
    if isinstance(member, str):
        return kind in ("string", None) and _TOKEN.fullmatch(member) is not None
    whole = isinstance(member, int) and not isinstance(member, bool)
    return whole and kind in ("integer", "number")


def _limits(value: Value, kind: Kind | None) -> Limits:
    said = {name: getattr(value.limits, name) for name in _BOUNDS.get(kind, ())}
    return Limits(**said)


def _item(value: Value) -> Value | None:
    """Of what a list holds a page says type, format, values and members."""
    item = value.items
    listed = value.enum or (item.enum if item else ())
    if item is None and not listed:
        return None
    inner = _value(replace(item or Value(span=value.span), enum=listed))
    if inner.items is not None and inner.items.enum:  # a description lists the items' values only
        inner = replace(inner, items=replace(inner.items, enum=()))
    form = None if inner.format == "decimal" else inner.format
    kept = Value(
        span=inner.span, kind=inner.kind, format=form, items=inner.items,
        fields=inner.fields, enum=inner.enum,
    )  # fmt: skip
    return None if kept == Value(span=kept.span) else kept

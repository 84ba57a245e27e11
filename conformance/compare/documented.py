"""What a page documents in words, apart from what only its examples show."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.operation import Field, Value


def fields_in_words(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """``fields`` less those that only examples show.

    Kept is what holds a member documented in words, and an object of which nothing is
    documented in words stays as the examples have it.
    """
    if all(f.shown for f in fields):
        return fields
    return tuple(f for f in fields if not f.shown or _has_words(f.value))


def value_in_words(value: Value) -> Value:
    """``value`` with :func:`fields_in_words` at every level, and with the types and without the
    null that examples alone show."""
    value = _container_in_words(value)
    return replace(
        value,
        shown_null=False,
        items=value_in_words(value.items) if value.items is not None else None,
        fields=tuple(_field_in_words(f) for f in fields_in_words(value.fields)),
    )


def _container_in_words(value: Value) -> Value:
    """An object or array as the words have it, where an example shows the other."""
    if value.stated_kind == "array":
        items = Value(span=value.span, kind="object", fields=value.fields)
        return replace(value, kind="array", stated_kind=None, fields=(), items=items)
    if value.stated_kind == "object":
        inner: Value | None = value
        while inner is not None and inner.kind == "array":
            inner = inner.items
        fields = inner.fields if inner is not None else ()
        return replace(value, kind="object", stated_kind=None, fields=fields, items=None)
    return value


def _field_in_words(field: Field) -> Field:
    if field.shown and not _has_words(field.value):
        return field
    return replace(field, value=value_in_words(field.value))


def _has_words(value: Value) -> bool:
    inner = value.items
    return any(not f.shown or _has_words(f.value) for f in value.fields) or (
        inner is not None and _has_words(inner)
    )

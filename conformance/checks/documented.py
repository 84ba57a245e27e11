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
    """``value`` with :func:`fields_in_words` at every level."""
    return replace(
        value,
        items=value_in_words(value.items) if value.items is not None else None,
        fields=tuple(
            replace(f, value=value_in_words(f.value)) for f in fields_in_words(value.fields)
        ),
    )


def _has_words(value: Value) -> bool:
    inner = value.items
    return any(not f.shown or _has_words(f.value) for f in value.fields) or (
        inner is not None and _has_words(inner)
    )

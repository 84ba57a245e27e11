"""The same thing told in two places: one tree of fields, the first telling kept."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.operation import Field, Value


def merge_fields(first: tuple[Field, ...], second: tuple[Field, ...]) -> tuple[Field, ...]:
    """Union by name, ``first`` before ``second``; members of both are merged in turn."""
    later = {f.name: f for f in second}
    merged = [_merge(f, later.pop(f.name)) if f.name in later else f for f in first]
    return (*merged, *later.values())


def _merge(first: Field, second: Field) -> Field:
    return replace(first, value=merge_values(first.value, second.value))


def merge_values(first: Value, second: Value) -> Value:
    """``first`` with the members and items that only ``second`` tells."""
    if first.kind == "array" and second.kind == "array" and second.items is not None:
        items = merge_values(first.items, second.items) if first.items else second.items
        return replace(first, items=items)
    if first.fields and second.fields:
        return replace(first, fields=merge_fields(first.fields, second.fields))
    return replace(first, fields=first.fields or second.fields) if first.kind == "object" else first

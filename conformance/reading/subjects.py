"""The dotted name of everything an operation documents, by where it is stated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from conformance.model.operation import Operation, Stated, Value
from conformance.model.span import Span

_Member: TypeAlias = tuple[str, tuple[Value, Stated]]
"""Dotted name, value and required mark."""


def subjects(operation: Operation, *, shown: bool = True) -> Iterator[tuple[Span, str]]:
    """Span and dotted name of every parameter, body member and response field.

    Without ``shown`` those that only examples show are left out.
    """
    return ((value.span, name) for name, (value, _) in members(operation, shown=shown))


def members(
    operation: Operation, *, shown: bool = True
) -> Iterator[tuple[str, tuple[Value, Stated]]]:
    """Dotted name, value and required mark of everything the operation documents."""
    for parameter in operation.parameters:
        name = f"parameters.{parameter.name.removesuffix('[]')}"
        yield name, (parameter.value, parameter.required)
        yield from _list_members(parameter.value, name, shown, [])
    if operation.body:
        yield from _list_members(operation.body.value, "requestBody", shown, [])
    for response in operation.responses:
        if response.value:
            yield from _list_members(response.value, f"responses.{response.status}", shown, [])


def _list_members(value: Value, name: str, shown: bool, found: list[_Member]) -> list[_Member]:
    """``found`` with everything in ``value`` added to it: one list, however deep it goes."""
    while (inner_value := value.items or value.members) is not None and not value.fields:
        value, name = inner_value, f"{name}.*" if value.members else f"{name}[]"
    for field in value.fields:
        inner = f"{name}.{field.name}"
        if shown or not field.shown:
            found.append((inner, (field.value, field.required)))
        if field.value.fields or field.value.items or field.value.members:
            _list_members(field.value, inner, shown, found)
    return found

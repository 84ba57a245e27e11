"""Everything a request takes, as one JSON Schema.

A request is an object with ``path``, ``query``, ``header``, ``cookie`` (objects by parameter
name) and ``body``, those that are documented.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

from conformance.model.operation import Group, Location, Operation, Parameter, Stated
from conformance.schema.json_schema import Schema, by_name, object_schema, to_schema

_LOCATIONS: Final[tuple[Location, ...]] = ("path", "query", "header", "cookie")


def to_request_schema(operation: Operation) -> Schema | None:
    """The schema of all inputs of ``operation``; None when it documents none."""
    parts = {place: _parameters(operation, place) for place in _LOCATIONS}
    properties: Schema = {place: schema for place, schema in parts.items() if schema}
    if operation.body is not None:
        properties["body"] = _body(operation)
    if not properties:
        return None
    needed = [name for name, schema in properties.items() if _is_needed(operation, name, schema)]
    return {
        "type": "object",
        "properties": properties,
        **({"required": needed} if needed else {}),
        "x-documented-at": str(operation.span),
    }


def group_schema(group: Group) -> Schema:
    """Inputs bound together, as an assertion over the object that holds them."""
    each: list[Schema] = [{"required": [name]} for name in group.names]
    if group.kind == "exactly-one":
        return {"oneOf": each}
    if group.kind == "at-least-one":
        return {"anyOf": each}
    return {"not": {"anyOf": [{"required": list(two)} for two in combinations(group.names, 2)]}}


def _parameters(operation: Operation, place: Location) -> Schema:
    found = tuple(p for p in operation.parameters if p.location == place)
    if not found:
        return {}
    schema = object_schema(found)
    if place == "path":
        schema["required"] = list(by_name(found))
    return {"type": "object", **schema, **_groups(operation, {p.name for p in found}), **_at(found)}


def _at(found: tuple[Parameter, ...]) -> Schema:
    return {"x-documented-at": str(found[0].span)}


def _body(operation: Operation) -> Schema:
    if operation.body is None:
        return {}
    return {**to_schema(operation.body.value), **body_groups(operation)}


def body_groups(operation: Operation) -> dict[str, Any]:
    """Members of the body that are bound together, as assertions over it."""
    if operation.body is None:
        return {}
    return _groups(operation, {f.name for f in operation.body.value.fields})


def _groups(operation: Operation, names: set[str]) -> dict[str, Any]:
    """The groups all of whose members are in one place."""
    found = [
        group_schema(g) for g in operation.groups if len(g.names) > 1 and names >= set(g.names)
    ]
    return {"allOf": found} if found else {}


def _is_needed(operation: Operation, name: str, schema: Schema) -> bool:
    if name == "body":
        return operation.body is not None and operation.body.required is Stated.YES
    return bool(schema.get("required")) or any(
        "oneOf" in group or "anyOf" in group for group in schema.get("allOf", ())
    )

"""A documented value as JSON Schema 2020-12.

What JSON Schema has no word for is kept beside it: ``x-documented-at`` on every node
(``<page>:<line>``), and where they apply ``x-documented-type`` (the page's own word),
``x-unit``, ``x-epoch``; on an object's members ``x-required`` (``no``, ``not-stated``,
``conditional``), ``x-condition`` and ``x-confidence``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, Final, TypeAlias, TypeVar

from jsonschema_rs import Draft202012Validator

from conformance.model.operation import (
    Confidence,
    Field,
    Group,
    Limits,
    Location,
    Operation,
    Parameter,
    Stated,
    Value,
)
from conformance.reading.facets.types import read_alternatives
from conformance.schema import kinds
from conformance.schema.kinds import member as member_subject

Schema: TypeAlias = dict[str, Any]
Member = TypeVar("Member", Field, Parameter)
MAX_DEPTH: Final = 64
"""Objects and arrays nested deeper than any documentation means them are cut, and say so."""
LIMITS: Final[tuple[tuple[str, str], ...]] = (
    ("minimum", "minimum"),
    ("maximum", "maximum"),
    ("exclusive_minimum", "exclusiveMinimum"),
    ("exclusive_maximum", "exclusiveMaximum"),
    ("min_length", "minLength"),
    ("max_length", "maxLength"),
    ("min_items", "minItems"),
    ("max_items", "maxItems"),
)
"""Members of :class:`Limits` and the keywords they are in JSON Schema."""
_LOCATIONS: Final[tuple[Location, ...]] = ("path", "query", "header", "cookie")
_KEPT: Final = {"exactly-one": (1, 1), "at-most-one": (0, 1), "at-least-one": (1, math.inf)}


def to_schema(value: Value, *, depth: int = 0) -> Schema:
    """The JSON Schema of ``value`` and of all it holds, its keys in a fixed order.  Only what is
    stated becomes an assertion: a member is required, an object closed and a value nullable when
    the page says so, and not before.  ``format`` may be ``decimal``, a number written as a string,
    which JSON Schema does not know and validators ignore."""
    if depth > MAX_DEPTH:
        return {"x-cut": f"nested deeper than {MAX_DEPTH}", "x-documented-at": str(value.span)}
    item = kinds.item_of(value)
    stated: Schema = {
        "description": value.description,
        "examples": list(value.example),
        "x-documented-type": value.type_text,
        "x-unit": value.unit,
        "x-epoch": value.epoch,
        "x-documented-at": str(value.span),
    }
    return {
        **_build_type(value),
        **_build_restriction(value),
        **_build_default(value),
        **build_limits(value.limits),
        **_build_members(value, depth + 1),
        **({} if item is None else {"items": to_schema(item, depth=depth + 1)}),
        **{name: fact for name, fact in stated.items() if fact},
    }


def build_either(values: Iterable[Value]) -> Schema:
    """The schema of a body that is documented several times: any of its forms, if they differ."""
    schemas = list({repr(schema): schema for schema in map(to_schema, values)}.values())
    if len(schemas) == 1:
        return schemas[0]
    return {"anyOf": schemas, "x-documented-at": schemas[0]["x-documented-at"]}


def build_limits(documented: Limits) -> Schema:
    """The bounds that are stated, under JSON Schema's keywords."""
    bounds = ((keyword, getattr(documented, name)) for name, keyword in LIMITS)
    return {keyword: bound for keyword, bound in bounds if bound is not None}


def describe_presence(required: Stated, condition: str, confidence: Confidence) -> Schema:
    """What a page says on when an input or a member is there, where ``required`` cannot."""
    return {
        **({} if required is Stated.YES else {"x-required": required.value}),
        **({"x-condition": condition} if condition else {}),
        **({} if confidence == "high" else {"x-confidence": confidence}),
    }


def build_member(member: Field | Parameter, *, depth: int = 0) -> Schema:
    """The schema of one named thing: its value's, and how sure its presence is."""
    return {
        **to_schema(member.value, depth=depth),
        **describe_presence(member.required, member.condition, member.confidence),
    }


def build_object(members: Iterable[Member], *, depth: int = 0) -> Schema:
    """``properties`` and ``required``; of two members of one name the first counts."""
    named = index_by_name(members)
    needed = [name for name, member in named.items() if member.required is Stated.YES]
    return {
        "properties": {name: build_member(named[name], depth=depth) for name in named},
        **({"required": needed} if needed else {}),
    }


def index_by_name(members: Iterable[Member]) -> dict[str, Member]:
    """Members under their names, in page order; of two of one name the first counts."""
    named: dict[str, Member] = {}
    for member in members:
        named.setdefault(member.name, member)
    return named


def walk_values(value: Value, subject: str, depth: int = 0) -> Iterator[tuple[str, Value]]:
    """``value`` and every value in it, each with its dotted name."""
    yield subject, value
    if depth < MAX_DEPTH:
        item = kinds.item_of(value)
        if item is not None:
            yield from walk_values(item, subject + kinds.ITEMS, depth + 1)
        for name, found in index_by_name(value.fields).items():
            yield from walk_values(found.value, member_subject(subject, name), depth + 1)


def _build_type(value: Value) -> Schema:
    types = (value.kind,) if value.kind else read_alternatives(value.type_text)
    kind = [*types, *(["null"] if types and kinds.admits_null(value) else [])]
    stated = {"type": kind if len(kind) > 1 else value.kind, "format": value.format}
    return {name: fact for name, fact in stated.items() if fact is not None}


def _build_restriction(value: Value) -> Schema:
    members = kinds.list_allowed(value)
    if not members:
        return {}
    if value.constant and len(members) == 1:
        return {"const": members[0]}
    return {"enum": list(members)}


def _build_default(value: Value) -> Schema:
    """The documented default; one that the rest of the page rules out is kept beside it."""
    if not value.default:
        return {}
    default = kinds.read_typed(value.default[0], value.kind)[0]
    rules = {**_build_type(value), **_build_restriction(value), **build_limits(value.limits)}
    valid = Draft202012Validator(rules, validate_formats=True).is_valid(default)
    return {"default" if valid else "x-documented-default": default}


def _build_members(value: Value, depth: int) -> Schema:
    if positions := kinds.positions_of(value):
        # Any value where the page says nothing.
        found = (positions.get(at) for at in range(max(positions) + 1))
        items = [{"title": f.name, **build_member(f, depth=depth)} if f else {} for f in found]
        return {"prefixItems": items}
    schema = build_object(value.fields, depth=depth) if value.fields else {}
    if value.closed is Stated.YES:
        schema["additionalProperties"] = False
    elif value.members is not None:
        others = to_schema(value.members, depth=depth)
        schema |= {"type": "object", "additionalProperties": others}
    return schema


def to_request_schema(operation: Operation) -> Schema | None:
    """The schema of all inputs of ``operation``; None when it documents none."""
    parts = {place: _build_parameters(operation, place) for place in _LOCATIONS}
    properties: Schema = {place: schema for place, schema in parts.items() if schema}
    needed = [place for place, schema in properties.items() if _is_needed(schema)]
    if (body := operation.body) is not None:
        properties["body"] = {**to_schema(body.value), **build_body_groups(operation)}
        needed += ["body"] if body.required is Stated.YES else []
    if not properties:
        return None
    return {
        "type": "object",
        "properties": properties,
        **({"required": needed} if needed else {}),
        "x-documented-at": str(operation.span),
    }


def build_group(group: Group) -> Schema:
    """Inputs bound together, as an assertion over the object that holds them."""
    each: list[Schema] = [{"required": [name]} for name in group.names]
    if group.kind != "at-most-one":
        return {"oneOf" if group.kind == "exactly-one" else "anyOf": each}
    return {"not": {"anyOf": [{"required": list(two)} for two in combinations(group.names, 2)]}}


def is_kept(group: Group, used: int) -> bool:
    """Whether so many of a group's inputs may be ``used`` together."""
    least, most = _KEPT[group.kind]
    return least <= used <= most


def _build_parameters(operation: Operation, place: Location) -> Schema:
    found = tuple(p for p in operation.parameters if p.location == place)
    if not found:
        return {}
    schema = build_object(found)
    if place == "path":
        schema["required"] = list(index_by_name(found))
    groups = _build_groups(operation, {p.name for p in found})
    return {"type": "object", **schema, **groups, "x-documented-at": str(found[0].span)}


def build_body_groups(operation: Operation) -> dict[str, Any]:
    """Members of the body that are bound together, as assertions over it."""
    if operation.body is None:
        return {}
    return _build_groups(operation, {f.name for f in operation.body.value.fields})


def _build_groups(operation: Operation, names: set[str]) -> dict[str, Any]:
    """The groups all of whose members are in one place."""
    found = [build_group(g) for g in operation.groups if len(g.names) > 1 and names >= set(g.names)]
    return {"allOf": found} if found else {}


def _is_needed(schema: Schema) -> bool:
    groups = schema.get("allOf", ())
    return bool(schema.get("required")) or any(
        {"oneOf", "anyOf"} & group.keys() for group in groups
    )

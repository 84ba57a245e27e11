"""A documented body compiled to the strictest schema: what it accepts, no rule has a word against.

Everything that could be a finding is made invalid: members that are not listed, null, moments in
another unit, integers out of range, strings not written as documented.  A body it accepts need
not be walked; a body it refuses is walked, and the walk says why.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import jsonschema_rs

from conformance.checks.limits import PATTERNS, RANGES, WINDOWS, exceeded, other_windows
from conformance.checks.plan import Plan
from conformance.model.operation import Json, Kind, Stated, Unit, Value
from conformance.schema.json_schema import Schema, limits
from conformance.schema.kinds import allowed

_NOT_NULL: Final = ["boolean", "object", "array", "number", "string"]


_NATIVE: Final = ("uuid",)
"""Formats the validator itself knows, as :data:`PATTERNS` has them, at a sixth of the cost."""


class Gate:
    """Whether a body is beyond reproach, in a few microseconds."""

    __slots__ = ("_validator",)

    def __init__(self, plan: Plan) -> None:
        spelt: dict[str, Value] = {}
        schema = strict(plan, spelt)
        if plan.members and plan.value.kind is None:
            schema["type"] = "object"  # anything else may be an envelope, which is not seen here
        self._validator = jsonschema_rs.Draft202012Validator(
            schema,
            formats={name: _within(value) for name, value in spelt.items()},
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(),
        )

    def accepts(self, body: Json) -> bool:
        """True only when the walk would find nothing; a body that defeats it is not accepted."""
        try:
            return self._validator.is_valid(body)
        except (ValueError, RecursionError):
            return False


@lru_cache(maxsize=500)
def gate_of(plan: Plan) -> Gate:
    """The gate of a part of a body; the parts asked for last are kept."""
    return Gate(plan)


def strict(plan: Plan, spelt: dict[str, Value]) -> Schema:
    """The schema of ``plan``; numbers written as strings whose bounds JSON Schema cannot express
    are added to ``spelt`` under the name of a format that does.
    """
    value = plan.value
    conditions = [*_listed(plan), *_written(value), *_moment(plan), *_spelt(value, spelt)]
    return {
        **_type(plan),
        **limits(value.limits),
        **_members(plan, spelt),
        **_positions(plan, spelt),
        **({} if plan.item is None else {"items": strict(plan.item, spelt)}),
        **({"allOf": conditions} if conditions else {}),
    }


def _positions(plan: Plan, spelt: dict[str, Value]) -> Schema:
    if not plan.positions:
        return {}
    last = max(plan.positions) + 1
    found = (plan.positions.get(at) for at in range(last))
    return {"prefixItems": [{} if one is None else strict(one[1], spelt) for one in found]}


def whole(pattern: str) -> str:
    """A pattern for the whole string, in the words of JSON Schema."""
    return f"^(?:{pattern})$"


def _type(plan: Plan) -> Schema:
    kind = plan.value.kind
    if kind is None:
        return {} if plan.null else {"type": _NOT_NULL}
    return {"type": [kind, "null"] if plan.null else kind}


def _members(plan: Plan, spelt: dict[str, Value]) -> Schema:
    if not plan.names_members:
        return {}
    needed = [name for name, (field, _) in plan.members.items() if field.required is Stated.YES]
    others: Schema | bool = plan.value.closed is Stated.NO
    if plan.member is not None:
        others = strict(plan.member, spelt)
    return {
        **({"minProperties": 1} if plan.hopes_for_some else {}),
        "properties": {name: strict(inner, spelt) for name, (_, inner) in plan.members.items()},
        "required": needed,
        "additionalProperties": others,
    }


def _listed(plan: Plan) -> list[Schema]:
    values = list(allowed(plan.value))
    if not values:
        return []
    return [{"enum": values if not plan.null or None in values else [*values, None]}]


def _written(value: Value) -> list[Schema]:
    name = value.format or ""
    if name in _NATIVE:
        return [{"format": name}]
    if name in PATTERNS:
        return [{"pattern": whole(PATTERNS[name])}]
    if name in RANGES:
        return [{"minimum": RANGES[name][0], "maximum": RANGES[name][1]}]
    return []


def _moment(plan: Plan) -> list[Schema]:
    """In its own window, which is tried first, or at least in no other."""
    unit, kind = plan.value.unit, plan.value.kind
    if not plan.moment or unit is None:
        return []
    others = [form for other, _ in other_windows(unit) for form in _window(other, kind)]
    return [{"anyOf": [*_window(unit, kind), {"not": {"anyOf": others}}]}]


def _window(unit: Unit, kind: Kind | None) -> list[Schema]:
    """Moments in ``unit``, as numbers or strings, as far as ``kind`` lets them be."""
    first, end = WINDOWS[unit]
    digits = whole(rf"0*[1-9][0-9]{{{len(str(first)) - 1}}}(\.[0-9]*)?")
    number = {"type": "number", "minimum": first, "exclusiveMaximum": end}
    string = {"type": "string", "pattern": digits}
    if kind in ("integer", "number"):
        return [number]
    return [string] if kind == "string" else [number, string]


def _spelt(value: Value, spelt: dict[str, Value]) -> list[Schema]:
    if value.format != "decimal" or value.kind not in ("string", None):
        return []
    bounds = value.limits
    if all(
        bound is None
        for bound in (
            bounds.minimum,
            bounds.maximum,
            bounds.exclusive_minimum,
            bounds.exclusive_maximum,
        )
    ):
        return []
    name = f"x-bounds-{len(spelt)}"
    spelt[name] = value
    return [{"format": name}]


def _within(value: Value) -> Any:
    def keeps_bounds(text: str) -> bool:
        return next(exceeded(value, text), None) is None

    return keeps_bounds

"""A documented value, prepared to be checked against many bodies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import chain
from typing import Final

import jsonschema_rs
from msgspec import Struct, field
from msgspec.structs import replace

from conformance.model.operation import Confidence, Field, Json, Kind, Limits, Stated, Unit, Value
from conformance.reading.facets.units import WINDOWS, unit_of_moment
from conformance.schema import kinds
from conformance.schema.json_schema import MAX_DEPTH, Schema, build_limits, index_by_name
from conformance.schema.kinds import ITEMS, member

CONFIDENCES: Final[tuple[Confidence, ...]] = ("low", "medium", "high")
_NOT_NULL: Final = ["boolean", "object", "array", "number", "string"]
_NATIVE: Final = ("uuid",)
"""Formats the validator itself knows, as :data:`PATTERNS` has them, at a sixth of the cost."""


def find_least(*confidences: Confidence) -> Confidence:
    """The least of several confidences."""
    return min(confidences, key=CONFIDENCES.index)


class Plan(Struct, frozen=True, eq=False):
    """One documented value with all that it demands worked out once.  Compared by identity: two
    equal values on two lines are two plans."""

    value: Value
    null: bool
    listed: frozenset[tuple[bool, Json]]
    """The only values allowed, as :func:`make_scalar_key` makes them; empty when any is."""
    formatted: bool
    """Whether its format says how it is to be written."""
    moment: bool
    """Whether it is a moment in a known unit."""
    limited: bool
    members: dict[str, tuple[Field, Plan]] = field(default_factory=dict)
    item: Plan | None = None
    member: Plan | None = None
    """Every member of an object whose names are data."""
    positions: dict[int, tuple[Field, Plan]] = field(default_factory=dict)
    """Items of an array that are documented one by one, by their index."""

    @property
    def plain(self) -> bool:
        """Whether it demands nothing but its type."""
        return not (self.listed or self.formatted or self.moment or self.limited)

    @property
    def names_members(self) -> bool:
        """Whether the page says which members the object has; one it does not list has any."""
        return bool(self.members or self.member) or self.value.closed is Stated.YES

    @property
    def is_free(self) -> bool:
        """Whether it is an object of which the page names no member."""
        return self.value.kind == "object" and not self.names_members

    @property
    def surest(self) -> Confidence:
        """How sure it is that this is an object or list at all: as its surest member or item."""
        named = self.item if self.item is not None and not self.members else self
        members = (inner.judge_sureness(field) for field, inner in named.members.values())
        return max(members, key=CONFIDENCES.index, default="high")

    def judge_sureness(self, field: Field) -> Confidence:
        """How sure ``field``, of which this is the plan, is: one that only an example shows as the
        surest of what is documented in it, since that names its place."""
        named = self.members or (self.item is not None and self.item.members)
        return self.surest if field.shown and named else field.confidence

    @property
    def hopes_for_some(self) -> bool:
        """Whether an empty object is worth a word: it may be empty for all that the page says,
        which is that it has members, and not of all of them that they may be absent."""
        stated = {field.required for field, _ in self.members.values()}
        return Stated.NOT_STATED in stated and Stated.YES not in stated

    def lists(self, observed: Json) -> bool:
        """Whether ``observed`` is among the values allowed."""
        scalar = not isinstance(observed, list | dict)
        return not self.listed or (scalar and make_scalar_key(observed) in self.listed)


@lru_cache(maxsize=10_000)  # plans are compared by identity
def has_free_object(root: Plan) -> bool:
    """Whether some object of the body has members of which the page lists none."""
    waiting = [root]
    while waiting:
        here = waiting.pop()
        if here.is_free:
            return True
        waiting += [inner for _, inner in here.members.values()]
        waiting += [here.item] if here.item is not None else []
    return False


def make_scalar_key(observed: Json) -> tuple[bool, Json]:
    """A key under which scalars are equal as in JSON: ``1`` is ``1.0``, and is not ``true``."""
    return isinstance(observed, bool), observed


def walk_documented_values(
    root: Plan, body: Json, subject: str
) -> Iterator[tuple[Plan, Json, str]]:
    """Every value in ``body`` that is documented, with its plan and its subject; only what is
    documented is entered."""
    waiting: list[tuple[Plan, Json, str]] = [(root, body, subject)]
    while waiting:
        known, observed, place = waiting.pop()
        yield known, observed, place
        if isinstance(observed, dict):
            waiting += [
                (inner, observed[name], member(place, name))
                for name, (_, inner) in known.members.items()
                if name in observed
            ]
        elif isinstance(observed, list) and known.item is not None:
            waiting += [(known.item, item, place + ITEMS) for item in observed]


def plan(value: Value, depth: int = 0) -> Plan:
    """``value`` and all it holds; what nests deeper than documentation means it is left out."""
    deeper = depth < MAX_DEPTH
    item = kinds.item_of(value) if deeper else None
    positions = kinds.positions_of(value) if deeper else {}
    fields = index_by_name(value.fields) if deeper and not positions else {}
    return Plan(
        value=value,
        null=kinds.admits_null(value),
        listed=frozenset(make_scalar_key(member) for member in kinds.list_allowed(value)),
        formatted=value.format in kinds.PATTERNS or value.format in kinds.RANGES,
        moment=unit_of_moment(value) in WINDOWS,
        limited=value.limits != Limits(),
        members={name: (f, plan(f.value, depth + 1)) for name, f in fields.items()},
        item=None if item is None else plan(item, depth + 1),
        member=plan(value.members, depth + 1) if deeper and value.members else None,
        positions={at: (f, plan(f.value, depth + 1)) for at, f in positions.items()},
    )


class Prefilter:
    """Whether a body is beyond reproach, in a few microseconds."""

    __slots__ = ("_validator",)

    def __init__(self, plan: Plan) -> None:
        spelt: dict[str, Value] = {}
        schema = build_strict(plan, spelt)
        if plan.members and plan.value.kind is None:
            schema["type"] = "object"  # anything else may be an envelope, which does not show here
        self._validator = jsonschema_rs.Draft202012Validator(
            schema,
            formats={name: partial(_is_within, value) for name, value in spelt.items()},
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
def prefilter_of(plan: Plan) -> Prefilter:
    """The prefilter of a part of a body; those of the parts needed last are kept."""
    return Prefilter(plan)


def build_strict(plan: Plan, spelt: dict[str, Value]) -> Schema:
    """The schema of ``plan``; numbers written as strings whose bounds JSON Schema cannot express
    are added to ``spelt`` under the name of a format that does."""
    value, schema = plan.value, Schema()
    if kind := kinds.find_sure_kind(value):
        schema["type"] = [kind, "null"] if plan.null else kind
    elif not plan.null:
        schema["type"] = _NOT_NULL
    schema |= build_limits(value.limits) | _build_members(plan, spelt)
    if plan.positions:
        found = (plan.positions.get(at) for at in range(max(plan.positions) + 1))
        schema["prefixItems"] = [build_strict(one[1], spelt) if one else {} for one in found]
    if plan.item is not None:
        schema["items"] = build_strict(plan.item, spelt)
    if conditions := list(_list_conditions(plan, spelt)):
        schema["allOf"] = conditions
    return schema


def anchor_pattern(pattern: str) -> str:
    """A pattern for the whole string, in the words of JSON Schema."""
    return f"^(?:{pattern})$"


def _build_members(plan: Plan, spelt: dict[str, Value]) -> Schema:
    if not plan.names_members:
        return {}
    needed = [name for name, (field, _) in plan.members.items() if field.required is Stated.YES]
    others: Schema | bool = plan.value.closed is Stated.NO
    if plan.member is not None:
        others = build_strict(plan.member, spelt)
    return {
        **({"minProperties": 1} if plan.hopes_for_some else {}),
        "properties": {
            name: build_strict(inner, spelt) for name, (_, inner) in plan.members.items()
        },
        "required": needed,
        "additionalProperties": others,
    }


def _list_conditions(plan: Plan, spelt: dict[str, Value]) -> Iterator[Schema]:
    value, name = plan.value, plan.value.format or ""
    if values := list(kinds.list_allowed(value)):
        yield {"enum": values if not plan.null or None in values else [*values, None]}
    if name in _NATIVE:
        yield {"format": name}
    elif name in kinds.PATTERNS:
        yield {"pattern": anchor_pattern(kinds.PATTERNS[name])}
    elif name in kinds.RANGES:
        yield {"minimum": kinds.RANGES[name][0], "maximum": kinds.RANGES[name][1]}
    unit = unit_of_moment(value) if plan.moment else None
    if unit is not None:  # in its own window, which is tried first, or at least in no other
        windows = [_build_window(other, value.kind) for other, _ in kinds.list_other_windows(unit)]
        none = {"not": {"anyOf": list(chain.from_iterable(windows))}}
        yield {"anyOf": [*_build_window(unit, value.kind), none]}
    limited = build_limits(replace(value.limits, min_length=None, max_length=None))
    is_number = name == "decimal" and value.kind in ("string", None)
    if is_number and limited.keys() - {"minItems", "maxItems"}:
        bounds = f"x-bounds-{len(spelt)}"
        spelt[bounds] = value
        yield {"format": bounds}


def _build_window(unit: Unit, kind: Kind | None) -> list[Schema]:
    """Moments in ``unit``, as numbers or strings, as far as ``kind`` lets them be."""
    first, end = WINDOWS[unit]
    digits = anchor_pattern(rf"0*[1-9][0-9]{{{len(str(first)) - 1}}}(\.[0-9]*)?")
    number = {"type": "number", "minimum": first, "exclusiveMaximum": end}
    string = {"type": "string", "pattern": digits}
    if kind in ("integer", "number"):
        return [number]
    return [string] if kind == "string" else [number, string]


def _is_within(value: Value, text: str) -> bool:
    return next(kinds.find_exceeded(value, text), None) is None

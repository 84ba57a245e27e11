"""A documented value, made ready to be held against many bodies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from conformance.checks.limits import PATTERNS, RANGES, WINDOWS
from conformance.model.operation import Confidence, Field, Json, Limits, Stated, Value
from conformance.schema.json_schema import MAX_DEPTH, by_name
from conformance.schema.kinds import admits_null, allowed, item_of, positions_of

_SURE: Final[tuple[Confidence, ...]] = ("low", "medium", "high")


def least(*confidences: Confidence) -> Confidence:
    """The least of several confidences."""
    return min(confidences, key=_SURE.index)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """One documented value with all that is asked of it worked out once.

    Compared by identity: two equal values on two lines are two plans.
    """

    value: Value
    null: bool
    """Whether null may stand here."""
    listed: frozenset[tuple[bool, Json]]
    """The only values allowed, as :func:`same` makes them; empty when any is."""
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
        """Whether nothing but its type is asked of it."""
        return not (self.listed or self.formatted or self.moment or self.limited)

    @property
    def names_members(self) -> bool:
        """Whether the page says which members the object has; one it does not list has any."""
        return bool(self.members or self.member) or self.value.closed is Stated.YES

    @property
    def surest(self) -> Confidence:
        """How sure it is that this is an object or list at all: as its surest member or item."""
        named = self.item if self.item is not None and not self.members else self
        members = (field.confidence for field, _ in named.members.values())
        return max(members, key=_SURE.index, default="high")

    @property
    def hopes_for_some(self) -> bool:
        """Whether an empty object is worth a word: it may be empty for all that the page says,
        which is that it has members, and not of all of them that they may be absent.
        """
        stated = {field.required for field, _ in self.members.values()}
        return Stated.NOT_STATED in stated and Stated.YES not in stated

    def lists(self, seen: Json) -> bool:
        """Whether ``seen`` is among the values allowed."""
        return not self.listed or (not isinstance(seen, list | dict) and same(seen) in self.listed)


def same(seen: Json) -> tuple[bool, Json]:
    """A key under which scalars are equal as in JSON: ``1`` is ``1.0``, and is not ``true``."""
    return isinstance(seen, bool), seen


def plan(value: Value, depth: int = 0) -> Plan:
    """``value`` and all it holds; what nests deeper than documentation means it is left out."""
    deeper = depth < MAX_DEPTH
    item = item_of(value) if deeper else None
    positions = positions_of(value) if deeper else {}
    fields = by_name(value.fields) if deeper and not positions else {}
    return Plan(
        value=value,
        null=admits_null(value),
        listed=frozenset(same(member) for member in allowed(value)),
        formatted=value.format in PATTERNS or value.format in RANGES,
        moment=value.epoch and value.unit in WINDOWS,
        limited=value.limits != Limits(),
        members={name: (f, plan(f.value, depth + 1)) for name, f in fields.items()},
        item=None if item is None else plan(item, depth + 1),
        member=plan(value.members, depth + 1) if deeper and value.members else None,
        positions={at: (f, plan(f.value, depth + 1)) for at, f in positions.items()},
    )

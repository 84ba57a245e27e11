"""One member in two states of a page: what its rows do not agree about, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from conformance.compare.difference import (
    Action,
    Area,
    Difference,
    Direction,
    ListDifference,
    MarkDifference,
    Statement,
)
from conformance.compare.facets import (
    BOUNDS,
    Bound,
    Facet,
    MemberSide,
    bound_of,
    default_of,
    exact_bound,
    innermost,
    kinds_of,
    limits_of,
    prints,
    quoted,
    type_of,
    values_of,
)
from conformance.compare.page_text import mentions
from conformance.model.operation import Limits, Stated, Value

_WIDER: Final[dict[tuple[str | None, str | None], Action]] = {
    ("integer", "number"): "widened",
    ("number", "integer"): "narrowed",
    ("int32", "int64"): "widened",
    ("int64", "int32"): "narrowed",
    ("float", "double"): "widened",
    ("double", "float"): "narrowed",
}
"""Types and formats of which one holds all values of the other."""
_BLANK: Final = {Stated.NOT_STATED, Stated.NO}
_MARKED: Final = {
    Stated.YES: "required",
    Stated.NO: "not required",
    Stated.CONDITIONAL: "conditional",
    Stated.NOT_STATED: "",
}
_NULLABLE: Final = {Stated.YES: "nullable", Stated.NO: "not nullable"}


@dataclass(frozen=True, slots=True)
class MemberStates:
    """A member in both states."""

    subject: str
    direction: Direction
    old: MemberSide
    new: MemberSide

    def changed(self, area: Area, action: Action, old: Facet, new: Facet) -> Difference:
        """A difference at the new page's line."""
        return Difference(
            area=area,
            action=action,
            subject=self.subject,
            span=self.new.member.span,
            direction=self.direction,
            statements=self.statements(old[1], new[1]),
        )

    def statements(self, old: str, new: str) -> tuple[Statement, Statement]:
        """What each state says, as messages print it."""
        return self.old.state(old, old), self.new.state(new, new)


def compare_values(states: MemberStates) -> Iterator[Difference]:
    """Every facet that the two states do not agree about.

    Of a value of another type nothing more is compared but whether it has to be there: what else
    its row says changed with the type.
    """
    types = list(_types(states))
    yield from types
    if not any(found.action == "replaced" for found in types):
        for facet in (_formats, _units, _values, _defaults, _bounds):
            yield from facet(states)
    yield from _marks(states)
    yield from _nulls(states)


def compare_roots(states: MemberStates) -> Iterator[Difference]:
    """Whether the body as a whole is an object, an array, or something else."""
    before, after = kinds_of(states.old.value), kinds_of(states.new.value)
    if before and after and before.partition(" ")[0] != after.partition(" ")[0]:
        yield states.changed("type", "replaced", (before, before), (after, after))


def _types(states: MemberStates) -> Iterator[Difference]:
    old, new = states.old.value, states.new.value
    before, after = type_of(old), type_of(new)
    action = _action_of_kinds(before[0], after[0])
    if not before[0] and not after[0]:
        action = "replaced" if _other_name(old, new) else None
    elif action in ("stated", "unstated") and (_is_odd(old) or _is_odd(new)):
        action = "replaced"
    if action:
        yield states.changed("type", action, before, after)


def _action_of_kinds(before: str, after: str) -> Action | None:
    if before == after:
        return None
    if not before or after.startswith(f"{before} of "):
        return "stated"
    if not after or before.startswith(f"{after} of "):
        return "unstated"
    outer, _, item = before.rpartition(" of ")
    other, _, inner = after.rpartition(" of ")
    return _WIDER.get((item, inner), "replaced") if outer == other else "replaced"


def _is_odd(value: Value) -> bool:
    """Whether there is a word for the type, and no type in it."""
    return value.kind is None and bool(value.type_text.strip())


def _other_name(old: Value, new: Value) -> bool:
    """Two words, of which neither is a type; those of a translation are another matter."""
    words = [" ".join(v.type_text.split()).casefold() for v in (old, new)]
    return all(w and w.isascii() for w in words) and words[0] != words[1]


def _formats(states: MemberStates) -> Iterator[Difference]:
    old, new = innermost(states.old.value), innermost(states.new.value)
    if old.format != new.format and old.kind == new.kind:
        action = stated(old.format, new.format) or _WIDER.get((old.format, new.format), "replaced")
        yield states.changed("format", action, _plain(old.format), _plain(new.format))


def _units(states: MemberStates) -> Iterator[Difference]:
    old, new = (innermost(side.value).unit for side in (states.old, states.new))
    if old != new:
        yield states.changed("unit", stated(old, new) or "replaced", _plain(old), _plain(new))


def _plain(text: str | None) -> Facet:
    return text or "", text or ""


def stated(old: object, new: object) -> Literal["stated", "unstated"] | None:
    """Whether one of the two says nothing."""
    if not old:
        return "stated"
    return None if new else "unstated"


def _marks(states: MemberStates) -> Iterator[MarkDifference]:
    before, after = states.old.member.required, states.new.member.required
    marked = all(side.row.mark is not None for side in (states.old, states.new))
    if before is after or ({before, after} == _BLANK and marked):
        return  # an empty cell among marks says no
    yield _mark(states, "mark", (before, after), [_MARKED[before], _MARKED[after]])


def _nulls(states: MemberStates) -> Iterator[MarkDifference]:
    before, after = states.old.value.nullable, states.new.value.nullable
    if before is not after and Stated.CONDITIONAL not in (before, after):
        texts = [_NULLABLE.get(mark, "") for mark in (before, after)]
        yield _mark(states, "null", (before, after), texts)


def _mark(
    states: MemberStates, area: Area, marks: tuple[Stated, Stated], texts: Sequence[str]
) -> MarkDifference:
    return MarkDifference(
        area=area,
        subject=states.subject,
        span=states.new.member.span,
        direction=states.direction,
        statements=states.statements(*texts),
        before=marks[0],
        after=marks[1],
    )


def _values(states: MemberStates) -> Iterator[ListDifference]:
    if "boolean" in (states.old.value.kind, states.new.value.kind):
        return
    old, new = values_of(states.old.value), values_of(states.new.value)
    removed = tuple(v for v in old if v not in new)
    added = tuple(v for v in new if v not in old)
    if not removed and not added:
        return
    action = stated(old, new)
    if action == "stated" and all(mentions(states.old.words, value) for value in added):
        return
    if action == "unstated" and all(mentions(states.new.words, value) for value in removed):
        return
    constant = states.old.value.constant or states.new.value.constant
    yield ListDifference(
        area="constant" if constant else "values",
        action=action or _action_of_values(old, added, removed, states.direction),
        subject=states.subject,
        span=states.new.member.span,
        direction=states.direction,
        statements=states.statements(quoted(old), quoted(new)),
        added=added,
        removed=removed,
    )


def _action_of_values(
    old: tuple[str, ...], added: tuple[str, ...], removed: tuple[str, ...], direction: Direction
) -> Action:
    """Where some are gone and others new, what hurts in this direction counts."""
    if set(removed) == set(old):
        return "replaced"
    if removed and added:
        return "narrowed" if direction == "request" else "widened"
    return "narrowed" if removed else "widened"


def _defaults(states: MemberStates) -> Iterator[Difference]:
    old, new = (default_of(side.value) for side in (states.old, states.new))
    if old[0] != new[0] and not _prints_both(states, old[0], new[0]):
        yield states.changed("default", stated(old[0], new[0]) or "replaced", old, new)


def _prints_both(states: MemberStates, before: str, after: str) -> bool:
    """Whether the state that does not state it has it in its row all the same."""
    if before and after:
        return False
    return prints(states.new.words, before) if before else prints(states.old.words, after)


def _bounds(states: MemberStates) -> Iterator[Difference]:
    old, new = (limits_of(side.value) for side in (states.old, states.new))
    facets = {area: (bound_of(old, area), bound_of(new, area)) for area in BOUNDS}
    given = [[bool(pair[n][0]) for pair in facets.values()] for n in (0, 1)]
    if sorted(given[0]) == sorted(given[1]) and given[0] != given[1]:
        yield _turned(states, facets)
        return
    for area, (before, after) in facets.items():
        action = _action_of_bounds(area, old, new)
        if action and not _prints_both(states, before[0], after[0]):
            yield states.changed(area, action, before, after)


def _turned(states: MemberStates, facets: dict[Bound, tuple[Facet, Facet]]) -> Difference:
    """A number that was a bound on one side and is one on the other now."""
    before = next(old for old, _ in facets.values() if old[0])
    area, after = next((area, new) for area, (_, new) in facets.items() if new[0])
    return states.changed(area, "replaced", before, after)


def _action_of_bounds(area: Bound, old: Limits, new: Limits) -> Action | None:
    before, after = exact_bound(old, area), exact_bound(new, area)
    if not before or not after:
        return stated(before, after) if before != after else None
    direction = 1 if area == "upper limit" else -1
    room = [
        (direction * number, not name.startswith("exclusive")) for name, number in (before, after)
    ]
    if room[0] == room[1]:
        return None
    return "widened" if room[1] > room[0] else "narrowed"

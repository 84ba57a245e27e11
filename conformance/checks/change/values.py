"""One member in two states of a page: what its rows do not agree about, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, Literal, TypeAlias

from msgspec.structs import replace

from conformance.compare.difference import Action, Area, Difference, Direction, ListDifference
from conformance.compare.operations import (
    BOUNDS,
    Facet,
    MemberSide,
    bound_of,
    compare_facets,
    default_of,
    find_innermost,
    kinds_of,
    limit_of,
    prints,
    read_listed_values,
    type_of,
    unit_of,
    values_of,
)
from conformance.compare.page_text import mentions
from conformance.model.operation import Stated

_WIDER: Final[dict[tuple[str | None, str | None], Action]] = {
    ("integer", "number"): "widened",
    ("number", "integer"): "narrowed",
    ("int32", "int64"): "widened",
    ("int64", "int32"): "narrowed",
    ("float", "double"): "widened",
    ("double", "float"): "narrowed",
}
"""Types and formats of which one holds all values of the other."""
_BLANK: Final = {Stated.NOT_STATED.value, Stated.NO.value}
_MARKED: Final = {
    Stated.YES: "required",
    Stated.NO: "not required",
    Stated.CONDITIONAL: "conditional",
}
_NULLABLE: Final = {Stated.YES: "nullable", Stated.NO: "not nullable"}


def compare_values(
    subject: str, direction: Direction, old: MemberSide, new: MemberSide
) -> Iterator[Difference]:
    """Every facet that the two states do not agree about, and what became of it.  Of a value of
    another type nothing more is compared but whether it has to be there: what else its row says
    changed with the type."""
    replaced = False
    facets = {area: facet for area, (facet, _) in _FACETS.items()}
    for found in compare_facets(subject, (old, new), facets):
        if replaced and found.area not in ("mark", "null"):
            continue
        found = replace(found, direction=direction, span=new.member.span)
        change = _FACETS[found.area][1](found, old, new)
        if change is not None:
            replaced |= change.area == "type" and change.action == "replaced"
            yield change


def compare_roots(
    subject: str, direction: Direction, old: MemberSide, new: MemberSide
) -> Iterator[Difference]:
    """Whether the body as a whole is an object, an array, or something else."""
    for found in compare_facets(
        subject,
        (old, new),
        {"type": lambda side: (kinds_of(side.value).partition(" ")[0], kinds_of(side.value))},
    ):
        if not found.one_sided:
            yield replace(found, direction=direction, span=new.member.span)


def find_unstated_side(old: object, new: object) -> Literal["stated", "unstated"] | None:
    """Whether one of the two says nothing."""
    if not old:
        return "stated"
    return None if new else "unstated"


def _mark_word(side: MemberSide) -> str:
    word = " ".join(side.value.type_text.split()).casefold()
    return word and f"?{word}"


def _compare_type(found: Difference, old: MemberSide, new: MemberSide) -> Difference | None:
    before, after = found.old.key, found.new.key
    odd = [key.startswith("?") for key in (before, after)]
    if not any(odd):
        return _with(found, _judge_kinds(before, after))
    if all(odd):  # words of a translation are another matter
        return found if before.isascii() and after.isascii() else None
    return found if before and after else None


def _judge_kinds(before: str, after: str) -> Action | None:
    if before == after:
        return None
    if not before or after.startswith(f"{before} of "):
        return "stated"
    if not after or before.startswith(f"{after} of "):
        return "unstated"
    outer, _, item = before.rpartition(" of ")
    other, _, inner = after.rpartition(" of ")
    return _WIDER.get((item, inner), "replaced") if outer == other else "replaced"


def _compare_format(found: Difference, old: MemberSide, new: MemberSide) -> Difference | None:
    before, after = found.old.key, found.new.key
    action = find_unstated_side(before, after) or _WIDER.get((before, after), "replaced")
    kinds = {find_innermost(side.value).kind for side in (old, new)}
    return _with(found, action) if len(kinds) == 1 else None


def _with(found: Difference, action: Action | None) -> Difference | None:
    return replace(found, action=action) if action else None


def _compare_values(found: Difference, old: MemberSide, new: MemberSide) -> Difference | None:
    """Values in another order, or that the row names in another way, are the same."""
    before, after = values_of(old.value), values_of(new.value)
    removed = tuple(v for v in before if v not in after)
    added = tuple(v for v in after if v not in before)
    if not (removed or added) or "boolean" in (old.value.kind, new.value.kind):
        return None
    action: Action | None = find_unstated_side(before, after)
    silent, others = (old, added) if action == "stated" else (new, removed)
    if action and all(mentions(silent.words, value) for value in others):
        return None
    if action is None and set(removed) == set(before):
        action = "replaced"
    elif action is None:  # where some are gone and others new, what hurts in this direction counts
        fewer = removed and (not added or found.direction == "request")
        action = "narrowed" if fewer else "widened"
    return ListDifference(
        area="constant" if old.value.constant or new.value.constant else "values",
        action=action,
        subject=found.subject,
        span=found.span,
        direction=found.direction,
        statements=found.statements,
        added=added,
        removed=removed,
    )


def _prints_both(
    found: Difference, old: MemberSide, new: MemberSide, values: tuple[str, str]
) -> bool:
    """Whether the state that does not state it has it in its row all the same."""
    if not found.one_sided:
        return False
    return prints(new.words, values[0]) if values[0] else prints(old.words, values[1])


def _compare_limit(found: Difference, old: MemberSide, new: MemberSide) -> Difference | None:
    """More room or less; a number that bounds the other side now is another limit."""
    bounds = [{area: bound_of(side, area) for area in BOUNDS} for side in (old, new)]
    given = [[bound is not None for bound in own.values()] for own in bounds]
    if sorted(given[0]) == sorted(given[1]) and given[0] != given[1]:
        other: Area = "lower limit" if found.area == "upper limit" else "upper limit"
        statements = old.state(*limit_of(old, other)), found.new
        return None if found.new.silent else replace(found, statements=statements)
    before, after = (own[found.area] for own in bounds)
    if before and after:
        return _with(found, _judge_bounds(found.area, before, after))
    numbers = (found.old.key.rpartition(" ")[2], found.new.key.rpartition(" ")[2])
    return None if _prints_both(found, old, new, numbers) else _compare_stated(found)


def _judge_bounds(
    area: Area, before: tuple[str, int | float], after: tuple[str, int | float]
) -> Action | None:
    direction = 1 if area == "upper limit" else -1
    old, new = (
        (direction * number, not name.startswith("exclusive")) for name, number in (before, after)
    )
    return None if old == new else "widened" if new > old else "narrowed"


def _compare_stated(found: Difference) -> Difference:
    return replace(found, action=find_unstated_side(found.old.key, found.new.key) or "replaced")


_Become: TypeAlias = Callable[[Difference, MemberSide, MemberSide], Difference | None]
_FACETS: Final[dict[Area, tuple[Callable[[MemberSide], Facet], _Become]]] = {
    # A word that is no type stands after a question mark.
    "type": (lambda side: (type_of(side)[0] or _mark_word(side), type_of(side)[1]), _compare_type),
    "format": (lambda side: (find_innermost(side.value).format or "",) * 2, _compare_format),
    "unit": (unit_of, lambda found, *_: _compare_stated(found)),
    "values": (read_listed_values, _compare_values),
    "default": (
        default_of,
        lambda found, old, new: (
            None
            if _prints_both(found, old, new, (found.old.key, found.new.key))
            else _compare_stated(found)
        ),
    ),
    "lower limit": (partial(limit_of, area="lower limit"), _compare_limit),
    "upper limit": (partial(limit_of, area="upper limit"), _compare_limit),
    "mark": (
        lambda side: (side.member.required.value, _MARKED.get(side.member.required, "")),
        # An empty cell among marks says no.
        lambda found, *sides: (
            None
            if {found.old.key, found.new.key} == _BLANK
            and all(side.row.mark is not None for side in sides)
            else found
        ),
    ),
    "null": (
        lambda side: (side.value.nullable.value, _NULLABLE.get(side.value.nullable, "")),
        lambda found, *_: None if "conditional" in (found.old.key, found.new.key) else found,
    ),
}
"""What each facet states, and what became of it; None where it only reads differently."""

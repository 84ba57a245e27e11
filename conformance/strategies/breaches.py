"""Damages to what a response promises as a whole: its invariants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from conformance.evidence.body import JsonError, load_json
from conformance.evidence.urls import query_pairs
from conformance.model.interaction import Request
from conformance.model.operation import Invariant, Json
from conformance.schema.kinds import allowed
from conformance.schema.pointers import ITEMS, steps
from conformance.strategies.edits import Edit, replaced
from conformance.strategies.places import Case, pointer_to
from conformance.strategies.relations import (
    Spot,
    documented,
    fresh,
    is_identity,
    spots,
)

_RULE: Final = "invariant-broken"


def breaches(case: Case) -> Iterator[Edit]:
    """One edit for each way in which one of the operation's invariants can be broken."""
    if case.is_json and case.response.value is not None:
        for invariant in case.operation.invariants:
            yield from _BREACHES[invariant.kind](case, invariant)


def _miscounted(case: Case, invariant: Invariant) -> Iterator[Edit]:
    """A count that is one more than there are items."""
    path = steps(invariant.paths[0])
    arrays = {_way(s): s.seen for s in spots(invariant.paths[1].removesuffix(ITEMS), case.body)}
    for spot in spots(invariant.paths[0], case.body):
        array = arrays.get(_way(spot))
        if isinstance(array, list) and _is_plain(case, path):
            more = len(array) + 1
            written: Json = str(more) if isinstance(spot.seen, str) else more
            yield _edit(case, "miscount", spot, path, written)


def _way(spot: Spot) -> tuple[int, ...]:
    return tuple(step for step in spot.steps if isinstance(step, int))


def _is_plain(case: Case, path: tuple[str, ...]) -> bool:
    """Whether the page allows any value of the type there."""
    value = case.response.value
    leaf = documented(path, value) if value is not None else None
    if leaf is None or allowed(leaf) or leaf.epoch:
        return False
    limits = leaf.limits
    return limits.maximum is None and limits.exclusive_maximum is None


def _shared(case: Case, invariant: Invariant) -> Iterator[Edit]:
    """A value of the first place at the second, too: found where it stands first."""
    path = steps(invariant.paths[0])
    first = [s for s in spots(invariant.paths[0], case.body) if is_identity(s.seen)]
    second = [s for s in spots(invariant.paths[1], case.body) if is_identity(s.seen)]
    if not first or not second or not _alike(case, invariant):
        return
    found = next(s for s in first if s.seen == first[-1].seen)
    yield _edit(case, "shared", second[-1], path, found.seen, found=found)


def _alike(case: Case, invariant: Invariant) -> bool:
    """Whether both places may have the same values."""
    value = case.response.value
    if value is None:
        return False
    first, second = (documented(steps(path), value) for path in invariant.paths)
    return (
        first is not None
        and second is not None
        and (first.kind, first.format, first.limits, first.enum, first.constant)
        == (second.kind, second.format, second.limits, second.enum, second.constant)
    )


def _unasked(case: Case, invariant: Invariant) -> Iterator[Edit]:
    """A value that the request did not ask for, in place of each that it did."""
    asked = _asked(case.interaction.request, invariant.request_name)
    value = case.response.value
    if not asked or value is None:
        return
    taken = {
        *asked,
        *(
            s.seen
            for path in invariant.paths
            for s in spots(path, case.body)
            if is_identity(s.seen)
        ),
    }
    for path in invariant.paths:
        leaf = documented(steps(path), value)
        for spot in spots(path, case.body):
            other = fresh(leaf, spot.seen, taken) if is_identity(spot.seen) else None
            if other is not None:
                yield _edit(case, "unasked", spot, steps(path), other)


def _asked(request: Request | None, name: str) -> frozenset[str]:
    """What the request gives for an input, in its query or in a JSON body."""
    if request is None:
        return frozenset()
    given = [value for key, value in query_pairs(request.url) if key == name]
    try:
        body = load_json(request.body) if request.body else None
    except JsonError:
        body = None
    held = body.get(name, []) if isinstance(body, dict) else []
    return frozenset([*given, *map(str, held if isinstance(held, list) else [held])])


def _edit(
    case: Case,
    kind: str,
    spot: Spot,
    path: tuple[str, ...],
    value: Json,
    *,
    found: Spot | None = None,
) -> Edit:
    return Edit(
        kind=kind,
        rule=_RULE,
        pointer=pointer_to((found or spot).steps),
        subject=case.subject(path),
        body=replaced(case.body, spot.steps, value),
    )


_BREACHES: Final[dict[str, Callable[[Case, Invariant], Iterator[Edit]]]] = {
    "count": _miscounted,
    "disjoint": _shared,
    "within-request": _unasked,
}

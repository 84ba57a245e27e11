"""Changes of a valid response that make no difference to what is documented."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from conformance.model.interaction import Interaction
from conformance.model.operation import Json, Operation, Response, Stated
from conformance.schema.kinds import admits_null, allowed
from conformance.schema.pointers import resolve
from conformance.strategies.edits import Edit, removed, replaced
from conformance.strategies.places import Case, Place, pointer_to


def harmless(
    operation: Operation, response: Response, interaction: Interaction
) -> tuple[Edit, ...]:
    """Every single edit of the valid ``interaction`` that no rule may find, in a fixed order."""
    case = Case(operation, response, interaction)
    found = [edit for place in case.places() for kind in _AT_PLACES for edit in kind(case, place)]
    return (*found, *_whole(case))


def _dropped(case: Case, place: Place) -> Iterator[Edit]:
    """Not stated as always there: it may be absent, if it is not all there is of the object."""
    if place.field is None or place.field.required is Stated.YES:
        return
    holder = resolve(pointer_to(place.steps[:-1]), case.body)
    if isinstance(holder, dict) and len(holder) > 1:
        yield _edit(case, "drop-optional", place, removed(case.body, place.steps))


def _nulled(case: Case, place: Place) -> Iterator[Edit]:
    if place.seen is not None and admits_null(place.value):
        yield _edit(case, "null-where-allowed", place, replaced(case.body, place.steps, None))


def _reordered(case: Case, place: Place) -> Iterator[Edit]:
    if isinstance(place.seen, dict) and len(place.seen) > 1:
        other: Json = dict(reversed(place.seen.items()))
        yield _edit(case, "reorder", place, replaced(case.body, place.steps, other))


def _whole_number(case: Case, place: Place) -> Iterator[Edit]:
    """An integer is a number."""
    if place.value.kind != "number" or not isinstance(place.seen, float) or allowed(place.value):
        return
    near = int(place.seen)
    if place.path not in case.bound and _is_within(place, near):
        yield _edit(case, "integer-for-number", place, replaced(case.body, place.steps, near))


def _is_within(place: Place, number: int) -> bool:
    limits = place.value.limits
    return (
        (limits.minimum is None or number >= limits.minimum)
        and (limits.maximum is None or number <= limits.maximum)
        and (limits.exclusive_minimum is None or number > limits.exclusive_minimum)
        and (limits.exclusive_maximum is None or number < limits.exclusive_maximum)
    )


_AT_PLACES: Final[tuple[Callable[[Case, Place], Iterator[Edit]], ...]] = (
    _dropped,
    _nulled,
    _reordered,
    _whole_number,
)


def _whole(case: Case) -> Iterator[Edit]:
    at_top = partial(Edit, rule="", pointer="", subject=case.root)
    yield at_top(kind="blanks", content=f"\n{json.dumps(case.body, indent=4)}\n\t ".encode())
    yield at_top(kind="escapes", content=json.dumps(case.body, ensure_ascii=True).encode())


def _edit(case: Case, kind: str, place: Place, body: Json) -> Edit:
    return Edit(
        kind=kind,
        rule="",
        pointer=pointer_to(place.steps),
        subject=case.subject(place.path),
        body=body,
    )

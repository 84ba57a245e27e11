"""Relations between values, checked against a body and the request it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, reduce
from typing import Final, NamedTuple

from msgspec import Struct

from conformance.checks.body import ANY, RecordPath, find_roots, list_records
from conformance.checks.facts import Broken
from conformance.checks.interactions import find_requested_values
from conformance.checks.plan import Plan, make_scalar_key
from conformance.checks.walk import BodyNode
from conformance.compare.wording import as_text, format_count
from conformance.model.interaction import Request
from conformance.model.operation import Invariant, Json
from conformance.schema.kinds import ITEMS, child, member, steps

_SCALARS: Final = (str, int, float)


class RecordScope(Struct, frozen=True):
    """The documented record in a body, and the request it answers."""

    record: Json
    pointer: str
    subject: str
    request: Request | None = None


class _Found(NamedTuple):
    way: tuple[str | int, ...]
    value: Json
    base: str
    """Pointer of the record."""

    @property
    def pointer(self) -> str:
        return reduce(child, self.way, self.base)

    @property
    def indices(self) -> tuple[int, ...]:
        """Which item of each array on the way: neighbours have the same."""
        return tuple(step for step in self.way if isinstance(step, int))


def find_broken(invariant: Invariant, scope: RecordScope) -> Iterator[Broken]:
    """Each place where ``invariant`` does not hold; what is absent or no number breaks nothing."""
    return _CHECKS[invariant.kind](invariant, scope)


def find_all_broken(
    plan: Plan,
    body: Json,
    subject: str,
    known: tuple[Invariant, ...],
    request: Request | None = None,
) -> Iterator[Broken]:
    """Each place of the documented records in ``body`` where one of the ``known`` does not hold."""
    for node in find_roots(plan, body, subject) if known else ():
        if isinstance(node, BodyNode):
            scope = RecordScope(node.observed, node.pointer, node.subject, request)
            for invariant in known:
                yield from find_broken(invariant, scope)


@lru_cache(1024)
def _read_path(path: str) -> RecordPath:
    return tuple(ANY if step == ITEMS else step for step in steps(path))


def _locate(path: str, scope: RecordScope) -> Iterator[_Found]:
    records = list_records(_read_path(path), scope.record)
    return (_Found(way, value, scope.pointer) for way, value in records)


def _check_count(invariant: Invariant, scope: RecordScope) -> Iterator[Broken]:
    counted, items = invariant.paths[0], invariant.paths[1].removesuffix(ITEMS)
    arrays = {found.indices: found for found in _locate(items, scope)}
    for found in _locate(counted, scope):
        array, number = arrays.get(found.indices), _read_whole_number(found.value)
        if array is None or number is None or not isinstance(array.value, list):
            continue
        if number != len(array.value):
            sides = array.pointer, format_count(len(array.value), "item"), str(number)
            yield _make_fact(invariant, scope, counted, found, *sides)


def _check_disjoint(invariant: Invariant, scope: RecordScope) -> Iterator[Broken]:
    first: dict[str | tuple[bool, Json], tuple[str, tuple[str | int, ...]]] = {}
    for path in invariant.paths:
        for way, value in list_records(_read_path(path), scope.record):
            if value == "" or not isinstance(value, _SCALARS):
                continue
            key = value if isinstance(value, str) else make_scalar_key(value)
            known, earlier = first.setdefault(key, (path, way))
            if known != path:
                here, there = (_Found(at, value, scope.pointer) for at in (way, earlier))
                sides = here.pointer, "in one of them", "in both"
                yield _make_fact(invariant, scope, known, there, *sides)


def _check_within(invariant: Invariant, scope: RecordScope) -> Iterator[Broken]:
    name = invariant.request_name
    requested = find_requested_values(scope.request, name) if scope.request else None
    if requested is None:
        return
    expected = f"one of {format_count(len(requested), 'value')} asked for"
    for path in invariant.paths:
        for found in _locate(path, scope):
            if isinstance(found.value, str | int | float):
                text = as_text(found.value)
                if requested.isdisjoint((text, text.casefold())):
                    yield _make_fact(invariant, scope, path, found, name, expected, text)


def _read_whole_number(value: Json) -> int | None:
    """The whole number a count is, also when written as a string."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return value if isinstance(value, int) else None


def _make_fact(
    invariant: Invariant, scope: RecordScope, path: str, found: _Found, *sides: str
) -> Broken:
    """``sides``: the other place, what is expected there, and what is there."""
    subject = scope.subject
    for step in steps(path):
        subject = subject + ITEMS if step == ITEMS else member(subject, step)
    other, expected, actual = sides
    return Broken(
        subject=subject,
        pointer=found.pointer,
        span=invariant.span,
        observed=found.value,
        invariant=invariant,
        other=other,
        expected=expected,
        actual=actual,
    )


_CHECKS: Final[dict[str, Callable[[Invariant, RecordScope], Iterator[Broken]]]] = {
    "count": _check_count,
    "disjoint": _check_disjoint,
    "within-request": _check_within,
}

"""Relations between values, checked against a body and the request it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from msgspec import Struct

from conformance.checks.body import ANY, RecordPath, records
from conformance.checks.facts import Broken
from conformance.checks.interactions import find_requested_values
from conformance.checks.plan import make_scalar_key
from conformance.compare.wording import as_text, format_count
from conformance.model.interaction import Request
from conformance.model.operation import Invariant, Json
from conformance.schema.pointers import ITEMS, child, member, steps


class RecordScope(Struct, frozen=True):
    """The documented record in a body, and the request it answers."""

    record: Json
    pointer: str
    subject: str
    request: Request | None = None


class _Found(NamedTuple):
    way: tuple[str | int, ...]
    value: Json

    @property
    def indices(self) -> tuple[int, ...]:
        """Which item of each array on the way: neighbours have the same."""
        return tuple(step for step in self.way if isinstance(step, int))


def find_broken(invariant: Invariant, scope: RecordScope) -> Iterator[Broken]:
    """Each place where ``invariant`` does not hold; what is absent or no number breaks nothing."""
    unasked = invariant.kind == "within-request" and scope.request is None
    if unasked or plainly_holds(invariant, scope.record):
        return iter(())
    return _CHECKS[invariant.kind](invariant, scope)


def _locate(path: str, scope: RecordScope) -> Iterator[_Found]:
    at: RecordPath = tuple(ANY if step == ITEMS else step for step in steps(path))
    return map(_Found._make, records(at, scope.record))


def _make_pointer(found: _Found, scope: RecordScope) -> str:
    return scope.pointer + "".join(child("", step) for step in found.way)


def _count(invariant: Invariant, scope: RecordScope) -> Iterator[Broken]:
    counted, items = invariant.paths[0], invariant.paths[1].removesuffix(ITEMS)
    arrays = {found.indices: found for found in _locate(items, scope)}
    for found in _locate(counted, scope):
        array, number = arrays.get(found.indices), _read_whole_number(found.value)
        if array is None or number is None or not isinstance(array.value, list):
            continue
        if number != len(array.value):
            there = format_count(len(array.value), "item")
            other = _make_pointer(array, scope)
            yield _make_fact(invariant, scope, counted, found, other, there, str(number))


def _check_disjoint(invariant: Invariant, scope: RecordScope) -> Iterator[Broken]:
    first: dict[tuple[bool, Json], tuple[str, _Found]] = {}
    for path in invariant.paths:
        for found in _locate(path, scope):
            if not isinstance(found.value, str | int | float) or found.value == "":
                continue
            known, earlier = first.setdefault(make_scalar_key(found.value), (path, found))
            if known != path:
                other = _make_pointer(found, scope)
                yield _make_fact(
                    invariant, scope, known, earlier, other, "in one of them", "in both"
                )


def _find_within(invariant: Invariant, scope: RecordScope) -> Iterator[Broken]:
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
    invariant: Invariant,
    scope: RecordScope,
    path: str,
    found: _Found,
    other: str,
    expected: str,
    actual: str,
) -> Broken:
    subject = scope.subject
    for step in steps(path):
        subject = subject + ITEMS if step == ITEMS else member(subject, step)
    return Broken(
        subject=subject,
        pointer=_make_pointer(found, scope),
        span=invariant.span,
        observed=found.value,
        invariant=invariant,
        other=other,
        expected=expected,
        actual=actual,
    )


_CHECKS: Final[dict[str, Callable[[Invariant, RecordScope], Iterator[Broken]]]] = {
    "count": _count,
    "disjoint": _check_disjoint,
    "within-request": _find_within,
}


def plainly_holds(invariant: Invariant, record: Json) -> bool:
    """True only when ``invariant`` holds in ``record`` for any request; False says nothing."""
    return _PLAIN[invariant.kind](invariant, record)


def _is_counted(invariant: Invariant, record: Json) -> bool:
    counts = _find_values(invariant.paths[0], record)
    lists = _find_values(invariant.paths[1].removesuffix(ITEMS), record)
    if not counts or not lists:
        return True
    number, items = counts[0], lists[0]
    single = len(counts) == 1 == len(lists)
    return single and type(number) is int and isinstance(items, list) and number == len(items)


def _is_disjoint(invariant: Invariant, record: Json) -> bool:
    first, second = (_find_values(path, record) for path in invariant.paths[:2])
    try:
        return len(invariant.paths) == 2 and set(first).isdisjoint(second)
    except TypeError:  # an object or a list among them
        return False


def _is_empty(invariant: Invariant, record: Json) -> bool:
    return not any(_find_values(path, record) for path in invariant.paths)


_PLAIN: Final[dict[str, Callable[[Invariant, Json], bool]]] = {
    "count": _is_counted,
    "disjoint": _is_disjoint,
    "within-request": _is_empty,
}


def _find_values(path: str, record: Json) -> list[Json]:
    """Everything at ``path``, without where it stands."""
    level: list[Any] = [record]
    for step in _steps(path):
        if step == ITEMS:
            lists = [each for each in level if isinstance(each, list)]
            level = lists[0] if len(lists) == 1 else [item for each in lists for item in each]
        else:
            level = _find_members(level, step)
    return level


def _find_members(level: list[Any], name: str) -> list[Json]:
    try:
        return [each[name] for each in level]
    except (KeyError, TypeError):  # some have no such member, or are no objects
        return [each[name] for each in level if isinstance(each, dict) and name in each]


_steps = lru_cache(maxsize=256)(steps)

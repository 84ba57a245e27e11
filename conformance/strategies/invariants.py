"""Invariants enforced: a body whose values were drawn one by one is put in order as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, zip_longest
from typing import Final, TypeAlias
from uuid import UUID

from hypothesis import reject
from msgspec.structs import replace

from conformance.evidence.body import JsonError, load_json
from conformance.evidence.urls import query_pairs
from conformance.model.interaction import Request
from conformance.model.operation import Invariant, Json, Limits, Value
from conformance.patterns import regex
from conformance.schema.json_schema import index_by_name
from conformance.schema.kinds import ITEMS, RANGES, fits, item_of, list_allowed, steps
from conformance.strategies.edits import BodyEdit, Case, replace_at

RequestedValues: TypeAlias = Mapping[str, tuple[str, ...]]
"""The values of a request, as text, under the names of its inputs."""
_TRIES: Final = 100
_UUID: Final = regex(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """One place in a body at the path of an invariant."""

    steps: tuple[str | int, ...]
    holder: dict[str, Json] = field(repr=False)
    items: tuple[tuple[list[Json], int], ...] = field(default=(), repr=False)
    """The arrays on the way to it, outermost first, with the index of the item entered."""

    @property
    def value(self) -> Json:
        return self.holder[str(self.steps[-1])]

    def put(self, value: Json) -> None:
        self.holder[str(self.steps[-1])] = value


def find_spots(path: str, body: Json) -> list[Spot]:
    """Every place in ``body`` that an invariant's path names, in order; what is absent is none."""
    return list(_find_spots(steps(path), body, (), ()))


def _find_spots(
    path: tuple[str, ...],
    at: Json,
    used: tuple[str | int, ...],
    items: tuple[tuple[list[Json], int], ...],
) -> Iterator[Spot]:
    step, rest = path[0], path[1:]
    if step == ITEMS:
        for index, item in enumerate(at if isinstance(at, list) and rest else ()):
            yield from _find_spots(rest, item, (*used, index), (*items, (at, index)))  # type: ignore[arg-type]
    elif isinstance(at, dict) and step in at:
        if not rest or set(rest) == {ITEMS}:
            yield Spot((*used, step), at, items)
        else:
            yield from _find_spots(rest, at[step], (*used, step), items)


def value_at(path: Iterable[str], value: Value) -> Value | None:
    """What the page says of the values at a path; None when it does not lead anywhere."""
    at: Value | None = value
    for step in path:
        if at is None:
            return None
        if step == ITEMS:
            at = item_of(at)
        else:
            found = index_by_name(at.fields).get(step)
            at = found.value if found else None
    return at


def settle(
    body: Json, value: Value, invariants: Iterable[Invariant], requested: RequestedValues
) -> Json:
    """``body``, changed in place until the ``invariants`` hold in it.  Identities become those that
    were requested, one each; where two places must not share a value the second gets another one;
    an item for which there is none left goes; counts last."""
    every = tuple(invariants)
    for invariant in every:
        if invariant.kind == "within-request" and invariant.request_name in requested:
            _keep_within(body, value, invariant, requested[invariant.request_name])
    for invariant in every:
        if invariant.kind == "disjoint":
            first, second = invariant.paths
            used = {spot.value for spot in find_spots(first, body) if is_identity(spot.value)}
            leaf = value_at(steps(second), value)
            doomed: list[Spot] = []
            for spot in find_spots(second, body):
                if is_identity(spot.value) and spot.value in used:
                    other = make_fresh(leaf, spot.value, used)
                    if other is None:
                        doomed.append(spot)
                    else:
                        spot.put(other)
            _drop(doomed, value)
    recount(body, value, every)
    return body


def _keep_within(
    body: Json, value: Value, invariant: Invariant, requested: tuple[str, ...]
) -> None:
    left = list(requested)
    doomed: list[Spot] = []
    leaves = [value_at(steps(path), value) for path in invariant.paths]
    for row in zip_longest(*(find_spots(path, body) for path in invariant.paths)):
        for spot, leaf in zip(row, leaves, strict=True):
            if spot is None:
                continue
            given = _change_answered(left.pop(0), leaf) if left else None
            if given is None:
                doomed.append(spot)
            else:
                spot.put(given)
    _drop(doomed, value)


def _change_answered(text: str, leaf: Value | None) -> Json:
    """What was requested as the answer would have it; None when that would not be as documented."""
    if leaf is None:
        return text
    whole = leaf.kind == "integer" and text.removeprefix("-").isdigit() and len(text) < 19
    given: Json = int(text) if whole else text
    listed = list_allowed(leaf)
    if not fits(leaf.kind, given) or (listed and given not in listed):
        return None
    if isinstance(given, int):
        return given if leaf.limits == Limits() and not leaf.epoch else None
    length = leaf.limits.min_length or 0, leaf.limits.max_length or len(text)
    written = leaf.format is None or (leaf.format == "uuid" and _UUID.fullmatch(text))
    return text if written and length[0] <= len(text) <= length[1] else None


def is_identity(value: Json) -> bool:
    """Whether a value can tell one thing from another."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def make_fresh(leaf: Value | None, value: Json, used: Iterable[Json]) -> Json:
    """A value like ``value`` that is as documented and is not ``used``; None when none is known."""
    used = set(used)
    folded = {str(each).casefold() for each in used}
    if leaf is None or list_allowed(leaf) or leaf.epoch:
        return None
    sizes = dict.fromkeys(("min_length", "max_length", "min_items", "max_items"))
    if replace(leaf.limits, **sizes) != Limits():
        return None
    for number in count(1):
        other = _make_another(leaf, value, number)
        if other is None or number > _TRIES + len(used):
            return None
        if other not in used and str(other).casefold() not in folded:
            return other
    return None


def _make_another(leaf: Value, value: Json, number: int) -> Json:
    """The ``number``-th value after ``value``; None when it would not be as documented."""
    if isinstance(value, int):
        _, most = RANGES.get(leaf.format or "", (0, value + number))
        return value + number if value + number <= most else number
    if leaf.format == "uuid":
        return str(UUID(int=number))
    if leaf.format is not None or not isinstance(value, str):
        return None
    longest = leaf.limits.max_length
    text = f"{value}-{number}"
    return text if longest is None or len(text) <= longest else None


def _drop(doomed: Iterable[Spot], value: Value) -> None:
    """Remove the item that holds each spot; a body that needs more items is not to be had."""
    gone: dict[int, tuple[list[Json], set[int], Value | None]] = {}
    for spot in doomed:
        if not spot.items:
            reject()
        array, index = spot.items[-1]
        path = [ITEMS if isinstance(step, int) else step for step in spot.steps]
        around = value_at(path[: len(path) - 1 - path[::-1].index(ITEMS)], value)
        gone.setdefault(id(array), (array, set(), around))[1].add(index)
    for array, indices, known in gone.values():
        array[:] = [item for index, item in enumerate(array) if index not in indices]
        if known and len(array) < (known.limits.min_items or 0):
            reject()


def recount(body: Json, value: Value, invariants: Iterable[Invariant]) -> None:
    """Set every count to the number of items it counts."""
    for invariant in invariants:
        if invariant.kind != "count":
            continue
        counted, arrays = invariant.paths[0], invariant.paths[1].removesuffix(ITEMS)
        number = value_at(steps(counted), value)
        lengths = {_make_way(spot): spot.value for spot in find_spots(arrays, body)}
        for spot in find_spots(counted, body):
            array = lengths.get(_make_way(spot))
            if isinstance(array, list):
                spot.put(str(len(array)) if number and number.kind == "string" else len(array))


def _make_way(spot: Spot) -> tuple[int, ...]:
    return tuple(step for step in spot.steps if isinstance(step, int))


def list_breaches(case: Case) -> Iterator[BodyEdit]:
    """One edit for each way in which one of the operation's invariants can be broken."""
    if case.is_json and case.response.value is not None:
        for invariant in case.operation.invariants:
            yield from _BREACHES[invariant.kind](case, invariant)


def _miscount(case: Case, invariant: Invariant) -> Iterator[BodyEdit]:
    """A count that is one more than there are items, where the page allows any."""
    path, value = steps(invariant.paths[0]), case.response.value
    leaf = value_at(path, value) if value is not None else None
    if leaf is None or list_allowed(leaf) or leaf.epoch:
        return
    if (leaf.limits.maximum, leaf.limits.exclusive_maximum) != (None, None):
        return
    counted = find_spots(invariant.paths[1].removesuffix(ITEMS), case.body)
    arrays = {_make_way(spot): spot.value for spot in counted}
    for spot in find_spots(invariant.paths[0], case.body):
        array = arrays.get(_make_way(spot))
        if isinstance(array, list):
            more = len(array) + 1
            written: Json = str(more) if isinstance(spot.value, str) else more
            yield _breach(case, "miscount", spot, path, written)


def _share_value(case: Case, invariant: Invariant) -> Iterator[BodyEdit]:
    """A value of the first place at the second, too: found where it stands first."""
    value, paths = case.response.value, [steps(path) for path in invariant.paths]
    leaves = [value_at(path, value) for path in paths] if value is not None else []
    stated = [(v.kind, v.format, v.limits, v.enum, v.constant) for v in leaves if v is not None]
    first, second = (
        [s for s in find_spots(path, case.body) if is_identity(s.value)]
        for path in invariant.paths[:2]
    )
    if first and second and len(stated) == 2 and stated[0] == stated[1]:
        found = next(s for s in first if s.value == first[-1].value)
        yield _breach(case, "shared", second[-1], paths[0], found.value, found)


def _answer_unrequested(case: Case, invariant: Invariant) -> Iterator[BodyEdit]:
    """A value that the request did not ask for, in place of each that it did."""
    requested = _find_requested_values(case.interaction.request, invariant.request_name)
    value = case.response.value
    if not requested or value is None:
        return
    answered = [spot.value for path in invariant.paths for spot in find_spots(path, case.body)]
    used = {*requested, *filter(is_identity, answered)}
    for path in invariant.paths:
        leaf = value_at(steps(path), value)
        for spot in find_spots(path, case.body):
            other = make_fresh(leaf, spot.value, used) if is_identity(spot.value) else None
            if other is not None:
                yield _breach(case, "unasked", spot, steps(path), other)


def _find_requested_values(request: Request | None, name: str) -> frozenset[str]:
    """What the request gives for an input, in its query or in a JSON body."""
    if request is None:
        return frozenset()
    given = [value for key, value in query_pairs(request.url) if key == name]
    body: Json = None
    with suppress(JsonError):
        body = load_json(request.body) if request.body else None
    sent = body.get(name, []) if isinstance(body, dict) else []
    return frozenset([*given, *map(str, sent if isinstance(sent, list) else [sent])])


def _breach(
    case: Case, kind: str, spot: Spot, path: tuple[str, ...], value: Json, found: Spot | None = None
) -> BodyEdit:
    body = replace_at(case.body, spot.steps, value)
    return case.body_edit(kind, "invariant-broken", (found or spot).steps, path, body)


_BREACHES: Final[dict[str, Callable[[Case, Invariant], Iterator[BodyEdit]]]] = {
    "count": _miscount,
    "disjoint": _share_value,
    "within-request": _answer_unrequested,
}

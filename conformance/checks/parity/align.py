"""Members of twins brought together by name, then by what is left of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from conformance.checks.documented import fields_in_words
from conformance.checks.likeness import pair
from conformance.checks.parity.facts import Nearness
from conformance.model.operation import Field, Operation, Parameter, Stated, Value
from conformance.model.span import Span
from conformance.schema.pointers import member, parameter

MAX_DEPTH: Final = 32


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter or field of one side."""

    name: str
    value: Value
    required: Stated = Stated.NOT_STATED
    where: str = ""
    """``path``, ``query``, ``header``, ``cookie`` or ``body`` for an input; empty for a field."""

    @property
    def span(self) -> Span:
        return self.value.span


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """One member as each side tells it."""

    subject: str
    sides: tuple[Member | None, ...]
    homes: tuple[Span | None, ...]
    """Where each side tells it or should: the row, or one beside it; None for a side that
    cannot have it, as it lacks the object it would be in."""
    children: tuple[Aligned, ...] = ()
    nearness: Nearness | None = None
    """How different names were found to be of one member; None when they are equal."""

    @property
    def first(self) -> Member:
        return next(told for told in self.sides if told)

    @property
    def missing(self) -> tuple[int, ...]:
        """Sides that could have it and do not."""
        pairs = zip(self.sides, self.homes, strict=True)
        return tuple(n for n, (told, home) in enumerate(pairs) if told is None and home)


Lists: TypeAlias = "Sequence[Sequence[Member] | None]"
"""The members of one object on each side; None where the side has no such object."""


def inputs(operation: Operation) -> list[Member]:
    """Everything an operation takes, wherever it goes."""
    found = [_of_parameter(p) for p in operation.parameters if p.documented]
    if operation.body:
        found += [_of_field(f, "body") for f in members_of(operation.body.value)]
    return found


def align(root: str, lists: Lists, around: Sequence[Span], depth: int = 0) -> tuple[Aligned, ...]:
    """The members of one object on all sides; ``around`` is where each side tells the object.

    ``root`` is the object's subject; empty for the inputs of an operation, whose subjects
    depend on where they go.
    """
    joined = _Joined(lists)
    rows = zip(joined.rows, joined.homes(around), strict=True)
    return tuple(_aligned(root, row, homes, around, depth) for row, homes in rows)


def members_of(value: Value) -> tuple[Field, ...]:
    """The members of an object, or of the objects an array holds."""
    while value.items is not None and not value.fields:
        value = value.items
    return fields_in_words(value.fields)


@dataclass(slots=True)
class _Row:
    """One member while it is found on one side after the other."""

    sides: list[Member | None]
    nearness: Nearness | None = None


class _Joined:
    """The members of one object, found on all sides."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.rows: list[_Row] = []
        for side, members in enumerate(lists):
            if members is not None:
                self._join(side, list(_once(members)))

    def homes(self, around: Sequence[Span]) -> list[tuple[Span | None, ...]]:
        """For each row where each side tells the member, or what stands nearest to its place."""
        columns = [self._homes(side, span) for side, span in enumerate(around)]
        return list(zip(*columns, strict=True))

    def _homes(self, side: int, around: Span) -> list[Span | None]:
        if self.lists[side] is None:
            return [None] * len(self.rows)
        told = [row.sides[side] for row in self.rows]
        homes = [m.span if m else None for m in told]
        after = next((home for home in homes if home), around)
        for number, home in enumerate(homes):
            after = homes[number] = home or after
        return list(homes)

    def _join(self, side: int, members: list[Member]) -> None:
        """Members of one more side: by name, by likeness, by their place between others."""
        left = self._by_name(side, members)
        left = self._by_likeness(side, left)
        if left and side:
            left = self._by_place(side, members, left)
        self._insert(side, members, left)

    def _by_name(self, side: int, members: list[Member]) -> list[Member]:
        known = {m.name: row for row in self.rows for m in row.sides if m}
        left = []
        for found in members:
            row = known.get(found.name)
            if row is not None and row.sides[side] is None:
                row.sides[side] = found
            else:
                left.append(found)
        return left

    def _by_likeness(self, side: int, left: list[Member]) -> list[Member]:
        free = {_name(row): row for row in self.rows if row.sides[side] is None}
        found = pair(tuple(free), tuple(m.name for m in left)) if free and left else {}
        named = {m.name: m for m in left}
        for name, (other, likeness) in found.items():
            free[name].sides[side] = named[other]
            free[name].nearness = likeness
        taken = {other for other, _ in found.values()}
        return [m for m in left if m.name not in taken]

    def _by_place(self, side: int, members: list[Member], left: list[Member]) -> list[Member]:
        """A single stranger between two that are known, where one single known one is absent."""
        at = {id(row.sides[side]): n for n, row in enumerate(self.rows) if row.sides[side]}
        lone = {id(m) for m in left}
        remaining = []
        for number, found in enumerate(members):
            if id(found) not in lone:
                continue
            before = members[number - 1] if number else None
            after = members[number + 1] if number + 1 < len(members) else None
            row = self._between(at, before, after)
            if row and row.sides[side] is None and _same_kind(row, found):
                row.sides[side], row.nearness = found, "place"
            else:
                remaining.append(found)
        return remaining

    def _between(
        self, at: dict[int, int], before: Member | None, after: Member | None
    ) -> _Row | None:
        """The one row between the rows of two neighbours; an end of the list is a neighbour too."""
        first = -1 if before is None else at.get(id(before))
        last = len(self.rows) if after is None else at.get(id(after))
        if first is None or last is None or last - first != 2:
            return None
        return self.rows[first + 1]

    def _insert(self, side: int, members: list[Member], left: list[Member]) -> None:
        """What is this side's alone, after the row its predecessor is in."""
        lone = {id(m) for m in left}
        rows = {id(row.sides[side]): row for row in self.rows if row.sides[side]}
        start = _Row([])
        following: dict[int, list[_Row]] = {}
        row = start
        for found in members:
            if id(found) in lone:
                fresh = _Row([None] * len(self.lists))
                fresh.sides[side] = found
                following.setdefault(id(row), []).append(fresh)
            else:
                row = rows.get(id(found), row)
        known = [start, *self.rows]
        self.rows = [r for k in known for r in (k, *following.get(id(k), ()))][1:]


def _aligned(
    root: str, row: _Row, homes: tuple[Span | None, ...], around: Sequence[Span], depth: int
) -> Aligned:
    sides = tuple(row.sides)
    first = next(told for told in sides if told)
    subject = _subject(root, first)
    lists = [_children(told) if depth < MAX_DEPTH else None for told in sides]
    inner = [told.span if told else around[n] for n, told in enumerate(sides)]
    below = subject + _brackets(first.value)
    children = align(below, lists, inner, depth + 1) if any(lists) else ()
    return Aligned(
        subject=subject, sides=sides, homes=homes, children=children, nearness=row.nearness
    )


def _children(told: Member | None) -> list[Member] | None:
    return None if told is None else [_of_field(f) for f in members_of(told.value)]


def _subject(root: str, told: Member) -> str:
    if told.where in ("", "body"):
        return member(root or "requestBody", told.name)
    return parameter(told.name)


def _brackets(value: Value) -> str:
    found = ""
    while value.kind == "array" and value.items is not None:
        value, found = value.items, found + "[]"
    return found


def _once(members: Iterable[Member]) -> Iterator[Member]:
    """Members by name; a name told twice keeps its first telling."""
    seen: set[str] = set()
    for found in members:
        if found.name not in seen:
            seen.add(found.name)
            yield found


def _name(row: _Row) -> str:
    return next(told.name for told in row.sides if told)


def _same_kind(row: _Row, found: Member) -> bool:
    kinds = {m.value.kind for m in row.sides if m}
    return found.value.kind in kinds and {m.where for m in row.sides if m} == {found.where}


def _of_parameter(told: Parameter) -> Member:
    return Member(told.name, told.value, told.required, told.location)


def _of_field(told: Field, where: str = "") -> Member:
    return Member(told.name, told.value, told.required, where)

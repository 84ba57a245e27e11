"""The members of one object on several sides aligned: by name, then by what is left of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.operation import Field, Operation, Stated, Value
from conformance.model.span import Span
from conformance.schema.kinds import member, parameter
from conformance.vocabulary.similar_names import Similarity, pair, words

Nearness: TypeAlias = Similarity | Literal["description", "place"]
"""How two names were found to be of one member; ``place``: between the same neighbours."""
MAX_DEPTH: Final = 32


class Member(Struct, frozen=True):
    """A parameter or field of one side."""

    name: str
    value: Value
    required: Stated = Stated.NOT_STATED
    where: str = ""
    """``path``, ``query``, ``header``, ``cookie`` or ``body`` for an input; empty for a field."""
    implied: bool = False
    """Whether only an example shows it, around members that are documented."""

    @property
    def span(self) -> Span:
        return self.value.span


class Place(Struct, frozen=True):
    """An object on one side."""

    subject: str
    """Empty for the inputs of an operation, whose subjects depend on where they go."""
    span: Span
    members: tuple[Member, ...] | None
    """None where the side has no such object."""


class Aligned(Struct, frozen=True):
    """One member on all sides."""

    sides: tuple[Member | None, ...]
    subjects: tuple[str, ...]
    """Its dotted name on each side; where a side lacks it, as the first that has it calls it."""
    homes: tuple[Span | None, ...]
    """Where each side documents it or should: the row, or one beside it; None for a side that
    cannot have it, as it lacks the object it would be in."""
    children: tuple[Aligned, ...] = ()
    nearness: Nearness | None = None
    """How different names were found to be of one member; None when they are equal."""

    @property
    def first(self) -> Member:
        return next(member for member in self.sides if member)

    @property
    def subject(self) -> str:
        return self.subjects[0]

    @property
    def last(self) -> Member:
        """Of two states the new one's, else the old one's."""
        return next(member for member in reversed(self.sides) if member)

    @property
    def missing(self) -> tuple[int, ...]:
        """Sides that could have it and do not."""
        pairs = zip(self.sides, self.homes, strict=True)
        return tuple(n for n, (member, home) in enumerate(pairs) if member is None and home)

    @property
    def descendants(self) -> Iterator[Aligned]:
        """All members below it, each before its own."""
        for child in self.children:
            yield child
            yield from child.descendants


def inputs_of(operation: Operation) -> tuple[Member, ...]:
    """Everything an operation takes, wherever it goes."""
    found = [
        Member(p.name, p.value, p.required, p.location)
        for p in operation.parameters
        if p.documented
    ]
    if operation.body:
        found += [_make_member(f, "body") for f in members_of(operation.body.value)]
    return tuple(found)


def fields_of(value: Value | None) -> tuple[Member, ...]:
    """The members of a documented body or member."""
    return tuple(_make_member(f) for f in members_of(value)) if value else ()


def members_of(value: Value) -> tuple[Field, ...]:
    """The members of an object, or of the objects an array holds."""
    while value.items is not None and not value.fields:
        value = value.items
    return fields_in_words(value.fields)


def fields_in_words(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """``fields`` less those that only examples show.  Kept is what holds a member documented in
    words, and an object of which nothing is documented in words stays as the examples have it."""
    if all(f.shown for f in fields):
        return fields
    return tuple(f for f in fields if not f.shown or _has_words(f.value))


def value_in_words(value: Value) -> Value:
    """``value`` with :func:`fields_in_words` at every level, and with the types and without the
    null and the unit that examples alone show."""
    value = _read_container(value)
    items = value_in_words(value.items) if value.items is not None else None
    fields = tuple(
        f if f.shown and not _has_words(f.value) else replace(f, value=value_in_words(f.value))
        for f in fields_in_words(value.fields)
    )
    return replace(value, shown_null=False, shown_unit=None, items=items, fields=fields)


def align(
    places: Sequence[Place], *, one_language: bool = False, depth: int = 0
) -> tuple[Aligned, ...]:
    """The members of one object on all sides, in the order of the first side.  ``one_language``:
    descriptions of one member have words in common, and those of others do not."""
    joined = _Joined([p.members for p in places], one_language)
    found: list[Aligned] = []
    for row, homes in zip(joined.rows, joined.homes([p.span for p in places]), strict=True):
        known = [member or row.first for member in row.sides]
        subjects = tuple(_name_subject(p.subject, m) for p, m in zip(places, known, strict=True))
        inside = [
            Place(
                subject + _write_brackets(member.value),
                own.span if own else place.span,
                fields_of(own.value) if own and depth < MAX_DEPTH else None,
            )
            for subject, own, member, place in zip(subjects, row.sides, known, places, strict=True)
        ]
        below = any(place.members for place in inside)
        children = align(inside, one_language=one_language, depth=depth + 1) if below else ()
        found.append(Aligned(tuple(row.sides), subjects, homes, children, row.nearness))
    return tuple(found)


class _MemberRow(Struct):
    """One member while it is found on one side after the other."""

    sides: list[Member | None]
    nearness: Nearness | None = None

    @property
    def first(self) -> Member:
        return next(member for member in self.sides if member)


class _Joined:
    """The members of one object, found on all sides."""

    def __init__(self, lists: Sequence[Sequence[Member] | None], one_language: bool) -> None:
        self.lists = lists
        self.one_language = one_language
        self.rows: list[_MemberRow] = []
        for side, members in enumerate(lists):
            if members is not None:
                # Members by name; one that is documented twice is where it is documented first
                known: dict[str, Member] = {}
                for found in members:
                    known.setdefault(found.name, found)
                self._join(side, list(known.values()))

    def homes(self, around: Sequence[Span]) -> list[tuple[Span | None, ...]]:
        """For each row where each side has the member, or what stands nearest to its place."""
        columns = []
        for side, span in enumerate(around):
            homes = [m.span if (m := row.sides[side]) else None for row in self.rows]
            after = next((home for home in homes if home), span)
            for number, home in enumerate(homes if self.lists[side] is not None else ()):
                after = homes[number] = home or after
            columns.append(homes)
        return list(zip(*columns, strict=True))

    def _join(self, side: int, members: list[Member]) -> None:
        """Members of one more side, surest first; what is left is this side's alone."""
        known = {m.name: row for row in self.rows for m in row.sides if m}
        for found in members:
            if (row := known.get(found.name)) and row.sides[side] is None:
                row.sides[side] = found
        for step in (self._join_by_similar_name, self._join_by_description, self._join_by_place):
            joined = {id(row.sides[side]) for row in self.rows}
            left = [m for m in members if id(m) not in joined]
            if left and any(row.sides[side] is None for row in self.rows):
                for row, found, nearness in step(side, members, left):
                    row.sides[side], row.nearness = found, nearness
        self._insert(side, members)

    def _join_by_similar_name(
        self, side: int, _: list[Member], left: list[Member]
    ) -> Iterator[tuple[_MemberRow, Member, Nearness]]:
        free = {row.first.name: row for row in self.rows if row.sides[side] is None}
        named = {m.name: m for m in left}
        for name, (other, similarity) in pair(tuple(free), tuple(named)).items():
            yield free[name], named[other], similarity

    def _join_by_description(
        self, side: int, _: list[Member], left: list[Member]
    ) -> Iterator[tuple[_MemberRow, Member, Nearness]]:
        """A description that one member is left with on each side, and no other."""
        if not self.one_language:
            return
        free = [row for row in self.rows if row.sides[side] is None]
        counts = (
            Counter(_make_description_key(row.first) for row in free),
            Counter(map(_make_description_key, left)),
        )
        rows = {_make_description_key(row.first): row for row in free}
        for found in left:
            key = _make_description_key(found)
            if found.value.description.strip() and counts[0][key] == counts[1][key] == 1:
                yield rows[key], found, "description"

    def _join_by_place(
        self, side: int, members: list[Member], left: list[Member]
    ) -> Iterator[tuple[_MemberRow, Member, Nearness]]:
        """A single stranger between two that are known, where one single known one is absent."""
        at = {id(row.sides[side]): n for n, row in enumerate(self.rows) if row.sides[side]}
        strangers = {id(m) for m in left}
        for number, found in enumerate(members):
            if id(found) not in strangers:
                continue
            first = at.get(id(members[number - 1])) if number else -1
            last = len(self.rows)
            if number + 1 < len(members):
                last = at.get(id(members[number + 1]), -1)
            if first is None or last - first != 2:
                continue
            row = self.rows[first + 1]
            if row.sides[side] is None and self._may_be(row, found):
                yield row, found, "place"

    def _may_be(self, row: _MemberRow, found: Member) -> bool:
        """Of one type and place and, in one language, described with half of the same words."""
        kinds = {m.value.kind for m in row.sides if m}
        if found.value.kind not in kinds or {m.where for m in row.sides if m} != {found.where}:
            return False
        if not self.one_language:
            return True
        first = row.first
        before, after = (set(words(m.value.description)) for m in (first, found))
        if not before or not after:
            return before == after and bool(set(words(first.name)) & set(words(found.name)))
        return 2 * len(before & after) >= max(len(before), len(after))

    def _insert(self, side: int, members: list[Member]) -> None:
        """What is this side's alone, after the row its predecessor is in."""
        rows = {id(row.sides[side]): row for row in self.rows if row.sides[side]}
        start = _MemberRow([])
        following: dict[int, list[_MemberRow]] = {}
        row = start
        for found in members:
            known = rows.get(id(found))
            if known is None:
                fresh = _MemberRow([None] * len(self.lists))
                fresh.sides[side] = found
                following.setdefault(id(row), []).append(fresh)
            row = known or row
        before = [start, *self.rows]
        self.rows = [r for k in before for r in (k, *following.get(id(k), ()))][1:]


def _name_subject(root: str, found: Member) -> str:
    if found.where in ("", "body"):
        return member(root or "requestBody", found.name)
    return parameter(found.name)


def _write_brackets(value: Value) -> str:
    found = ""
    at: Value | None = value
    while at is not None and at.kind == "array" and at.items is not None:
        at, found = at.items, found + "[]"
    return found


def _make_description_key(found: Member) -> Hashable:
    text = " ".join(found.value.description.split()).casefold()
    return text, found.value.kind, found.where


def _make_member(field: Field, where: str = "") -> Member:
    implied = field.shown and _has_words(field.value)
    return Member(field.name, field.value, field.required, where, implied)


def _read_container(value: Value) -> Value:
    """An object or array as the words have it, where an example shows the other."""
    if value.stated_kind == "array":
        items = Value(span=value.span, kind="object", fields=value.fields)
        return replace(value, kind="array", stated_kind=None, fields=(), items=items)
    if value.stated_kind == "object":
        inner: Value | None = value
        while inner is not None and inner.kind == "array":
            inner = inner.items
        fields = inner.fields if inner is not None else ()
        return replace(value, kind="object", stated_kind=None, fields=fields, items=None)
    return value


def _has_words(value: Value) -> bool:
    inner = value.items is not None and _has_words(value.items)
    return inner or any(not f.shown or _has_words(f.value) for f in value.fields)

"""The members of one object in two states, brought together by name, then by what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from conformance.checks.change.facts import Nearness
from conformance.checks.likeness import pair as alike
from conformance.checks.likeness import words
from conformance.checks.parity.align import Member, members_of
from conformance.model.operation import Value
from conformance.model.span import Span
from conformance.schema.pointers import member, parameter

_DEEPEST: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One member as each state tells it; at least one does."""

    subject: str
    """As the new state has it, else as the old one had it."""
    was: str
    """The subject in the old state; empty when that has none."""
    old: Member | None
    new: Member | None
    old_home: Span
    """Where the old state tells it, or what stands nearest to where it would."""
    new_home: Span
    nearness: Nearness | None = None
    """How different names were found to be of one member; None when they are equal."""
    children: tuple[Pair, ...] = ()

    @property
    def either(self) -> Member:
        """The new telling, else the old one."""
        told = self.new or self.old
        if told is None:
            raise ValueError("neither state has it")
        return told


@dataclass(frozen=True, slots=True)
class Place:
    """An object in one state: its subject, and where it is told."""

    subject: str
    """Empty for the inputs of an operation, whose subjects depend on where they go."""
    span: Span


def pair_members(
    old: Sequence[Member], new: Sequence[Member], was: Place, now: Place, depth: int = 0
) -> tuple[Pair, ...]:
    """Every member of one object once, in the order of the new state, what is gone in between."""
    before, after = list(_once(old)), list(_once(new))
    matched = _match(before, after)
    taken = {id(found) for found, _ in matched.values()}
    old_homes = _homes(before, {id(m): m for m in before}, was.span)
    partner = {id(found): m for m in after if id(m) in matched for found in [matched[id(m)][0]]}
    new_homes = _homes(before, partner, now.span)
    rows = [(n, m) for n, m in enumerate(before) if id(m) not in taken]
    gone = [_pair(m, None, was, now, (old_homes[n], new_homes[n]), None, depth) for n, m in rows]
    added_homes = _homes(after, {k: found for k, (found, _) in matched.items()}, was.span)
    kept = []
    for number, found in enumerate(after):
        known, nearness = matched.get(id(found), (None, None))
        homes = known.span if known else added_homes[number], found.span
        kept.append(_pair(known, found, was, now, homes, nearness, depth))
    return (*kept, *gone)


def _pair(
    old: Member | None,
    new: Member | None,
    was: Place,
    now: Place,
    homes: tuple[Span, Span],
    nearness: Nearness | None,
    depth: int,
) -> Pair:
    before = _subject(was.subject, old) if old else ""
    after = _subject(now.subject, new) if new else before
    children: tuple[Pair, ...] = ()
    if depth < _DEEPEST:
        inside = Place((before or after) + _brackets(old), homes[0])
        within = Place(after + _brackets(new), homes[1])
        children = pair_members(_children(old), _children(new), inside, within, depth + 1)
    return Pair(
        subject=after,
        was=before,
        old=old,
        new=new,
        old_home=homes[0],
        new_home=homes[1],
        nearness=nearness,
        children=children,
    )


def _match(old: list[Member], new: list[Member]) -> dict[int, tuple[Member, Nearness | None]]:
    """For new members, by identity, the old one each is, and how a new name was seen through."""
    found: dict[int, tuple[Member, Nearness | None]] = {}
    known = {m.name: m for m in old}
    for told in new:
        if told.name in known:
            found[id(told)] = known[told.name], None
    for step in _STEPS:
        taken = {id(m) for m, _ in found.values()}
        lone_old = [m for m in old if id(m) not in taken]
        lone_new = [m for m in new if id(m) not in found]
        if not lone_old or not lone_new:
            break
        for before, after, nearness in step(lone_old, lone_new, old, new, found):
            found[id(after)] = before, nearness
    return found


_Found = dict[int, tuple[Member, Nearness | None]]
_Step = Callable[
    [list[Member], list[Member], list[Member], list[Member], _Found],
    Iterable[tuple[Member, Member, Nearness]],
]


def _by_likeness(
    lone_old: list[Member], lone_new: list[Member], *_: object
) -> Iterator[tuple[Member, Member, Nearness]]:
    before = {m.name: m for m in lone_old}
    after = {m.name: m for m in lone_new}
    for name, (other, likeness) in alike(tuple(before), tuple(after)).items():
        yield before[name], after[other], likeness


def _by_description(
    lone_old: list[Member], lone_new: list[Member], *_: object
) -> Iterator[tuple[Member, Member, Nearness]]:
    """A description that one lone member of each state has, and no other."""
    counts = [Counter(_told(m) for m in lone) for lone in (lone_old, lone_new)]
    before = {_told(m): m for m in lone_old}
    for told in lone_new:
        key = _told(told)
        if key[0] and counts[0][key] == counts[1][key] == 1:
            yield before[key], told, "description"


def _by_place(
    lone_old: list[Member],
    lone_new: list[Member],
    old: list[Member],
    new: list[Member],
    found: _Found,
) -> Iterator[tuple[Member, Member, Nearness]]:
    """A lone member between the same two neighbours in both states, of one type and meaning."""
    at = {id(m): n for n, m in enumerate(old)}
    lone = {id(m) for m in lone_old}
    for number, told in enumerate(new):
        if id(told) in found:
            continue
        edges = [new[n] if 0 <= n < len(new) else None for n in (number - 1, number + 1)]
        places = [
            (-1 if n == 0 else len(old)) if edge is None else _index(edge, at, found)
            for n, edge in enumerate(edges)
        ]
        if None in places or (places[1] or 0) - (places[0] or 0) != 2:
            continue
        candidate = old[(places[0] or 0) + 1]
        if id(candidate) in lone and _may_be(candidate, told):
            yield candidate, told, "place"


_STEPS: Final[tuple[_Step, ...]] = (_by_likeness, _by_description, _by_place)


def _index(told: Member, at: dict[int, int], found: _Found) -> int | None:
    known = found.get(id(told))
    return at[id(known[0])] if known else None


def _may_be(old: Member, new: Member) -> bool:
    """Of one type and place, and told with words of which half are the same, or with none."""
    if old.value.kind != new.value.kind or old.where != new.where:
        return False
    before, after = (set(words(m.value.description)) for m in (old, new))
    if not before or not after:
        return before == after and bool(set(words(old.name)) & set(words(new.name)))
    return 2 * len(before & after) >= max(len(before), len(after))


def _told(told: Member) -> tuple[str, str | None, str]:
    return " ".join(told.value.description.split()).casefold(), told.value.kind, told.where


def _homes(members: Sequence[Member], known: dict[int, Member], around: Span) -> list[Span]:
    """For each member where the state of ``known`` tells it, else what is told before it."""
    homes = []
    told = (known.get(id(m)) for m in members)
    after = next((m.span for m in told if m), around)
    for found in members:
        own = known.get(id(found))
        after = own.span if own else after
        homes.append(after)
    return homes


def _children(told: Member | None) -> list[Member]:
    if told is None:
        return []
    return [Member(f.name, f.value, f.required) for f in members_of(told.value)]


def _subject(root: str, told: Member) -> str:
    if told.where in ("", "body"):
        return member(root or "requestBody", told.name)
    return parameter(told.name)


def _brackets(told: Member | None) -> str:
    value: Value | None = told.value if told else None
    found = ""
    while value is not None and value.kind == "array" and value.items is not None:
        value, found = value.items, found + "[]"
    return found


def _once(members: Iterable[Member]) -> Iterator[Member]:
    """Members by name; a name told twice keeps its first telling."""
    seen: set[str] = set()
    for found in members:
        if found.name not in seen:
            seen.add(found.name)
            yield found

"""Members that one state has in one object and the other in another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from conformance.checks.change.members import Pair

Moves: TypeAlias = "list[list[tuple[Pair, Pair]]]"
"""Groups of (as it was, as it is) that went the same way together."""


def moved(lone: Sequence[Pair]) -> tuple[Moves, list[Pair], dict[int, str]]:
    """The members among ``lone`` that only have another place, and those that are left.

    A member may have gone into an object that is new: that is not told by itself.  One that came
    out of an object that is gone goes with that: third is, for such objects by identity, where
    their members are now.
    """
    groups: dict[tuple[str, str], list[tuple[Pair, Pair]]] = {}
    rest = list(lone)
    below = [(pair, None) for pair in lone] + [(c, pair) for pair in lone for c in _deep(pair)]
    above = {id(pair): holder for pair, holder in below}
    for level in (rest, [pair for pair, _ in below]):
        for before, after in _same_names(level):
            key = (_parent(before.subject), _parent(after.subject))
            groups.setdefault(key, []).append((before, after))
        if groups:
            break
    gone = {id(pair) for group in groups.values() for both in group for pair in both}
    holders = [holder for pair, holder in below if holder is not None and id(pair) in gone]
    fresh = {id(holder) for holder in holders if holder.old is None}
    came = {
        id(holder): _parent(after.subject)
        for group in groups.values()
        for before, after in group
        if (holder := above.get(id(before))) is not None and holder.new is None
    }
    kept = [g for g in groups.values() if id(above.get(id(g[0][0]))) not in came]
    return kept, [p for p in rest if id(p) not in gone | fresh], came


def _deep(pair: Pair) -> Iterable[Pair]:
    for child in pair.children:
        yield child
        yield from _deep(child)


def _same_names(pairs: Sequence[Pair]) -> Iterable[tuple[Pair, Pair]]:
    """Members of one name and type, once in each state."""
    by_name: dict[object, list[Pair]] = {}
    for pair in pairs:
        by_name.setdefault((pair.either.name, pair.either.value.kind), []).append(pair)
    for same in by_name.values():
        before = [p for p in same if p.new is None]
        after = [p for p in same if p.old is None]
        if len(before) == len(after) == 1:
            yield before[0], after[0]


def _parent(subject: str) -> str:
    return subject.rpartition(".")[0]

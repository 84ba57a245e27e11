"""Members that one state has in one object and the other in another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from conformance.checks.change.members import Pair

Moves: TypeAlias = "list[list[tuple[Pair, Pair]]]"
"""Groups of (as it was, as it is) that went the same way together."""


def moved(lone: Sequence[Pair]) -> tuple[Moves, list[Pair]]:
    """The members among ``lone`` that only have another place, and those that are left.

    A member may have gone into an object that is new, or out of one that is gone: an envelope
    that came or went.  That object is then not told by itself.
    """
    groups: dict[tuple[str, str], list[tuple[Pair, Pair]]] = {}
    rest = list(lone)
    below = [(pair, None) for pair in lone] + [(c, pair) for pair in lone for c in _deep(pair)]
    for level in (rest, [pair for pair, _ in below]):
        for before, after in _same_names(level):
            key = (_parent(before.subject), _parent(after.subject))
            groups.setdefault(key, []).append((before, after))
        if groups:
            break
    gone = {id(pair) for group in groups.values() for both in group for pair in both}
    holders = {id(holder) for pair, holder in below if holder is not None and id(pair) in gone}
    return list(groups.values()), [p for p in rest if id(p) not in gone | holders]


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

"""Which part of a page belongs to which of its operations."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, TypeVar

from conformance.model.document import Heading
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints import EndpointCandidate


@dataclass(frozen=True, slots=True)
class Scope:
    """The pieces of a page that tell one operation."""

    mention: EndpointCandidate
    start: int
    end: int


def split_scopes(
    mentions: Sequence[EndpointCandidate], pieces: Sequence[LocatedBlock]
) -> tuple[Scope, ...]:
    """Each operation owns the page from its own heading to the next operation's."""
    heads = [p.place.index for p in pieces if isinstance(p.block, Heading)]
    starts = [0]
    for before, mention in pairwise(mentions):
        first, last = bisect(heads, before.index), bisect(heads, mention.index)
        starts.append(_own_heading(heads[first:last], pieces, mention.index))
    ends = [*starts[1:], len(pieces)]
    return tuple(map(Scope, mentions, starts, ends))


class Located(Protocol):
    """Something that stands at a block."""

    @property
    def piece(self) -> LocatedBlock: ...


T = TypeVar("T", bound=Located)


def assign_to_operations(placed: Iterable[T], scopes: Sequence[Scope]) -> list[list[T]]:
    """The tables of each scope, in the order given."""
    shares: list[list[T]] = [[] for _ in scopes]
    starts = [scope.start for scope in scopes]
    for p in placed:
        at = bisect(starts, p.piece.place.index) - 1
        if at >= 0 and p.piece.place.index < scopes[at].end:
            shares[at].append(p)
    return shares


def _own_heading(heads: list[int], pieces: Sequence[LocatedBlock], index: int) -> int:
    """The outermost heading that covers the mention and stands after the operation before it."""
    if not heads:
        return index
    covering = {id(h) for h in pieces[index].place.headings}
    block = pieces[index].block
    own = [i for i in heads if id(pieces[i].block) in covering or pieces[i].block is block]
    return own[0] if own else heads[-1]

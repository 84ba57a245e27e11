"""Which part of a page belongs to which of its operations, and what each table there is."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from conformance.model.document import FieldBlock, Heading
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints import EndpointCandidate
from conformance.reading.references import object_key, wanted_by
from conformance.reading.roles import Role, role_of, role_of_block
from conformance.reading.rows.readers import read_rows
from conformance.reading.rows.row import FieldTable


@dataclass(frozen=True, slots=True)
class ClassifiedTable:
    """A table of fields where it stands, and what it is about."""

    piece: LocatedBlock
    table: FieldTable
    role: Role
    from_paragraphs: bool = False
    """Told by bare paragraphs: trusted only where nothing better is there."""


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


def assign_to_operations(
    placed: Iterable[ClassifiedTable], scopes: Sequence[Scope]
) -> list[list[ClassifiedTable]]:
    """The tables of each scope, in the order given."""
    shares: list[list[ClassifiedTable]] = [[] for _ in scopes]
    starts = [scope.start for scope in scopes]
    for p in placed:
        at = bisect(starts, p.piece.place.index) - 1
        if at >= 0:
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


def classify_tables(pieces: tuple[LocatedBlock, ...]) -> tuple[ClassifiedTable, ...]:
    """Every table of fields on the page with its role; runs of paragraphs last."""
    found = list(read_rows(pieces))
    wanted = wanted_by((f.piece.place.index, f.table) for f in found if not f.from_paragraphs)
    placed = [
        ClassifiedTable(f.piece, f.table, _role(f.piece, f.table, wanted), f.from_paragraphs)
        for f in found
    ]
    return tuple(sorted(placed, key=lambda p: p.from_paragraphs))


def _role(piece: LocatedBlock, table: FieldTable, wanted: Mapping[str, int]) -> Role:
    stated = role_of_block(piece.block) if isinstance(piece.block, FieldBlock) else None
    return stated or role_of(table, piece.place, wanted)


def object_tables(placed: Iterable[ClassifiedTable]) -> dict[str, FieldTable]:
    """The object sections among them, by anchor and by the heading's words."""
    objects: dict[str, FieldTable] = {}
    for p in placed:
        if p.role.kind == "object":
            for key in {p.role.name, object_key(p.piece.place.headings[-1].text.plain)}:
                objects[key] = _joined(objects.get(key), p.table)
    return objects


def _joined(first: FieldTable | None, second: FieldTable) -> FieldTable:
    return second if first is None else replace(first, fields=first.fields + second.fields)

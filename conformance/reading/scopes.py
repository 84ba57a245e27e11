"""Which part of a page belongs to which of its operations."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Component,
    EndpointBlock,
    Heading,
    Paragraph,
    Table,
)
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints import EndpointCandidate
from conformance.reading.rows.lines import split_lines
from conformance.reading.topics import PART_TOPICS, status_of, titles_operation, topics_of
from conformance.vocabulary import Topic, phrases

_TOGETHER = 8
"""Operations that may share one part of a page; more would repeat it without bound."""
_APART = 8
"""Blocks that may stand between two operations that are named together."""

_SIDES: frozenset[Topic] = frozenset(["request", "response"])
_CHANNEL = regex(r"^[^\n.]{0,40}[:：]\s*wss?://\S+$", re.MULTILINE)
_TITLED = 2
"""Blocks with which a part begins, one of which may be its heading."""
_CAPTION = 3
"""Words of a line that titles what follows."""


class Scope(Struct, frozen=True):
    """The pieces of a page that tell one operation."""

    mention: EndpointCandidate
    start: int
    end: int
    title: str = ""
    """The heading it begins with."""

    @property
    def is_documented(self) -> bool:
        """False for an operation that only an index names: nothing on the page tells more."""
        return self.end > self.start


def split_scopes(
    mentions: Sequence[EndpointCandidate], pieces: Sequence[LocatedBlock]
) -> tuple[Scope, ...]:
    """Each operation owns the page from its own heading to the next operation's.

    Operations named together share their part of the page; one that an index alone names has
    none.  A section that is about no operation ends the part before it.
    """
    groups = _group_mentions([m for m in mentions if m.standing != "index"], pieces)
    heads = [p.place.index for p in pieces if isinstance(p.block, Heading)]
    starts = [_find_first_start(groups, heads, pieces)] if groups else []
    above = len(groups) > 1 and all(_is_above_title(g[-1], heads, pieces) for g in groups[1:])
    if above:
        starts = [group[0].index for group in groups]
    for before, group in pairwise([] if above else groups):
        first, last = bisect(heads, before[-1].index), bisect(heads, group[0].index)
        between = _drop_described(heads[first:last], pieces, before[-1], group[0])
        starts.append(_own_heading(between, pieces, group[0].index))
    ends = [*starts[1:], len(pieces)] if groups else []
    spans: dict[int, tuple[int, int]] = {}
    for group, start, end in zip(groups, starts, ends, strict=True):
        last = group[-1].index
        end = _find_first_schemas(start, pieces[last + 1 : end], pieces, end)
        stop = _find_end(start, last, end, pieces) if len(groups) > 1 else end
        spans.update((id(mention), (start, stop)) for mention in group)
    scopes = (Scope(m, *spans.get(id(m), (m.index, m.index))) for m in mentions)
    return tuple(
        replace(scope, title=_find_title(scope, pieces, _TITLED if above else 0))
        for scope in scopes
    )


def _is_above_title(
    mention: EndpointCandidate, heads: Sequence[int], pieces: Sequence[LocatedBlock]
) -> bool:
    """Whether a method and a path end the section above and the title of the operation follows."""
    index = mention.index
    around, title = pieces[index].place.headings, bisect(heads, index)
    if not around or title == len(heads) or heads[title] - index > _TITLED:
        return False
    below, last = pieces[heads[title]].block, pieces[index - 1].block
    closes = isinstance(below, Heading) and below.level <= around[-1].level
    ends = isinstance(last, CodeBlock | Table) or _names_part(last)
    return closes and ends and not _names_part(below)


def _find_title(scope: Scope, pieces: Sequence[LocatedBlock], below: int) -> str:
    first = pieces[scope.start : scope.mention.index + 1 + below][: _TITLED + below]
    return next((p.block.text.plain for p in first if isinstance(p.block, Heading)), "")


def preamble_end(scopes: Iterable[Scope]) -> int:
    """Where the first of several operations begins; 0 where there is but one part."""
    starts = {scope.start for scope in scopes if scope.is_documented}
    return min(starts) if len(starts) > 1 else 0


def is_member_path(scope: Scope, scopes: Iterable[Scope]) -> bool:
    """Whether another operation of the same part has the path less the placeholder at its end."""
    whole, _, last = scope.mention.path.rstrip("/").rpartition("/")
    return last[:1] == "{" and any(
        other.start == scope.start
        and (other.mention.method, other.mention.path.rstrip("/")) == (scope.mention.method, whole)
        for other in scopes
    )


def _group_mentions(
    mentions: Sequence[EndpointCandidate], pieces: Sequence[LocatedBlock]
) -> list[list[EndpointCandidate]]:
    """Operations that are named together, with nothing but words between them."""
    groups: list[list[EndpointCandidate]] = []
    for mention in mentions:
        before = groups[-1] if groups else []
        if before and len(before) < _TOGETHER and _is_together(before[-1], mention, pieces):
            before.append(mention)
        else:
            groups.append([mention])
    return groups


def _is_together(
    first: EndpointCandidate, second: EndpointCandidate, pieces: Sequence[LocatedBlock]
) -> bool:
    if first.index == second.index:
        return True
    if second.index - first.index > _APART:
        return False
    if first.span.line < pieces[first.index].block.span.line:
        return False  # the item of the first holds what documents it
    if first.title and isinstance(pieces[first.index].block, Component):
        return False  # it says all of its operation
    between = pieces[first.index + 1 : second.index + 1]
    if first.standing == second.standing == "sample":
        alike = first.method == second.method and _read_end(first) == _read_end(second)
        return alike and all(isinstance(p.block, Paragraph) for p in between[:-1])
    if first.standing != "place" or isinstance(pieces[first.index].block, Heading):
        return False
    return all(
        (isinstance(p.block, Paragraph) and not _announces_part(p.block))
        or (p.place.index == second.index and not isinstance(p.block, Heading))
        for p in between
    )


def _read_end(mention: EndpointCandidate) -> str:
    """What the last step of a path asks for, whatever it is reached by."""
    return mention.path.rstrip("/").rpartition("/")[2]


def _announces_part(block: Paragraph) -> bool:
    """Whether the last line of a paragraph announces inputs or an answer: ``Returns:``.

    A few words alone are such a line.
    """
    (*_, last) = split_lines(block)
    line = last.plain.rstrip()
    is_title = line[-1:].isalpha() or line.endswith(")")
    alone = is_title and len(line.split()) <= _CAPTION
    return (alone or line.endswith((":", "："))) and bool(PART_TOPICS & set(topics_of(line)))


def _find_first_start(
    groups: Sequence[Sequence[EndpointCandidate]],
    heads: Sequence[int],
    pieces: Sequence[LocatedBlock],
) -> int:
    """Where the first operation's part begins; what stands before is about all of them."""
    if len(groups) == 1:
        return 0
    index = groups[0][0].index
    later = {id(h) for h in pieces[groups[1][0].index].place.headings}
    covering = {id(h) for h in pieces[index].place.headings} - later
    own = [i for i in heads if i <= index and id(pieces[i].block) in covering]
    return own[0] if own else 0


def _find_end(start: int, index: int, end: int, pieces: Sequence[LocatedBlock]) -> int:
    """Where the part ends: at a heading as high as its own after which nothing is about it.

    A heading above its own that is about no part of an operation ends it whatever follows; one
    with inputs and an answer below it is a title: ``Request a balance``.  One with parts below it,
    where the operation has none above, stands in its description; so does one with blocks of any
    kind below it that goes on over the next operation.  One in a tab ends nothing.
    """
    own = pieces[start].block
    if not isinstance(own, Heading):
        return _find_first_channel(pieces[index + 1 : end], end)
    below = pieces[end].place.headings if end < len(pieces) else ()
    depth = len(pieces[start].place.labels)
    parts_at = [piece.place.index for piece in pieces[index + 1 : end] if _is_part(piece)] or [end]
    for piece in pieces[index + 1 : end]:
        own_level = len(piece.place.labels) <= depth
        head = piece.block if isinstance(piece.block, Heading) and own_level else own
        in_description = piece.place.index <= parts_at[0] < end
        if head.level < own.level and not in_description and not _is_about_an_operation(head):
            end = piece.place.index
            break
    stop, parts = end, set[Topic]()
    for piece in reversed(pieces[index + 1 : end]):
        if not isinstance(piece.block, Heading) or len(piece.place.labels) > depth:
            continue
        topics = set(topics_of(piece.block.text.plain))
        if piece.block.level > own.level:
            parts |= topics
            continue
        titled = topics & PART_TOPICS == {"request"} and {"request", "response"} <= parts
        if _is_about_an_operation(piece.block) and not titled:
            break
        is_text = bool(_SIDES & parts) or any(h is piece.block for h in below)
        if is_text and piece.place.index <= parts_at[0]:
            break
        stop, parts = piece.place.index, set()
    return stop


def _is_part(piece: LocatedBlock) -> bool:
    """Whether a block documents a part of an operation, or begins to."""
    return isinstance(piece.block, Table | CodeBlock) or _names_part(piece.block)


def _find_first_schemas(
    start: int, below: Iterable[LocatedBlock], pieces: Sequence[LocatedBlock], end: int
) -> int:
    """The first heading as high as the part's own over schemas that all operations share."""
    own = pieces[start].block
    level = own.level if isinstance(own, Heading) else 1
    heads = (p for p in below if isinstance(p.block, Heading) and p.block.level <= level)
    schemas = phrases("headings.schemas")
    shared = (
        p for p in heads if isinstance(p.block, Heading) and schemas.found_in(p.block.text.plain)
    )
    return next((p.place.index for p in shared), end)


def _find_first_channel(pieces: Iterable[LocatedBlock], end: int) -> int:
    """The first line of words that gives the address of a WebSocket: fields below are messages."""
    for piece in pieces:
        if isinstance(piece.block, Paragraph) and _CHANNEL.search(piece.block.text.plain):
            return piece.place.index
    return end


def _is_about_an_operation(heading: Heading) -> bool:
    words = heading.text.plain
    return status_of(words) is not None or not titles_operation(words)


class Located(Protocol):
    """Something that stands at a block."""

    @property
    def piece(self) -> LocatedBlock: ...


T = TypeVar("T", bound=Located)


def assign_to_operations(placed: Iterable[T], scopes: Sequence[Scope]) -> list[list[T]]:
    """The tables of each scope, in the order given."""
    shares: list[list[T]] = [[] for _ in scopes]
    owners: dict[int, list[int]] = {}
    for number, scope in enumerate(scopes):
        if scope.is_documented:
            owners.setdefault(scope.start, []).append(number)
    starts = sorted(owners)
    for p in placed:
        at = bisect(starts, p.piece.place.index) - 1
        for number in owners[starts[at]] if at >= 0 else ():
            if p.piece.place.index < scopes[number].end:
                shares[number].append(p)
    return shares


def _own_heading(heads: list[int], pieces: Sequence[LocatedBlock], index: int) -> int:
    """The outermost heading that covers the mention and stands after the operation before it."""
    if not heads or _is_head_itself(pieces, heads[-1], index):
        return index
    covering = {id(h) for h in pieces[index].place.headings}
    block = pieces[index].block
    own = [i for i in heads if id(pieces[i].block) in covering or pieces[i].block is block]
    if not own:
        return index  # the headings before it stand in a fold or a cell of the one before
    if len(own) == 1 and _names_part(pieces[own[0]].block):
        documented = any(_is_part(p) for p in pieces[own[0] + 1 : index])
        return index if documented else own[0]  # the part is that of the operation before
    if len(own) > 1 and _names_part(pieces[own[0]].block):
        own = [i for i in own if not _names_part(pieces[i].block)] or own
        return _find_title_above(own[0], heads, pieces)
    return own[0]


def _drop_described(
    heads: Sequence[int],
    pieces: Sequence[LocatedBlock],
    before: EndpointCandidate,
    after: EndpointCandidate,
) -> list[int]:
    """The headings between two operations less those in the description of the first: it has no
    parts above its method and path or the first heading around the second, and some below it."""
    around = {id(h) for h in pieces[after.index].place.headings}
    first = next((i for i in heads if id(pieces[i].block) in around), None)
    named = pieces[before.index]
    over = () if isinstance(named.block, Heading) else named.place.headings
    title = next((h for h in over if id(h) not in around), named.block)
    start = next(i for i in range(before.index, -1, -1) if pieces[i].block is title)
    if first is None or any(p is not named and _is_part(p) for p in pieces[start + 1 : first + 1]):
        return list(heads)
    parts = [i for i in range(first, heads[-1]) if _is_part(pieces[i])]
    return [i for i in heads if not parts or i > parts[-1]]


def _names_part(block: Block) -> bool:
    """Whether a heading is that of a part of an operation, which another cannot stand in."""
    return isinstance(block, Heading) and not titles_operation(block.text.plain)


def _find_title_above(own: int, heads: Sequence[int], pieces: Sequence[LocatedBlock]) -> int:
    """The heading right above with nothing in between: the title over the first of the parts."""
    above = own - 1
    return above if above in heads and not _names_part(pieces[above].block) else own


def _is_head_itself(pieces: Sequence[LocatedBlock], heading: int, index: int) -> bool:
    """Whether a component with an endpoint begins its part: more than words stand above it."""
    if not isinstance(pieces[index].block, Component | EndpointBlock):
        return False
    between = pieces[heading + 1 : index]
    return any(not isinstance(p.block, Paragraph | Component) for p in between)

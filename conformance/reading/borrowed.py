"""Answers and inputs that a page says are those of another operation, by a link to it:
``Response is the same as [place an order](#place-an-order)``."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace

from conformance.model.document import Component, Heading, ListBlock, Paragraph, Text
from conformance.model.operation import Operation
from conformance.reading.bodies import BODY_METHODS
from conformance.reading.context import LocatedBlock, topics_of
from conformance.reading.scopes import Scope
from conformance.vocabulary import phrases


def with_borrowed(
    operations: Sequence[Operation], scopes: Sequence[Scope], pieces: Sequence[LocatedBlock]
) -> tuple[Operation, ...]:
    """The operations with what each says is that of another and does not document itself."""
    same = phrases("references.same_as")
    found = list(operations)
    numbers: dict[str, int] = {}
    for number, scope in enumerate(scopes):
        for text in _texts(pieces[scope.start : scope.end]):
            hit = same.search(text.plain)
            links = [m.target[1:] for m in text.marks if m.kind == "link" and m.target[:1] == "#"]
            if not hit or not links:
                continue
            numbers = numbers or dict(_by_anchor(scopes, pieces))
            if (at := numbers.get(links[0])) is not None:
                topics = topics_of(text.plain[: hit.start])
                found[number] = _borrow(found[number], found[at], topics)
    return tuple(found)


def _borrow(operation: Operation, lender: Operation, topics: Sequence[str]) -> Operation:
    if "response" in topics and not any(answer.value for answer in operation.responses):
        return replace(operation, responses=lender.responses)
    documented = operation.body or any(p.documented for p in operation.parameters)
    if "request" in topics and not documented:
        body = lender.body if operation.method in BODY_METHODS else None
        known = {p.name for p in operation.parameters}
        further = (p for p in lender.parameters if p.location != "path" and p.name not in known)
        return replace(operation, parameters=(*operation.parameters, *further), body=body)
    return operation


def _texts(pieces: Sequence[LocatedBlock]) -> Iterator[Text]:
    for piece in pieces:
        if isinstance(piece.block, Paragraph):
            yield piece.block.text
        elif isinstance(piece.block, ListBlock):
            yield from (item.text for item in piece.block.items)


def _by_anchor(
    scopes: Sequence[Scope], pieces: Sequence[LocatedBlock]
) -> Iterator[tuple[str, int]]:
    """Anchors of headings, and those set right before one, with the number of their operation."""
    owners = sorted((s.start, s.end, n) for n, s in enumerate(scopes) if s.is_documented)
    starts = [start for start, _, _ in owners]
    for index, piece in enumerate(pieces):
        block, at = piece.block, index
        anchor = block.anchor if isinstance(block, Heading) else ""
        if isinstance(block, Component):
            attributes = dict(block.attributes)
            anchor, at = attributes.get("id") or attributes.get("name") or "", index + 1
        owner = owners[bisect(starts, at) - 1] if anchor and bisect(starts, at) else None
        if owner and at < owner[1]:
            yield anchor, owner[2]

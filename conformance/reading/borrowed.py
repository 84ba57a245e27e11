"""Answers and inputs that a page says are those of another operation, by a link to it:
``Response is the same as [place an order](#place-an-order)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from conformance.model.document import Heading
from conformance.model.operation import Operation
from conformance.reading.bodies import BODY_METHODS
from conformance.reading.context import LocatedBlock, topics_of
from conformance.reading.expansion import MAX_REPEATED
from conformance.reading.returns import texts_of
from conformance.reading.scopes import Scope
from conformance.reading.sections import find_further_anchors
from conformance.vocabulary import phrases


def with_borrowed(
    operations: Sequence[Operation], scopes: Sequence[Scope], pieces: Sequence[LocatedBlock]
) -> tuple[Operation, ...]:
    """The operations with what each says is that of another and does not document itself."""
    same = phrases("references.same_as")
    found = list(operations)
    numbers: dict[str, int] = {}
    lent = 0
    for number, scope in enumerate(scopes):
        for text in (t for p in pieces[scope.start : scope.end] for t in texts_of(p)):
            hit = same.search(text.plain)
            links = [m.target[1:] for m in text.marks if m.kind == "link" and m.target[:1] == "#"]
            if not hit or not links or lent >= MAX_REPEATED:
                continue
            numbers = numbers or dict(_list_by_anchor(scopes, pieces))
            if (at := numbers.get(links[0])) is not None:
                lent += 1
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


def _list_by_anchor(
    scopes: Sequence[Scope], pieces: Sequence[LocatedBlock]
) -> Iterator[tuple[str, int]]:
    """Anchors of headings, and those set right before one, with the number of their operation."""
    further: dict[str, list[str]] = {}
    for anchor, heading in find_further_anchors(tuple(pieces)):
        further.setdefault(heading, []).append(anchor)
    for number, scope in enumerate(scopes):
        for piece in pieces[scope.start : scope.end]:
            if isinstance(piece.block, Heading):
                own = piece.block.anchor
                yield from ((anchor, number) for anchor in (own, *further.get(own, ())))

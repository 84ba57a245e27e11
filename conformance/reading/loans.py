"""What an operation takes over of another one: its inputs, its answers, across pages as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.operation import Body, Operation, Stated
from conformance.reading.bodies import BODY_METHODS, members_of_body, with_members_of_body
from conformance.vocabulary import Topic


class Loan(Struct, frozen=True):
    """What an operation says is that of another one, where it documents none itself."""

    key: str
    """Of the operation that says so."""
    page: str
    anchor: str
    """The section of the other one, and the page it stands on."""
    topics: tuple[Topic, ...]
    """The sides that are the same."""
    optional: bool
    """Whether all of it may be left out."""


class Loans(Struct, frozen=True):
    """What the operations of a page borrow from other pages, and where they stand themselves."""

    wanted: tuple[Loan, ...] = ()
    anchors: Mapping[str, str] = {}
    """Keys of operations by the anchors of the headings they stand under."""


class Lender(Protocol):
    @property
    def page(self) -> str: ...
    @property
    def loans(self) -> Loans: ...


def with_loans(operations: Iterable[Operation], readings: Iterable[Lender]) -> list[Operation]:
    """The operations of all pages with what they borrow from each other."""
    kept, found = tuple(readings), list(operations)
    loans: dict[tuple[str, str], list[Loan]] = {}
    for reading in kept:
        for loan in reading.loans.wanted:
            loans.setdefault((reading.page, loan.key), []).append(loan)
    if loans:
        keys = {(r.page, anchor): key for r in kept for anchor, key in r.loans.anchors.items()}
        by_key = {(o.page, o.key): o for o in found}
        for number, operation in enumerate(found):
            for loan in loans.get((operation.page, operation.key), ()):
                lender = by_key.get((loan.page, keys.get((loan.page, loan.anchor), "")))
                if lender:
                    found[number] = borrow(found[number], lender, loan)
    return found


def borrow(operation: Operation, lender: Operation, loan: Loan) -> Operation:
    """``operation`` with what it does not document itself."""
    if "response" in loan.topics and not any(answer.value for answer in operation.responses):
        return replace(operation, responses=lender.responses)
    documented = operation.body or any(
        p.documented and p.location != "path" for p in operation.parameters
    )
    if {"request", "body", "query"} & set(loan.topics) and not documented:
        body = lender.body if operation.method in BODY_METHODS else None
        body = _make_optional(body) if body and loan.optional else body
        known = {p.name for p in operation.parameters}
        further = (p for p in lender.parameters if p.location != "path" and p.name not in known)
        return replace(operation, parameters=(*operation.parameters, *further), body=body)
    return operation


def _make_optional(body: Body) -> Body:
    """A body of which no member has to be there."""
    fields = tuple(replace(field, required=Stated.NO) for field in members_of_body(body.value))
    value = with_members_of_body(body.value, fields)
    return replace(body, value=value, required=Stated.NOT_STATED)

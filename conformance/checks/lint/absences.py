"""What a page leaves out: operations, endpoints, responses, the value of a constant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from conformance.checks.lint.facts import NoOperation, NoResponse, OnlySampled, Unvalued
from conformance.model.document import Document
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.reading import PageReading
from conformance.reading.subjects import members
from conformance.vocabulary import phrases

_BEFORE: Final = re.compile(r"(?:\A|[,.;:(])\s*\Z")
_AFTER: Final = re.compile(r"\s*(?:[.,;)。]|\Z)")
"""What stands around a word that is all that a clause says."""


def without_operation(document: Document, reading: PageReading) -> Iterator[NoOperation]:
    """A page of which only what other pages refer to is ever checked."""
    if not reading.operations:
        first = next(iter(document.blocks), None)
        span = first.span if first else Span(document.page, 1, 1)
        yield NoOperation(subject=document.page, span=span)


def without_responses(operations: Iterable[Operation]) -> Iterator[NoResponse]:
    """Operations of a whole folder: another page may describe what one leaves out."""
    for operation in operations:
        if not any(r.value or r.examples or r.stated for r in operation.responses):
            yield NoResponse(operation=operation.key, subject="responses", span=operation.span)


def only_sampled(document: Document, reading: PageReading) -> Iterator[OnlySampled]:
    """Operations whose endpoint a reader has to find in sample code."""
    for statement in reading.statements:
        if statement.kind == "only-sampled":
            yield OnlySampled(
                operation=statement.operation, subject="endpoint", span=statement.span
            )


def unvalued(document: Document, reading: PageReading) -> Iterator[Unvalued]:
    """Values said to be constant, without the value anywhere in the row."""
    for operation in reading.operations:
        for name, (value, _) in members(operation):
            if value.constant or value.enum or value.default or value.example:
                continue
            if wording := _said_to_be_constant(value.description):
                yield Unvalued(
                    operation=operation.key, subject=name, span=value.span, wording=wording
                )


def _said_to_be_constant(description: str) -> str:
    """The words that say so, where they are a clause of their own; else empty."""
    for hit in phrases("constant.unvalued").finditer(description):
        before = description[: hit.start]
        if not _AFTER.match(description, hit.end):
            continue
        if _BEFORE.search(before) or phrases("constant.joint").found_in(before):
            return hit.text
    return ""

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

_CONSTANT: Final = re.compile(
    r"(?:^|[,.;:(]\s*|\bis (?:a )?)(?P<said>constant|fixed value|constant value|고정 ?값|상수"
    r"|固定值|常量)\s*(?=[.,;)。]|$|입니다|이다)",
    re.IGNORECASE,
)


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
            hit = _CONSTANT.search(value.description)
            if hit and not (value.constant or value.enum or value.default or value.example):
                yield Unvalued(
                    operation=operation.key, subject=name, span=value.span, said=hit["said"]
                )

"""What ``conformance init`` made, and what of the pages it could not read."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from conformance.model.contract import Gap
from conformance.model.finding import Finding
from conformance.model.operation import Example, Operation, Value
from conformance.reading import PageReading
from conformance.report.plain import printable
from conformance.report.words import plural

_COLUMNS: Final = (
    "operations",
    "rows",
    "unread",
    "gaps",
    "examples",
    "not JSON",
    "names",
    "doubtful",
)
_WIDTH: Final = 100
_LISTED: Final = 20
"""Gaps and files that are told one by one; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A new exchange."""

    folder: str
    readings: tuple[PageReading, ...]
    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]
    """What the suite would find in the pages alone, gaps included; one of each fingerprint."""
    accepted: int = 0
    """How many of the findings are listed as known drift."""
    days: int = 0
    """For how many days those that were accepted just now are."""
    not_read: tuple[str, ...] = ()
    """Files that are no pages, with the reason."""
    has_evidence: bool = False
    evidence_folder: str = ""
    command: str = ""
    """What to run next."""


def render_setup(setup: Setup) -> str:
    """For a person at a terminal; ends with a newline."""
    blocks = [
        _table(setup.readings),
        _some("Not read:", setup.not_read),
        _some("Gaps:", [_gap(gap) for gap in setup.gaps]),
        _some("Examples that are no JSON:", list(_broken(setup.readings))),
        _wrapped([_summary(setup), *_verdict(setup), *_evidence(setup)]),
        ["Next:", f"    {setup.command}"],
    ]
    return "\n\n".join("\n".join(map(printable, block)) for block in blocks if block) + "\n"


def _wrapped(sentences: Iterable[str]) -> list[str]:
    wrap = partial(textwrap.wrap, width=_WIDTH, break_long_words=False, break_on_hyphens=False)
    return [line for sentence in sentences for line in wrap(sentence)]


def _table(readings: Sequence[PageReading]) -> list[str]:
    """The page's name comes last, so that a long one breaks nothing."""
    head = "  ".join((*_COLUMNS, "page"))
    return [head, *(_row(reading) for reading in readings)]


def _row(reading: PageReading) -> str:
    examples = list(_examples(reading.operations))
    confidences = [c for o in reading.operations for c in _confidences(o)]
    counts = (
        len(reading.operations),
        reading.coverage.rows,
        reading.coverage.rows_unread,
        len(reading.gaps),
        len(examples),
        sum(not example.parsed for example in examples),
        len(confidences),
        sum(confidence != "high" for confidence in confidences),
    )
    cells = [f"{count:>{len(name)}}" for name, count in zip(_COLUMNS, counts, strict=True)]
    return "  ".join((*cells, reading.page))


def _examples(operations: Iterable[Operation]) -> Iterator[Example]:
    for operation in operations:
        for response in operation.responses:
            yield from response.examples
        if operation.body:
            yield from operation.body.examples


def _confidences(operation: Operation) -> Iterator[str]:
    for parameter in operation.parameters:
        yield parameter.confidence
    if operation.body:
        yield from _members(operation.body.value)
    for response in operation.responses:
        if response.value:
            yield from _members(response.value)


def _members(value: Value) -> Iterator[str]:
    if value.items is not None:
        yield from _members(value.items)
    for field in value.fields:
        yield field.confidence
        yield from _members(field.value)


def _broken(readings: Iterable[PageReading]) -> Iterator[str]:
    """Examples no gap speaks of are told, too."""
    for reading in readings:
        told = {str(gap.span) for gap in reading.gaps if gap.kind == "example-not-json"}
        for example in _examples(reading.operations):
            if not example.parsed and str(example.span) not in told:
                yield f"{example.span}: {example.error}"


def _gap(gap: Gap) -> str:
    return ": ".join(filter(None, (str(gap.span), gap.kind, gap.subject, gap.detail)))


def _some(title: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    more = [f"    ... and {len(lines) - _LISTED} more"] if len(lines) > _LISTED else []
    return [title, *(f"    {line}" for line in lines[:_LISTED]), *more]


def _summary(setup: Setup) -> str:
    operations = {o.key for reading in setup.readings for o in reading.operations}
    rows = sum(reading.coverage.rows for reading in setup.readings)
    unread = sum(reading.coverage.rows_unread for reading in setup.readings)
    return (
        f"{setup.folder}: {plural(len(setup.readings), 'page')}, "
        f"{plural(len(operations), 'operation')}, {plural(rows, 'table row')} ({unread} unread), "
        f"{plural(len(setup.gaps), 'gap')}."
    )


def _verdict(setup: Setup) -> Iterator[str]:
    """What the suite will say of the pages alone."""
    count = len(setup.findings)
    if not count:
        yield "No findings in the pages themselves."
        return
    rules = Counter(finding.rule for finding in setup.findings).most_common()
    kinds = ", ".join(f"{number} {rule}" for rule, number in rules)
    yield f"{plural(count, 'finding')} in the pages themselves: {kinds}."
    if setup.accepted:
        yield (
            f"{setup.accepted} accepted for {setup.days} days in known_drift.toml: judge each, "
            "and give it a reason of its own or take it out."
        )
    if left := count - setup.accepted:
        yield (
            f"The suite fails on {'it' if left == 1 else 'these'}"
            f"{f' {left}' if setup.accepted else ''}: have the pages corrected, or accept for now "
            "with --force --accept."
        )


def _evidence(setup: Setup) -> Iterator[str]:
    if not setup.has_evidence:
        yield (
            "No recorded interactions yet, so no answer of the API will be checked, only the "
            f"pages: put some into {setup.evidence_folder}/<operation>/ beside a manifest.toml."
        )

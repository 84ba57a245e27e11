"""What ``conformance init`` made, and what of the pages it could not read."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from conformance.compare.wording import plural
from conformance.model.contract import Coverage, Gap
from conformance.model.finding import Finding
from conformance.model.operation import Example, Operation, walk_values
from conformance.reading import PageReading
from conformance.report.plain import make_printable

_COLUMNS: Final = (
    "operations", "rows", "unread", "gaps", "examples", "not JSON", "names", "doubtful",
)  # fmt: skip
_WIDTH: Final = 100
_LISTED: Final = 20
"""Files and lines that are shown one by one; the rest is counted."""
_ALIKE: Final = 3
"""Gaps of one kind that are shown one by one."""


class Setup(Struct, frozen=True, kw_only=True):
    folder: str
    readings: tuple[PageReading, ...]
    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]
    """What fails the suite in the pages alone, gaps included; one of each fingerprint."""
    infos: tuple[Finding, ...] = ()
    """What else is found in them, and fails nothing."""
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
    sentences = [_render_summary(setup), *_render_verdict(setup)]
    wrap = partial(textwrap.wrap, width=_WIDTH, break_long_words=False, break_on_hyphens=False)
    wrapped = [line for sentence in sentences for line in wrap(sentence)]
    blocks = [
        ["  ".join((*_COLUMNS, "page")), *map(_render_row, setup.readings)],
        _list_some("Not read:", setup.not_read),
        _list_some("Gaps:", list(_render_gaps(setup.gaps))),
        _list_some("Examples that are no JSON:", list(_list_broken(setup.readings))),
        wrapped,
        ["Next:", f"    {setup.command}"],
    ]
    return "\n\n".join("\n".join(map(make_printable, block)) for block in blocks if block) + "\n"


def _render_row(reading: PageReading) -> str:
    examples = list(_list_examples(reading.operations))
    confidences = [c for o in reading.operations for c in _list_confidences(o)]
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


def _list_examples(operations: Iterable[Operation]) -> Iterator[Example]:
    for operation in operations:
        for response in operation.responses:
            yield from response.examples
        if operation.body:
            yield from operation.body.examples


def _list_confidences(operation: Operation) -> Iterator[str]:
    yield from (parameter.confidence for parameter in operation.parameters)
    bodies = [operation.body, *operation.responses]
    for value in walk_values(*(body.value for body in bodies if body and body.value)):
        yield from (field.confidence for field in value.fields)


def _list_broken(readings: Iterable[PageReading]) -> Iterator[str]:
    for reading in readings:
        reported = {str(gap.span) for gap in reading.gaps if gap.kind == "example-not-json"}
        for example in _list_examples(reading.operations):
            if not example.parsed and str(example.span) not in reported:
                yield f"{example.span}: {example.error}"


def _render_gaps(gaps: Iterable[Gap]) -> Iterator[str]:
    kinds: dict[str, list[Gap]] = {}
    for gap in gaps:
        kinds.setdefault(gap.kind, []).append(gap)
    for kind, alike in kinds.items():
        if len(alike) <= _ALIKE:
            yield from map(_render_gap, alike)
        else:
            pages = len({gap.span.page for gap in alike})
            first = _render_gap(alike[0])
            yield f"{kind}: {len(alike)} on {plural(pages, 'page')}; the first: {first}"


def _render_gap(gap: Gap) -> str:
    return ": ".join(filter(None, (str(gap.span), gap.kind, gap.subject, gap.detail)))


def _list_some(title: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    more = [f"    ... and {len(lines) - _LISTED} more"] if len(lines) > _LISTED else []
    return [title, *(f"    {line}" for line in lines[:_LISTED]), *more]


def _render_summary(setup: Setup) -> str:
    operations = {o.key for reading in setup.readings for o in reading.operations}
    read = sum((reading.coverage for reading in setup.readings), Coverage())
    pages = f"{plural(len(setup.readings), 'page')}, {plural(len(operations), 'operation')}"
    rows = f"{plural(read.rows, 'table row')} ({read.rows_unread} unread)"
    return f"{setup.folder}: {pages}, {rows}, {plural(len(setup.gaps), 'gap')}."


def _render_verdict(setup: Setup) -> Iterator[str]:
    if setup.infos:
        fail = "fails" if len(setup.infos) == 1 else "fail"
        yield (
            f"{plural(len(setup.infos), 'info')} that {fail} nothing: "
            f"{_count_by_rule(setup.infos)}; conformance lint lists each."
        )
    count = len(setup.findings)
    if count:
        rules = _count_by_rule(setup.findings)
        yield f"{plural(count, 'finding')} in the pages themselves: {rules}."
    else:
        yield f"No {'other ' if setup.infos else ''}findings in the pages themselves."
    if setup.accepted:
        yield (
            f"{setup.accepted} accepted for {setup.days} days in known_drift.toml: judge each, "
            "and give it a reason of its own or take it out."
        )
    if left := count - setup.accepted:
        which = f"{'it' if left == 1 else 'these'}{f' {left}' if setup.accepted else ''}"
        yield (
            f"The suite fails on {which}: have the pages corrected, or accept for now "
            "with --force --accept."
        )
    if not setup.has_evidence:
        yield (
            "No recorded interactions yet, so no answer of the API will be checked, only the "
            f"pages: put some into {setup.evidence_folder}/<operation>/."
        )


def _count_by_rule(findings: Iterable[Finding]) -> str:
    counts = Counter(finding.rule for finding in findings).most_common()
    return ", ".join(f"{number} {rule}" for rule, number in counts)

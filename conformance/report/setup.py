"""What ``conformance init`` and ``conformance snapshot`` made, as text, JSON and Markdown."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from msgspec import Struct

from conformance.compare.wording import plural
from conformance.drift.causes import Cause, group_findings_by_cause
from conformance.model.contract import Coverage, Gap
from conformance.model.finding import Finding
from conformance.model.operation import Example, Operation, walk_values
from conformance.pages.page_fetches import FetchOutcome, PageFetch, SnapshotResult
from conformance.reading import PageReading
from conformance.report.json_v1 import encode_finding, render_document
from conformance.report.plain import code, inline, make_printable
from conformance.report.report import sort_findings
from conformance.report.words import join_counts, summarize_findings

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


VERSION: Final = 1
_WORDS: Final[Mapping[FetchOutcome, str]] = {
    FetchOutcome.UNCHANGED: "unchanged",
    FetchOutcome.CHANGED: "changed",
    FetchOutcome.KEPT: "kept",
    FetchOutcome.NOT_ASKED: "not fetched",
}
_WIDEST: Final = max(map(len, _WORDS.values()))


def render_snapshots(taken: Sequence[SnapshotResult], form: str, *, dry_run: bool) -> str:
    """Snapshots as ``text``, ``json`` or ``markdown``; ends with a newline."""
    if form == "json":
        exchanges = [_render_wire(one) for one in taken]
        return render_document({"version": VERSION, "dry_run": dry_run, "exchanges": exchanges})
    render = _render_section if form == "markdown" else _render_exchange
    return "\n\n".join("\n".join(render(one, dry_run)) for one in taken) + "\n"


def _render_exchange(taken: SnapshotResult, dry_run: bool) -> Iterator[str]:
    yield f"{make_printable(taken.exchange)}: {_render_snapshot_summary(taken)}"
    for page_fetch in taken.fetches:
        outcome, page = _WORDS[page_fetch.outcome], make_printable(page_fetch.page.path)
        yield f"  {outcome:<{_WIDEST}}  {page}{_render_detail(page_fetch)}"
        if page_fetch.hint:
            yield f"  {'':<{_WIDEST}}    {make_printable(page_fetch.hint)}"
        for note in page_fetch.notes:
            yield f"  {'':<{_WIDEST}}    note: {make_printable(note)}"
    if taken.counts.get(FetchOutcome.CHANGED) and not taken.failure:
        yield f"  for a client: {summarize_findings(taken.changes)}"
    for cause in group_findings_by_cause(sort_findings(taken.changes)):
        yield f"    {make_printable(_render_cause(cause))}"
    yield f"  {make_printable(_describe_stored(taken, dry_run))}"


def _render_snapshot_summary(taken: SnapshotResult) -> str:
    if not taken.fetches:
        return "no page was asked for"
    outcomes = join_counts([(word, taken.counts.get(state, 0)) for state, word in _WORDS.items()])
    return f"{plural(len(taken.fetches), 'page')}{f': {outcomes}' if outcomes else ''}"


def _render_detail(page_fetch: PageFetch) -> str:
    if page_fetch.outcome is FetchOutcome.CHANGED:
        text = plural(page_fetch.operations or 0, "operation")
    else:
        text = make_printable(page_fetch.reason)
    return f": {text}" if text else ""


def _render_cause(cause: Cause) -> str:
    finding, others = cause.head, len(cause.findings) - 1
    place = f"{finding.documented}: " if finding.documented else ""
    more = f" and {others} more of the same cause" if others else ""
    return f"{place}{cause.severity.label}[{finding.rule}] {finding.message}{more}"


def _describe_stored(taken: SnapshotResult, dry_run: bool) -> str:
    if taken.failure:
        return f"nothing was stored: {taken.failure}"
    if not any(page_fetch.renewal for page_fetch in taken.fetches):
        return "nothing to store"
    schemas = f", {plural(len(taken.schemas), 'schema file')}" if taken.schemas else ""
    pages = taken.counts.get(FetchOutcome.CHANGED, 0)
    what = f"{plural(pages, 'page')}{schemas}" if pages else "what the servers say of their pages"
    return f"would be stored: {what} (dry run)" if dry_run else f"stored: {what}"


def _render_section(taken: SnapshotResult, dry_run: bool) -> Iterator[str]:
    yield f"## {inline(taken.exchange)}"
    yield ""
    yield f"{_render_snapshot_summary(taken)}; {inline(_describe_stored(taken, dry_run))}."
    yield ""
    for page_fetch in taken.fetches:
        page, detail = code(page_fetch.page.path), inline(_render_detail(page_fetch))
        notes = [*([page_fetch.hint] if page_fetch.hint else []), *page_fetch.notes]
        more = "".join(f"; {inline(text)}" for text in notes)
        yield f"* {page} {_WORDS[page_fetch.outcome]}{detail}{more}"
    if taken.counts.get(FetchOutcome.CHANGED) and not taken.failure:
        yield ""
        yield f"For a client: {summarize_findings(taken.changes)}."
        yield ""
    for cause in group_findings_by_cause(sort_findings(taken.changes)):
        yield f"* {inline(_render_cause(cause))}"


def _render_wire(taken: SnapshotResult) -> dict[str, Any]:
    return {
        "exchange": taken.exchange,
        "stored": taken.stored,
        "failure": taken.failure or None,
        "pages": [_render_page(page_fetch) for page_fetch in taken.fetches],
        "schemas": list(taken.schemas),
        "findings": [encode_finding(finding) for finding in sort_findings(taken.changes)],
        "problems": list(taken.problems),
    }


def _render_page(page_fetch: PageFetch) -> dict[str, Any]:
    page = page_fetch.page
    return {
        "page": page.path,
        "language": page.language,
        "url": page.url or None,
        "outcome": page_fetch.outcome.value,
        "reason": page_fetch.reason or None,
        "hint": page_fetch.hint or None,
        "notes": list(page_fetch.notes),
        "answered_by": page_fetch.url or None,
        "operations": page_fetch.operations,
        "previous_sha256": page.sha256,
        "sha256": page_fetch.sha256,
    }

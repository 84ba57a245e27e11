"""What ``conformance snapshot`` found, as text, JSON and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from conformance.compare.wording import plural
from conformance.drift.causes import Cause, group_findings_by_cause
from conformance.pages.page_fetches import FetchOutcome, PageFetch, SnapshotResult
from conformance.report.json_v1 import finding_wire, render_document
from conformance.report.plain import code, inline, make_printable
from conformance.report.report import in_order
from conformance.report.words import join_counts, summarize_findings

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
    yield f"{make_printable(taken.exchange)}: {_render_summary(taken)}"
    for page_fetch in taken.fetches:
        outcome, page = _WORDS[page_fetch.outcome], make_printable(page_fetch.page.path)
        yield f"  {outcome:<{_WIDEST}}  {page}{_render_detail(page_fetch)}"
        if page_fetch.hint:
            yield f"  {'':<{_WIDEST}}    {make_printable(page_fetch.hint)}"
        for note in page_fetch.notes:
            yield f"  {'':<{_WIDEST}}    note: {make_printable(note)}"
    if taken.counts.get(FetchOutcome.CHANGED) and not taken.failure:
        yield f"  for a client: {summarize_findings(taken.changes)}"
    for cause in group_findings_by_cause(in_order(taken.changes)):
        yield f"    {make_printable(_render_cause(cause))}"
    yield f"  {make_printable(_describe_stored(taken, dry_run))}"


def _render_summary(taken: SnapshotResult) -> str:
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
    yield f"{_render_summary(taken)}; {inline(_describe_stored(taken, dry_run))}."
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
    for cause in group_findings_by_cause(in_order(taken.changes)):
        yield f"* {inline(_render_cause(cause))}"


def _render_wire(taken: SnapshotResult) -> dict[str, Any]:
    return {
        "exchange": taken.exchange,
        "stored": taken.stored,
        "failure": taken.failure or None,
        "pages": [_render_page(page_fetch) for page_fetch in taken.fetches],
        "schemas": list(taken.schemas),
        "findings": [finding_wire(finding) for finding in in_order(taken.changes)],
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

"""The report on each exchange of a project: as it is remembered, or as it is now.

Nothing is sent and nothing generated here: that is the suite's part.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.evidence_counts import merge_repeated
from conformance.checks.parity.runner import ParityResult
from conformance.checks.registry import RULES
from conformance.checks.runner import CheckResult
from conformance.drift.history.record import History
from conformance.drift.known import KnownDrift, Partition, split
from conformance.errors import ConformanceError, UsageError
from conformance.evidence.loading import Evidence
from conformance.model.contract import Contract
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.pages.exchange import Exchange, find_root, read_bytes, read_page
from conformance.pages.files import keep_folder
from conformance.pages.sources import sides_of_exchange
from conformance.parse import parse_page
from conformance.pipeline import PageChoice, project
from conformance.pipeline.comparison import LintResult, compare_all, lint_exchange, read_sides
from conformance.pipeline.evidence import check_all, read_all_evidence
from conformance.pipeline.history import build_record, build_scope, open_history, recall_report
from conformance.pipeline.outcomes import Outcome
from conformance.pipeline.pages import Progress, read_exchange
from conformance.pipeline.weights import apply_own_severities, load_known_drift
from conformance.report.packet import render_packet_files
from conformance.report.report import Excerpts, PageExcerpt, PageOrigin, Place, Report, build_report
from conformance.report.sections import build_sections

if TYPE_CHECKING:
    from conformance.drift.history.store import HistoryStore

_OF_REQUESTS = frozenset(rule.id for rule in RULES if rule.families == ("request",))
"""Rules whose findings only a request can show."""


class LiveAnswer(Struct, frozen=True):
    """What came of one request of this run."""

    operation: Operation
    case: str
    """What kind of request it was: valid, invalid or unsigned."""
    findings: tuple[Finding, ...]
    interaction: Interaction | None
    """None where no whole answer came."""


@dataclass(eq=False)
class CheckedExchange:
    """One exchange held against itself, its twins and its evidence; each part is built when it is
    first needed.  Parts raise InputError: a page, the manifest or the known drift is wrong;
    UsageError: the manifest weighs an unknown rule."""

    exchange: Exchange
    root: Path
    today: dt.date
    live: list[LiveAnswer] = field(default_factory=list)
    """What came of requests of this run, in the order in which they were sent."""
    history: History | None = None
    """The run beside those before it, where they are remembered and it has ended."""

    @cached_property
    def linted(self) -> LintResult:
        return lint_exchange(self.exchange)

    @cached_property
    def contract(self) -> Contract:
        """The contract of the first language; twins are compared with it."""
        return self.contracts[project.languages(self.exchange)[0]]

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        """The contract of every language; pages in one language are read once and no more."""
        tags = project.languages(self.exchange)
        if len(tags) == 1:
            return {tags[0]: self.linted.pages.contract}
        return {tag: read_exchange(self.exchange, tag).contract for tag in tags}

    @cached_property
    def known(self) -> KnownDrift:
        return load_known_drift(self.exchange)

    @cached_property
    def evidence(self) -> Evidence:
        """All that is stored, read directly; the recorded tests replay it through requests."""
        stored = project.find_stored(self.exchange, self.root)
        return read_all_evidence(stored, self.root)

    @property
    def live_interactions(self) -> tuple[Interaction, ...]:
        return tuple(a.interaction for a in self.live if a.interaction is not None)

    @cached_property
    def checked(self) -> CheckResult:
        """All stored interactions, checked against the operations they are of."""
        return check_all(
            self.contract.operations, self.evidence.interactions, files=self.exchange.page_files
        )

    @cached_property
    def evidence_findings(self) -> tuple[Finding, ...]:
        return self.with_own_severities(self.checked.findings)

    @cached_property
    def twins(self) -> ParityResult:
        """Every page compared with its twins in other languages, recordings as witnesses."""
        if len(self.contracts) == 1:
            return ParityResult(findings=(), operations=len(self.contract.operations), compared=0)
        sides = read_sides(sides_of_exchange(self.exchange)).sides
        return compare_all(sides, self.evidence.interactions)

    @cached_property
    def partition(self) -> Partition:
        """Every finding, one of each fingerprint, sorted into new, known, expired and stale.  While
        nothing was asked, entries that only a request can find are not stale."""
        live = (finding for answer in self.live for finding in answer.findings)
        found = (*self.linted.findings, *self.twins.findings, *live)
        every = (*self.evidence_findings, *self.with_own_severities(found))
        # of each the first that a page or the API shows, else the first
        once = merge_repeated(sorted(every, key=lambda finding: finding.made_of is not None))
        parts = split(once, self.known, self.today)
        if self.live:
            return parts
        return replace(parts, stale=tuple(e for e in parts.stale if e.rule not in _OF_REQUESTS))

    def with_own_severities(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """``findings`` as grave as the exchange's manifest takes them."""
        return apply_own_severities(self.exchange, findings)

    @property
    def report(self) -> Report:
        return replace(self._outcome, history=self.history)

    @cached_property
    def _outcome(self) -> Report:
        origins = Counter(dict(self.checked.origins))
        origins.update(interaction.origin.value for interaction in self.live_interactions)
        looked_at = Report(
            title=self.exchange.title,
            coverage=self.linted.pages.contract.coverage,
            operations=len(self.contract.operations),
            evidence=tuple(sorted(origins.items())),
            unchecked=self.checked.unchecked,
            exchange=self.exchange.name,
            today=self.today,
        )
        return build_report(self.partition, looked_at)


def add_excerpts(
    report: Report, exchange: Exchange, read: Mapping[str, str] | None = None
) -> Report:
    """``report`` with excerpts of the pages at every place it names, and their origins.  ``read``
    is the sha256 of pages in the run; changed pages are not shown.  None: the pages as they are
    now."""
    pages = {p.path: p for p in exchange.pages if read is None or read.get(p.path) == p.sha256}
    sources = {
        page.path: PageOrigin(url=page.url, language=page.language, retrieved=page.retrieved)
        for page in exchange.pages
    }
    return replace(
        report,
        exchange=exchange.name,
        commit=project.commit_of(exchange.root) if read is None else "",
        sources=sources,
        excerpts=dict(_cut_excerpts(report, lambda page: read_page(exchange, pages[page]))),
    )


def add_excerpts_of_files(report: Report, files: Iterable[tuple[str, Path]]) -> Report:
    """``report`` with what stands at every place it names on pages that were given by path."""
    paths = dict(files)
    excerpts = dict(_cut_excerpts(report, lambda page: read_bytes(paths[page])))
    first = next(iter(paths.values()), None)
    return replace(report, excerpts=excerpts, commit=project.commit_of(first) if first else "")


def _cut_excerpts(
    report: Report, read: Callable[[str], bytes]
) -> Iterator[tuple[Place, PageExcerpt]]:
    """Each page parsed once; ``read`` raises KeyError for one that is not to be shown."""
    spans: dict[str, dict[tuple[int, str], Span]] = {}
    for section in build_sections((report,)):
        for item in section.items:
            for span in filter(None, (item.finding.documented, item.other)):
                spans.setdefault(span.page, {})[span.line, span.quote] = span
    for name, mine in spans.items():
        try:
            excerpts = Excerpts(parse_page(read(name), name))
        except (ConformanceError, KeyError):
            continue  # the quote in the finding has to do
        for span in mine.values():
            found = excerpts.find_excerpt(span)
            if found:
                yield (name, span.line, span.quote), found


def render_drift_index(folder: Path) -> str:
    """A page over all drift reports that lie in ``folder``, those of other runs included."""
    from conformance.report.html import render_index

    wires = {}
    for file in sorted(folder.glob("*.drift.json")):
        try:
            wire = json.loads(file.read_bytes())
            render_index({"": wire})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue  # another program's, or half of one
        wires[file.name.removesuffix(".drift.json")] = wire
    return render_index(wires)


class ReportRequest(Struct, frozen=True):
    """Which exchanges are reported on, and beside what."""

    choice: PageChoice
    history: str | None = None
    since: dt.datetime | None = None
    """The moment to compare with; None for the run before."""
    now: bool = False
    """Check what is there now instead of recalling the latest run."""


class ExchangeReport(Struct, frozen=True):
    exchange: Exchange
    report: Report
    whole: bool = True
    """Whether everything that should have been looked at could be."""
    notes: tuple[str, ...] = ()


def report_exchanges(
    request: ReportRequest, progress: Progress | None = None
) -> list[ExchangeReport]:
    """The report on every chosen exchange, in order.  Raises UsageError: nothing to compare with;
    InputError: pages or the history cannot be read."""
    store = open_history(request.history)
    if request.now and store and not store.exists():  # to check now, that is none
        store = None
    if request.since and store is None:
        raise UsageError("--since: there is nothing to compare with", hint="give --history")
    root = find_root(request.choice.docs_root)
    exchanges = project.load_exchanges(root, request.choice.exchanges)
    now = dt.datetime.now(dt.UTC)
    if store and not request.now:
        return _recall_exchanges(store, exchanges, request, now)
    return list(_check_exchanges(exchanges, root, store, request.since, now, progress))


def build_outcome(found: Sequence[ExchangeReport]) -> Outcome:
    empty = ", ".join(one.exchange.name for one in found if one.report.is_empty)
    partly = ", ".join(one.exchange.name for one in found if not one.whole)
    failures = [f"not everything could be checked: {partly}"] if partly else []
    if empty or not found:
        failures = [f"nothing was checked: {empty or 'there is no exchange'}"]
    reports = tuple(one.report for one in found)
    counted = tuple(finding for report in reports for finding in report.findings)
    return Outcome(reports, counted, tuple(n for one in found for n in one.notes), tuple(failures))


def write_packets(
    found: Sequence[ExchangeReport],
    folder: Path,
    root: Path,
    prefix: str = "",
    progress: Progress | None = None,
) -> Iterator[str]:
    """Write one folder of packets for each exchange; yields notes on files there."""
    from conformance.pipeline.packets import packets_of_exchange

    for number, one in enumerate(found, start=1):
        report = one.report
        findings = (*report.findings, *(match.finding for match in report.known))
        entries = [match.entry for match in report.known]
        built = packets_of_exchange(one.exchange, findings, entries, root=root, prefix=prefix)
        files = render_packet_files(built, one.exchange.title)
        yield from keep_folder(folder / one.exchange.name, files)
        if progress:
            progress(number, len(found), one.exchange.name)


def _recall_exchanges(
    store: HistoryStore, exchanges: Sequence[Exchange], request: ReportRequest, now: dt.datetime
) -> list[ExchangeReport]:
    """What is remembered of each; where none is named, those without a run are left out, with a
    note."""
    known = set() if request.choice.exchanges else set(store.exchanges())
    chosen = [one for one in exchanges if one.name in known] or exchanges
    found = [_recall_exchange(store, one, request.since, now) for one in chosen]
    if forgotten := ", ".join(one.name for one in exchanges if one not in chosen):
        note = f"left out, no run remembered: {forgotten}"
        found[0] = replace(found[0], notes=(*found[0].notes, note))
    return found


def _recall_exchange(
    store: HistoryStore, exchange: Exchange, since: dt.datetime | None, now: dt.datetime
) -> ExchangeReport:
    stored = store.recall(exchange.name, since=since)
    account = stored.record.account
    report = replace(
        recall_report(stored, project.files_of_exchange(exchange)), today=now.astimezone().date()
    )
    shown = add_excerpts(report, exchange, dict(account.pages))
    if stored.record.complete:
        return ExchangeReport(exchange, shown)
    note = f"{exchange.name}: the run was not whole: what it did not find may still be there"
    return ExchangeReport(exchange, shown, whole=False, notes=(note,))


def _check_exchanges(
    exchanges: Sequence[Exchange],
    root: Path,
    store: HistoryStore | None,
    since: dt.datetime | None,
    now: dt.datetime,
    progress: Progress | None,
) -> Iterator[ExchangeReport]:
    remembered = store.exchanges() if store else ()
    for number, exchange in enumerate(exchanges, start=1):
        checked = CheckedExchange(exchange, root, now.astimezone().date())
        notes = list(map(str, checked.evidence.problems))
        report = replace(checked.report, files=project.files_of_exchange(exchange))
        whole = bool(report.operations) and not checked.evidence.failures
        if not report.operations:
            notes.append(f"{exchange.name}: no operation was found, so nothing was checked")
        if store and exchange.name in remembered:
            pages = [page.path for page in exchange.pages]
            scope = build_scope(checked.contracts, checked.evidence.interactions, pages)
            record = build_record(
                exchange, report, scope, checked.known, started=now, complete=whole
            )
            report = replace(report, history=store.compare(record, since))
        shown = add_excerpts(report, exchange)
        yield ExchangeReport(exchange, shown, whole, tuple(notes))
        if progress:
            progress(number, len(exchanges), exchange.name)

"""The report on each exchange of a project: as it is remembered, or as it is now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.pages.exchange import Exchange
from conformance.pages.files import keep_folder
from conformance.pages.roots import find_root
from conformance.pipeline import reports
from conformance.pipeline.choice import PageChoice
from conformance.pipeline.history import open_history, record_of, report_of, scope_of
from conformance.pipeline.outcomes import Outcome
from conformance.pipeline.pages import Progress
from conformance.pipeline.project import files_of_exchange, load_exchanges
from conformance.report.packet import packet_files
from conformance.report.report import Report

if TYPE_CHECKING:
    from conformance.drift.history.store import HistoryStore


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """Which exchanges are reported on, and beside what."""

    choice: PageChoice
    history: str | None = None
    since: dt.datetime | None = None
    """The moment to compare with; None for the run before."""
    now: bool = False
    """Check what is there now instead of recalling the latest run."""
    only_remembered: bool = False
    """Leave out an exchange of which no run is remembered, where none is named."""


@dataclass(frozen=True, slots=True)
class ExchangeReport:
    """The report on one exchange."""

    exchange: Exchange
    report: Report
    whole: bool = True
    """Whether everything that should have been looked at could be."""
    notes: tuple[str, ...] = ()


def report_exchanges(
    request: ReportRequest, progress: Progress | None = None
) -> list[ExchangeReport]:
    """The report on every exchange that is meant, in the order given.  Raises UsageError: there is
    nothing to compare with; InputError: pages or the history cannot be read."""
    store = _store(request)
    if request.since and store is None:
        raise UsageError("--since: there is nothing to compare with", hint="give --history")
    root = find_root(request.choice.docs_root)
    exchanges = load_exchanges(root, request.choice.exchanges)
    now = dt.datetime.now(dt.UTC)
    if store and not request.now:
        if request.only_remembered and not request.choice.exchanges:
            remembered = store.exchanges()
            exchanges = tuple(e for e in exchanges if e.name in remembered) or exchanges
        return [_recalled(store, exchange, request.since, now) for exchange in exchanges]
    return list(_checked(exchanges, root, store, request.since, now, progress))


def outcome_of(found: Sequence[ExchangeReport]) -> Outcome:
    """What came of all of them."""
    empty = [one.exchange.name for one in found if one.report.is_empty]
    partly = [one.exchange.name for one in found if not one.whole]
    failures = []
    if empty or not found:
        failures.append(f"nothing was checked: {', '.join(empty) or 'there is no exchange'}")
    elif partly:
        failures.append(f"not everything could be checked: {', '.join(partly)}")
    return Outcome(
        reports=tuple(one.report for one in found),
        counted=tuple(finding for one in found for finding in one.report.findings),
        notes=tuple(note for one in found for note in one.notes),
        failures=tuple(failures),
    )


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
        made = packets_of_exchange(one.exchange, findings, entries, root=root, prefix=prefix)
        files = packet_files(made, one.exchange.title)
        yield from keep_folder(folder / one.exchange.name, files)
        if progress:
            progress(number, len(found), one.exchange.name)


def _store(request: ReportRequest) -> HistoryStore | None:
    """The history that is named; to check now, one that does not exist yet is none."""
    store = open_history(request.history)
    return None if request.now and store and not store.exists() else store


def _recalled(
    store: HistoryStore, exchange: Exchange, since: dt.datetime | None, now: dt.datetime
) -> ExchangeReport:
    """The latest run that is remembered, its places shown where the pages are still the same."""
    stored = store.recall(exchange.name, since=since)
    account = stored.record.account
    report = replace(report_of(stored, files_of_exchange(exchange)), today=now.astimezone().date())
    shown = reports.illustrated(report, exchange, dict(account.pages))
    if stored.record.complete:
        return ExchangeReport(exchange, shown)
    note = f"{exchange.name}: the run was not whole: what it did not find may still be there"
    return ExchangeReport(exchange, shown, whole=False, notes=(note,))


def _checked(
    exchanges: Sequence[Exchange],
    root: Path,
    store: HistoryStore | None,
    since: dt.datetime | None,
    now: dt.datetime,
    progress: Progress | None,
) -> Iterator[ExchangeReport]:
    remembered = store.exchanges() if store else ()
    for number, exchange in enumerate(exchanges, start=1):
        checked = reports.check_now(exchange, root, now.astimezone().date())
        notes = list(map(str, checked.evidence.problems))
        report = replace(checked.report, files=files_of_exchange(exchange))
        whole = bool(report.operations) and not checked.evidence.failures
        if not report.operations:
            notes.append(f"{exchange.name}: no operation was found, so nothing was checked")
        if store and exchange.name in remembered:
            pages = [page.path for page in exchange.pages]
            scope = scope_of(checked.contracts, checked.evidence.interactions, pages)
            record = record_of(exchange, report, scope, checked.known, started=now, complete=whole)
            report = replace(report, history=store.compare(record, since))
        shown = reports.illustrated(report, exchange)
        yield ExchangeReport(exchange, shown, whole, tuple(notes))
        if progress:
            progress(number, len(exchanges), exchange.name)

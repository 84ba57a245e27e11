"""``conformance report``."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import pipeline
from conformance.cli.ago import moment_of
from conformance.cli.console import Progress, say
from conformance.cli.folders import keep_folder
from conformance.cli.main import DONE, FAILED, FOUND
from conformance.cli.publish import counts, publish
from conformance.errors import UsageError
from conformance.pages.exchange import Exchange
from conformance.pages.roots import find_root
from conformance.pipeline import reports
from conformance.pipeline.history import open_history, record_of, report_of, scope_of
from conformance.pipeline.repository import files_of_exchange
from conformance.report.packet import packet_files
from conformance.report.report import Report

if TYPE_CHECKING:
    from conformance.drift.history.store import HistoryStore


@dataclass(frozen=True, slots=True)
class Told:
    """The report on one exchange."""

    exchange: Exchange
    report: Report
    whole: bool = True
    """Whether everything that should have been looked at could be."""


def run(args: argparse.Namespace) -> int:
    """Report on every exchange that is meant, and say by exit status what came of it."""
    if args.format == "drift" and len(_exchanges(args)) > 1:
        raise UsageError("--format drift is about one exchange", hint="name it with --exchange")
    found = told(args)
    publish([one.report for one in found], args)
    if args.packets:
        _write_packets(args, found, find_root(args.docs_root))
    return _status(found, args)


def told(args: argparse.Namespace) -> list[Told]:
    """What is to be said of every exchange that is meant, in the order given.

    Raises:
        UsageError: there is nothing to compare with.
        InputError: pages or the history cannot be read.
    """
    now = dt.datetime.now(dt.UTC)
    since = moment_of(args.since, now) if args.since else None
    exchanges, store = _exchanges(args), _store(args)
    if since and store is None:
        raise UsageError("--since: there is nothing to compare with", hint="give --history")
    if store and not args.now:
        return [_recalled(store, exchange, since, now) for exchange in exchanges]
    return list(_checked(exchanges, find_root(args.docs_root), store, since, now))


def _exchanges(args: argparse.Namespace) -> tuple[Exchange, ...]:
    return pipeline.load_exchanges(find_root(args.docs_root), args.exchange)


def _status(found: Sequence[Told], args: argparse.Namespace) -> int:
    empty = [one.exchange.name for one in found if one.report.is_empty]
    if empty or not found:
        say(f"nothing was checked: {', '.join(empty) or 'there is no exchange'}")
        return FAILED
    if not all(one.whole for one in found):
        return FAILED
    findings = [finding for one in found for finding in one.report.findings]
    return FOUND if counts(findings, args) else DONE


def _write_packets(args: argparse.Namespace, found: Sequence[Told], root: Path) -> None:
    """One folder for each exchange, in that of the packets."""
    from conformance.pipeline.packets import packets_of_exchange

    progress = Progress("packets")
    for number, one in enumerate(found, start=1):
        report = one.report
        findings = (*report.findings, *(match.finding for match in report.known))
        entries = [match.entry for match in report.known]
        made = packets_of_exchange(
            one.exchange, findings, entries, root=root, prefix=args.patch_prefix
        )
        keep_folder(args.packets / one.exchange.name, packet_files(made, one.exchange.title))
        progress(number, len(found), one.exchange.name)


def _store(args: argparse.Namespace) -> HistoryStore | None:
    """The history that is named; with ``--now`` one that does not exist yet is none."""
    store = open_history(args.history)
    return None if args.now and store and not store.exists() else store


def _recalled(
    store: HistoryStore, exchange: Exchange, since: dt.datetime | None, now: dt.datetime
) -> Told:
    """The latest run that is remembered, its places shown where the pages are still the same."""
    stored = store.recall(exchange.name, since=since)
    account = stored.record.account
    report = replace(report_of(stored, files_of_exchange(exchange)), today=now.astimezone().date())
    shown = reports.illustrated(report, exchange, dict(account.pages))
    if not stored.record.complete:
        say(f"{exchange.name}: the run was not whole: what it did not find may still be there")
    return Told(exchange, shown, whole=stored.record.complete)


def _checked(
    exchanges: Sequence[Exchange],
    root: Path,
    store: HistoryStore | None,
    since: dt.datetime | None,
    now: dt.datetime,
) -> Iterator[Told]:
    progress = Progress("checking")
    remembered = store.exchanges() if store else ()
    for number, exchange in enumerate(exchanges, start=1):
        checked = reports.check_now(exchange, root, now.astimezone().date())
        for problem in checked.evidence.problems:
            say(str(problem))
        report = replace(checked.report, files=files_of_exchange(exchange))
        whole = bool(report.operations) and not checked.evidence.failures
        if not report.operations:
            say(f"{exchange.name}: no operation was found, so nothing was checked")
        if store and exchange.name in remembered:
            pages = [page.path for page in exchange.pages]
            scope = scope_of(checked.contracts, checked.evidence.interactions, pages)
            record = record_of(exchange, report, scope, checked.known, started=now, complete=whole)
            report = replace(report, history=store.compare(record, since))
        shown = reports.illustrated(report, exchange)
        yield Told(exchange, shown, whole=whole)
        progress(number, len(exchanges), exchange.name)

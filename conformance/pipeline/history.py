"""What is remembered of a run, and a run as it is remembered."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from conformance import __version__
from conformance.checks.match import Unmatched, match
from conformance.checks.registry import RULES
from conformance.checks.rule import Family
from conformance.drift.history.record import (
    RunDetails,
    RunRecord,
    RunScope,
    StoredRun,
)
from conformance.drift.known import KnownDrift, KnownEntry, Match, Partition
from conformance.errors import UsageError
from conformance.model.contract import Contract
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation
from conformance.pages.exchange import Exchange
from conformance.report.report import Report, build_report

if TYPE_CHECKING:
    from conformance.drift.history.store import HistoryStore

VARIABLE: Final = "CONFORMANCE_HISTORY"
"""Names the history of those who give none."""


def open_history(given: str | None) -> HistoryStore | None:
    """The history that is given, or that the environment names, if any.  Raises UsageError: no path
    and no URL of a database."""
    url = given or os.environ.get(VARIABLE)
    if not url:
        return None
    from conformance.drift.history import store  # a run without a history needs no database

    return store.open_history(url)


def require_history(given: str | None) -> HistoryStore:
    """The history that is meant.  Raises UsageError: none is named."""
    store = open_history(given)
    if store is None:
        raise UsageError("no history is named", hint=f"give --history FILE, or set {VARIABLE}")
    return store


def build_scope(
    contracts: Mapping[str, Contract],
    interactions: Iterable[Interaction],
    pages: Iterable[str],
    asked: Iterable[str] = (),
) -> RunScope:
    """What a run looked at: ``pages``, ``contracts`` by language (the checked one first),
    ``interactions``, and the operations that every kind of request was sent to (``asked``)."""
    requested = frozenset(asked)
    families: set[Family] = {"lint", "check"}
    families |= {"parity"} if len(contracts) > 1 else set()
    families |= {"request"} if requested else set()
    first = next(iter(contracts.values()), Contract())
    return RunScope(
        rules=frozenset(rule.id for rule in RULES if families.intersection(rule.families)),
        pages=frozenset(pages),
        documenting=frozenset(o.page for c in contracts.values() for o in c.operations),
        operations=frozenset(o.key for c in contracts.values() for o in c.operations),
        examined=frozenset(_list_examined_pairs(first.operations, interactions)),
        asked=requested,
    )


def build_record(
    exchange: Exchange,
    report: Report,
    scope: RunScope,
    known: KnownDrift,
    *,
    started: dt.datetime,
    complete: bool = True,
) -> RunRecord:
    """A run over ``exchange`` that ends now, to be remembered.  ``started`` has a time zone;
    ``complete``: it came to its end and read all of its evidence."""
    today = started.astimezone().date()
    return RunRecord(
        exchange=exchange.name,
        started=started,
        finished=max(started, dt.datetime.now(dt.UTC)),
        findings=(
            *report.findings,
            *(match.finding for match in report.known if match.finding.made_of is None),
        ),
        complete=complete,
        scope=scope,
        version=__version__,
        account=RunDetails(
            title=report.title,
            coverage=report.coverage,
            operations=report.operations,
            evidence=report.evidence,
            known=tuple(entry for entry in known.entries if entry.days_left(today) >= 0),
            expired=tuple(match.entry for match in report.expired),
            stale=report.stale,
            pages=tuple((page.path, page.sha256) for page in exchange.pages),
        ),
    )


def recall_report(stored: StoredRun, files: Sequence[tuple[str, str]] = ()) -> Report:
    """The report of a run as it was, in the light of the runs before it; ``files`` are its pages
    with paths from the repository's root."""
    record, account = stored.record, stored.record.account
    accepted = {entry.fingerprint: entry for entry in account.known}
    expired = {entry.fingerprint: entry for entry in account.expired}
    new = tuple(f for f in record.findings if f.fingerprint not in accepted | expired)
    known, past = (tuple(_matches(record.findings, each)) for each in (accepted, expired))
    parts = Partition(new=new, known=known, expired=past, stale=account.stale)
    looked_at = Report(
        title=account.title,
        coverage=account.coverage,
        operations=account.operations,
        evidence=account.evidence,
        files=tuple(files),
        exchange=record.exchange,
        history=stored.history,
    )
    return build_report(parts, looked_at)


def _matches(findings: Iterable[Finding], entries: Mapping[str, KnownEntry]) -> Iterator[Match]:
    for finding in findings:
        if finding.fingerprint in entries:
            yield Match(finding, entries[finding.fingerprint])


def _list_examined_pairs(
    operations: Sequence[Operation], interactions: Iterable[Interaction]
) -> Iterator[tuple[str, str]]:
    for interaction in interactions:
        matched = match(operations, interaction)
        if not isinstance(matched, Unmatched):
            yield from ((operation.key, interaction.origin.value) for operation in matched)

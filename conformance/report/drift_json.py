"""The drift report for programs, version 1: the findings of format ``json`` and what is known.

``docs/drift-report.v1.schema.json`` describes it.  ``version``, ``checked`` and ``findings`` are
those of ``docs/report-format.v1.schema.json``, so that who reads that one can read this one.
It is about one exchange and one run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from conformance.drift.known import KnownEntry
from conformance.drift.memory import Memory
from conformance.errors import UsageError
from conformance.model.finding import Finding
from conformance.report.json_v1 import as_text, finding_wire, wire
from conformance.report.report import Report, Source, Style, in_order
from conformance.report.sections import Item, Kind, sections
from conformance.report.words import weighed


def render_drift(reports: Sequence[Report], style: Style) -> str:
    """The report as one JSON document (RFC 8259); ends with a newline.

    Raises:
        UsageError: there are several reports.
    """
    del style  # a wire format has none
    if len(reports) != 1:
        raise UsageError("a drift report is about one exchange", hint="name one with --exchange")
    (report,) = reports
    return as_text(drift_wire(report))


def drift_wire(report: Report) -> dict[str, Any]:
    """The report as JSON values."""
    history = report.history
    items = [item for section in sections((report,)) for item in section.items]
    return {
        **wire((report,)),
        "exchange": report.exchange,
        "title": report.title,
        "run": _time(history.run) if history else None,
        "since": _time(history.since) if history and history.since else None,
        "runs": history.runs if history else 0,
        "interactions": dict(report.evidence),
        "states": {
            item.finding.fingerprint: _state(item) for item in items if item.kind is not Kind.APART
        },
        "fixed": [finding_wire(i.finding) for i in items if i.kind is Kind.FIXED],
        "not_checked": [finding_wire(i.finding) for i in items if i.kind is Kind.UNCHECKED],
        "known": [_known(item, item.entry) for item in items if item.kind is Kind.KNOWN],
        "stale": [_entry(entry) for entry in report.stale],
        "evidence": {
            finding.fingerprint: _evidence(finding)
            for finding in in_order(tuple(item.finding for item in items))
            if finding.evidence
        },
        "sources": {page: _source(source) for page, source in sorted(report.sources.items())},
    }


def _state(item: Item) -> dict[str, Any]:
    return {
        "state": item.kind.value.replace(" ", "_"),
        **(_memory(item.memory) if item.memory else {}),
    }


def _memory(memory: Memory) -> dict[str, Any]:
    return {
        "first_seen": _time(memory.first_seen),
        "last_seen": _time(memory.last_seen),
        "times_seen": memory.times_seen,
        "runs": memory.runs,
        "periods": [[_time(period.first), _time(period.last)] for period in memory.periods],
    }


def _known(item: Item, entry: KnownEntry | None) -> dict[str, Any]:
    told: dict[str, Any] = {"finding": finding_wire(item.finding)}
    if entry:
        left = entry.days_left(item.report.today) if item.report.today else None
        told |= {
            "reason": entry.reason,
            "expires": entry.expires.isoformat(),
            "days_left": left,
        }
    return told


def _entry(entry: KnownEntry) -> dict[str, Any]:
    return {
        "fingerprint": entry.fingerprint,
        "rule": entry.rule,
        "operation": entry.operation,
        "subject": entry.subject,
        "reason": entry.reason,
        "expires": entry.expires.isoformat(),
    }


def _evidence(finding: Finding) -> dict[str, Any]:
    return {
        "words": weighed(finding),
        "tallies": [
            {
                "origin": tally.origin,
                "seen": tally.seen,
                "examined": tally.examined,
                "first": tally.first or None,
                "last": tally.last or None,
            }
            for tally in finding.evidence
        ],
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "url": source.url or None,
        "language": source.language or None,
        "retrieved": source.retrieved.isoformat() if source.retrieved else None,
    }


def _time(time: dt.datetime) -> str:
    """RFC 3339, in UTC where a time zone is known."""
    told = time.astimezone(dt.UTC) if time.tzinfo else time
    return told.isoformat(timespec="seconds").replace("+00:00", "Z")

"""The wire format, version 1: a promise to other programs, apart from our own nouns.

``docs/report-format.v1.schema.json`` describes it.  Keys, their order and their meaning do
not change within a version.  Known drift has no place in it: ``findings`` are those that
count.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any, Final

from conformance.drift.causes import group_findings_by_cause
from conformance.drift.known import KnownEntry
from conformance.drift.memory import Memory
from conformance.errors import UsageError
from conformance.model.contract import Coverage
from conformance.model.finding import Finding, Observed
from conformance.model.span import Span
from conformance.model.unchecked import Unchecked
from conformance.report.report import Report, Source, Style, in_order
from conformance.report.sections import Item, Kind, sections
from conformance.report.words import weighed

VERSION: Final = 1

_UNSAFE: Final = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff0-\ufffc\ufffe\uffff]"
)
"""What JSON lets through and a terminal, an editor or UTF-8 would trip over."""


def render_json(reports: Sequence[Report], style: Style) -> str:
    """The reports as one JSON document (RFC 8259); ends with a newline.

    Text is kept readable (no escapes for what is not ASCII), but control and format
    characters are escaped.  A lone surrogate, which many parsers refuse, becomes the six
    characters of its escape (``\\ud800``).
    """
    del style  # a wire format has none
    return as_text(wire(reports))


def as_text(tree: dict[str, Any]) -> str:
    """JSON values as a document that any reader takes and any terminal survives."""
    text = json.dumps(tree, ensure_ascii=False, indent=2)
    return _UNSAFE.sub(_escaped, text) + "\n"


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    backslash = "\\\\" if 0xD800 <= code < 0xE000 else "\\"
    return f"{backslash}u{code:04x}"


def wire(reports: Sequence[Report]) -> dict[str, Any]:
    """The reports as JSON values; pages of several exchanges are told apart by their names."""
    coverage = sum((report.coverage for report in reports), Coverage())
    several = len(reports) > 1
    prefixes = [f"{report.exchange}/" if several and report.exchange else "" for report in reports]
    return {
        "version": VERSION,
        "checked": {
            "pages": coverage.pages,
            "operations": sum(report.operations for report in reports),
            "rows": coverage.rows,
            "rows_unread": coverage.rows_unread,
            **_unchecked(reports),
        },
        "findings": [
            told
            for report, prefix in zip(reports, prefixes, strict=True)
            for told in _findings(report.findings, prefix)
        ],
        **_set_apart(reports, prefixes),
    }


def _findings(findings: Sequence[Finding], prefix: str) -> Iterator[dict[str, Any]]:
    """In order; those that have their cause in common with others name it."""
    causes = group_findings_by_cause(findings)
    shared = {id(f): cause.id for cause in causes if cause.reasons for f in cause.findings}
    for finding in in_order(tuple(findings)):
        cause = {"cause": shared[id(finding)]} if id(finding) in shared else {}
        yield {**finding_wire(finding, prefix), **cause}


def _set_apart(reports: Sequence[Report], prefixes: Sequence[str]) -> dict[str, Any]:
    """Optional: by origin what only interactions show that no API answered."""
    apart: dict[str, list[dict[str, Any]]] = {}
    for report, prefix in zip(reports, prefixes, strict=True):
        for finding in in_order(report.set_apart):
            origin = finding.made_of.value if finding.made_of else ""
            apart.setdefault(origin, []).append(finding_wire(finding, prefix))
    return {"set_apart": apart} if apart else {}


def _unchecked(reports: Sequence[Report]) -> dict[str, Any]:
    """Optional: absent where everything was checked."""
    names = [field.name for field in fields(Unchecked)]
    sums = {n: sum(getattr(report.unchecked, n) for report in reports) for n in names}
    return {"not_checked": sums} if any(sums.values()) else {}


def finding_wire(finding: Finding, prefix: str = "") -> dict[str, Any]:
    """One finding as JSON values; ``prefix`` goes before the name of its page."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "confidence": finding.confidence,
        "operation": finding.operation,
        "subject": finding.subject,
        "message": finding.message,
        "expected": finding.expected,
        "actual": finding.actual,
        "documented": _documented(finding.documented, prefix) if finding.documented else None,
        "observed": _observed(finding.observed) if finding.observed else None,
        "fingerprint": finding.fingerprint,
        "related": list(finding.related),
    }


def _documented(span: Span, prefix: str) -> dict[str, Any]:
    return {
        "page": f"{prefix}{span.page}",
        "line": span.line,
        "end_line": span.end_line,
        "quote": span.quote,
    }


def _observed(observed: Observed) -> dict[str, Any]:
    return {
        "origin": observed.origin,
        "where": observed.where,
        "pointer": observed.pointer,
    }


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

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
from enum import Enum
from typing import Any, Final

from conformance.drift.causes import group_findings_by_cause
from conformance.drift.history.record import Memory
from conformance.errors import UsageError
from conformance.model.contract import Coverage
from conformance.model.finding import Finding, Severity
from conformance.model.interaction import Unchecked
from conformance.patterns import regex
from conformance.report.report import Report, sort_findings
from conformance.report.sections import Item, ItemState, build_sections
from conformance.report.words import describe_evidence

VERSION: Final = 1

_UNSAFE: Final = regex(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff0-\ufffc\ufffe\uffff]"
)
"""What JSON lets through and a terminal, an editor or UTF-8 would trip over."""


def render_json(reports: Sequence[Report]) -> str:
    """The reports as one JSON document (RFC 8259); ends with a newline.  Control and format
    characters are escaped; a lone surrogate, which many parsers refuse, becomes the text
    ``\\ud800``."""
    return render_document(encode_reports(reports))


def render_document(tree: dict[str, Any]) -> str:
    """JSON values as a document that any reader takes and any terminal survives."""
    text = json.dumps(tree, ensure_ascii=False, indent=2)
    return _UNSAFE.sub(_escape_match, text) + "\n"


def _escape_match(match: re.Match[str]) -> str:
    code = ord(match[0])
    backslash = "\\\\" if 0xD800 <= code < 0xE000 else "\\"
    return f"{backslash}u{code:04x}"


def encode_reports(reports: Sequence[Report]) -> dict[str, Any]:
    """The reports as JSON values; pages of several exchanges are distinguished by their names."""
    coverage = sum((report.coverage for report in reports), Coverage())
    several = len(reports) > 1
    prefixes = [f"{report.exchange}/" if several and report.exchange else "" for report in reports]
    names = Unchecked.__struct_fields__
    sums = {n: sum(getattr(report.unchecked, n) for report in reports) for n in names}
    unchecked = {"not_checked": sums} if any(sums.values()) else {}
    return {
        "version": VERSION,
        "checked": {
            "pages": coverage.pages,
            "operations": sum(report.operations for report in reports),
            "rows": coverage.rows,
            "rows_unread": coverage.rows_unread,
            **unchecked,
        },
        "findings": [
            found
            for report, prefix in zip(reports, prefixes, strict=True)
            for found in _render_findings(report.findings, prefix)
        ],
        **_set_apart(reports, prefixes),
    }


def _render_findings(findings: Sequence[Finding], prefix: str) -> Iterator[dict[str, Any]]:
    causes = group_findings_by_cause(findings)
    shared = {id(f): cause.id for cause in causes if cause.reasons for f in cause.findings}
    for finding in sort_findings(tuple(findings)):
        cause = {"cause": shared[id(finding)]} if id(finding) in shared else {}
        yield {**encode_finding(finding, prefix), **cause}


def _set_apart(reports: Sequence[Report], prefixes: Sequence[str]) -> dict[str, Any]:
    apart: dict[str, list[dict[str, Any]]] = {}
    for report, prefix in zip(reports, prefixes, strict=True):
        for finding in sort_findings(report.set_apart):
            origin = finding.made_of.value if finding.made_of else ""
            apart.setdefault(origin, []).append(encode_finding(finding, prefix))
    return {"set_apart": apart} if apart else {}


def encode_finding(finding: Finding, prefix: str = "") -> dict[str, Any]:
    """One finding as JSON values; ``prefix`` goes before the name of its page."""
    names = "rule severity confidence operation subject message expected actual"
    span, observed = finding.documented, finding.observed
    return {
        **pick_members(finding, names),
        "documented": {"page": f"{prefix}{span.page}", **pick_members(span, "line end_line quote")}
        if span
        else None,
        "observed": pick_members(observed, "origin where pointer") if observed else None,
        "fingerprint": finding.fingerprint,
        "related": list(finding.related),
    }


def encode_memory(memory: Memory) -> dict[str, Any]:
    """What is remembered of a finding as JSON values."""
    return {
        **pick_members(memory, "first_seen last_seen times_seen runs"),
        "periods": [list(pick_members(period, "first last").values()) for period in memory.periods],
    }


def pick_members(noun: object, names: str) -> dict[str, Any]:
    """The members of ``noun`` with these ``names`` as JSON values, in this order."""
    return {name: encode_value(getattr(noun, name)) for name in names.split()}


def encode_value(value: object) -> object:
    """A severity or state by its word, a time as RFC 3339 has it: in UTC, where a zone is known."""
    if isinstance(value, Severity):
        return value.label
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.datetime):
        known = value.astimezone(dt.UTC) if value.tzinfo else value
        return known.isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, dt.date) else value


def render_drift(reports: Sequence[Report]) -> str:
    """One report as a JSON document (RFC 8259); ends with a newline.  Raises UsageError: several
    reports."""
    if len(reports) != 1:
        raise UsageError("a drift report is about one exchange", hint="name one with --exchange")
    (report,) = reports
    return render_document(encode_drift(report))


def encode_drift(report: Report) -> dict[str, Any]:
    """The report as JSON values."""
    history = report.history
    items = [item for section in build_sections((report,)) for item in section.items]
    return {
        **encode_reports((report,)),
        "exchange": report.exchange,
        "title": report.title,
        "run": encode_value(history.run) if history else None,
        "since": encode_value(history.since) if history else None,
        "runs": history.runs if history else 0,
        "interactions": dict(report.evidence),
        "states": {
            item.finding.fingerprint: {
                "state": item.kind.value.replace(" ", "_"),
                **(encode_memory(item.memory) if item.memory else {}),
            }
            for item in items
            if item.kind is not ItemState.APART
        },
        "fixed": [encode_finding(i.finding) for i in items if i.kind is ItemState.FIXED],
        "not_checked": [encode_finding(i.finding) for i in items if i.kind is ItemState.UNCHECKED],
        "known": [_render_known(item) for item in items if item.kind is ItemState.KNOWN],
        "stale": [pick_members(entry, _ENTRY) for entry in report.stale],
        "evidence": {
            finding.fingerprint: _render_evidence(finding)
            for finding in sort_findings(tuple(item.finding for item in items))
            if finding.evidence
        },
        "sources": {
            page: {name: value or None for name, value in pick_members(source, _SOURCE).items()}
            for page, source in sorted(report.sources.items())
        },
    }


_ENTRY: Final = "fingerprint rule operation subject reason expires"
_SOURCE: Final = "url language retrieved"


def _render_known(item: Item) -> dict[str, Any]:
    known: dict[str, Any] = {"finding": encode_finding(item.finding)}
    if item.entry:
        left = item.entry.days_left(item.report.today) if item.report.today else None
        known |= {**pick_members(item.entry, "reason expires"), "days_left": left}
    return known


def _render_evidence(finding: Finding) -> dict[str, Any]:
    return {
        "words": describe_evidence(finding),
        "tallies": [
            {
                **pick_members(tally, "origin seen examined"),
                "first": tally.first or None,
                "last": tally.last or None,
            }
            for tally in finding.evidence
        ],
    }

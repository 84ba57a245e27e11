"""The wire format, version 1: a promise to other programs, apart from our own nouns.

``docs/report-format.v1.schema.json`` describes it.  Keys, their order and their meaning do
not change within a version.  Known drift has no place in it: ``findings`` are those that
count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any, Final

from conformance.drift.causes import group_findings_by_cause
from conformance.model.contract import Coverage
from conformance.model.finding import Finding, Observed
from conformance.model.span import Span
from conformance.model.unchecked import Unchecked
from conformance.report.report import Report, Style, in_order

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

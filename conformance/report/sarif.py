"""Findings for code scanning: SARIF 2.1.0 (OASIS Standard, 27 March 2020).

Places are relative to the root of the repository (``%SRCROOT%``).  A result is told again from
run to run by its partial fingerprint, which is the finding's own.  Known drift is there as
suppressed results.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from conformance import __version__
from conformance.checks.registry import RULES
from conformance.model.finding import Finding, Severity
from conformance.model.span import Span
from conformance.report.plain import printable
from conformance.report.report import Report, Style, in_order
from conformance.report.ruledoc import read_doc
from conformance.report.words import checked, evidence

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_ROOT: Final = "%SRCROOT%"
_FINGERPRINT: Final = "finding/v1"
"""Name of our fingerprint; the number changes if ever its meaning does (SARIF 3.27.17)."""


def render_sarif(report: Report, style: Style) -> str:
    """The report as one SARIF log with one run; ASCII, ends with a newline."""
    del style  # a wire format has none
    return json.dumps(log(report), indent=2) + "\n"


def log(report: Report) -> dict[str, Any]:
    """The SARIF log as JSON values."""
    known = {id(match.finding): match.entry.reason for match in report.known}
    findings = in_order((*report.findings, *(match.finding for match in report.known)))
    rules = _rules(findings)
    places = dict(report.files)
    results = [
        _result(finding, list(rules).index(finding.rule), places, known.get(id(finding)))
        for finding in findings
    ]
    run = {
        "tool": {"driver": _driver(list(rules.values()))},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"checked": _plain(checked(report))},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": "conformance", "semanticVersion": __version__, "rules": rules}


def _rules(findings: Sequence[Finding]) -> dict[str, dict[str, Any]]:
    """Every rule with its metadata, those that findings name and nobody registered included."""
    known = {rule.id: rule for rule in RULES}
    described = {}
    for rule in known.values():
        doc = read_doc(rule.doc)
        described[rule.id] = {
            "id": rule.id,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": doc.text},
            "help": {"text": doc.plain, "markdown": doc.markdown},
            "defaultConfiguration": {"level": LEVELS[rule.severity]},
            "properties": {"tags": list(rule.families)},
        }
    others = dict.fromkeys(f.rule for f in findings if f.rule not in known)
    return described | {name: {"id": _plain(name)} for name in others}


def _result(
    finding: Finding, index: int, places: Mapping[str, str], suppressed: str | None
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": _plain(finding.rule),
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(finding, places)],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
        "properties": _properties(finding),
    }
    other = _elsewhere(finding, places)
    if other:
        result["relatedLocations"] = [other]
    if suppressed is not None:
        result["suppressions"] = [{"kind": "external", "justification": _plain(suppressed)}]
    return result


def _message(finding: Finding) -> str:
    """The verdict, what it expected and saw, and what follows from it, one sentence a line."""
    lines = [finding.message or finding.rule]
    if finding.expected:
        lines.append(f"Expected: {finding.expected}")
    if finding.actual:
        lines.append(f"Actual: {finding.actual}")
    if finding.observed:
        at = f" at {finding.observed.pointer}" if finding.observed.pointer else ""
        lines.append(f"{evidence(finding.observed)}: {finding.observed.where}{at}")
    lines += (f"Also: {consequence}" for consequence in finding.related)
    return "\n".join(map(_plain, lines))


def _location(finding: Finding, places: Mapping[str, str]) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if finding.documented:
        location["physicalLocation"] = _physical(finding.documented, places)
    name = " ".join(filter(None, (finding.operation, finding.subject)))
    if name:
        location["logicalLocations"] = [{"fullyQualifiedName": _plain(name), "kind": "member"}]
    return location


def _physical(span: Span, places: Mapping[str, str]) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": max(span.line, 1)}
    region["endLine"] = max(span.end_line, region["startLine"])
    if span.quote:
        region["snippet"] = {"text": _plain(span.quote)}
    return {"artifactLocation": _artifact(span.page, places), "region": region}


def _artifact(page: str, places: Mapping[str, str]) -> dict[str, str]:
    """A relative URI reference (RFC 3986): every segment percent-encoded, no scheme, no root."""
    path = places.get(page, page).encode("utf-8", "backslashreplace")
    return {"uri": quote(path, safe="/").lstrip("/") or ".", "uriBaseId": _ROOT}


def _elsewhere(finding: Finding, places: Mapping[str, str]) -> dict[str, Any] | None:
    """The other page's line, when that is where it was observed."""
    page, _, line = finding.observed.where.rpartition(":") if finding.observed else ("", "", "")
    if not page or not (line.isascii() and line.isdecimal() and 0 < len(line) < 10):
        return None
    region = {"startLine": max(int(line), 1)}
    return {
        "id": 1,
        "message": {"text": _plain(finding.actual or "observed here")},
        "physicalLocation": {"artifactLocation": _artifact(page, places), "region": region},
    }


def _properties(finding: Finding) -> dict[str, str]:
    told = {
        "confidence": finding.confidence,
        "operation": finding.operation,
        "subject": finding.subject,
        "expected": finding.expected,
        "actual": finding.actual,
    }
    return {name: _plain(value) for name, value in told.items() if value}


def _plain(text: str) -> str:
    """Text without control characters and lone surrogates, which many readers refuse."""
    return printable(text)

"""Findings for code scanning: SARIF 2.1.0 (OASIS Standard, 27 March 2020).

Places are relative to the root of the repository (``%SRCROOT%``).  A result is known again from
run to run by its partial fingerprint, which is the finding's own.  Known drift is there as
suppressed results.  Where earlier runs are remembered, results have a baseline state (3.27.24):
what is fixed is there as ``absent``, with what was last seen of it.

Some readers take neither suppressions nor baseline states into account; who uploads to one of
those leaves out results that are suppressed or absent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from conformance import __version__
from conformance.checks.registry import RULES
from conformance.drift.history.record import Memory, State
from conformance.model.finding import Finding, Severity
from conformance.model.span import Span
from conformance.report import words
from conformance.report.json_v1 import encode_value, pick_members
from conformance.report.plain import address, make_printable
from conformance.report.report import Report
from conformance.report.sections import Item, ItemState, build_sections
from conformance.report.words import read_doc

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_BASELINE: Final[Mapping[ItemState, str]] = {
    **dict.fromkeys((ItemState.NEW, ItemState.RETURNED), "new"),
    ItemState.FIXED: "absent",
    **dict.fromkeys((ItemState.OPEN, ItemState.UNCHECKED), "unchanged"),
}
"""Of known drift it depends on when it was first seen."""
_LEAVES: Final = (
    *(ItemState.NEW, ItemState.RETURNED, ItemState.OPEN),
    *(ItemState.FIXED, ItemState.KNOWN, ItemState.UNCHECKED),
)
"""What is given first where there is too much."""
_MOST: Final = 5_000
"""Results of a run: code scanning on GitHub shows no more."""
_ROOT: Final = "%SRCROOT%"
_FINGERPRINT: Final = "finding/v1"
"""Name of our fingerprint; the number changes if ever its meaning does (SARIF 3.27.17)."""


def render_sarif(reports: Sequence[Report]) -> str:
    """The reports as one SARIF log, a run for each; ASCII, ends with a newline."""
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report) for report in reports]}
    is_long = any("invocations" in run for run in document["runs"])
    return json.dumps(document, indent=None if is_long else 2) + "\n"


def _run(report: Report) -> dict[str, Any]:
    found = build_sections((report,))
    items = [item for s in found if s.kind is not ItemState.APART for item in s.items]
    shown = items
    if len(items) > _MOST:
        shown = sorted(items, key=lambda item: (_LEAVES.index(item.kind), -item.severity))[:_MOST]
    findings = [item.finding for item in items]
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
    rules = described | {name: {"id": make_printable(name)} for name in others}
    index = {name: number for number, name in enumerate(rules)}
    places = dict(report.files)
    driver = {"name": "conformance", "semanticVersion": __version__, "rules": list(rules.values())}
    run: dict[str, Any] = {"tool": {"driver": driver}}
    compared = words.describe_comparison(report.history) if report.history else ""
    if report.exchange:
        run["automationDetails"] = {"id": f"conformance/{make_printable(report.exchange)}/"}
    return run | {
        "columnKind": "unicodeCodePoints",
        "properties": {
            "checked": make_printable(words.describe_coverage(report)),
            **({"compared": compared} if compared else {}),
        },
        **_render_left_out(items, len(shown)),
        "results": [_render_result(item, index[item.finding.rule], places) for item in shown],
    }


def _render_left_out(items: Sequence[Item], shown: int) -> dict[str, Any]:
    if shown == len(items):
        return {}
    counted = words.summarize_findings([item.finding for item in items])
    text = f"{counted}; the {shown} gravest are given, of new ones first: --format json has each"
    note = {"level": "warning", "message": {"text": text}}
    return {"invocations": [{"executionSuccessful": True, "toolExecutionNotifications": [note]}]}


def _render_result(item: Item, index: int, places: Mapping[str, str]) -> dict[str, Any]:
    finding = item.finding
    location: dict[str, Any] = {}
    if finding.documented:
        location["physicalLocation"] = _render_physical(finding.documented, places)
    if finding.about:
        named = {"fullyQualifiedName": make_printable(finding.about), "kind": "member"}
        location["logicalLocations"] = [named]
    properties = {
        **pick_members(item.finding, "confidence operation subject expected actual"),
        "state": item.kind.value if item.memory else "",
        "seen": words.describe_memory(item.memory) if item.memory else "",
        "publishedAt": address(item.source.url),
    }
    result: dict[str, Any] = {
        "ruleId": make_printable(finding.rule),
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": _render_message(finding)},
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
        "properties": {name: make_printable(value) for name, value in properties.items() if value},
    }
    other = _list_other_places(item, places)
    if other:
        result["relatedLocations"] = [other]
    if item.kind is ItemState.KNOWN and item.entry:
        justification = make_printable(f"{item.entry.reason} (until {item.entry.expires})")
        accepted = {"kind": "external", "status": "accepted", "justification": justification}
        result["suppressions"] = [accepted]
    return result | (_render_remembered(item, item.memory) if item.memory else {})


def _render_remembered(item: Item, memory: Memory) -> dict[str, Any]:
    """State and times; what has returned is new to the run before, which did not have it."""
    state = "new" if memory.state is not State.FIXED and memory.times_seen == 1 else None
    return {
        "baselineState": _BASELINE.get(item.kind, state or "unchanged"),
        "provenance": {
            "firstDetectionTimeUtc": encode_value(memory.first_seen),
            "lastDetectionTimeUtc": encode_value(memory.last_seen),
        },
    }


def _render_message(finding: Finding) -> str:
    lines = [finding.message or finding.rule]
    if finding.expected:
        lines.append(f"Expected: {finding.expected}")
    if finding.actual:
        lines.append(f"Actual: {finding.actual}")
    if evidence := words.cite_evidence(finding):
        lines.append(evidence)
    lines += (f"Also: {consequence}" for consequence in finding.related)
    return "\n".join(map(make_printable, lines))


def _render_physical(span: Span, places: Mapping[str, str]) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": max(span.line, 1)}
    region["endLine"] = max(span.end_line, region["startLine"])
    if span.quote:
        region["snippet"] = {"text": make_printable(span.quote)}
    return {"artifactLocation": _render_artifact(span.page, places), "region": region}


def _render_artifact(page: str, places: Mapping[str, str]) -> dict[str, str]:
    """A relative URI reference (RFC 3986): every segment percent-encoded, no scheme, no root."""
    path = places.get(page, page).encode("utf-8", "backslashreplace")
    return {"uri": quote(path, safe="/").lstrip("/") or ".", "uriBaseId": _ROOT}


def _list_other_places(item: Item, places: Mapping[str, str]) -> dict[str, Any] | None:
    if item.other is None:
        return None
    return {
        "id": 1,
        "message": {"text": make_printable(item.finding.actual or "observed here")},
        "physicalLocation": {
            "artifactLocation": _render_artifact(item.other.page, places),
            "region": {"startLine": item.other.line},
        },
    }

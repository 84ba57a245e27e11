"""How a report says what it says: counts, and what evidence is worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from conformance.model.finding import Finding, Observed, Severity
from conformance.report.report import Report

SEEN_IN: Final[Mapping[str, str]] = {
    "live": "seen in a live response",
    "recorded": "seen in a recorded response",
    "documented": "seen in an example printed in the docs",
    "constructed": "seen in a constructed interaction, written by hand from known facts",
    "sandbox": "seen in an answer of the sandbox, not of an exchange",
}
"""Origin of an interaction -> what a report says about a finding in it."""

_KINDS: Final[Mapping[str, str]] = {
    "live": "live",
    "recorded": "recorded",
    "documented": "printed in the docs",
    "constructed": "constructed by hand from known facts",
    "sandbox": "of the sandbox",
}
"""Origin of an interaction -> the same as an attribute, for counts."""


def evidence(observed: Observed) -> str:
    """What kind of evidence this is, in words; never left to the reader to guess."""
    if observed.origin == "documented" and not observed.pointer and "#" not in observed.where:
        return "said elsewhere in the docs"
    return SEEN_IN.get(observed.origin, f"seen in an interaction of origin {observed.origin!r}")


def verdict(findings: Iterable[Finding]) -> str:
    """``2 findings (1 error, 1 warning)``, or ``no findings``."""
    counts = Counter(finding.severity for finding in findings)
    if not counts:
        return "no findings"
    parts = [_severities(severity, counts[severity]) for severity in sorted(counts, reverse=True)]
    return f"{plural(counts.total(), 'finding')} ({', '.join(parts)})"


def checked(report: Report) -> str:
    """What the verdict rests on, in one sentence."""
    if report.is_empty:
        return "Nothing was checked."
    coverage = report.coverage
    parts = [
        plural(coverage.pages, "page"),
        plural(report.operations, "operation"),
        f"{plural(coverage.rows, 'table row')} ({coverage.rows_unread} unread)",
    ]
    return f"Checked {', '.join(parts)}{_against(report)}."


def plural(count: int, noun: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _against(report: Report) -> str:
    """The interactions, by what they are worth; nothing where none were asked for."""
    if not report.evidence:
        return ""
    total = plural(sum(count for _, count in report.evidence), "interaction")
    counts = [f"{count} {_KINDS.get(origin, origin)}" for origin, count in report.evidence if count]
    return f"; {total}: {', '.join(counts)}" if counts else f"; {total}"


def _severities(severity: Severity, count: int) -> str:
    """``info`` has no plural."""
    return f"{count} info" if severity is Severity.INFO else plural(count, severity.label)

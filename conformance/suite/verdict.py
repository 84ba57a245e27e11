"""Findings -> the outcome of a test: known drift is expected, anything else fails."""

from __future__ import annotations

import pytest

from conformance.model.finding import Finding
from conformance.report.formats import render
from conformance.report.report import Report
from conformance.suite.session import ExchangeRun


def judge(run: ExchangeRun, findings: tuple[Finding, ...]) -> None:
    """Fail on new or expired findings, expect known ones with their reason, else pass."""
    parts = run.split(findings)
    counted = (*parts.new, *(match.finding for match in parts.expired))
    if counted:
        pytest.fail(render(Report(findings=counted, operations=1), "text"), pytrace=False)
    if parts.known:
        reasons = (f"{m.finding.rule} {m.finding.subject}: {m.entry.reason}" for m in parts.known)
        pytest.xfail("known drift: " + "; ".join(reasons))

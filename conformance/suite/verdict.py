"""Findings -> the outcome of a test: known drift is expected, anything else fails."""

from __future__ import annotations

import pytest

from conformance.model.finding import Finding, Severity
from conformance.report.formats import render
from conformance.report.report import Report
from conformance.suite.session import ExchangeRun


def judge(run: ExchangeRun, findings: tuple[Finding, ...]) -> None:
    """Fail on new or expired findings, expect known ones with their reason, else pass.

    An ``info`` is shown at the end of the run and fails nothing.
    """
    parts = run.split(tuple(f for f in findings if f.severity > Severity.INFO))
    counted = (*parts.new, *(match.finding for match in parts.expired))
    if counted:
        pytest.fail(render(Report(findings=counted, operations=1), "text"), pytrace=False)
    if parts.known:
        reasons = (f"{m.finding.rule} {m.finding.subject}: {m.entry.reason}" for m in parts.known)
        pytest.xfail("known drift: " + "; ".join(reasons))

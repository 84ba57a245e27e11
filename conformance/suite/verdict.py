"""Findings -> the outcome of a test: known drift is expected, anything else fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pytest

from conformance.compare.wording import cut
from conformance.drift.known import KnownEntry, Match
from conformance.model.finding import Finding, Severity
from conformance.report.formats import render_findings
from conformance.report.plain import printable
from conformance.report.report import Style
from conformance.suite.session import ExchangeRun

_LONGEST: Final = 60
"""Characters of a reason that stands at the end of a test's line."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Gives the verdict of one test, and leaves what it rests on in the test's report."""

    record: Callable[[str, object], None]
    """Adds a property to the test's case in a JUnit report; names may come again."""
    style: Style = field(default_factory=Style)
    """How wide what is found may be shown."""

    def __call__(self, run: ExchangeRun, findings: tuple[Finding, ...]) -> None:
        """Fail on new or expired findings, expect known ones with their reason, else pass.

        An ``info`` is shown at the end of the run and fails nothing.
        """
        self.note(findings)
        parts = run.split(tuple(f for f in findings if f.severity > Severity.INFO))
        counted = (*parts.new, *(match.finding for match in parts.expired))
        if counted:
            pytest.fail(render_findings(counted, self.style), pytrace=False)
        if parts.known:
            pytest.xfail(f"known drift: {shorten_known(parts.known)}")

    def note(self, findings: Iterable[Finding | KnownEntry]) -> None:
        """Rule, fingerprint, subject and place of each, always all four and in this order."""
        for finding in findings:
            self.record("rule", printable(finding.rule))
            self.record("fingerprint", finding.fingerprint)
            self.record("subject", printable(finding.subject))
            self.record("place", printable(_place(finding)))


def shorten_known(known: Sequence[Match]) -> str:
    """The first of what is accepted, on one short line; the summary of the run has the reasons."""
    first, count = known[0], len(known) - 1
    about = printable(cut(f"{first.finding.rule} {first.finding.subject}".rstrip(), _LONGEST))
    return about + (f" and {count} more" if count else "")


def _place(finding: Finding | KnownEntry) -> str:
    """``page:line``; where it was observed when no page says anything of it."""
    if isinstance(finding, KnownEntry):
        return ""
    if finding.documented:
        return str(finding.documented)
    return finding.observed.where if finding.observed else ""

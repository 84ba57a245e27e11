"""What every command that gives findings does with its outcome."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from conformance.cli.console import deliver, refuse_overwriting, say, style
from conformance.cli.main import DONE, FAILED, FOUND
from conformance.cli.options import CONFIDENCES, Result
from conformance.model.finding import Finding, Severity
from conformance.pipeline.outcomes import Outcome
from conformance.pipeline.reports import shown_beside
from conformance.report.formats import render
from conformance.report.report import Report

_SHOWING: Final = ("html", "markdown")
"""Formats with a place for a page's table."""
SUMMARY_BYTES: Final = 1_000_000
"""Of a step's summary: GitHub refuses one of more than a mebibyte."""


def finish(outcome: Outcome, result: Result, inputs: Iterable[Path] = ()) -> int:
    """Report what was found as ``result`` asks, say what was not done, give the exit status.
    Raises UsageError: the report would take the place of one of ``inputs``; InputError: the report
    cannot be written."""
    refuse_overwriting(result.output, inputs)
    for note in outcome.notes:
        say(note)
    publish(outcome, result)
    for failure in outcome.failures:
        say(failure)
    if outcome.failures:
        return FAILED
    return FOUND if _is_found(outcome.counted, result) else DONE


def publish(outcome: Outcome, result: Result) -> None:
    """Render what is reported; annotations also leave a summary for GitHub.  Raises InputError: the
    output cannot be written."""
    reports = outcome.reports
    if outcome.pages and result.format in _SHOWING:
        reports = tuple(shown_beside(report, outcome.pages) for report in reports)
    deliver(render(reports, result.format, style(result.output)), result.output)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if result.format == "github" and summary:
        _summarise(reports, Path(summary))


def _is_found(findings: Sequence[Finding], result: Result) -> bool:
    """Whether a finding is as grave as ``--fail-on`` and as sure as ``--confidence``, or more."""
    if result.fail_on == "never":
        return False
    grave = Severity[result.fail_on.upper()]
    sure = CONFIDENCES[: CONFIDENCES.index(result.confidence) + 1]
    return any(f.severity >= grave and f.confidence in sure for f in findings)


def _summarise(reports: Sequence[Report], path: Path) -> None:
    """Append the report to the step's summary, which several steps share."""
    text = render(reports, "markdown").encode("utf-8", "backslashreplace")
    if len(text) > SUMMARY_BYTES:
        end = text.rfind(b"\n\n## ", 0, SUMMARY_BYTES)
        text = text[: max(end, 0)] + b"\n\nThe rest did not fit into a summary.\n"
    try:
        with path.open("ab") as file:
            file.write(text + b"\n")
    except OSError as error:
        say(f"{path}: no summary was written: {error.strerror}")

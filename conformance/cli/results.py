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
from conformance.report.formats import render
from conformance.report.words import summarize_findings

_SHOWING: Final = ("html", "markdown")
"""Formats with a place for a page's table."""
SUMMARY_BYTES: Final = 1_000_000
"""Of a step's summary: GitHub refuses one of more than a mebibyte."""


def finish(outcome: Outcome, result: Result, inputs: Iterable[Path] = ()) -> int:
    """Report what was found, say what was not done, give the exit status.  Raises UsageError: the
    report would replace one of ``inputs``; InputError: it cannot be written."""
    refuse_overwriting(result.output, inputs)
    for note in outcome.notes:
        say(note)
    publish(outcome, result)
    for failure in outcome.failures:
        say(failure)
    if outcome.failures:
        return FAILED
    grave, sure = _count_grave(outcome.counted, result)
    if grave and not sure:
        say(_explain_success(grave))
    return FOUND if sure else DONE


def publish(outcome: Outcome, result: Result) -> None:
    """Render the reports; annotations also leave a summary for GitHub.  Raises InputError."""
    reports = outcome.reports
    if outcome.pages and result.format in _SHOWING:
        from conformance.pipeline.reports import add_excerpts_of_files

        reports = tuple(add_excerpts_of_files(report, outcome.pages) for report in reports)
    deliver(render(reports, result.format, style(result.output)), result.output)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if result.format == "github" and summary:
        # append the report to the step's summary, which several steps share
        path = Path(summary)
        text = render(reports, "markdown").encode("utf-8", "backslashreplace")
        if len(text) > SUMMARY_BYTES:
            end = text.rfind(b"\n\n## ", 0, SUMMARY_BYTES)
            text = text[: max(end, 0)] + b"\n\nThe rest did not fit into a summary.\n"
        try:
            with path.open("ab") as file:
                file.write(text + b"\n")
        except OSError as error:
            say(f"{path}: no summary was written: {error.strerror}")


def _count_grave(
    findings: Sequence[Finding], result: Result
) -> tuple[list[Finding], list[Finding]]:
    """Those as grave as ``--fail-on``; and of these those as sure as ``--confidence``."""
    if result.fail_on == "never":
        return [], []
    severity = Severity[result.fail_on.upper()]
    sure = CONFIDENCES[: CONFIDENCES.index(result.confidence) + 1]
    grave = [f for f in findings if f.severity >= severity]
    return grave, [f for f in grave if f.confidence in sure]


def _explain_success(grave: Sequence[Finding]) -> str:
    """Why the exit status is 0 beside findings, and what would count them."""
    surest = min((f.confidence for f in grave), key=CONFIDENCES.index)
    found = [f for f in grave if f.confidence == surest]
    them = "it counts" if len(found) == 1 else "they count"
    return (
        f"exit status {DONE}: {summarize_findings(found)} of {surest} confidence, "
        f"{them} with --confidence {surest}"
    )

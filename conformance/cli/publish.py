"""What every command that gives findings does with them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from conformance.cli.console import deliver, refuse_overwriting, say, style
from conformance.model.finding import Finding, Severity
from conformance.report.formats import render
from conformance.report.report import Report


def publish(report: Report | Sequence[Report], args: argparse.Namespace) -> None:
    """Render what is reported as ``args`` ask; annotations also leave a summary for GitHub.

    Raises:
        InputError: the output cannot be written.
    """
    given = (getattr(args, name, None) or () for name in ("paths", "docs", "evidence"))
    refuse_overwriting(args.output, (path for paths in given for path in paths))
    deliver(render(report, args.format, style(args.output)), args.output)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if args.format == "github" and summary:
        _summarise(report, Path(summary))


def counts(findings: Sequence[Finding], fail_on: str) -> bool:
    """Whether a finding is as grave as ``fail_on``, or graver."""
    if fail_on == "never":
        return False
    return any(finding.severity >= Severity[fail_on.upper()] for finding in findings)


def _summarise(report: Report | Sequence[Report], path: Path) -> None:
    """Append the report to the step's summary, which several steps share."""
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(render(report, "markdown") + "\n")
    except OSError as error:
        say(f"{path}: no summary was written: {error.strerror}")

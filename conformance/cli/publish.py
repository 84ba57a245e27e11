"""What every command that gives findings does with them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from conformance.cli.console import deliver, refuse_overwriting, say, style
from conformance.model.finding import Finding, Severity
from conformance.pipeline.reports import shown_beside
from conformance.report.formats import render
from conformance.report.report import Report

_SHOWING: Final = ("html", "markdown")
"""Formats with a place for a page's table."""
_SURE: Final = ("low", "medium", "high")
_SUMMARY: Final = 1_000_000
"""Bytes of a step's summary: GitHub refuses one of more than a mebibyte."""


def publish(
    report: Report | Sequence[Report],
    args: argparse.Namespace,
    pages: Iterable[tuple[str, Path]] = (),
) -> None:
    """Render what is reported as ``args`` ask; annotations also leave a summary for GitHub.

    Args:
        report: what is reported.
        args: the command line.
        pages: pages by name, with the files they were read from: formats that show tables show
            those of the pages.

    Raises:
        InputError: the output cannot be written.
    """
    given = (getattr(args, name, None) or () for name in ("paths", "docs", "evidence"))
    refuse_overwriting(args.output, (path for paths in given for path in paths))
    if isinstance(report, Report) and args.format in _SHOWING:
        report = shown_beside(report, pages) if pages else report
    deliver(render(report, args.format, style(args.output)), args.output)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if args.format == "github" and summary:
        _summarise(report, Path(summary))


def counts(findings: Sequence[Finding], args: argparse.Namespace) -> bool:
    """Whether a finding is as grave as ``--fail-on`` and as sure as ``--confidence``, or more."""
    if args.fail_on == "never":
        return False
    grave, sure = Severity[args.fail_on.upper()], _SURE.index(args.confidence)
    return any(f.severity >= grave and _SURE.index(f.confidence) >= sure for f in findings)


def _summarise(report: Report | Sequence[Report], path: Path) -> None:
    """Append the report to the step's summary, which several steps share."""
    text = render(report, "markdown").encode("utf-8", "backslashreplace")
    if len(text) > _SUMMARY:
        end = text.rfind(b"\n\n## ", 0, _SUMMARY)
        text = text[: max(end, 0)] + b"\n\nThe rest did not fit into a summary.\n"
    try:
        with path.open("ab") as file:
            file.write(text + b"\n")
    except OSError as error:
        say(f"{path}: no summary was written: {error.strerror}")

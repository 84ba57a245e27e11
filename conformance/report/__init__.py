"""Findings as people and programs read them: pure functions from a report to text.

Here is every format there is, by the name users give it; each is imported when it is first asked
for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final

from conformance.errors import UsageError

if TYPE_CHECKING:
    from conformance.model.finding import Finding
    from conformance.report.report import Report, Style

FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "text": ("text", "for people (default)"),
    "json": ("json_v1", "for programs"),
    "markdown": ("github", "for issues"),
    "html": ("html", "to read and print"),
    "sarif": ("sarif", "for code scanning"),
    "github": ("github", "for annotations of a workflow run"),
    "drift": ("json_v1", "for programs that follow findings from run to run"),
}
"""Name -> module of this package, whose function is ``render_<name>``, and what it is for."""
ONE_EXCHANGE: Final = "drift"
"""A format of one exchange and one run."""


def render_findings(findings: Iterable[Finding], style: Style | None = None) -> str:
    """Findings as text by themselves, for a message: without the counts of a run."""
    from conformance.report.report import Report

    return render(Report(findings=tuple(findings)), "text", style).rpartition("\n\n")[0] + "\n"


def render(
    reports: Report | Sequence[Report],
    format: str,  # noqa: A002
    style: Style | None = None,
) -> str:
    """One report, or those of several exchanges, in the named format; ends with a newline and can
    be encoded as UTF-8.  Raises UsageError: no such format, or it is for one exchange only."""
    from conformance.report.report import Report, Style

    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r}", hint=f"known: {', '.join(FORMATS)}")
    module = import_module(f"conformance.report.{FORMATS[format][0]}")
    given = (reports,) if isinstance(reports, Report) else tuple(reports)
    asks_for_style = (style or Style(),) if format == "text" else ()
    rendered: str = getattr(module, f"render_{format}")(given, *asks_for_style)
    return rendered

"""Every format there is, by the name users give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from conformance.errors import UsageError
from conformance.report.drift_json import render_drift
from conformance.report.github import render_github
from conformance.report.html import render_html
from conformance.report.json_v1 import render_json
from conformance.report.markdown import render_markdown
from conformance.report.report import Report, Style
from conformance.report.sarif import render_sarif
from conformance.report.text import render_text

FORMATS: Final[Mapping[str, Callable[[Sequence[Report], Style], str]]] = {
    "text": render_text,
    "json": render_json,
    "markdown": render_markdown,
    "html": render_html,
    "sarif": render_sarif,
    "github": render_github,
    "drift": render_drift,
}
"""One file, one line here."""


def render(
    reports: Report | Sequence[Report],
    format: str,  # noqa: A002
    style: Style | None = None,
) -> str:
    """One report, or those of several exchanges, in the named format.

    Ends with a newline and can be encoded as UTF-8.

    Raises:
        UsageError: there is no such format, and the message lists those there are; or it is
            for one exchange only.
    """
    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r}", hint=f"known: {', '.join(FORMATS)}")
    given = (reports,) if isinstance(reports, Report) else tuple(reports)
    return FORMATS[format](given, style or Style())

"""Every format there is, by the name users give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from conformance.errors import UsageError
from conformance.report.github import render_github
from conformance.report.html import render_html
from conformance.report.json_v1 import render_json
from conformance.report.markdown import render_markdown
from conformance.report.report import Report, Style
from conformance.report.sarif import render_sarif
from conformance.report.text import render_text

FORMATS: Final[Mapping[str, Callable[[Report, Style], str]]] = {
    "text": render_text,
    "json": render_json,
    "markdown": render_markdown,
    "html": render_html,
    "sarif": render_sarif,
    "github": render_github,
}
"""One file, one line here."""


def render(report: Report, format: str, style: Style | None = None) -> str:  # noqa: A002
    """The report in the named format; ends with a newline and can be encoded as UTF-8.

    Raises:
        UsageError: there is no such format; the message lists those there are.
    """
    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r}", hint=f"known: {', '.join(FORMATS)}")
    return FORMATS[format](report, style or Style())

"""Findings as annotations of a GitHub workflow run: one workflow command a line.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest without a
word, so the rest is counted in a notice of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from conformance.model.finding import Finding, Severity
from conformance.report.plain import printable
from conformance.report.report import Report, Style, in_order
from conformance.report.words import checked, plural, verdict

_COMMANDS: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}
_MOST: Final[Mapping[Severity, int]] = {
    Severity.ERROR: 10,
    Severity.WARNING: 10,
    Severity.INFO: 9,  # the tenth notice is the verdict
}
_TITLE: Final = "conformance"


def render_github(report: Report, style: Style) -> str:
    """The report as workflow commands; ends with a newline."""
    del style  # GitHub decides
    findings = in_order(report.findings)
    places = dict(report.files)
    shown: Counter[Severity] = Counter()
    lines = []
    for finding in findings:
        if shown[finding.severity] < _MOST[finding.severity]:
            shown[finding.severity] += 1
            lines.append(_annotation(finding, places))
    lines.append(_command("notice", {"title": _TITLE}, _verdict(report, findings, shown)))
    return "\n".join(lines) + "\n"


def _annotation(finding: Finding, places: Mapping[str, str]) -> str:
    properties: dict[str, str] = {}
    if finding.documented:
        span = finding.documented
        properties["file"] = places.get(span.page, span.page)
        properties["line"] = str(span.line)
        properties["endLine"] = str(max(span.end_line, span.line))
    properties["title"] = f"{finding.rule} {finding.subject}".strip()
    return _command(_COMMANDS[finding.severity], properties, "\n".join(_message(finding)))


def _message(finding: Finding) -> Iterator[str]:
    yield finding.message or finding.rule
    if finding.operation:
        yield finding.operation
    if finding.observed:
        pointer = f" at {finding.observed.pointer}" if finding.observed.pointer else ""
        yield f"seen: {finding.observed.where}{pointer}"
    yield from finding.related


def _verdict(report: Report, findings: tuple[Finding, ...], shown: Counter[Severity]) -> str:
    text = f"{verdict(findings)}. {checked(report)}"
    rest = len(findings) - shown.total()
    return f"{text} {plural(rest, 'more finding')} not shown here." if rest else text


def _command(name: str, properties: Mapping[str, str], message: str) -> str:
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{_data(message)}"


def _data(text: str) -> str:
    """A message: percent, and the line breaks of our own; whatever else breaks lines is shown."""
    lines = (printable(line).replace("%", "%25") for line in text.split("\n"))
    return "%0A".join(lines)


def _property(text: str) -> str:
    """A property: also what ends it or begins the message."""
    return printable(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")

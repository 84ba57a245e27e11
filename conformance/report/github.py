"""Findings as annotations of a GitHub workflow run: one workflow command a line.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest without a
word, so the rest is counted in a notice of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from conformance.model.finding import Severity
from conformance.report.plain import printable
from conformance.report.report import Report, Style
from conformance.report.sections import Item, Kind, Section, counted, sections
from conformance.report.words import checked, counts, plural, remembered, verdict, weighed

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


def render_github(reports: Sequence[Report], style: Style) -> str:
    """The reports as workflow commands; ends with a newline.

    What is new or has returned comes first, so that it is not among what is dropped.
    """
    del style  # GitHub decides
    shown: Counter[Severity] = Counter()
    lines = []
    found = sections(reports)
    for item in counted(found):
        severity = item.finding.severity
        if shown[severity] < _MOST[severity]:
            shown[severity] += 1
            lines.append(_annotation(item))
    lines.append(_command("notice", {"title": _TITLE}, _verdict(reports, found, shown)))
    return "\n".join(lines) + "\n"


def _annotation(item: Item) -> str:
    finding = item.finding
    properties: dict[str, str] = {}
    if finding.documented:
        span = finding.documented
        properties["file"] = dict(item.report.files).get(span.page, span.page)
        properties["line"] = str(span.line)
        properties["endLine"] = str(max(span.end_line, span.line))
    state = f"{item.kind.value}: " if item.kind in (Kind.NEW, Kind.RETURNED) else ""
    properties["title"] = f"{state}{finding.rule} {finding.subject}".strip()
    return _command(_COMMANDS[finding.severity], properties, "\n".join(_message(item)))


def _message(item: Item) -> Iterator[str]:
    finding = item.finding
    yield finding.message or finding.rule
    if finding.operation:
        yield finding.operation
    if finding.observed:
        pointer = f" at {finding.observed.pointer}" if finding.observed.pointer else ""
        yield f"{weighed(finding)}: {finding.observed.where}{pointer}"
    if item.memory:
        yield remembered(item.memory)
    yield from finding.related


def _verdict(reports: Sequence[Report], found: Sequence[Section], shown: Counter[Severity]) -> str:
    findings = [item.finding for item in counted(found)]
    told = [verdict(findings) + ".", *(checked(report) for report in reports)]
    if any(report.history for report in reports):
        states = counts([(section.kind.value, len(section.items)) for section in found])
        told.append(f"{states.capitalize() or 'Nothing remembered'}.")
    rest = len(findings) - shown.total()
    if rest:
        told.append(f"{plural(rest, 'more finding')} not shown here.")
    return " ".join(told)


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

"""Findings as annotations of a GitHub workflow run: one workflow command a line.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest without a
word, so the rest is counted in a notice of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from conformance.compare.wording import plural
from conformance.model.finding import Finding, Severity
from conformance.report import words
from conformance.report.plain import make_printable
from conformance.report.report import Report
from conformance.report.sections import (
    Item,
    ItemState,
    ReportSection,
    build_sections,
    select_counted,
)

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
_OTHERS: Final = 10
"""Findings of one cause, or set apart, that are listed."""


def render_github(reports: Sequence[Report]) -> str:
    """The reports as workflow commands; new and returned findings first, as the rest may be
    dropped."""
    shown: Counter[Severity] = Counter()
    lines, annotated = [], 0
    found = build_sections(reports, by_cause=True)
    for item in select_counted(found):
        severity = item.severity
        if shown[severity] < _MOST[severity]:
            shown[severity] += 1
            annotated += len(item.findings)
            lines.append(_render_annotation(item))
    items = select_counted(found)
    findings = [finding for item in items for finding in item.findings]
    sentences = [
        words.summarize_findings(findings, len(items)) + ".",
        *(words.describe_coverage(report) for report in reports),
    ]
    if any(report.history for report in reports):
        states = words.join_counts([(section.kind.value, section.count) for section in found])
        sentences.append(f"{states.capitalize() or 'Nothing remembered'}.")
    rest = len(findings) - annotated
    if rest:
        sentences.append(f"{plural(rest, 'more finding')} not shown here.")
    last = "\n".join((" ".join(sentences), *_set_apart(found)))
    lines.append(_render_command("notice", {"title": _TITLE}, last))
    return "\n".join(lines) + "\n"


def _render_annotation(item: Item) -> str:
    finding = item.finding
    properties: dict[str, str] = {}
    if finding.documented:
        span = finding.documented
        properties["file"] = dict(item.report.files).get(span.page, span.page)
        properties["line"] = str(span.line)
        properties["endLine"] = str(max(span.end_line, span.line))
    is_news = item.kind in (ItemState.NEW, ItemState.RETURNED)
    state = f"{item.kind.value}: " if is_news else ""
    properties["title"] = f"{state}{finding.rule} {finding.subject}".strip()
    return _render_command(_COMMANDS[item.severity], properties, "\n".join(_render_message(item)))


def _render_message(item: Item) -> Iterator[str]:
    finding = item.finding
    yield finding.message or finding.rule
    if finding.operation:
        yield finding.operation
    if finding.observed:
        pointer = f" at {finding.observed.pointer}" if finding.observed.pointer else ""
        yield f"{words.describe_evidence(finding)}: {finding.observed.where}{pointer}"
    if item.memory:
        yield words.describe_memory(item.memory)
    yield from finding.related
    if item.others:
        yield words.describe_cause(item)
        yield from (_name_other(item, other) for other in item.others[:_OTHERS])
        if len(item.others) > _OTHERS:
            yield f"and {len(item.others) - _OTHERS} more"


def _name_other(item: Item, finding: Finding) -> str:
    return " ".join(filter(None, (item.place_of(finding), finding.operation, finding.subject)))


def _set_apart(found: Sequence[ReportSection]) -> Iterator[str]:
    items = [item for s in found if s.kind is ItemState.APART for item in s.items]
    for item in items[:_OTHERS]:
        evidence = words.describe_evidence(item.finding)
        yield f"set apart: {_name_other(item, item.finding)}: {evidence}"
    if len(items) > _OTHERS:
        yield f"set apart: {len(items) - _OTHERS} more"


def _render_command(name: str, properties: Mapping[str, str], message: str) -> str:
    given = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    lines = (make_printable(line).replace("%", "%25") for line in message.split("\n"))
    data = "%0A".join(lines)
    return f"::{name} {given}::{data}"


def _escape_property(text: str) -> str:
    return make_printable(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")

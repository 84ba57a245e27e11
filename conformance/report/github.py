"""Findings on GitHub: as annotations of a workflow run, and as an issue somebody can act upon.

An annotation is one workflow command, a line.  GitHub shows ten errors, ten warnings and ten
notices of a step and drops the rest without a word, so the rest is counted in a notice of its own.
An issue is a table, then a section for each finding; pages and servers are not trusted: whatever
they say stays text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from conformance.compare.wording import plural
from conformance.model.finding import Excerpt, Finding, Severity
from conformance.report import words
from conformance.report.plain import fence_text, inline, make_printable
from conformance.report.report import Report, TableExcerpt, locate_cell
from conformance.report.sections import (
    COUNTED,
    Item,
    ItemState,
    ReportSection,
    build_sections,
    select_counted,
)
from conformance.report.templating import macros, render_template

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
    if evidence := words.cite_evidence(finding):
        yield evidence
    if item.memory:
        yield words.describe_memory(item.memory)
    yield from finding.related
    if item.others:
        yield words.describe_cause(item)
        yield from (_name_other(item, other) for other in item.others[:_OTHERS])
        if len(item.others) > _OTHERS:
            yield f"and {len(item.others) - _OTHERS} more"


def _name_other(item: Item, finding: Finding) -> str:
    return " ".join(filter(None, (item.place_of(finding), finding.about)))


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


_CELL = 300
"""Characters of a cell that are shown."""


def render_markdown(reports: Sequence[Report]) -> str:
    """The reports in GitHub Flavored Markdown; ends with a newline."""
    return "\n\n".join(_report(report).rstrip("\n") for report in reports) + "\n"


def _report(report: Report) -> str:
    found = build_sections((report,), by_cause=True)
    return render_template(
        "report.md.j2",
        report=report,
        found=found,
        items=select_counted(found),
        counted=COUNTED,
        kinds=[(kind, {s.kind: s.count for s in found}.get(kind, 0)) for kind in ItemState],
        quoted=quote_row,
        marked_body=mark_body,
    )


def render_finding(heading: str, item: Item) -> list[str]:
    """One finding in blocks of Markdown, the first a heading that begins with ``heading``."""
    rendered = macros("finding.md.j2").finding(heading, item, quote_row, mark_body)
    return str(rendered).rstrip("\n").split("\n\n")


def quote_row(excerpt: TableExcerpt, finding: Finding) -> str:
    """The disputed row alone, its disputed cell in bold; cells that say nothing are kept.  Of a
    finding about the whole table the header."""
    cells = excerpt.rows[excerpt.at].cells if excerpt.at >= 0 else ()
    columns = max(len(excerpt.header), len(cells))
    found = locate_cell(cells, finding)
    shown = [_render_cell(cell) for cell in cells]
    if found and shown[found[0]]:
        shown[found[0]] = f"**{shown[found[0]]}**"
    header = [_render_cell(cell) for cell in excerpt.header]
    rows = [header, ["---"] * columns, *([shown] if cells else [])]
    return "\n".join(f"| {' | '.join((*row, *[''] * (columns - len(row))))} |" for row in rows)


def _render_cell(text: str) -> str:
    return inline(text if len(text) <= _CELL else f"{text[:_CELL]}…")


def mark_body(excerpt: Excerpt) -> str:
    """JSON, the lines meant marked at their beginning."""
    return fence_text(mark_lines(excerpt, make_printable))


def mark_lines(excerpt: Excerpt, show: Callable[[str], str]) -> str:
    """Lines of a body, those that are meant marked."""
    return "\n".join(
        f"{'>' if excerpt.first <= number <= excerpt.last else ' '} {show(line)}"
        for number, line in enumerate(excerpt.text.split("\n"))
    )

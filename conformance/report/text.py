"""Findings as a compiler prints them: place, verdict, the line, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from conformance.model.finding import Finding, Severity
from conformance.model.span import Span
from conformance.report import words
from conformance.report.plain import align_columns, make_printable, width, window, wrap_text
from conformance.report.report import Report, Style, locate
from conformance.report.sections import (
    COUNTED,
    Item,
    ItemState,
    ReportSection,
    build_sections,
    select_counted,
)
from conformance.report.words import advise, explain_why

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLOURS: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.INFO: "\x1b[1;36m",
}
_OTHERS: Final = 5
"""Findings of one cause that are listed under the one that stands for it."""
_VALUE: Final = 32
"""Columns shown of an observed value."""
_NARROWEST: Final = 20
"""Columns a quoted line gets however narrow the terminal is."""


def render_text(reports: Sequence[Report], style: Style) -> str:
    """The reports for a terminal; ends with a newline."""
    paint = _Paint(style.colour)
    explained: set[str] = set()
    remembers = any(report.history for report in reports)
    blocks = []
    found = build_sections(reports, by_cause=True)
    for section in found:
        if remembers and section.kind in COUNTED:
            blocks.append(paint.bold(f"{section.title} ({section.count})"))
        blocks += _render_section(section, style, paint, explained)
    blocks += _render_causes([item for item in select_counted(found) if item.others], style, paint)
    blocks += ["\n".join(lines) for report in reports if (lines := _list_stale(report, paint))]
    blocks += [_render_summary(report, paint) for report in reports]
    return "\n\n".join(blocks) + "\n"


def _render_causes(items: Sequence[Item], style: Style, paint: _Paint) -> Iterator[str]:
    if not items:
        return
    rows = [("findings", "operations", "cause", "severity", "what")]
    for item in sorted(items, key=lambda item: -len(item.findings)):
        operations = len({f.operation for f in item.findings if f.operation})
        numbers = str(len(item.findings)), str(operations)
        wording = f"{item.finding.rule}: {item.finding.message}"
        rows.append((*numbers, item.cause, item.severity.label, wording))
    table = align_columns(rows, style.width if style.wrap else None)
    yield "\n".join((paint.bold("Causes of several findings:"), *table))


class _Paint:
    """Colour, or the text as it is."""

    def __init__(self, on: bool) -> None:
        self._on = on

    def bold(self, text: str) -> str:
        return self._with(_BOLD, text)

    def dim(self, text: str) -> str:
        return self._with(_DIM, text)

    def severity(self, severity: Severity, text: str) -> str:
        return self._with(_COLOURS[severity], text)

    def _with(self, code: str, text: str) -> str:
        return f"{code}{text}{_RESET}" if self._on else text


def _render_section(
    section: ReportSection, style: Style, paint: _Paint, explained: set[str]
) -> Iterator[str]:
    """What counts in full, everything else a line each; ``explained`` are rules whose reason is
    already given."""
    if section.kind in COUNTED:
        for item in section.items:
            yield "\n".join(_render_finding(item, style, paint, item.finding.rule not in explained))
            explained.add(item.finding.rule)
    else:
        lines = (_render_line(item) for item in section.items)
        yield "\n".join((paint.bold(f"{section.title}:"), *lines))


def _render_finding(item: Item, style: Style, paint: _Paint, explains: bool) -> Iterator[str]:
    finding = item.finding
    severity = f"{item.severity.label}[{make_printable(finding.rule)}]"
    place = paint.bold(make_printable(item.place))
    yield f"{place}: {paint.severity(item.severity, severity)} {make_printable(finding.message)}"
    gutter = len(str(finding.documented.line)) if finding.documented else 1
    if finding.documented and finding.documented.quote.strip():
        yield from _render_quoted(finding, finding.documented, style, paint)
    reasons = (("why", explain_why(finding)), ("help", advise(finding)))
    why = [reason for reason in reasons if explains and reason[1]]
    room = max(style.width - gutter - 5, _NARROWEST)
    for name, value in (*_render_notes(item), *why):
        text = f"{name}: {make_printable(value)}"
        first, *more = wrap_text(text, room) if style.wrap else [text]
        yield f"{' ' * gutter} {paint.dim('=')} {first}"
        yield from (f"{' ' * gutter}     {line}" for line in more)


def _render_quoted(finding: Finding, span: Span, style: Style, paint: _Paint) -> Iterator[str]:
    number = str(span.line)
    room = max(style.width - len(number) - 3, _NARROWEST)
    quote = make_printable(span.quote).strip()
    if width(quote) > room:
        quote = " ".join(quote.split())  # the padding of a table is the first thing to go
    found = locate(quote, finding)
    line, start, end = window(quote, *(found or (0, 0)), room)
    bar = paint.dim("|")
    yield f"{paint.dim(number)} {bar} {line}"
    if found:
        marks = "^" * max(width(line[start:end]), 1)
        value = _render_observed_value(finding)
        if value and width(line[:start]) + len(marks) + width(value) < room:
            marks += f" {value}"
        marks = paint.severity(finding.severity, marks)
        yield f"{' ' * len(number)} {bar} {' ' * width(line[:start])}{marks}"


def _render_observed_value(finding: Finding) -> str:
    observed = finding.observed
    if observed is None or "#" not in observed.where:
        return ""
    excerpt = observed.excerpt
    value = observed.value or (excerpt.text.split("\n")[excerpt.first] if excerpt else "")
    shown = make_printable(value).strip().rstrip(",")
    return f"observed: {window(shown, 0, 0, _VALUE)[0]}" if shown else ""


def _render_notes(item: Item) -> Iterator[tuple[str, str]]:
    finding = item.finding
    if finding.about:
        yield "about", finding.about
    if finding.expected:
        yield "expected", finding.expected
    if finding.actual:
        yield "actual", finding.actual
    if evidence := words.cite_evidence(finding):
        yield "evidence", evidence
    if item.memory:
        yield "seen", words.describe_memory(item.memory)
    if item.entry:
        yield (
            "known",
            f"{item.entry.reason} ({words.describe_acceptance(item.entry, item.report.today)})",
        )
    for consequence in finding.related:
        yield "also", consequence
    if finding.confidence != "high":
        yield "confidence", finding.confidence
    yield "fingerprint", finding.fingerprint
    yield from _list_others(item)


def _list_others(item: Item) -> Iterator[tuple[str, str]]:
    if item.others:
        yield "cause", words.describe_cause(item)
    for other in item.others[:_OTHERS]:
        rule = f"{other.severity.label}[{other.rule}]"
        yield "and at", f"{item.place_of(other)}: {rule} {other.about} ({other.fingerprint})"
    if len(item.others) > _OTHERS:
        yield "and", f"{len(item.others) - _OTHERS} more, each in --format json"


def _render_line(item: Item) -> str:
    origin = item.finding.made_of if item.kind is ItemState.APART else None
    word = origin.value if origin else {ItemState.UNCHECKED: "open"}.get(item.kind, item.kind.value)
    notes = [item.finding.fingerprint + words.count_others(item)]
    if item.entry:
        notes.insert(0, words.describe_acceptance(item.entry, item.report.today))
    elif item.memory:
        notes.insert(0, words.describe_memory(item.memory))
    wording = item.entry.reason if item.entry else item.finding.message
    head = f"{make_printable(item.place)}: {word}[{make_printable(item.finding.rule)}]"
    return f"{head} {make_printable(wording)} ({', '.join(notes)})"


def _list_stale(report: Report, paint: _Paint) -> list[str]:
    lines = [f"{e.fingerprint}: {make_printable(words.name_finding(e))}" for e in report.stale]
    return [paint.bold("Known drift that was not found again; remove it:"), *lines] if lines else []


def _render_summary(report: Report, paint: _Paint) -> str:
    found = build_sections((report,), by_cause=True)
    title = f"{make_printable(report.title)}: " if report.title else ""
    verdict = words.summarize_outcome(report, len(select_counted(found)))
    lines = [f"{paint.bold(f'{title}{verdict[0].upper()}{verdict[1:]}.')}"]
    if report.findings or not report.is_empty:
        lines[0] += f" {words.describe_coverage(report)}"
    if report.history:
        states = words.join_counts([(s.kind.value, s.count) for s in found])
        lines.append(
            f"{words.describe_comparison(report.history)} {states.capitalize() or 'Nothing'}."
        )
    return "\n".join(lines)

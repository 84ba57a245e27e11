"""Findings as a compiler prints them: place, verdict, the line, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from conformance.model.finding import Finding, Severity
from conformance.model.span import Span
from conformance.report.plain import printable, width, window
from conformance.report.report import Report, Style, in_order
from conformance.report.words import checked, evidence, verdict

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLOURS: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.INFO: "\x1b[1;36m",
}
_NARROWEST: Final = 20
"""Columns a quoted line gets however narrow the terminal is."""
_LONGEST_NEEDLE: Final = 200
"""Characters; nothing longer is searched for in a quoted line."""


def render_text(report: Report, style: Style) -> str:
    """The report for a terminal; ends with a newline."""
    paint = _Paint(style.colour)
    parts = [list(_finding(finding, style, paint)) for finding in in_order(report.findings)]
    parts += [_known(report, paint), _stale(report, paint)]
    blocks = ["\n".join(lines) for lines in parts if lines]
    blocks.append(_summary(report, paint))
    return "\n\n".join(blocks) + "\n"


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


def _finding(finding: Finding, style: Style, paint: _Paint) -> Iterator[str]:
    severity = f"{finding.severity.label}[{printable(finding.rule)}]"
    place = paint.bold(printable(_headline(finding)))
    yield f"{place}: {paint.severity(finding.severity, severity)} {printable(finding.message)}"
    gutter = len(str(finding.documented.line)) if finding.documented else 1
    if finding.documented and finding.documented.quote.strip():
        yield from _quoted(finding, finding.documented, style, paint)
    for name, value in _notes(finding):
        yield f"{' ' * gutter} {paint.dim('=')} {name}: {printable(value)}"


def _headline(finding: Finding) -> str:
    """``page:line``; for a finding without one, the next best place."""
    if finding.documented:
        return str(finding.documented)
    observed = finding.observed.where if finding.observed else ""
    return observed or finding.operation or "(no place)"


def _quoted(finding: Finding, span: Span, style: Style, paint: _Paint) -> Iterator[str]:
    """The source line, and below it marks under the part in dispute."""
    number = str(span.line)
    room = max(style.width - len(number) - 3, _NARROWEST)
    quote = printable(span.quote).strip()
    if width(quote) > room:
        quote = " ".join(quote.split())  # the padding of a table is the first thing to go
    found = locate(quote, finding)
    line, start, end = window(quote, *(found or (0, 0)), room)
    bar = paint.dim("|")
    yield f"{paint.dim(number)} {bar} {line}"
    if found:
        marks = paint.severity(finding.severity, "^" * max(width(line[start:end]), 1))
        yield f"{' ' * len(number)} {bar} {' ' * width(line[:start])}{marks}"


def locate(quote: str, finding: Finding) -> tuple[int, int] | None:
    """Where in ``quote`` the disputed part stands: start and end, or None when it does not.

    The documented word itself, if it stands there once and alone; else the subject's name, as
    much of its dotted path as the page writes out.
    """
    for word in (finding.expected, finding.actual):
        places = _places(quote, word)
        if len(places) == 1:
            return places[0]
    for name in _names(finding.subject):
        places = _places(quote, name)
        if places:
            return places[0]
    return None


def _places(quote: str, word: str) -> list[tuple[int, int]]:
    """Where ``word`` stands in ``quote`` as a word of its own."""
    word = printable(word).strip().strip('"')
    if not word or len(word) > _LONGEST_NEEDLE:
        return []
    pattern = rf"(?<!\w){re.escape(word)}(?!\w)"
    return [match.span() for match in re.finditer(pattern, quote)]


def _names(subject: str) -> Iterator[str]:
    """Ends of a dotted subject, longest first: ``orders[].id``, ``orders.id``, ``id``."""
    parts = subject.split(".")[-8:]
    for count in range(len(parts)):
        name = ".".join(parts[count:])
        yield name
        if "[]" in name:
            yield name.replace("[]", "")


def _notes(finding: Finding) -> Iterator[tuple[str, str]]:
    """What is known besides, each as a name and a value; nothing for what is not."""
    about = " ".join(part for part in (finding.operation, finding.subject) if part)
    if about:
        yield "about", about
    if finding.expected:
        yield "expected", finding.expected
    if finding.actual:
        yield "actual", finding.actual
    if finding.observed:
        observed = finding.observed
        pointer = f" at {observed.pointer}" if observed.pointer else ""
        yield "evidence", f"{evidence(observed)}: {observed.where}{pointer}"
    for consequence in finding.related:
        yield "also", consequence
    if finding.confidence != "high":
        yield "confidence", finding.confidence
    yield "fingerprint", finding.fingerprint


def _known(report: Report, paint: _Paint) -> list[str]:
    lines = []
    for match in report.known:
        entry, where = match.entry, printable(_headline(match.finding))
        lines.append(
            f"{where}: known[{printable(entry.rule)}] {printable(entry.reason)} "
            f"(until {entry.expires}, {entry.fingerprint})"
        )
    return [paint.bold("Known drift, accepted for now:"), *lines] if lines else []


def _stale(report: Report, paint: _Paint) -> list[str]:
    lines = [
        f"{entry.fingerprint}: {printable(f'{entry.rule} {entry.operation} {entry.subject}')}"
        for entry in report.stale
    ]
    return [paint.bold("Known drift that was not found again; remove it:"), *lines] if lines else []


def _summary(report: Report, paint: _Paint) -> str:
    words = verdict(report.findings)
    title = f"{printable(report.title)}: " if report.title else ""
    return f"{paint.bold(f'{title}{words[0].upper()}{words[1:]}.')} {checked(report)}"

"""Findings as an issue somebody can act upon: a table, then a section for each.

Pages and servers are not trusted: whatever they say stays text.  It cannot open a link, a
tag, a table cell or a heading, and mentions nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from conformance.model.finding import Finding
from conformance.report.plain import printable
from conformance.report.report import Report, Style, in_order
from conformance.report.words import checked, evidence, verdict

_ACTIVE: Final = re.compile(r"[\\`*_\[\]|~<>&@#]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_ESCAPES: Final[Mapping[str, str]] = {
    "\\": "&#92;",
    "|": "&#124;",
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    "@": "@<!-- -->",
    "#": "#<!-- -->",
}
"""Characters a backslash does not make harmless everywhere.

Renderers disagree on a backslash before a pipe in a table; mentions and issue numbers are
found in the rendered text, where only something between sign and name prevents them.
"""


def render_markdown(report: Report, style: Style) -> str:
    """The report in GitHub Flavored Markdown; ends with a newline."""
    del style  # the reader's renderer decides
    findings = in_order(report.findings)
    title = f"{inline(report.title)}: " if report.title else ""
    blocks = [f"# {title}{verdict(findings)}", checked(report)]
    if findings:
        blocks.append("\n".join(_overview(findings)))
    for number, finding in enumerate(findings, start=1):
        blocks += _section(number, finding)
    blocks += _known(report)
    blocks += _stale(report)
    return "\n\n".join(blocks) + "\n"


def inline(text: str) -> str:
    """Foreign text within a line or a table cell; never at the beginning of a line."""
    return _ACTIVE.sub(lambda match: _ESCAPES.get(match[0], f"\\{match[0]}"), printable(text))


def code(text: str) -> str:
    """Foreign text as a code span, for use outside tables; plain words when it is blank."""
    shown = printable(text)
    if not shown.strip():
        return "(nothing)" if not shown else "(blank)"
    ticks = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def block(text: str) -> str:
    """Foreign text as a fenced block of one line."""
    shown = printable(text)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}text\n{shown}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _overview(findings: tuple[Finding, ...]) -> Iterator[str]:
    yield "| # | severity | rule | operation | subject | documented at |"
    yield "|---|---|---|---|---|---|"
    for number, finding in enumerate(findings, start=1):
        place = str(finding.documented) if finding.documented else ""
        cells = (finding.rule, finding.operation, finding.subject, place)
        yield f"| {number} | {finding.severity.label} | {' | '.join(map(inline, cells))} |"


def _section(number: int, finding: Finding) -> Iterator[str]:
    yield f"## {number}. {finding.severity.label}: {inline(finding.rule)}"
    yield f"**Finding:** {inline(finding.message)}"
    if finding.documented:
        yield f"**Documented** at {code(str(finding.documented))}:"
        if finding.documented.quote.strip():
            yield block(finding.documented.quote)
    yield "\n".join(f"- {name}: {value}" for name, value in _facts(finding))


def _facts(finding: Finding) -> Iterator[tuple[str, str]]:
    if finding.operation:
        yield "Operation", code(finding.operation)
    if finding.subject:
        yield "Subject", code(finding.subject)
    if finding.expected:
        yield "Expected", code(finding.expected)
    if finding.actual:
        yield "Actual", code(finding.actual)
    if finding.observed:
        observed = finding.observed
        pointer = f" at {code(observed.pointer)}" if observed.pointer else ""
        yield "Evidence", f"{inline(evidence(observed))}: {code(observed.where)}{pointer}"
    for consequence in finding.related:
        yield "Also", inline(consequence)
    yield "Confidence", finding.confidence
    yield "Fingerprint", code(finding.fingerprint)


def _known(report: Report) -> Iterator[str]:
    if not report.known:
        return
    yield "## Known drift, accepted for now"
    rows = ["| fingerprint | rule | subject | documented at | reason | until |"]
    rows.append("|---|---|---|---|---|---|")
    for match in report.known:
        entry, span = match.entry, match.finding.documented
        cells = (entry.fingerprint, entry.rule, entry.subject, str(span or ""), entry.reason)
        rows.append(f"| {' | '.join(map(inline, cells))} | {entry.expires} |")
    yield "\n".join(rows)


def _stale(report: Report) -> Iterator[str]:
    if not report.stale:
        return
    yield "## Known drift that was not found again"
    yield "Remove these entries:"
    yield "\n".join(
        f"- {code(entry.fingerprint)} {code(entry.rule)} {code(entry.subject)}"
        for entry in report.stale
    )

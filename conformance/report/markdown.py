"""Findings as an issue somebody can act upon: a table, then a section for each.

Pages and servers are not trusted: whatever they say stays text.  It cannot open a link, a
tag, a table cell or a heading, and mentions nobody.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from conformance.model.finding import Excerpt, Finding
from conformance.report.excerpts import TableExcerpt, locate_cell
from conformance.report.plain import address, printable
from conformance.report.report import Report, Style
from conformance.report.sections import COUNTED, Item, Kind, Section, counted, sections
from conformance.report.words import (
    accepted,
    checked,
    compared,
    day,
    folded,
    more_of,
    outcome,
    remembered,
    weighed,
)

_ACTIVE: Final = re.compile(
    r"[\\`*_\[\]|~<>&@#]|:(?=//)|(?<=www)\.|(?<![a-z0-9]gh)(?<=gh)-(?=\d)", re.IGNORECASE
)
_ESCAPES: Final[Mapping[str, str]] = {
    "\\": "&#92;",
    "|": "&#124;",
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    "@": "@<!-- -->",
    "#": "#<!-- -->",
    "-": "<!-- -->-",
}
"""Characters a backslash does not make harmless everywhere.

Renderers disagree on a backslash before a pipe in a table; mentions and issue numbers (``#1``,
``GH-1``) are found in the rendered text, where only something between sign and name prevents them.
"""

_ROWS: Final = 200
"""Findings of one cause that are listed."""
_CELL: Final = 300
"""Characters of a cell that are shown."""


def render_markdown(reports: Sequence[Report], style: Style) -> str:
    """The reports in GitHub Flavored Markdown; ends with a newline."""
    del style  # the reader's renderer decides
    blocks: list[str] = []
    for report in reports:
        blocks += _report(report)
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


def _report(report: Report) -> Iterator[str]:
    title = f"{inline(report.title)}: " if report.title else ""
    found = sections((report,), by_cause=True)
    yield f"# {title}{outcome(report, len(counted(found)))}"
    if report.findings or not report.is_empty:
        yield checked(report)
    if report.history:
        yield compared(report.history)
        yield "\n".join(_states(found))
    items = counted(found)
    if items:
        yield "\n".join(_overview(items, report))
    numbers = itertools.count(1)
    for section in found:
        if report.history and section.kind in COUNTED:
            yield f"## {section.title}"
        if section.kind in COUNTED:
            level = "###" if report.history else "##"
            for item in section.items:
                yield from finding_blocks(f"{level} {next(numbers)}.", item)
        elif section.kind is Kind.KNOWN:
            yield from _known(section)
        else:
            yield from _gone(section)
    yield from _stale(report)


def _states(found: Iterable[Section]) -> Iterator[str]:
    """How many there are of each state, in one row."""
    kinds = {section.kind: section.count for section in found}
    yield f"| {' | '.join(kind.value for kind in Kind)} |"
    yield "|" + "---|" * len(Kind)
    yield f"| {' | '.join(str(kinds.get(kind, 0)) for kind in Kind)} |"


def _overview(items: Sequence[Item], report: Report) -> Iterator[str]:
    """What was found, each cause in a row; of how many findings it is where there are several."""
    heads = ["#", *(["state"] if report.history else []), "severity", "rule"]
    heads += [*(["findings"] if any(item.others for item in items) else []), "operation"]
    heads += ["subject", "documented at"]
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for number, item in enumerate(items, start=1):
        finding = item.finding
        place = str(finding.documented) if finding.documented else ""
        cells = [str(number), *([item.kind.value] if report.history else [])]
        cells += [item.severity.label, inline(finding.rule)]
        cells += [str(len(item.findings))] if "findings" in heads else []
        cells += map(inline, (finding.operation, finding.subject, place))
        yield f"| {' | '.join(cells)} |"


def finding_blocks(heading: str, item: Item) -> Iterator[str]:
    """One finding in blocks of Markdown, the first a heading that begins with ``heading``."""
    finding = item.finding
    yield f"{heading} {item.severity.label}: {inline(finding.rule)}"
    yield f"**Finding:** {inline(finding.message)}"
    if finding.documented:
        yield f"**Documented** at {_page(item)}:"
        yield from _quoted(item)
    if finding.observed and finding.observed.excerpt:
        yield f"**Observed** at {code(finding.observed.pointer or '/')}:"
        yield _body(finding.observed.excerpt)
    yield "\n".join(f"- {name}: {value}" for name, value in _facts(item))
    if item.others:
        yield from _cause(item)


def _cause(item: Item) -> Iterator[str]:
    """All findings of a cause in a table that is folded."""
    yield f"<details><summary>One cause: {inline(folded(item))}</summary>"
    rows = ["| fingerprint | severity | rule | operation | subject | documented at |"]
    rows.append("|---|---|---|---|---|---|")
    for finding in item.findings[:_ROWS]:
        cells = (finding.rule, finding.operation, finding.subject, item.place_of(finding))
        shown = " | ".join(map(inline, cells))
        rows.append(f"| {finding.fingerprint} | {finding.severity.label} | {shown} |")
    yield "\n".join(rows)
    if len(item.findings) > _ROWS:
        yield f"And {len(item.findings) - _ROWS} more."
    yield "</details>"


def _page(item: Item) -> str:
    """The line, and where its page is published, as a link."""
    place, source = code(str(item.finding.documented)), item.source
    when = f", retrieved {day(source.retrieved)}" if source.retrieved else ""
    target = address(source.url)
    return f"{place} ([published page](<{target}>){when})" if target else place


def _quoted(item: Item) -> Iterator[str]:
    """The row as a table, or the line as it stands."""
    span = item.finding.documented
    if isinstance(item.excerpt, TableExcerpt):
        yield "\n".join(_table(item.excerpt, item.finding))
    elif span and span.quote.strip():
        yield block(span.quote)


def _table(excerpt: TableExcerpt, finding: Finding) -> Iterator[str]:
    """The disputed row alone, its disputed cell in bold; cells that say nothing are kept."""
    cells = excerpt.rows[excerpt.at].cells if excerpt.at >= 0 else ()
    columns = max(len(excerpt.header), len(cells))
    found = locate_cell(cells, finding)
    shown = [_cell(cell) for cell in cells]
    if found and shown[found[0]]:
        shown[found[0]] = f"**{shown[found[0]]}**"
    header = [_cell(cell) for cell in excerpt.header]
    for row in (header, ["---"] * columns, shown):
        yield f"| {' | '.join((*row, *[''] * (columns - len(row))))} |"


def _cell(text: str) -> str:
    return inline(text if len(text) <= _CELL else f"{text[:_CELL]}…")


def _body(excerpt: Excerpt) -> str:
    """JSON, the lines meant marked at their beginning."""
    lines = excerpt.text.split("\n")
    marked = [
        f"{'>' if excerpt.first <= number <= excerpt.last else ' '} {printable(line)}"
        for number, line in enumerate(lines)
    ]
    fence = "`" * max(3, _longest_run(excerpt.text) + 1)
    return "\n".join((f"{fence}text", *marked, fence))


def _facts(item: Item) -> Iterator[tuple[str, str]]:
    finding = item.finding
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
        yield "Evidence", f"{inline(weighed(finding))}: {code(observed.where)}{pointer}"
    if item.memory:
        yield "Seen", remembered(item.memory)
    if item.entry:
        yield "Known", f"{inline(item.entry.reason)} ({accepted(item.entry, item.report.today)})"
    for consequence in finding.related:
        yield "Also", inline(consequence)
    yield "Confidence", finding.confidence
    yield "Fingerprint", code(finding.fingerprint)


def _known(section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    rows = ["| fingerprint | rule | subject | documented at | reason | until | days left |"]
    rows.append("|---|---|---|---|---|---|---|")
    for item in section.items:
        finding, entry, today = item.finding, item.entry, item.report.today
        if entry is None:
            continue
        left = str(entry.days_left(today)) if today else ""
        place = str(finding.documented or "")
        cells = (entry.fingerprint, entry.rule, entry.subject, place, entry.reason + more_of(item))
        rows.append(f"| {' | '.join(map(inline, cells))} | {entry.expires} | {left} |")
    yield "\n".join(rows)


def _gone(section: Section) -> Iterator[str]:
    """What does not count: fixed, not looked at, or set apart."""
    yield f"## {section.title}"
    rows = ["| fingerprint | rule | operation | subject | documented at | what | seen |"]
    rows.append("|---|---|---|---|---|---|---|")
    for item in section.items:
        finding = item.finding
        seen = remembered(item.memory) if item.memory else ""
        seen = inline(weighed(finding)) if item.kind is Kind.APART else seen
        what = finding.message + more_of(item)
        cells = (finding.rule, finding.operation, finding.subject, item.place, what)
        rows.append(f"| {finding.fingerprint} | {' | '.join(map(inline, cells))} | {seen} |")
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

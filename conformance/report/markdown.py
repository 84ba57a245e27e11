"""Findings as an issue somebody can act upon: a table, then a section for each.

Pages and servers are not trusted: whatever they say stays text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from conformance.model.finding import Excerpt, Finding
from conformance.report.excerpts import TableExcerpt, locate_cell
from conformance.report.plain import fence_text, inline, make_printable
from conformance.report.report import Report
from conformance.report.sections import COUNTED, Item, ItemState, build_sections, select_counted
from conformance.report.templating import macros, render_template

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

"""What every format is given: a report, and what stands at places of pages."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.drift.history.record import History
from conformance.drift.known import KnownEntry, Match, Partition
from conformance.model.contract import Coverage
from conformance.model.document import Document, Table, Text, walk
from conformance.model.finding import Finding
from conformance.model.interaction import Unchecked
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.report.plain import make_printable

_CELLS: Final = 16
"""Cells of a row that are shown."""
_CELL: Final = 2_000
"""Characters of a cell that are kept."""
_LINE: Final = 400
"""Characters of a line that are kept, around what is quoted of it."""
_LINES: Final = 8
"""Lines of a run that are shown."""


class ShownRow(Struct, frozen=True):
    line: int
    """Where it begins on the page."""
    cells: tuple[str, ...]
    """As many as the page gives it, each on one line."""


class TableExcerpt(Struct, frozen=True):
    """One row of a table between its neighbours, below the header."""

    header: tuple[str, ...]
    """Empty when the table has none."""
    rows: tuple[ShownRow, ...]
    at: int
    """Which of ``rows`` is meant; -1 is the header."""


class LinesExcerpt(Struct, frozen=True):
    """Lines of the page as they stand in its source."""

    first: int
    """Number of the first line."""
    lines: tuple[str, ...]
    at: tuple[int, int]
    """First and last of the lines that are meant, counted from 0."""


PageExcerpt: TypeAlias = TableExcerpt | LinesExcerpt
Place: TypeAlias = tuple[str, int, str]
"""Page, line and quote: of a page flattened to few lines only the quote distinguishes places."""


class Excerpts:
    """Parts of one page, found by line."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._rows: dict[int, list[tuple[Table, int]]] = defaultdict(list)
        for block in walk(document.blocks):
            if isinstance(block, Table):
                self._enter(block)

    def find_excerpt(self, span: Span) -> PageExcerpt | None:
        """What stands at ``span``; None where the page has no such line."""
        if not 0 < span.line <= len(self._document.lines):
            return None
        found = self._rows.get(span.line, [])
        if len(found) > 1:  # a page flattened to few lines has many rows on each
            found = [place for place in found if self._find_quoted(place) == span.quote]
        return _cut_table(*found[0]) if len(found) == 1 else self._cut_lines(span)

    def _enter(self, table: Table) -> None:
        if table.header:
            self._rows[table.header[0].span.line].append((table, -1))
        for number, row in enumerate(table.rows):
            for line in range(row.span.line, min(row.span.end_line, row.span.line + _LINES) + 1):
                self._rows[line].append((table, number))

    def _find_quoted(self, place: tuple[Table, int]) -> str:
        table, number = place
        return table.rows[number].span.quote if number >= 0 else ""

    def _cut_lines(self, span: Span) -> LinesExcerpt:
        lines = self._document.lines
        last = min(max(span.end_line, span.line), span.line + _LINES - 1, len(lines))
        first = span.line - (span.line > 1 and bool(lines[span.line - 2].strip()))
        shown = lines[first - 1 : last + (last < len(lines) and bool(lines[last].strip()))]
        cut = tuple(_cut_around(line, span.quote.rstrip("…")) for line in shown)
        return LinesExcerpt(first, cut, (span.line - first, last - first))


def _cut_table(table: Table, number: int) -> TableExcerpt:
    first = max(number - 1, 0)
    rows = table.rows[first : max(number, 0) + 2]
    return TableExcerpt(
        header=_cut_cells(table.header),
        rows=tuple(ShownRow(row.span.line, _cut_cells(row.cells)) for row in rows),
        at=number - first if number >= 0 else -1,
    )


def _cut_cells(cells: tuple[Text, ...]) -> tuple[str, ...]:
    return tuple(" ".join(cell.plain[:_CELL].split()) for cell in cells[:_CELLS])


def _cut_around(line: str, quote: str) -> str:
    if len(line) <= _LINE:
        return line
    start = max(line.find(quote[:_LINE]) - _LINE // 3, 0)
    head, tail = "…" * (start > 0), "…" * (start + _LINE < len(line))
    return head + line[start : start + _LINE] + tail


_LONGEST_NEEDLE: Final = 200
"""Characters; nothing longer is searched for in a quoted line."""

_TELLING: Final = 6
"""Characters of a word that is taken to stand on a page for what it means."""


_LISTED: Final = regex(r"""["`]([^"`]+)["`]""")
_FEWEST: Final = 2
"""Values that make a list."""


def locate(quote: str, finding: Finding) -> tuple[int, int] | None:
    """Start and end in ``quote`` of the disputed part: the documented word, if it stands there once
    and alone, or all documented values, else as much of the subject's dotted name as the page
    writes out."""
    for word in (finding.expected, finding.actual):
        places = _find_places(quote, word)
        if len(places) == 1:
            return places[0]
    if listed := _find_listed(quote, finding.expected):
        return listed
    for name in _list_names(finding.subject):
        places = _find_places(quote, name)
        if places:
            return places[0]
    return None


def locate_cell(cells: Sequence[str], finding: Finding) -> tuple[int, int, int] | None:
    """The disputed cell of a row, and start and end in it: a cell that is the documented word, one
    that holds it once, or its first word (a unit, a type), or all values; else the one with the
    subject's name."""
    first = finding.expected.partition(" ")[0]
    words = (first,) if len(first) >= _TELLING and first != finding.expected else ()
    for word in (finding.expected, finding.actual, *words):
        needle = _fold_needle(word)
        for number, cell in enumerate(cells):
            if needle and cell.strip() == needle:
                return number, 0, len(cell)
        found = [
            (number, *place) for number, c in enumerate(cells) for place in _find_places(c, word)
        ]
        if len(found) == 1:
            return found[0]
    for number, cell in enumerate(cells):
        if listed := _find_listed(cell, finding.expected):
            return number, *listed
    for name in _list_names(finding.subject):
        for number, cell in enumerate(cells):
            if places := _find_places(cell, name):
                return number, *places[0]
    return None


def _find_listed(text: str, documented: str) -> tuple[int, int] | None:
    """From the first to the last of the documented values, where ``text`` has each of them once and
    no cell ends in between."""
    values = _LISTED.findall(documented)
    places = [_find_places(text, one) for one in values]
    if len(values) < _FEWEST or any(len(found) != 1 for found in places):
        return None
    start, end = min(p[0][0] for p in places), max(p[0][1] for p in places)
    return None if "|" in text[start:end] else (start, end)


def _find_places(quote: str, word: str) -> list[tuple[int, int]]:
    needle = _fold_needle(word)
    if not needle or needle not in quote:
        return []
    pattern = rf"(?<!\w){re.escape(needle)}(?!\w)"
    return [match.span() for match in re.finditer(pattern, quote)]


def _fold_needle(word: str) -> str:
    shown = make_printable(word).strip().strip('"')
    return shown if len(shown) <= _LONGEST_NEEDLE else ""


def _list_names(subject: str) -> Iterator[str]:
    """Ends of a dotted subject, longest first: ``orders[].id``, ``orders.id``, ``id``."""
    parts = subject.split(".")[-8:]
    for count in range(len(parts)):
        name = ".".join(parts[count:])
        yield name
        if "[]" in name:
            yield name.replace("[]", "")


class PageOrigin(Struct, frozen=True, kw_only=True):
    """Where a page comes from, as its exchange's manifest says."""

    url: str = ""
    """Where it was published; empty when unknown."""
    language: str = ""
    """BCP 47 tag; empty when unknown."""
    retrieved: dt.date | None = None


class Report(Struct, frozen=True, kw_only=True):
    """The outcome of one run, complete: a format leaves out what it has no place for."""

    findings: tuple[Finding, ...] = ()
    """Those that count, in any order; formats sort them."""
    coverage: Coverage = field(default_factory=Coverage)
    set_apart: tuple[Finding, ...] = ()
    """What only interactions show that no API answered; they count for nothing."""
    operations: int = 0
    evidence: tuple[tuple[str, int], ...] = ()
    """How many interactions were checked, by origin."""
    unchecked: Unchecked = field(default_factory=Unchecked)
    """What of the evidence could not be checked against anything."""
    known: tuple[Match, ...] = ()
    """Findings accepted for now, each with the entry that says why."""
    stale: tuple[KnownEntry, ...] = ()
    """Accepted findings that were not found again."""
    title: str = ""
    """What was checked, for a heading: an exchange, a folder."""
    files: tuple[tuple[str, str], ...] = ()
    """Pages by name, with their paths from the root of the repository they lie in."""

    history: History | None = None
    """What earlier runs know; None where nothing is remembered."""
    exchange: str = ""
    """Name of the exchange, where the report is about one."""
    expired: tuple[Match, ...] = ()
    """Those of ``findings`` that were accepted until a day that has passed."""
    excerpts: Mapping[Place, PageExcerpt] = field(default_factory=dict)
    """What stands at a place of a page, where it still stands there."""
    sources: Mapping[str, PageOrigin] = field(default_factory=dict)
    commit: str = ""
    """Of the repository that the pages lie in; empty where there is none."""
    today: dt.date | None = None
    """The day of the report; None where it does not matter how long something is accepted."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was checked at all, so that the absence of findings means nothing."""
        return not (self.coverage.pages or self.operations or sum(n for _, n in self.evidence))


def build_report(parts: Partition, looked_at: Report) -> Report:
    """``looked_at`` with what was found.  What only interactions show that no API answered is set
    apart, unless a page or the API shows the same."""
    counted = (*parts.new, *(match.finding for match in parts.expired))
    findings = tuple(finding for finding in counted if finding.made_of is None)
    shown = {finding.fingerprint for finding in findings}
    apart = (finding for finding in counted if finding.made_of is not None)
    return replace(
        looked_at,
        findings=findings,
        set_apart=tuple(finding for finding in apart if finding.fingerprint not in shown),
        known=parts.known,
        expired=tuple(match for match in parts.expired if match.finding.made_of is None),
        stale=parts.stale,
    )


class Style(Struct, frozen=True, kw_only=True):
    """How a format for people may look."""

    colour: bool = False
    """Whether ANSI colour sequences may be used."""
    width: int = 100
    """Columns of the terminal; quoted lines are cut to it."""
    wrap: bool = False
    """Whether longer lines are broken: for a person, not for ``grep``."""


def sort_findings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings by place in the docs (those without one last), rule, subject and evidence; the order
    depends on the findings alone, so equal runs give equal reports."""
    return tuple(sorted(findings, key=_make_place))


def _make_place(finding: Finding) -> tuple[object, ...]:
    documented = finding.documented or Span("", 0, 0)
    observed = finding.observed
    file, number = _make_place_key(observed.where) if observed else ("", 0)
    return (
        finding.documented is None,
        *(documented.page, documented.line, documented.end_line),
        *(finding.rule, finding.operation, finding.subject),
        *(file, number, observed.pointer if observed else ""),
        *(-finding.severity, finding.message),
        repr(finding),  # two that agree so far may still differ: settle it somehow, always alike
    )


def _make_place_key(where: str) -> tuple[str, int]:
    """``file#10`` as a pair, so that it follows ``file#9``; likewise ``page:10``."""
    file, _, number = where.replace("#", ":").rpartition(":")
    return (file, int(number)) if number.isdecimal() and len(number) < 10 else (where, 0)

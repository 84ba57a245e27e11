"""What stands at a place of a page, and where in it the part in dispute stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from conformance.model.document import Document, Table, Text, walk
from conformance.model.finding import Finding
from conformance.model.span import Span
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


def locate(quote: str, finding: Finding) -> tuple[int, int] | None:
    """Start and end in ``quote`` of the disputed part: the documented word, if it stands there once
    and alone, else as much of the subject's dotted name as the page writes out."""
    for word in (finding.expected, finding.actual):
        places = _find_places(quote, word)
        if len(places) == 1:
            return places[0]
    for name in _list_names(finding.subject):
        places = _find_places(quote, name)
        if places:
            return places[0]
    return None


def locate_cell(cells: Sequence[str], finding: Finding) -> tuple[int, int, int] | None:
    """The disputed cell of a row, and start and end in it: a cell that is the documented word, one
    that holds it once, or its first word (a unit, a type); else the one with the subject's name."""
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
    for name in _list_names(finding.subject):
        for number, cell in enumerate(cells):
            if places := _find_places(cell, name):
                return number, *places[0]
    return None


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

"""Cells of pipe tables as they are written: found by what their column is about, and rewritten.

Pipes, escapes and padding stay: a table whose columns are aligned is still aligned, as far as
the new text is no wider than the column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from conformance.drift.packets.packet import Docs, Edit
from conformance.extract.rows.tables import table_columns
from conformance.extract.vocabulary import Column
from conformance.model.document import Document, Row, Table, walk
from conformance.model.span import Span
from conformance.parse.grid import pipe_positions

_QUOTED: Final = re.compile(r"[\s>]*\Z")


@dataclass(frozen=True, slots=True)
class RowAt:
    """One row of a table, as its line has it."""

    table: Table
    columns: tuple[Column | None, ...]
    page: str
    number: int
    line: str
    aligned: bool = False
    """Whether its pipes stand below those of the header."""

    def raw(self, column: Column) -> str:
        """What is written in the cell, without its padding; empty where there is no such cell."""
        place = self._place(column)
        return self.line[place[0] : place[1]].strip() if place else ""

    def has(self, column: Column) -> bool:
        """Whether the row has a cell for this."""
        return self._place(column) is not None

    def with_cell(self, column: Column, text: str) -> str | None:
        """The line with ``text`` in the cell; None where there is no such cell."""
        place = self._place(column)
        return None if place is None else _put(self.line, place, text, aligned=self.aligned)

    def edit(self, column: Column, text: str) -> tuple[Edit, ...]:
        """The edit that puts ``text`` into the cell; none where there is no such cell."""
        line = self.with_cell(column, text)
        return () if line is None else (Edit(self.page, self.number, self.number, (line,)),)

    def _place(self, column: Column) -> tuple[int, int] | None:
        if column not in self.columns:
            return None
        places = cell_places(self.line)
        if len(places) != len(self.columns):
            return None
        return places[self.columns.index(column)]


def row_at(docs: Docs, span: Span) -> RowAt | None:
    """The table row on the line of ``span``; None where no row of a pipe table stands there."""
    source = docs.by_page.get(span.page)
    if source is None or not 1 <= span.line <= len(source.document.lines):
        return None
    for table, row in rows(source.document):
        if row.span.line == row.span.end_line == span.line:
            line = source.document.lines[span.line - 1]
            if len(cell_places(line)) == len(table_columns(table)):
                aligned = _widths(line) == _widths(_header(source.document, table))
                return RowAt(table, table_columns(table), span.page, span.line, line, aligned)
    return None


def table_rows(docs: Docs, row: RowAt) -> Iterator[RowAt]:
    """All rows of the table that ``row`` is of."""
    for other in row.table.rows:
        found = row_at(docs, other.span)
        if found is not None:
            yield found


def rows(document: Document) -> Iterator[tuple[Table, Row]]:
    """Every data row of every table."""
    for block in walk(document.blocks):
        if isinstance(block, Table):
            for row in block.rows:
                yield block, row


def cell_places(line: str) -> list[tuple[int, int]]:
    """Where the cells of a pipe row stand in ``line``, padding included."""
    pipes = pipe_positions(line)
    edges = [-1, *pipes, len(line)]
    places = [(first + 1, second) for first, second in pairwise(edges)]
    if places and pipes and _QUOTED.match(line[: pipes[0]]):
        places = places[1:]
    if places and pipes and not line[places[-1][0] :].strip():
        places = places[:-1]
    return places if pipes else []


def put_cell(line: str, number: int, text: str, *, aligned: bool = False) -> str:
    """``line`` with ``text`` in its cell ``number``, counted from 0."""
    return _put(line, cell_places(line)[number], text, aligned=aligned)


def new_row(row: RowAt, texts: dict[Column, str]) -> str:
    """A row for the same table: ``texts`` by column, the other cells empty."""
    line = row.line
    for number in range(len(row.columns)):
        column = row.columns[number]
        text = texts.get(column, "") if column else ""
        line = put_cell(line, number, text, aligned=row.aligned)
    return line


def columns_of(text: str) -> int:
    """How many columns of a fixed-width font ``text`` takes (UAX #11)."""
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def _header(document: Document, table: Table) -> str:
    return document.lines[table.header[0].span.line - 1] if table.header else ""


def _widths(line: str) -> list[int]:
    return [columns_of(line[start:end]) for start, end in cell_places(line)]


def _put(line: str, place: tuple[int, int], text: str, *, aligned: bool = False) -> str:
    old = line[place[0] : place[1]]
    lead = old[: len(old) - len(old.lstrip())] if old.strip() else old[:1]
    tail = old[len(old.rstrip()) :] if old.strip() else old[len(lead) :]
    padded = len(old) > len(lead) + len(old.strip()) + 1 or not old.strip()
    if padded or aligned:
        room = columns_of(old) - columns_of(lead) - columns_of(text)
        tail = " " * max(room, min(1, len(tail)))
    return line[: place[0]] + lead + text + tail + line[place[1] :]

"""Cells of pipe tables as they are written, found by what their column is about, and rewritten.

Pipes, escapes and padding stay: a table whose columns are aligned is still aligned, as far as
the new text is no wider than the column.  Also what pages state of a member elsewhere: its type,
the words used for a type, a name's use.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterator
from functools import partial
from itertools import pairwise
from typing import Final

from msgspec import Struct

from conformance.drift.packets.packet import Docs, Edit
from conformance.model.document import Table
from conformance.model.finding import Finding
from conformance.model.operation import Kind
from conformance.model.span import Span
from conformance.parse.grid import pipe_positions
from conformance.patterns import regex
from conformance.vocabulary import Column

_LONGEST: Final = 200_000
"""Characters of a line that is searched for a word."""
_QUOTED: Final = regex(r"[\s>]*\Z")
ENOUGH = 3
"""Responses, live or recorded, that have to bear a claim before a page is corrected by it."""
_PLAIN = regex(r"[^\W\d_]\w{0,30}")
_WEIGHTY = ("live", "recorded")


class RowAt(Struct, frozen=True):
    """One row of a table, as its line has it."""

    table: Table
    columns: tuple[Column | None, ...]
    page: str
    number: int
    line: str
    header: tuple[str, ...] = ()
    """The header's cells with their padding: those of an aligned table are as wide."""

    def raw(self, column: Column) -> str:
        """What is written in the cell, without its padding; empty where there is no such cell."""
        place = self._find_place(column)
        return self.line[place[0] : place[1]].strip() if place else ""

    def has(self, column: Column) -> bool:
        """Whether the row has a cell for this."""
        return self._find_place(column) is not None

    def head(self, number: int) -> str:
        """The header's cell above cell ``number``, counted from 0; empty without a header."""
        return self.header[number] if self.header else ""

    def reword(self, change: Callable[[str], str | None]) -> tuple[Edit, ...]:
        """The edit that ``change`` makes of a cell; none unless it makes something of just one."""
        texts = [(column, change(self.raw(column))) for column in self.columns if column]
        changed = [(column, text) for column, text in texts if text is not None]
        return self.edit(*changed[0]) if len(changed) == 1 else ()

    def edit(self, column: Column, text: str) -> tuple[Edit, ...]:
        """The edit that puts ``text`` into the cell; none where there is no such cell."""
        if not self.has(column):
            return ()
        number = self.columns.index(column)
        line = put_cell(self.line, number, text, self.head(number))
        return (Edit(self.page, self.number, self.number, (line,)),)

    def _find_place(self, column: Column) -> tuple[int, int] | None:
        if column not in self.columns:
            return None
        places = cell_places(self.line)
        if len(places) != len(self.columns):
            return None
        return places[self.columns.index(column)]


def row_at(docs: Docs, span: Span) -> RowAt | None:
    """The table row on the line of ``span``; None where no row of a pipe table stands there."""
    known = docs.tables.get((span.page, span.line))
    if known is None:
        return None
    document, (table, columns) = docs.by_page[span.page].document, known
    line = document.lines[span.line - 1]
    count = len(cell_places(line))
    if count != len(columns):
        return None
    header = cells_of(document.lines[table.header[0].span.line - 1]) if table.header else ()
    return RowAt(table, columns, span.page, span.line, line, header if len(header) == count else ())


def table_rows(docs: Docs, row: RowAt) -> Iterator[RowAt]:
    """All rows of the table that ``row`` is of."""
    return (found for other in row.table.rows if (found := row_at(docs, other.span)))


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


def put_cell(line: str, number: int, text: str, beside: str = "") -> str:
    """``line`` with ``text`` in its cell ``number``, counted from 0.  ``beside`` is another cell of
    the column: a cell that is as wide stays so, be it in columns or in characters."""
    start, end = cell_places(line)[number]
    old = line[start:end]
    bare = old.strip()
    lead = old[: len(old) - len(old.lstrip())] if bare else old[:1]
    tail = old[len(old.rstrip()) :] if bare else old[1:] or lead
    aligned = (m for m in (columns_of, len) if beside and m(beside) == m(old))
    measure = next(aligned, None if bare else len)
    if measure is not None:
        room = measure(old) - measure(lead) - measure(text)
        tail = " " * max(room, min(1, len(tail)))
    return line[:start] + lead + text + tail + line[end:]


def build_row(row: RowAt, texts: dict[Column, str]) -> str:
    """A row for the same table: ``texts`` by column, the other cells empty."""
    line = row.line
    for number, column in enumerate(row.columns):
        text = texts.get(column, "") if column else ""
        line = put_cell(line, number, text, row.head(number))
    return line


def swap_word(line: str, old: str, new: str, nth: int | None = None) -> str | None:
    """``line`` with the word ``old`` made ``new``; None unless it stands there exactly once.  With
    ``nth`` (from 0) the one meant of several."""
    if not old or len(line) > _LONGEST:
        return None
    before = r"(?<!\w)" if old[0].isalnum() else ""
    after = r"(?!\w)" if old[-1].isalnum() else ""
    places = [hit.span() for hit in re.finditer(f"{before}{re.escape(old)}{after}", line)]
    if nth is None and len(places) != 1:
        return None
    if nth is not None and not 0 <= nth < len(places):
        return None
    start, end = places[nth or 0]
    return line[:start] + new + line[end:]


def columns_of(text: str) -> int:
    """How many columns of a fixed-width font ``text`` takes (UAX #11)."""
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def cells_of(line: str) -> tuple[str, ...]:
    """The cells of a pipe row with their padding."""
    return tuple(line[start:end] for start, end in cell_places(line))


def is_proven(finding: Finding, *, always: bool = True) -> bool:
    """Whether responses of the exchange itself, enough of them, bear the finding.  ``always``:
    every response that could have shown it has to."""
    tallies = [tally for tally in finding.evidence if tally.origin in _WEIGHTY]
    observed, examined = sum(t.seen for t in tallies), sum(t.examined for t in tallies)
    return observed >= ENOUGH and (not always or observed == examined)


def documenting_rows(docs: Docs, finding: Finding) -> Iterator[RowAt]:
    """The rows that document the finding's subject, in every language."""
    spans = dict.fromkeys(docs.lines_of(finding.operation, finding.subject))
    return (row for span in spans if (row := row_at(docs, span)))


def edit_rows(
    docs: Docs, finding: Finding, column: Column, reword: Callable[[RowAt], str | None]
) -> tuple[Edit, ...]:
    """The edits that put what ``reword`` makes of each row that documents the finding's subject
    into its cell; a row that it makes nothing of stays."""
    rows = ((row, reword(row)) for row in documenting_rows(docs, finding))
    return tuple(edit for row, text in rows if text is not None for edit in row.edit(column, text))


def count_type_words(docs: Docs, page: str, kind: Kind) -> Counter[str]:
    """The words a page uses for a type, as its cells have them, the most used first."""
    words: Counter[str] = Counter()
    for claim in docs.claims_on(page):
        if claim.kind == kind and claim.type_text:
            row = row_at(docs, claim.span)
            raw = row.raw("type") if row else claim.type_text
            words[raw or claim.type_text] += 1
    return words


def word_for(docs: Docs, page: str, kind: Kind) -> str:
    """The page's own word for a type: plain ones before those that say more; JSON's where none.
    Pages that begin their types with a capital get such a word."""
    words = count_type_words(docs, page, kind)
    plain = [(word, count) for word, count in words.items() if _PLAIN.fullmatch(word)]
    if plain:
        return max(plain, key=lambda one: one[1])[0]
    stated = [t.type_text for t in docs.claims_on(page) if t.type_text]
    capital = sum(word[:1].isupper() for word in stated) * 2 > len(stated)
    return kind.capitalize() if capital else kind


def line_of(docs: Docs, page: str, number: int) -> str | None:
    """A line of a page."""
    source = docs.by_page.get(page)
    if source is None or not 1 <= number <= len(source.document.lines):
        return None
    return source.document.lines[number - 1]


def replace_word(
    docs: Docs, page: str, number: int, old: str, new: str, nth: int | None = None
) -> tuple[Edit, ...]:
    """The edit that makes ``old`` into ``new`` on one line; none where that is not certain."""
    row = row_at(docs, Span(page, number, number)) if nth is None else None
    if row is not None and (edits := row.reword(partial(swap_word, old=old, new=new))):
        return edits
    line = line_of(docs, page, number)
    result = None if line is None else swap_word(line, old, new, nth)
    return () if result is None or result == line else (Edit(page, number, number, (result,)),)


def place_of(finding: Finding) -> tuple[str, int] | None:
    """Page and line where something else was observed; None for an interaction."""
    page, _, number = finding.observed.where.rpartition(":") if finding.observed else ("", "", "")
    return (page, int(number)) if page and number.isdecimal() and len(number) < 9 else None


def strip_ticks(text: str) -> str:
    """A name without the backticks a message puts around it."""
    return text.strip().strip("`")


def count_uses(docs: Docs, name: str, beside: Container[str]) -> int:
    """Lines of all pages but those of ``beside`` that have ``name`` as a word."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    return sum(
        name in line and word.search(line) is not None
        for source in docs.sources
        if source.page not in beside
        for line in source.document.lines
    )

"""Tables whose cells are parted by single blanks: the tags of the page are gone.

``Name Type Description`` on a line, below it ``id integer Number of the order``: a name and a type
are words without blanks, and what follows them is the rest of the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from conformance.model.document import Block, Paragraph, Row, Table, Text
from conformance.patterns import regex
from conformance.reading.facets.types import is_type_word, read_type
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.lines import Line, split_lines
from conformance.reading.rows.row import cut_text, join_texts, read_required
from conformance.vocabulary import locations, normalize_text

_NAME = regex(r"[A-Za-z_$][\w$.\-\[\]]{0,63}\*?")
_COMMA = regex(r"[^,，]+")
_STEPS = frozenset("»>-└├ ")
_MOST_WORDS = 8
"""Of a header."""
_TYPE_WORDS = 3
_TYPED_SHARE = 0.6
_MARKS = frozenset(("required", "location"))
"""Columns whose cells are one word of a list."""


def split_header_lines(block: Block) -> Iterator[Block]:
    """The block, or the words before such a table and the table."""
    lines = list(split_lines(block)) if isinstance(block, Paragraph) else []
    for at, line in enumerate(lines[:-1]):
        if (header := _read_header(line)) and (table := _read_rows(header, line, lines[at + 1 :])):
            if at:
                text = lines[0].text
                for one in lines[1:at]:
                    text = join_texts(text, one.text, "\n")
                yield Paragraph(
                    text, replace(block.span, end_line=max(block.span.line, text.span.end_line))
                )
            yield table
            return
    yield block


def split_joined_cells(block: Block) -> Iterator[Block]:
    """The block, or a table of one column called ``Name, Type, Description`` as one of three.

    The first line of a cell is a name and what stands beside it, the others describe it.
    """
    if not isinstance(block, Table) or len(block.header) != 1:
        yield block
        return
    heads = list(_COMMA.finditer(block.header[0].plain))
    meanings = [column_of(head[0]) for head in heads]
    if meanings != ["name", "type", "description"]:
        yield block
        return
    header = tuple(cut_text(block.header[0], *head.span()) for head in heads)
    rows = tuple(
        replace(row, cells=cells) for row in block.rows if (cells := _split_cell(row.cells[0]))
    )
    yield replace(block, header=header, rows=rows) if len(rows) == len(block.rows) else block


def _split_cell(cell: Text) -> tuple[Text, ...]:
    """Name, type and description of a cell that holds all three; empty when it does not."""
    name = _NAME.match(cell.plain)
    end = cell.plain.find("\n")
    end = len(cell.plain) if end < 0 else end
    if not name or name.end() > end:
        return ()
    return (
        cut_text(cell, 0, name.end()),
        cut_text(cell, name.end(), end),
        cut_text(cell, end),
    )


def _read_header(line: Line) -> list[str]:
    """The meanings of the words of a line that are columns, a name first and a type among them."""
    words = line.plain.split()
    if not 1 < len(words) <= _MOST_WORDS or len(line.plain) > 80:
        return []
    meanings: list[str] = [column_of(word) or "" for word in words]
    known = sum(map(bool, meanings))
    is_header = meanings[0] == "name" and "type" in meanings and known >= len(words) - 1
    return meanings if is_header else []


def _read_rows(header: Sequence[str], first: Line, below: Sequence[Line]) -> Table | None:
    rows: list[list[str]] = []
    places: list[Line] = []
    typed = 0
    for line in below:
        cells = _split_cells(header, line.plain.split())
        if cells is None:
            if not rows:
                return None
            _append_words(rows[-1], [meaning for meaning in header if meaning], line.plain.split())
            continue
        kind = cells[header.index("type")]
        typed += is_type_word(kind) or kind == cells[0]
        rows.append(cells)
        places.append(line)
    if not rows or typed < _TYPED_SHARE * len(rows):
        return None
    heads = [word for word, meaning in zip(first.plain.split(), header, strict=True) if meaning]
    span = first.text.span.to(places[-1].text.span)
    return Table(
        header=tuple(Text(word, first.text.span) for word in heads),
        rows=tuple(
            Row(tuple(Text(cell, line.text.span) for cell in cells), line.text.span)
            for cells, line in zip(rows, places, strict=True)
        ),
        span=span,
    )


def _append_words(row: list[str], columns: Sequence[str], words: list[str]) -> None:
    """Put a further line of a row where it goes: its last words may be marks that lack."""
    free = _find_free_column(columns)
    if not any(row[free + 1 :]):
        words, row[free + 1 :] = _cut_marks(columns[free + 1 :], words)
    row[free] = " ".join([row[free], *words]).strip()


def _split_cells(header: Sequence[str], words: list[str]) -> list[str] | None:
    """The cells of a line below ``header``, one for each column that has a meaning."""
    steps = 0
    while steps < len(words) and set(words[steps]) <= _STEPS:
        steps += 1
    if steps == len(words) or not _NAME.fullmatch(words[steps]):
        return None
    columns = [meaning for meaning in header if meaning]
    free = _find_free_column(columns)
    cells = [" ".join(words[: steps + 1])]
    rest = words[steps + 1 :]
    for meaning in columns[1:free]:
        taken = _count_words(meaning, rest)
        cells.append(" ".join(rest[:taken]))
        rest = rest[taken:]
    rest, marks = _cut_marks(columns[free + 1 :], rest)
    cells += [" ".join(rest), *marks]
    kind = cells[columns.index("type")]
    is_typed = is_type_word(kind)
    goes_on = kind.islower() and kind.isascii() and not is_typed and kind != cells[0]
    return cells if is_typed or (cells[1] and not goes_on) else None


def _find_free_column(columns: Sequence[str]) -> int:
    """The column whose cells are any words."""
    return columns.index("description") if "description" in columns else len(columns) - 1


def _cut_marks(columns: Sequence[str], words: list[str]) -> tuple[list[str], list[str]]:
    """The words without those at their end that are the cells of the last columns, and these."""
    cells: list[str] = []
    for meaning in reversed(columns):
        taken = _count_words(meaning, words[-1:]) if meaning in _MARKS else 0
        cells.insert(0, " ".join(words[len(words) - taken :]))
        words = words[: len(words) - taken]
    return words, cells


def _count_words(meaning: str, rest: Sequence[str]) -> int:
    """How many of the words are the cell of a column with that meaning."""
    if meaning == "type":
        listed = rest and read_type(rest[0]).kind == "array"
        counts = range(min(_TYPE_WORDS, len(rest)), 1, -1) if listed else ()
        return next((n for n in counts if is_type_word(" ".join(rest[:n]))), min(1, len(rest)))
    word = normalize_text(rest[0]) if rest else ""
    if meaning == "location":
        return int(word in locations())
    if meaning == "required":
        return int(bool(word) and read_required(rest[0]) is not None)
    return 0

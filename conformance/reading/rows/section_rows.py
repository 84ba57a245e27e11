"""Tables whose titles or headers stand where a row or a paragraph is expected.

``Request parameters`` over the whole width, then its rows, then ``Response`` and its own: a table
for each title, and one for each row that says what the columns below it are about.  ``Name``,
``Type`` and ``Description`` in paragraphs above a table of three, whose first row stands where its
header would: its header.  Above as many paragraphs for each field: a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    ListBlock,
    ListItem,
    Paragraph,
    Row,
    Table,
    Text,
)
from conformance.patterns import regex
from conformance.reading.facets.types import read_type
from conformance.reading.rows.columns import column_of, is_mark, with_header
from conformance.reading.rows.lines import split_lines
from conformance.reading.rows.stacked_headers import (
    HEADER_CELLS,
    MOST_CELLS,
    names_columns,
    read_header_cells,
)
from conformance.reading.topics import FIELD_TOPICS, announces_fields, topics_of
from conformance.vocabulary import Column, normalize_text, required_marks

_NAME = regex(r"[A-Za-z_$@][\w$@.\-]{0,63}(?:\[\])*\*?")
_MEDIA_TYPE = regex(r"[a-z]{4,16}/[a-z][a-z0-9.+-]{2,60}")
_TITLE = 60
_BETWEEN = 2
"""Lines between what announces fields and the first of them."""
_CLOSED: frozenset[Column] = frozenset(("type", "required"))
"""Columns whose cells are words of a list."""


def join_headers(blocks: tuple[Block, ...]) -> list[Block]:
    """The blocks with the words of columns that stand above a table as its header, and with a table
    where its cells are paragraphs, too."""
    kept: list[Block] = []
    for block in _join_cells(blocks):
        if isinstance(block, Table) and (words := _find_header(block, kept)):
            del kept[-len(words) :]
            rows = (Row(block.header, block.header[0].span), *block.rows)
            block = replace(block, header=words, rows=rows)
        kept.append(block)
    return kept


def _join_cells(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks with a table for each header row of a line for each cell, over such rows; the
    line right above a table that says what its fields are stands alone, too."""
    for block, below in pairwise((*blocks, None)):
        if isinstance(block, ListBlock) and any(item.text.breaks for item in block.items):
            yield replace(block, items=tuple(map(_join_item, block.items)))
            continue
        lines = [*split_lines(block)] if isinstance(block, Paragraph) else []
        texts = [line.text for line in lines]
        at = begin = 0
        while at < len(texts):
            if lines_above := _count_lines_above(texts[at : at + HEADER_CELLS + _BETWEEN]):
                yield from _cut_lines(texts[begin : at + lines_above])
                at = begin = at + lines_above
            table = _read_stacked_table(texts, at)
            if table is None:
                at += 1
                continue
            yield from _cut_lines(texts[begin:at])
            yield table
            at = begin = at + len(table.header) * (len(table.rows) + 1)
        last = texts[-1].plain if len(texts) > 1 and isinstance(below, Table) else ""
        if last and len(last) <= _TITLE and announces_fields(last):
            yield from _cut_lines(texts[begin:-1])
            begin = len(texts) - 1
        if begin:
            yield from _cut_lines(texts[begin:])
        elif block is not None:
            yield block


def _join_item(item: ListItem) -> ListItem:
    """An item that the lines below it were taken into, with the tables of these as its blocks."""
    first, *more = _join_cells((Paragraph(item.text, item.span),)) if item.text.breaks else [None]
    if not isinstance(first, Paragraph) or not more:
        return item
    return replace(item, text=first.text, blocks=(*more, *item.blocks))


def _read_stacked_table(texts: Sequence[Text], at: int) -> Table | None:
    """The table that begins at a line; the first name may be the word of a column, too."""
    words = read_header_cells(texts[at : at + MOST_CELLS])
    if _CLOSED.isdisjoint(column_of(word.plain) for word in words):
        return None
    for width in range(len(words), HEADER_CELLS - 1, -1):
        if rows := tuple(_read_stacked_rows(texts, at + width, words[:width])):
            return Table(words[:width], rows, words[0].span.to(rows[-1].span))
    return None


def _count_lines_above(texts: Sequence[Text]) -> int:
    """How many lines stand above the name and the type of a field on a line each: a whole header,
    or what announces fields, with its mark and media type; 0 where no field follows."""
    if len(texts) < HEADER_CELLS:
        return 0
    below = [text.plain.strip() for text in texts[1 : _BETWEEN + 1]]
    between = (n for n, word in enumerate(below) if not _MEDIA_TYPE.fullmatch(word))
    at = 1 + next((n for n in between if not is_mark(below[n])), len(below))
    field = texts[at : at + 2]
    if len(field) < 2 or not _fits("name", field[0]) or not _fits("type", field[1]):
        return 0
    line = texts[0].plain.strip()
    heads = names_columns(line) or (len(line) <= _TITLE and announces_fields(line))
    return at if heads else 0


def _cut_lines(texts: Sequence[Text]) -> Iterator[Paragraph]:
    for text in texts:
        yield Paragraph(text, text.span)


def _read_stacked_rows(texts: Sequence[Text], at: int, header: tuple[Text, ...]) -> Iterator[Row]:
    """Rows of one line for each cell, for as long as each is what its column is for; a last cell
    may be empty, so that its line is missing."""
    columns = [column_of(text.plain) for text in header]
    while len(cells := tuple(texts[at : at + len(header)])) == len(header):
        if columns[1] in _CLOSED and _begins_row(columns, texts[at + len(header) - 1 :]):
            cells = (*cells[:-1], Text("", cells[-2].span))
            at -= 1
        if not all(map(_fits, columns, cells)):
            return
        yield Row(cells, cells[0].span.to(cells[-1].span))
        at += len(header)


def _begins_row(columns: Sequence[Column | None], texts: Sequence[Text]) -> bool:
    """Whether a line is a name, and the one below it the second cell of its row."""
    return len(texts) > 1 and all(map(_fits, columns[:2], texts[:2]))


def _fits(column: Column | None, cell: Text) -> bool:
    """Whether a cell holds what its column is for."""
    plain = cell.plain.strip()
    if column == "name":
        return bool(_NAME.fullmatch(plain))
    if column == "type":
        return read_type(plain).known
    return column != "required" or normalize_text(plain) in required_marks()


def _find_header(table: Table, before: list[Block]) -> tuple[Text, ...]:
    """The paragraphs above ``table``, one for each of its columns, that say what these are."""
    width = len(table.header)
    above = before[-width:] if 1 < width <= len(before) else []
    words = tuple(block.text for block in above if isinstance(block, Paragraph))
    meanings = [column_of(text.plain) for text in words]
    if len(words) < width or "name" not in meanings or not all(meanings):
        return ()
    return () if all(column_of(cell.plain) for cell in table.header) else words


def split_section_rows(block: Block) -> Iterator[Block]:
    """The block, or the parts of such a table, each captioned by its title."""
    if not isinstance(block, Table):
        yield block
        return
    table = block
    header_title = _read_title(Row(table.header, table.span)) if table.header else ""
    if not header_title and (above := _join_words_above(table)):
        yield Paragraph(above, above.span)
        table = with_header(replace(table, header=()))
    titles = {at for at, row in enumerate(table.rows) if _read_title(row)}
    titles = titles if header_title or _is_table(table) else set()
    last = len(table.rows) - 1
    heads = [at for at in _find_header_rows(table) if 0 < at < last and at - 1 not in titles]
    if not header_title and not titles and not heads:
        yield table
        return
    starts = sorted({*titles, *heads})
    first = starts[0] if starts else len(table.rows)
    top = replace(table, header=() if header_title else table.header, rows=table.rows[:first])
    top = with_header(replace(top, caption=header_title or table.caption))
    if top.rows or (heads and top.header):
        yield top
    for at, end in pairwise([*starts, len(table.rows)]):
        title = _read_title(table.rows[at])
        if rows := table.rows[at + 1 : end] if title else table.rows[at:end]:
            span = table.rows[at].span.to(rows[-1].span)
            titled = with_header(Table(header=(), rows=rows, span=span, caption=title))
            titled = titled if title else _split_caption(titled)
            if titled.rows:
                yield titled if titled.header else replace(titled, header=top.header)


def _find_header_rows(table: Table) -> list[int]:
    """Rows that say of columns what they hold, in a table whose header does not or whose parts
    differ."""
    known = {column_of(cell.plain) for cell in table.header}
    return [
        at
        for at, row in enumerate(table.rows)
        if (meanings := _name_columns(row.cells))
        and (len(meanings) >= HEADER_CELLS or not known & meanings)
    ]


def _name_columns(cells: Sequence[Text]) -> set[str]:
    """What the columns of a header are about; nothing where one cell says anything else."""
    meanings = [column_of(cell.plain) for cell in cells if cell.plain.strip()]
    found = {str(column) for column in meanings if column}
    return found if None not in meanings and len(found) > 1 and found & {"name", "code"} else set()


def _split_caption(table: Table) -> Table:
    """The part whose first header names a side, beside the column of names: that is its title."""
    first = table.header[0] if table.header else Text("", table.span)
    twice = [column_of(cell.plain) for cell in table.header].count("name") > 1
    if not twice or not FIELD_TOPICS & set(topics_of(first.plain)):
        return table
    header = (replace(first, plain="", marks=()), *table.header[1:])
    return replace(table, header=header, caption=first.plain)


def _join_words_above(table: Table) -> Text | None:
    """What stands in place of a header, over one that is the first row: a name of the whole."""
    filled = {cell.plain.strip(): cell for cell in table.header if cell.plain.strip()}
    if len(filled) != 1 or len(table.header) < 2 or not table.rows:
        return None
    return next(iter(filled.values())) if _name_columns(table.rows[0].cells) else None


def _is_table(table: Table) -> bool:
    """Whether most rows have several cells that differ."""
    return sum(len({c.plain for c in row.cells}) > 1 for row in table.rows) * 2 > len(table.rows)


def _read_title(row: Row) -> str:
    """The words that are all a row has, in one cell or over its whole width, and that announce
    inputs or an answer."""
    cells = [cell.plain.strip() for cell in row.cells]
    filled = [cell for cell in cells if cell]
    wide = len(filled) > 1 and len(filled) == len(cells)
    if not filled or len(set(filled)) > 1 or not (wide or (len(filled) == 1 and cells[0])):
        return ""
    words = filled[0]
    if len(words) > _TITLE or (not wide and " " not in words and len(cells) > 1):
        return ""
    return words if FIELD_TOPICS & set(topics_of(words)) else ""

"""Tables whose titles or headers stand where a row or a paragraph is expected.

``Request parameters`` over the whole width, then its rows, then ``Response`` and its own: a table
for each title, and one for each row that says what the columns below it are about.  ``Name``,
``Type`` and ``Description`` in paragraphs above a table of three, whose first row stands where its
header would: its header.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    Document,
    Paragraph,
    Quote,
    Row,
    Section,
    Table,
    Text,
)
from conformance.reading.rows.columns import column_of, with_header
from conformance.reading.topics import FIELD_TOPICS, topics_of

_TITLE = 60
_COLUMNS = 3
"""Of a header that stands among the rows of a table with a header of its own."""


def join_headers(document: Document) -> Document:
    """The page with the words of columns that stand above a table as its header."""
    blocks = tuple(_join_blocks(document.blocks))
    return document if blocks == document.blocks else replace(document, blocks=blocks)


def _join_blocks(blocks: tuple[Block, ...]) -> list[Block]:
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Section | Quote):
            block = replace(block, blocks=tuple(_join_blocks(block.blocks)))
        elif isinstance(block, Table) and (words := _find_header(block, kept)):
            del kept[-len(words) :]
            rows = (Row(block.header, block.header[0].span), *block.rows)
            block = replace(block, header=words, rows=rows)
        kept.append(block)
    return kept


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
            span = replace(table.rows[at].span, end_line=rows[-1].span.end_line)
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
        and (len(meanings) >= _COLUMNS or not known & meanings)
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

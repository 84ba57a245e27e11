"""Header rows and captions above stacked fields, a paragraph for each cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from itertools import islice, takewhile

from conformance.model.document import Block, Paragraph, Text
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.facets.types import is_type_word
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.lines import Lines, split_lines
from conformance.vocabulary import (
    Column,
    names_side,
)

_STATUS_LINE = regex(r"([1-5]\d\d)(?:[ :–-]+[A-Za-z][A-Za-z '-]{0,40})?")
_STATUSES = frozenset(status.value for status in HTTPStatus)
LONGEST_WORD = 40

HEADER_CELLS, MOST_CELLS, _LONGEST_HEADER = 3, 8, 120
"""Fewest and most cells of a stacked header row, and its most characters."""


def is_stacked_header(block: Block) -> bool:
    """Whether a paragraph is a header row whose cells are stacked: ``Field``, ``Type``, ..."""
    if not isinstance(block, Paragraph) or len(block.text.plain) > _LONGEST_HEADER:
        return False
    names = [column_of(line.plain) for line in split_lines(block)]
    return len(names) >= HEADER_CELLS and None not in names


def names_columns(plain: str) -> bool:
    """Whether a line is a whole header, a word for each column: ``Property Description``."""
    words = plain.split() if len(plain) <= _LONGEST_HEADER else []
    names = [column_of(word) for word in words[: MOST_CELLS + 1]]
    return 1 < len(names) <= MOST_CELLS and names[0] == "name" and None not in names


def read_header_cells(lines: Iterable[Text]) -> tuple[Text, ...]:
    """The lines of a header row with a line for each cell: a word for a column each, the first one
    of names."""
    cells: dict[Column, Text] = {}
    for line in islice(lines, MOST_CELLS):
        column = column_of(line.plain)
        if column is None or column in cells:
            break
        cells[column] = line
    named = next(iter(cells), None) == "name"
    return tuple(cells.values()) if named and len(cells) >= HEADER_CELLS else ()


def count_header_cells(lines: Lines, index: int) -> int:
    """How many lines from ``index`` are a header row with a paragraph for each cell."""
    below = (lines.get(at) for at in range(index, index + MOST_CELLS))
    return len(read_header_cells(line.text for line in takewhile(bool, below) if line))


def count_header_above(blocks: Sequence[LocatedBlock], at: int) -> int:
    """How many paragraphs right above are a header row, a cell each."""
    for number in range(min(at, MOST_CELLS), HEADER_CELLS - 1, -1):
        lines = Lines(blocks, at - number)
        last = find_block(lines, number - 1) if count_header_cells(lines, 0) == number else None
        if last is blocks[at - 1].block:
            return number
    return 0


def is_side_caption(plain: str) -> bool:
    """A status, or a line of nothing but words such as "Request Body (Query)"."""
    if not plain or len(plain) > LONGEST_WORD or plain.endswith((".", "。")):
        return False
    hit = _STATUS_LINE.fullmatch(plain)
    first, _, kind = plain.partition(" ")
    side = plain[:1].isupper() and is_type_word(kind) and first  # ``Response Object``
    return (hit is not None and int(hit[1]) in _STATUSES) or names_side(side or plain)


def find_block(lines: Lines, index: int) -> Block | None:
    line = lines.get(index)
    return line.block if line else None

"""Rows of a pipe table that a text formatter took for prose.

A cell that holds a blank line ends the table for a formatter; it then fills the rest of
the rows as paragraphs, where ``| |`` separates rows and a blank line can stand inside a
cell::

    | price | required | string | Limit price.

    Not for market orders. | | size | required | string | Amount |

Rows are taken back only as far as their cells fit the header; what follows stays prose.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from markdown_it.rules_block import StateBlock

from conformance.parse.block_state import line_text
from conformance.parse.grid import pipe_positions
from conformance.parse.pipe_table import (
    RawCell,
    RawGrid,
    RawRow,
    is_stop,
    starts_table,
)

_PARAGRAPH: Final = re.compile(r"\n[ \t]*+\n\s*+|\n(?=(?:[-*•]|\d{1,3}\.) )")
"""What stays a line break inside a cell; other line ends are the formatter's."""


@dataclass(slots=True)
class _Region:
    """The prose below a table, cut at its pipes."""

    text: str
    starts: list[int]
    """Offset of each line in ``text``."""
    first: int
    """Line of offset 0."""
    pipes: list[int]

    def piece(self, index: int) -> str:
        start = self.pipes[index - 1] + 1 if index else 0
        end = self.pipes[index] if index < len(self.pipes) else len(self.text)
        return self.text[start:end]

    def line_at(self, offset: int) -> int:
        return self.first + bisect_right(self.starts, offset) - 1

    def cell(self, index: int) -> RawCell:
        start = self.pipes[index - 1] + 1 if index else 0
        raw = self.piece(index)
        filled = raw.strip()
        begin = start + (len(raw) - len(raw.lstrip()) if filled else 0)
        end = begin + max(len(filled) - 1, 0)
        return _as_cell(filled), self.line_at(begin), self.line_at(end)


def reclaim_rows(state: StateBlock, grid: RawGrid, line: int, end: int) -> int:
    """Append the rows that stand as prose from ``line`` on to ``grid``; the line to go on at.

    Prose after the last row on its line is left to the parser: the state's begin of that
    line is moved there.
    """
    region = _region(state, line, end)
    if region is None or not grid.rows:
        return line
    rows, after = _rows(region, grid.columns)
    if not rows and not _is_mere_tail(region):
        return line
    _append_tail(grid.rows[-1], region)
    grid.rows.extend(rows)
    return _leave_rest(state, region, region.pipes[after - 1] + 1)


def _region(state: StateBlock, line: int, end: int) -> _Region | None:
    texts: list[str] = []
    for n in range(line, end):
        text = "" if state.isEmpty(n) else line_text(state, n)
        if text and (
            state.sCount[n] < state.blkIndent or is_stop(text) or starts_table(state, n, end)
        ):
            break
        texts.append(text)
    joined = "\n".join(texts)
    pipes = pipe_positions(joined) if "|" in joined else []
    if not pipes:
        return None
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text) + 1)
    return _Region(joined, starts[:-1], line, pipes)


def _rows(region: _Region, columns: int) -> tuple[list[RawRow], int]:
    """Whole rows, and the index of the piece after the last one's closing pipe."""
    rows: list[RawRow] = []
    index = 1
    while index + columns < len(region.pipes) + 1 and not region.piece(index).strip():
        cells = [region.cell(n) for n in range(index + 1, index + columns + 1)]
        closed = index + columns < len(region.pipes)
        if not closed or not cells[0][0]:
            break
        begin, stop = region.pipes[index], region.pipes[index + columns] + 1
        quote = " ".join(region.text[begin:stop].split())
        rows.append(RawRow(cells, cells[0][1], cells[-1][2], quote))
        index += columns + 1
    return rows, index


def _is_mere_tail(region: _Region) -> bool:
    """The prose is the end of a cell and the closing pipe, and nothing else."""
    return len(region.pipes) == 1 and not region.piece(1).partition("\n")[0].strip()


def _append_tail(row: RawRow, region: _Region) -> None:
    tail, _, last = region.cell(0)
    if not tail or not row.cells:
        return
    raw, line, _ = row.cells[-1]
    row.cells[-1] = (f"{raw}  \n{tail}", line, last)
    row.end_line = last


def _leave_rest(state: StateBlock, region: _Region, offset: int) -> int:
    line = region.line_at(offset - 1)
    start = region.starts[line - region.first]
    rest = region.text[offset : start + len(line_text(state, line))]
    if not rest.strip():
        return line + 1
    state.bMarks[line] += state.tShift[line] + offset - start
    state.tShift[line] = len(rest) - len(rest.lstrip())
    state.sCount[line] = state.blkIndent
    return line


def _as_cell(text: str) -> str:
    return _PARAGRAPH.sub("  \n", text).replace("\\|", "|")

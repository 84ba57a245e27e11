"""Tables copied as plain text: lines whose cells are parted by tabs.

A line of three or more words above others like it is their header.  A shorter row stands to the
right: the cell that it lacks is the one that spans the rows above it.  Further tabs between two
cells align them.
"""

from __future__ import annotations

from typing import Final

from markdown_it.rules_block import StateBlock

from conformance.parse.block_state import line_text
from conformance.parse.pipe_table import RawGrid, RawRow

_HEADER: Final = 3
"""Cells of a line that may be a header."""
_MOST: Final = 24
_WORD: Final = 40
"""Characters of a word in a header."""


def tab_table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule of markdown-it: two or more lines with tabs between their cells."""
    first = _split_cells(state, start)
    if not first or start + 1 >= end or not _split_cells(state, start + 1):
        return False
    if silent:
        return True
    aligned = "" in first
    first = _without_gaps(first, aligned)
    heads = len(first) >= _HEADER and all(0 < len(cell) <= _WORD for cell in first)
    rows: list[RawRow] = []
    line, width = start, len(first)
    while line < end and (cells := _split_cells(state, line)):
        cells = _without_gaps(cells, aligned or len(cells) > width)
        if len(cells) > width:
            break
        padded = [""] * (width - len(cells) if heads else 0) + cells
        raw = [(cell, line, line) for cell in padded]
        rows.append(RawRow(raw, line, line, " ".join(cells)))
        line += 1
    if len(rows) < 2:
        return False
    token = state.push("grid", "", 0)
    token.map = [start, line]
    header = rows.pop(0) if heads else None
    token.meta = {"grid": RawGrid(header, width, False, rows)}
    state.line = line
    return True


def _without_gaps(cells: list[str], aligned: bool) -> list[str]:
    """Cells without the empty ones that further tabs make where these only align columns."""
    return [cell for cell in cells if cell] if aligned else cells


def _split_cells(state: StateBlock, line: int) -> list[str]:
    """The cells of a line that is nothing but such; empty for any other."""
    if state.isEmpty(line) or state.is_code_block(line):
        return []
    text = line_text(state, line)
    if "\t" not in text or "|" in text:
        return []
    cells = [cell.strip() for cell in text.rstrip().split("\t")]
    return cells if 1 < len(cells) <= _MOST else []

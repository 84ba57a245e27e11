"""Pipe tables as pages really have them: a block rule for markdown-it in place of its own.

It takes what the library's rule takes (GFM 4.10) and what that one breaks off at: rows
that begin with ``>``, lines that continue a cell, rows with a blank line between them.
Cells stay raw here; :mod:`conformance.parse.text_tables` mends what a text formatter broke.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final, TypeAlias

from markdown_it.rules_block import StateBlock
from msgspec import Struct, field

from conformance.parse.block_rules import CODE_INDENT, line_text
from conformance.parse.grid import has_pipe, is_delimiter_row, pipe_positions, split_cells
from conformance.patterns import regex

_PARAGRAPH: Final = regex(r"\n[ \t]*+\n\s*+|\n(?=(?:[-*•]|\d{1,3}\.) )")
"""What stays a line break inside a cell; other line ends are the formatter's."""
_LEFT_OUT: Final = regex(r"\s*(?:\[\s*)?(?:(?:\.\s?){3,}|…)\s*(?:\]\s*)?")
"""Rows that the page leaves out: ``[ . . . ]``."""


class _Region(Struct):
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
        cell = _PARAGRAPH.sub("  \n", filled).replace("\\|", "|")
        return cell, self.line_at(begin), self.line_at(end)


def reclaim_rows(state: StateBlock, grid: RawGrid, line: int, end: int) -> int:
    """Append the rows that stand as prose from ``line`` on to ``grid``; the line to go on at.

    Prose after the last row on its line is left to the parser: the state's begin of that
    line is moved there.
    """
    region = _read_region(state, line, end)
    if region is None or not grid.rows:
        return line
    apart = _parts_rows(region.piece(0)) and bool(region.piece(1).strip())
    rows, after = _rows(region, grid.columns, 0 if apart else 1)
    if not rows and (apart or not _is_mere_tail(region)):
        return line
    if not apart:
        _append_tail(grid.rows[-1], region)
    grid.rows.extend(rows)
    return _leave_rest(state, region, region.pipes[after - 1] + 1)


def _read_region(state: StateBlock, line: int, end: int) -> _Region | None:
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


def _parts_rows(piece: str) -> bool:
    """Whether nothing stands between two rows, or the sign for rows that were left out."""
    return not piece.strip() or _LEFT_OUT.fullmatch(piece) is not None


def _rows(region: _Region, columns: int, index: int) -> tuple[list[RawRow], int]:
    """Whole rows, the first behind the piece at ``index``, and the index of the piece after the
    last one's closing pipe."""
    rows: list[RawRow] = []
    while index + columns < len(region.pipes) + 1 and _parts_rows(region.piece(index)):
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


RawCell: TypeAlias = tuple[str, int, int]
"""Markdown of a cell, first and last line (from 0, as markdown-it counts)."""

_STOP: Final = regex(r"#{1,6}(?:\s|$)|```|~~~|>|:::|</?[A-Z]|\{%|(?:[-*_][ \t]*+){3,}$")
"""A line that ends a table whatever came before it."""
_ELEMENT: Final = regex(r"<(/?)(?:table|div|details|section|h[1-6]|pre|ul|ol|dl|p)\b")
"""An element that ends a table too, unless a cell holds it."""


class RawRow(Struct):
    """One row before its cells are read; lines count from 0."""

    cells: list[RawCell]
    line: int
    end_line: int
    quote: str


class RawGrid(Struct):
    """A table before its cells are read."""

    header: RawRow | None
    columns: int
    outer: bool
    """Written with outer pipes."""
    rows: list[RawRow] = field(default_factory=list)
    closed: bool = False
    """Each row ends with a pipe."""


class _OpenRow(Struct):
    """A row that may go on in the next line."""

    line: int
    parts: list[str]
    end_line: int
    depth: int = 0
    """Elements the cells have opened and not closed."""

    def __post_init__(self) -> None:
        self.depth = _measure_depth(self.parts[0])

    def close_row(self) -> bool:
        return self.parts[-1].rstrip().endswith("|")

    def add(self, line: int, text: str) -> None:
        self.parts.append(text)
        self.end_line = line
        self.depth += _measure_depth(text)


def is_stop(text: str) -> bool:
    """Whether a line begins another kind of block."""
    return bool(_STOP.match(text) or _ELEMENT.match(text))


def _measure_depth(text: str) -> int:
    if "<" not in text:
        return 0
    return sum(-1 if match.group(1) else 1 for match in _ELEMENT.finditer(text))


def starts_table(state: StateBlock, line: int, end: int) -> bool:
    """Whether ``line`` is a header with its line of dashes below it; where it would go on with an
    item further to the right, both stand outside of that."""
    return (
        line + 1 < end
        and state.sCount[line + 1] >= min(state.blkIndent, state.sCount[line])
        and "|" in (header := line_text(state, line))
        and is_delimiter_row(line_text(state, line + 1))
        and not is_delimiter_row(header)
        and has_pipe(header)
    )


def read_grid(state: StateBlock, start: int, end: int) -> tuple[RawGrid, int] | None:
    """The table that begins at ``start`` and the line after it; None when there is none."""
    if starts_table(state, start, end):
        header = line_text(state, start)
        outer = header.startswith("|")
        cells = split_cells(header, outer=outer)
        closed = outer or header.rstrip().endswith("|")
        grid = RawGrid(_read_row(start, header, cells), len(cells), outer, closed=closed)
        return grid, _read_rows(state, grid, start + 2, end)
    columns = _count_headless_columns(state, start, end)
    if not columns:
        return None
    grid = RawGrid(None, columns, outer=True, closed=True)
    return grid, _read_rows(state, grid, start, end)


def _count_headless_columns(state: StateBlock, line: int, end: int) -> int:
    """Columns of a table without header and dashes: two lines or more in outer pipes."""
    if line + 1 >= end:
        return 0
    first, second = (line_text(state, n).rstrip() for n in (line, line + 1))
    if not all(text[:1] == "|" == text[-1:] and len(text) > 1 for text in (first, second)):
        return 0
    columns = len(split_cells(first))
    return columns if columns > 1 and len(split_cells(second)) == columns else 0


def _read_rows(state: StateBlock, grid: RawGrid, line: int, end: int) -> int:
    open_row: _OpenRow | None = None
    while line < end:
        if state.isEmpty(line):
            resumed = _resume(state, grid, line, end)
            if resumed < 0:
                break
            for n in range(line, resumed if open_row else line):
                if not state.isEmpty(n) and open_row:
                    open_row.add(n, line_text(state, n))
            line = resumed
            continue
        text = line_text(state, line)
        if state.sCount[line] < state.blkIndent:
            break
        if open_row and not grid.outer and starts_table(state, line, end):
            break
        if _is_row(text, grid):
            _finish(grid, open_row)
            open_row = _OpenRow(line, [text], line)
        elif open_row and _continues(text, grid, open_row):
            open_row.add(line, text)
        else:
            break
        line += 1
    _finish(grid, open_row)
    return line


def _is_row(text: str, grid: RawGrid) -> bool:
    if "|" not in text:
        return False
    if text[0] in "|>":
        return has_pipe(text)
    if grid.outer or is_stop(text):
        return _count_cells(text, grid) == grid.columns and text[0] != "#"
    return has_pipe(text)


def _count_cells(text: str, grid: RawGrid) -> int:
    return len(split_cells(text, grid.columns, outer=grid.outer)) if has_pipe(text) else 1


def _continues(text: str, grid: RawGrid, row: _OpenRow) -> bool:
    if is_stop(text) and (row.depth <= 0 or _STOP.match(text)):
        return False
    return not (grid.closed and row.close_row()) and (grid.outer or "|" not in text)


def _resume(state: StateBlock, grid: RawGrid, line: int, end: int) -> int:
    """The next row after blank lines, when the table goes on there; -1 when it has ended.

    Without outer pipes, text without a pipe may stand between: it belongs to the row before.
    """
    for n in range(line, end):
        if state.isEmpty(n):
            continue
        text = line_text(state, n)
        indent = state.sCount[n] - state.blkIndent
        if not 0 <= indent < CODE_INDENT or starts_table(state, n, end):
            return -1
        if _is_row(text, grid):
            whole = _count_cells(text, grid) == grid.columns
            return n if whole and not _opens_with_blank_cell(text, grid) else -1
        if grid.closed or is_stop(text):
            return -1
    return -1


def _opens_with_blank_cell(text: str, grid: RawGrid) -> bool:
    """Begins with ``| |``: rather the end of one broken row and the begin of the next."""
    return grid.outer and not split_cells(text, grid.columns)[0]


def _finish(grid: RawGrid, row: _OpenRow | None) -> None:
    if row is None:
        return
    if len(row.parts) == 1:
        if not is_delimiter_row(row.parts[0]):
            cells = split_cells(row.parts[0], grid.columns, outer=grid.outer)
            grid.rows.append(_read_row(row.line, row.parts[0], cells))
        return
    joined = "  \n".join(row.parts)
    cells = split_cells(joined, grid.columns, outer=grid.outer)
    lined: list[RawCell] = []
    line = row.line
    for cell in cells:
        last = line + cell.count("\n")
        lined.append((cell, line, last))
        line = last
    grid.rows.append(RawRow(lined, row.line, row.end_line, row.parts[0]))


def _read_row(line: int, text: str, cells: list[str]) -> RawRow:
    return RawRow([(cell, line, line) for cell in cells], line, line, text)


def push_grid(state: StateBlock, start: int, end: int, grid: RawGrid) -> bool:
    """Add a table on the lines from ``start`` to ``end`` to the page, which goes on there."""
    token = state.push("grid", "", 0)
    token.map, token.meta = [start, end], {"grid": grid}
    state.line = end
    return True


_HEADS: Final = 3
"""Cells of a line that may be a header."""
_MOST: Final = 24
_WORD: Final = 40
"""Characters of a word in a header."""


def tab_table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule of markdown-it: two or more lines with tabs between their cells."""
    first = _split_at_tabs(state, start)
    if not first or start + 1 >= end or not _split_at_tabs(state, start + 1):
        return False
    if silent:
        return True
    aligned = "" in first
    first = _without_gaps(first, aligned)
    heads = len(first) >= _HEADS and all(0 < len(cell) <= _WORD for cell in first)
    rows: list[RawRow] = []
    line, width = start, len(first)
    while line < end and (cells := _split_at_tabs(state, line)):
        cells = _without_gaps(cells, aligned or len(cells) > width)
        if len(cells) > width:
            break
        padded = [""] * (width - len(cells) if heads else 0) + cells
        raw = [(cell, line, line) for cell in padded]
        rows.append(RawRow(raw, line, line, " ".join(cells)))
        line += 1
    if len(rows) < 2:
        return False
    header = rows.pop(0) if heads else None
    return push_grid(state, start, line, RawGrid(header, width, False, rows))


def _without_gaps(cells: list[str], aligned: bool) -> list[str]:
    """Cells without the empty ones that further tabs make where these only align columns."""
    return [cell for cell in cells if cell] if aligned else cells


def _split_at_tabs(state: StateBlock, line: int) -> list[str]:
    """The cells of a line that is nothing but such; empty for any other."""
    if state.isEmpty(line) or state.is_code_block(line):
        return []
    text = line_text(state, line)
    if "\t" not in text or "|" in text:
        return []
    cells = [cell.strip() for cell in text.rstrip().split("\t")]
    return cells if 1 < len(cells) <= _MOST else []

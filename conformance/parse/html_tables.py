"""HTML tables: spans spread out, header found, nested tables set apart."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator
from typing import Final

from bs4 import Tag
from msgspec import Struct

from conformance.model.document import Block, Paragraph, Row, Table, Text
from conformance.model.span import Span
from conformance.parse.grid import build_table
from conformance.parse.html_inline import collect_text
from conformance.parse.html_tree import TreeWalk, attribute, line_of
from conformance.parse.source import Source
from conformance.patterns import regex

_TABS: Final = ["li", "button", "a"]
_LIST: Final = regex(r"(?:^|\s)(?:tab-list|tabs-header|nav-tabs|tabs__list)(?=$|\s)")
_PANEL: Final = regex(r"(?:^|\s)(?:tab-pane|tab-panel|tabs__panel)(?=$|\s)")


def is_tab_list(tag: Tag) -> bool:
    """Whether an element holds labels of tabs, or is one outside any list."""
    if attribute(tag, "role") in ("tablist", "tab"):
        return True
    return tag.name in ("ul", "div") and bool(_LIST.search(attribute(tag, "class")))


def is_panel(tag: Tag) -> bool:
    """Whether an element is the content of a tab."""
    return attribute(tag, "role") == "tabpanel" or bool(_PANEL.search(attribute(tag, "class")))


class TabLabels:
    """Labels read and not yet given to a panel, list by list."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._waiting: list[deque[str]] = []
        self._by_id: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def read_list(self, tag: Tag, line: int) -> None:
        """Note the labels of a list that begins in ``line``."""
        inner = [t for t in tag.find_all(_TABS) if isinstance(t, Tag) and not t.find(_TABS)]
        tabs = tag.select("[role=tab]") or inner or [tag]
        self._waiting.append(deque(self._label(tab, line) for tab in tabs if isinstance(tab, Tag)))

    def _label(self, tab: Tag, line: int) -> str:
        label = " ".join(collect_text(tab, self._source, line)[0].plain.split())
        if attribute(tab, "id"):
            self._by_id[attribute(tab, "id")] = label
        return label

    def take(self, panel: Tag) -> str:
        """The label of the next panel: by the id it names, else by order."""
        while self._waiting and not self._waiting[-1]:
            self._waiting.pop()
        by_order = self._waiting[-1].popleft() if self._waiting else ""
        by_id = self._by_id.get(attribute(panel, "aria-labelledby"), "")
        return by_id or by_order or attribute(panel, "aria-label")

    def forget(self, lists: int) -> None:
        """Leave a panel: labels left over in lists inside it name nothing outside."""
        del self._waiting[lists:]


_CELLS: Final = frozenset({"td", "th"})
_ROWS: Final = _CELLS | {"tr", "caption"}
"""What a table consists of; a cell outside any row is a row of its own."""
_BLOCKS: Final = frozenset({"pre", "table", "ul", "h1", "h2", "h3", "h4"})
_LOOK_AHEAD: Final = 200
"""Steps into a cell in which the blocks of a layout table have to show."""
_SPREAD_LIMIT: Final = 50_000
"""Cells of one table that may come from spans; beyond it a span covers one cell."""


class _Cell(Struct, frozen=True):
    text: Text
    heading: bool
    columns: int
    rows: int


class _GridLine(Struct, frozen=True):
    cells: tuple[_Cell, ...]
    head: bool
    """Stands in the table's head."""
    span: Span


def read_tables(root: Tag, source: Source) -> list[Block]:
    """The table at ``root`` and, after it, the tables nested in its cells, outer before inner.

    Text that stands between the cells follows its table as a paragraph.
    """
    blocks: list[Block] = []
    waiting = deque([root])
    while waiting:
        tag = waiting.popleft()
        lines: list[_GridLine] = []
        caption = ""
        for part, head in _find_parts(tag):
            if part.name == "caption":
                text, nested = collect_text(part, source, line_of(part))
                caption = f"{caption} {text.plain}".strip()
                waiting.extend(nested)
                continue
            line, nested = _read_line(part, head, source)
            waiting.extend(nested)
            if line.cells:
                lines.append(line)
        if lines:
            blocks.append(_assemble(lines, caption, tag, source))
        elif caption:
            blocks.append(Table((), (), source.span(line_of(tag)), caption))
        loose, outside = collect_text(tag, source, line_of(tag), _CELLS | {"caption", "table"})
        waiting.extend(part for part in outside if part.name == "table")
        if loose.plain:
            blocks.append(Paragraph(loose, loose.span))
    return blocks


def is_layout(table: Tag) -> bool:
    """Whether a table only places things: one cell a row, or code beside its line numbers."""
    rows = [list(_find_cells(part)) for part, _ in _find_parts(table) if part.name != "caption"]
    if not rows or any(cell.name == "th" for row in rows for cell in row):
        return False
    narrow = all(len(row) <= 1 for row in rows) or len(rows) == 1
    return narrow and any(_holds_blocks(cell) for row in rows for cell in row)


def _holds_blocks(cell: Tag) -> bool:
    events = zip(range(_LOOK_AHEAD), TreeWalk(cell), strict=False)
    return any(isinstance(node, Tag) and node.name in _BLOCKS for _, (_, node) in events)


def _find_parts(table: Tag) -> Iterator[tuple[Tag, bool]]:
    """Rows and caption of this table alone, and whether they stand in its head."""
    for part in _find_outermost(table, _ROWS | {"thead"}):
        if part.name != "thead":
            yield part, False
            continue
        for row in _find_outermost(part, _ROWS):
            yield row, True


def _find_cells(row: Tag) -> Iterator[Tag]:
    if row.name in _CELLS:
        yield row
    else:
        yield from _find_outermost(row, _CELLS)


def _find_outermost(root: Tag, names: Container[str]) -> Iterator[Tag]:
    """Elements of these names inside ``root``, not inside each other or inside a table."""
    walk = TreeWalk(root)
    for event, node in walk:
        if event == "enter" and isinstance(node, Tag):
            if node.name in names:
                yield node
            if node.name in names or node.name == "table":
                walk.skip()


def _read_line(row: Tag, head: bool, source: Source) -> tuple[_GridLine, list[Tag]]:
    cells: list[_Cell] = []
    nested: list[Tag] = []
    line = line_of(row)
    for tag in _find_cells(row):
        line = line_of(tag) or line
        text, tables = collect_text(tag, source, line)
        nested.extend(tables)
        cells.append(
            _Cell(text, tag.name == "th", _read_span(tag, "colspan"), _read_span(tag, "rowspan"))
        )
    first = line_of(row) or (cells[0].text.span.line if cells else 1)
    last = max((cell.text.span.end_line for cell in cells), default=first)
    quote = " | ".join(cell.text.plain for cell in cells)
    return _GridLine(tuple(cells), head, source.span(first, last, quote)), nested


def _read_span(tag: Tag, name: str) -> int:
    value = attribute(tag, name).strip()[:6]
    return max(int(value), 1) if value.isascii() and value.isdecimal() else 1


def _assemble(lines: list[_GridLine], caption: str, tag: Tag, source: Source) -> Table:
    spreader = _Spreader(lines)
    grid = [spreader.lay_out(line) for line in lines]
    heads = _count_head(lines)
    header = _merge_header(grid[:heads])
    rows = [Row(cells, line.span) for cells, line in zip(grid, lines, strict=True)][heads:]
    end = max(line.span.end_line for line in lines)
    span = source.span(line_of(tag) or lines[0].span.line, end, lines[0].span.quote)
    return build_table(header, rows, span, caption)


def _count_head(lines: list[_GridLine]) -> int:
    """How many of the first rows are the header."""
    heads = 0
    while heads < len(lines) and lines[heads].head:
        heads += 1
    if heads:
        return heads
    if all(cell.heading for cell in lines[0].cells):
        return 1
    if len(lines) == 1 or lines[0].cells[0].heading:
        return 0
    return 1


def _merge_header(rows: list[tuple[Text, ...]]) -> tuple[Text, ...]:
    """The last header row; a group name above a column stands on a line before its name."""
    if len(rows) < 2:
        return rows[0] if rows else ()
    merged: list[Text] = []
    for column, text in enumerate(rows[-1]):
        above = [row[column] for row in rows[:-1] if column < len(row)]
        names = dict.fromkeys(cell.plain for cell in (*above, text) if cell.plain)
        merged.append(text if len(names) < 2 else Text("\n".join(names), text.span))
    return tuple(merged)


class _Spreader:
    """Lays cells out row by row, with those that reach in from the left and from above."""

    def __init__(self, lines: list[_GridLine]) -> None:
        self.columns = max(len(line.cells) for line in lines)
        """A span cannot make more of them than some row has cells."""
        self.rows_left = len(lines)
        self.budget = _SPREAD_LIMIT
        self.above: dict[int, tuple[Text, int]] = {}
        """Column, what reaches into it from above, and for how many rows more."""

    def lay_out(self, line: _GridLine) -> tuple[Text, ...]:
        """One row of the grid."""
        row: list[Text] = []
        below: dict[int, tuple[Text, int]] = {}
        for left, cell in zip(range(len(line.cells) - 1, -1, -1), line.cells, strict=True):
            self._reach_in(row, below)
            width, height = self._measure_extent(cell, self.columns - len(row) - left)
            for _ in range(width):
                if height > 1:
                    below[len(row)] = (cell.text, height - 1)
                row.append(cell.text)
        self._reach_in(row, below)
        self.above = self.above | below
        self.rows_left -= 1
        return tuple(row)

    def _reach_in(self, row: list[Text], below: dict[int, tuple[Text, int]]) -> None:
        while len(row) in self.above:
            text, left = self.above.pop(len(row))
            if left > 1:
                below[len(row)] = (text, left - 1)
            row.append(text)

    def _measure_extent(self, cell: _Cell, free: int) -> tuple[int, int]:
        width = max(min(cell.columns, free), 1)
        height = min(cell.rows, self.rows_left)
        if width * height - 1 > self.budget:
            return 1, 1
        self.budget -= width * height - 1
        return width, height

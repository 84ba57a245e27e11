"""Tables of pages whose tags a capture took: two block rules for what is left of them.

``Name |``, ``Type |`` and ``---|---|`` on lines of their own, a line for each cell or for some
of a row; or ``NameDescriptionType``, and below it ``idNumber of the orderString``, cell glued to
cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from markdown_it.rules_block import StateBlock
from msgspec import Struct

from conformance.parse.block_rules import line_text
from conformance.parse.grid import is_delimiter_row, split_cells
from conformance.parse.text_tables import RawCell, RawGrid, RawRow, is_stop, push_grid
from conformance.patterns import regex
from conformance.vocabulary import Column, columns, kinds, required_marks

_MOST_COLUMNS: Final = 8
_MOST_LINES: Final = 24
"""Of a cell, or of a row that is glued."""
_WIDEST: Final = 80
"""Characters of a line that is a header."""
_LONGEST_WORD: Final = 24
"""Characters of the words of one column."""
_LONGEST_NAME: Final = 64
_FEWEST_COLUMNS: Final = 3
_FIXED: Final = frozenset(("type", "required"))
"""Columns whose cells are words of a closed list."""
_NAME: Final = regex(r"[A-Za-z_$][\w$.\-]*(?:\[\])*")
_STAR: Final = regex(r"\s{0,2}\*")
_HUMP: Final = regex(r"(?<=[a-z0-9\]])(?=[A-Z])")
_KEY: Final = regex(r'"([A-Za-z_][\w\-]{0,63})"\s*:')
_DOTTED: Final = regex(r"^([A-Za-z_$][\w$\-]*)(?:\[\])?\.\w", re.MULTILINE)
_LABEL: Final = r"(?=[a-z]{2,12}:)"
"""What follows a type where words about the value are glued to it: ``integermin: 1``."""
_REMARK: Final = r"(?:\s?\([^()\n]{1,40}\))?"


def spread_table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table with a line for each cell, or for some of a row, the dashes of all columns on one or
    nowhere."""
    line, width = _read_spread_header(state, start, end)
    words = _read_spread_cells(state, start, end, width)[0] if width else []
    if silent or not words:
        return bool(words)
    header = _make_row(words)
    rows: list[RawRow] = []
    while line < end and not _read_spread_header(state, line, end)[1]:
        cells, after = _read_spread_cells(state, line, end, width)
        if not cells:
            break
        rows.append(_make_row(cells))
        line = after
    grid = RawGrid(header, width, False, rows)
    return bool(rows) and push_grid(state, start, line, grid)


def _read_spread_header(state: StateBlock, start: int, end: int) -> tuple[int, int]:
    """The line below a header of several lines, and its columns; no columns where none begins.

    On one line it is one where rows below it are on several; without dashes where its words are
    those of columns.
    """
    line = start
    while line < min(end, start + _MOST_COLUMNS) and _count_cells(state, line) == 1:
        line += 1
    width = line - start or _count_cells(state, start)
    line = max(line, start + 1)
    if width < 2 or line >= end:
        return start, 0
    dashes = line_text(state, line).rstrip()
    if not is_delimiter_row(dashes):
        words = [line_text(state, n).strip(" \t|").lower() for n in range(start, line)]
        found = [columns().get(word) for word in words]
        is_known = len(words) == width == len({*found}) and found[0] == "name" and None not in found
        return (line, width) if is_known else (start, 0)
    if dashes[0] == "|" or len(split_cells(dashes)) != width:
        return start, 0
    is_spread = line > start + 1 or _has_parted_row(state, line + 1, end, width)
    return (line + 1, width) if is_spread else (start, 0)


def _has_parted_row(state: StateBlock, line: int, end: int, width: int) -> bool:
    """Whether one of the rows from a line on ends in a later one."""
    for n in range(line, min(end, line + _MOST_LINES)):
        count = _count_cells(state, n)
        if count != width:
            return 0 < count < width
    return False


def _count_cells(state: StateBlock, line: int) -> int:
    """Cells that end on a line which ends with one and does not begin with a pipe."""
    text = line_text(state, line).rstrip()
    if text[-1:] != "|" or text[:1] == "|" or is_delimiter_row(text):
        return 0
    return len(split_cells(text))


def _read_spread_cells(
    state: StateBlock, line: int, end: int, width: int
) -> tuple[list[RawCell], int]:
    """The cells of the row at a line and the line behind it; no cells where none stands there.

    Any cell but the first may take several lines; a pipe on a line of its own ends any.
    """
    cells: list[RawCell] = []
    parts: list[str] = []
    for n in range(line, min(end, line + _MOST_LINES)):
        text = line_text(state, n).rstrip()
        ends = 1 if text == "|" and parts else _count_cells(state, n)
        is_first = not cells and not ends
        goes_on = n + 1 < end and line_text(state, n + 1).rstrip() == "|"
        if is_stop(text) or (is_first and not goes_on) or (not ends and state.isEmpty(n)):
            break
        first, *more = split_cells(text) if ends else [text]
        parts += [first] if first else []
        if ends:
            cells.append(("  \n".join(parts), n - len(parts) + 1, n))
            cells += [(cell, n, n) for cell in more]
            parts = []
        if len(cells) >= width:
            return (cells, n + 1) if len(cells) == width else ([], line)
    return [], line


def _make_row(cells: list[RawCell]) -> RawRow:
    return RawRow(cells, cells[0][1], cells[-1][2], " ".join(cell for cell, _, _ in cells))


class _Layout(Struct, frozen=True):
    """The columns of a glued table: a name, cells of closed lists, one of any words, and more
    of the former."""

    words: tuple[str, ...]
    left: tuple[Column, ...]
    right: tuple[Column, ...]
    is_free: bool
    """Whether there is a column of any words."""


def glued_table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table whose cells are glued to each other, header and rows."""
    layout = _read_layout(line_text(state, start))
    if layout is None or start + 1 >= end:
        return False
    if "keys" not in state.env:
        state.env["keys"] = frozenset((*_KEY.findall(state.src), *_DOTTED.findall(state.src)))
    keys: frozenset[str] = state.env["keys"]
    rows: list[RawRow] = []
    line = start + 1
    while found := _read_glued_row(state, line, end, layout, keys):
        rows.append(found)
        line = found.end_line + 1
        if silent:
            return True
    header = RawRow(
        [(w, start, start) for w in layout.words], start, start, line_text(state, start)
    )
    grid = RawGrid(header, len(layout.words), False, rows)
    return bool(rows) and push_grid(state, start, line, grid)


@cache
def _list_beginnings() -> frozenset[str]:
    """The first two characters of every word for a column of names."""
    return frozenset(word[:2] for word, column in columns().items() if column == "name")


def _read_layout(line: str) -> _Layout | None:
    line = line.strip()
    if len(line) > _WIDEST or line[:2].lower() not in _list_beginnings():
        return None
    for cuts in _cut_header(line):
        found = [column for _, column in cuts]
        free = [column for column in found[1:] if column not in _FIXED]
        if found[0] == "name" and "type" in found and len(cuts) >= _FEWEST_COLUMNS > len(free) + 1:
            at = found.index(free[0]) if free else len(found)
            words = tuple(word for word, _ in cuts)
            return _Layout(words, tuple(found[1:at]), tuple(found[at + 1 :]), bool(free))
    return None


def _cut_header(line: str) -> Iterator[tuple[tuple[str, Column], ...]]:
    """The words of a header that are glued, each of a column of its own, in every way there is."""
    known, low, parted = columns(), line.lower(), " ".join(line.split())
    waiting: list[tuple[int, tuple[tuple[str, Column], ...]]] = [(0, ())]
    while waiting:
        at, cuts = waiting.pop()
        if at == len(line) and " ".join(word for word, _ in cuts) != parted:
            yield cuts
        for end in range(at + 2, min(at + _LONGEST_WORD, len(line)) + 1):
            column = known.get(low[at:end].strip())
            if column and len(cuts) < _MOST_COLUMNS and column not in dict(cuts).values():
                waiting.append((end, (*cuts, (line[at:end].strip(), column))))


def _read_glued_row(
    state: StateBlock, line: int, end: int, layout: _Layout, keys: frozenset[str]
) -> RawRow | None:
    """The row that begins at a line, below a blank one or not; it ends where its last cell does."""
    if line < end and state.isEmpty(line):
        line += 1
    parts: list[str] = []
    for n in range(line, min(end, line + _MOST_LINES)):
        text = line_text(state, n).rstrip()
        if is_stop(text) or (not parts and not _NAME.match(text)) or _read_layout(text):
            break
        parts.append(text)
        if cells := _split_row("\n".join(parts), layout, keys):
            raw = [(cell.replace("\n", "  \n"), line, n) for cell in cells]
            return RawRow(raw, line, n, parts[0])
        if not layout.right:
            break
    return None


def _split_row(text: str, layout: _Layout, keys: frozenset[str]) -> list[str]:
    """The cells of a row; none where it is no row, or goes on in the next line."""
    last: list[str] = []
    for column in reversed(layout.right):
        hit = _ending(column).search(text)
        if hit is None:
            return []
        text, last = text[: hit.start()], [hit[0].strip(), *last]
    likeliest: list[str] = []
    for end in _find_name_ends(text, layout, keys):
        first, rest = _read_beginning(text[end:], layout.left)
        if len(first) < len(layout.left) or (rest.strip() and not layout.is_free):
            continue
        cells = [text[:end].strip(), *first, *([rest.strip()] if layout.is_free else []), *last]
        if not layout.left or not rest[:1].isspace():
            return cells
        likeliest = likeliest or cells
    return likeliest


def _read_beginning(rest: str, columns: Sequence[Column]) -> tuple[list[str], str]:
    """The cells of closed lists that a text begins with, and what is left of it."""
    cells: list[str] = []
    for column in columns:
        hit = _beginning(column).match(rest)
        if hit is None:
            break
        cells.append(hit[0].strip())
        rest = rest[hit.end() :]
    return cells, rest


def _find_name_ends(text: str, layout: _Layout, keys: frozenset[str]) -> Iterator[int]:
    """Where the name at the beginning of a row may end, likely places first.

    ``startDateString``: the last word that is a type is one, unless a text goes on behind it as
    in ``limitIntegerNumber of rows``; ``setString`` within ``assetString`` comes after these.
    """
    hit = _NAME.match(text)
    if hit is None:
        return
    token = next(iter(re.findall(r"[\x21-\x7e]+", hit[0])), "")
    if star := _STAR.match(text, len(token)):
        yield star.end()
        return
    token = token[: _LONGEST_NAME + 1]
    ends = range(len(token), 0, -1)
    humps = [cut.start() for cut in _HUMP.finditer(token)]
    if layout.left:
        yield from (at for at in ends if token[:at] in keys)
        yield from (*reversed(humps), len(token))
        yield from reversed(ends)
        return
    known = (at for at in ends if token[:at] in keys and token[at : at + 1] not in (".", "["))
    longest = next(known, 0)
    yield longest or next(iter(humps[:1] if "_" in token else humps[-1:]), len(token))


@cache
def _ending(column: Column) -> re.Pattern[str]:
    return regex(rf"(?:{_list_words(column)}){_REMARK}\s*\Z")


@cache
def _beginning(column: Column) -> re.Pattern[str]:
    return regex(rf"\s*(?:{_list_words(column)})(?:(?![a-z])|{_LABEL})")


def _list_words(column: Column) -> str:
    """The words of a column of a closed list, long ones first; none of Latin letters begins
    within a word of such."""
    known: Iterable[str] = kinds() if column == "type" else required_marks()
    longest = sorted(known, key=lambda word: (-len(word), word))
    begin = r"(?:(?=[A-Z])|(?<![A-Za-z0-9_]))"
    brackets = r"(?:\[\]|\[\w{1,20}\]|<\w{1,20}>)*" if column == "type" else ""
    return rf"{begin}(?i:{'|'.join(map(re.escape, longest))}){brackets}"

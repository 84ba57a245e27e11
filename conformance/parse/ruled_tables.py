"""Tables between drawn rules (docutils, "Grid Tables" and "Simple Tables"): two block rules.

``+------+-----+`` above and below each row, or ``====  ====`` above and below all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, zip_longest
from typing import Final

from markdown_it.rules_block import StateBlock

from conformance.parse.block_rules import line_text
from conformance.parse.text_tables import RawGrid, RawRow, push_grid
from conformance.patterns import regex

_GRID_RULE: Final = regex(r"\+(?:-+\+)+|\+(?:=+\+)+")
_SIMPLE_RULE: Final = regex(r"=+(?: +=+)+")
_SPAN_RULE: Final = regex(r"-+(?: +-+)*")
"""Under a cell of a header over several columns."""
_MOST: Final = 2000
"""Lines of a table."""


def grid_table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table whose rows have a rule above and below each."""
    first = line_text(state, start).rstrip()
    if not _GRID_RULE.fullmatch(first):
        return False
    edges = [at for at, sign in enumerate(first) if sign == "+"]
    header: list[RawRow] = []
    rows: list[RawRow] = []
    begin, line = start + 1, start
    while (line := line + 1) < min(end, start + _MOST):
        text = line_text(state, line).rstrip()
        if _GRID_RULE.fullmatch(text):
            lines = [line_text(state, n).rstrip() for n in range(begin, line)]
            rows.append(_join_lines([_cut_at_pipes(t, edges) for t in lines], begin, line))
            if "=" in text and not header:
                header, rows = rows, []
            begin = line + 1
        elif not text.startswith("|"):
            break
    return bool(rows) and _push_table(state, (start, begin), header, rows, silent=silent)


def simple_table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table with rules above its header, below it and below its last row."""
    first = line_text(state, start).rstrip()
    if not _SIMPLE_RULE.fullmatch(first):
        return False
    edges = [0, *(at + 1 for at, two in enumerate(pairwise(first)) if two == (" ", "="))]
    rules = [start]
    for line in range(start + 1, min(end, start + _MOST)):
        if line_text(state, line).rstrip() == first:
            rules.append(line)
            if len(rules) > 2 or line + 1 >= end or state.isEmpty(line + 1):
                break
    if len(rules) < 2:
        return False
    parts = [_read_rows(state, edges, above + 1, below) for above, below in pairwise(rules)]
    header, rows = parts if len(parts) > 1 else ([], parts[0])
    return bool(rows) and _push_table(state, (start, rules[-1] + 1), header, rows, silent=silent)


def _read_rows(state: StateBlock, edges: Sequence[int], begin: int, end: int) -> list[RawRow]:
    """The rows on the lines; one without a first cell goes on with the row above."""
    starts: list[int] = []
    cells: dict[int, list[str]] = {}
    shift = state.tShift[max(begin - 1, 0)]
    for line in range(begin, end):
        text = "" if state.isEmpty(line) else " " * state.tShift[line] + line_text(state, line)
        text = text[shift:].rstrip()
        if text and not _SPAN_RULE.fullmatch(text):
            cells[line] = [text[one:other].strip() for one, other in zip_longest(edges, edges[1:])]
            if cells[line][0] or not starts:
                starts.append(line)
    return [
        _join_lines([cells[n] for n in range(one, other) if n in cells], one, other)
        for one, other in pairwise([*starts, end])
    ]


def _cut_at_pipes(text: str, edges: Sequence[int]) -> list[str]:
    """The cells of a line of a row: between its pipes, or where the rule has its edges."""
    cells = text.strip("|").split("|")
    if len(cells) != len(edges) - 1:
        cells = [text[one + 1 : other] for one, other in pairwise(edges)]
    return [cell.strip() for cell in cells]


def _join_lines(lines: Sequence[Sequence[str]], begin: int, end: int) -> RawRow:
    joined = [" ".join(filter(None, parts)) for parts in zip(*lines, strict=True)]
    raw = [(cell, begin, end - 1) for cell in joined]
    return RawRow(raw, begin, end - 1, " | ".join(joined))


def _push_table(
    state: StateBlock,
    lines: tuple[int, int],
    header: Sequence[RawRow],
    rows: list[RawRow],
    *,
    silent: bool,
) -> bool:
    if not silent:
        grid = RawGrid(_merge_heads(header), len(rows[0].cells), False, rows)
        push_grid(state, *lines, grid)
    return True


def _merge_heads(rows: Sequence[RawRow]) -> RawRow | None:
    """Several rows of a header as one."""
    if not rows:
        return None
    lines = [[cell for cell, _, _ in row.cells] for row in rows]
    return _join_lines(lines, rows[0].line, rows[-1].end_line + 1)

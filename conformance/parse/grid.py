"""Grids: a pipe row to its cells, and the repairs every table gets whatever it is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from conformance.model.document import Row, Table, Text
from conformance.model.span import Span
from conformance.patterns import regex

_PIPE: Final = regex(r"\\.|`+|\|", re.S)
_NAIVE: Final = regex(r"\\.|\|", re.S)
_DELIMITER_CELL: Final = regex(r"\s*+:?\s*+[-—–―=][-—–―= ]*+:?\s*+")


def split_cells(row: str, columns: int = 0, *, outer: bool = True) -> list[str]:
    r"""The raw cells of a pipe row, ``\|`` made a plain pipe, outer pipes not cells.

    ``columns`` is what the header has (0: unknown), ``outer`` whether the table is
    written with outer pipes; without them an empty first or last cell counts when the
    row has ``columns`` cells with it.  A pipe in a code span belongs to the cell, as
    long as that does not take away one of the ``columns`` cells which a split at every
    pipe would give (GFM 4.10).
    """
    row = row.strip()
    bare = 0 if outer else columns
    if "\\" not in row:
        plain = [cell.strip() for cell in _strip_edges(row.split("|"), bare)]
        if "`" not in row or (len(plain) == columns and not any(map(_cuts_code, plain))):
            return plain
    elif "`" not in row:
        return _split(row, _find_all_pipes(row), bare)
    return _split_around_code(row, columns, bare)


def _cuts_code(cell: str) -> bool:
    return cell.count("`") % 2 == 1


def _split_around_code(row: str, columns: int, bare: int) -> list[str]:
    cells = _split(row, _find_unquoted_pipes(row), bare)
    if columns and len(cells) != columns:
        plain = _split(row, _find_all_pipes(row), bare)
        return plain if len(plain) == columns else cells
    return cells


def has_pipe(line: str) -> bool:
    """Whether a pipe divides this line: one that is neither escaped nor in a code span."""
    if "|" not in line:
        return False
    return bool(pipe_positions(line)) if "\\" in line or "`" in line else True


def is_delimiter_row(line: str) -> bool:
    """Whether this is the line of dashes under a header; sloppy ones are taken too."""
    if "|" not in line or line.strip(" \t|:-—–―="):
        return False
    cells = split_cells(line)
    return bool(cells) and all(_DELIMITER_CELL.fullmatch(cell) for cell in cells)


def pipe_positions(text: str) -> list[int]:
    """Where the dividing pipes of ``text`` stand: neither escaped nor in a code span."""
    return _find_unquoted_pipes(text) if "`" in text else _find_all_pipes(text)


def _find_all_pipes(text: str) -> list[int]:
    return [match.start() for match in _NAIVE.finditer(text) if match.group() == "|"]


def _find_unquoted_pipes(text: str) -> list[int]:
    marks = [match for match in _PIPE.finditer(text) if match.group()[0] != "\\"]
    last = {match.group(): match.start() for match in marks}
    found: list[int] = []
    fence = ""
    for match in marks:
        mark = match.group()
        if mark == "|":
            if not fence:
                found.append(match.start())
        elif fence:
            fence = "" if mark == fence else fence
        elif last[mark] > match.start():
            fence = mark
    return found


def _split(row: str, pipes: Sequence[int], bare: int) -> list[str]:
    edges = [-1, *pipes, len(row)]
    parts = [row[start + 1 : end] for start, end in pairwise(edges)]
    return [cell.strip().replace("\\|", "|") for cell in _strip_edges(parts, bare)]


def _strip_edges(parts: list[str], bare: int) -> list[str]:
    """Without the empty pieces before a leading and after a closing pipe."""
    if len(parts) == bare:
        return parts
    if len(parts) > 1 and not parts[0].strip():
        parts = parts[1:]
    if len(parts) > 1 and not parts[-1].strip():
        parts = parts[:-1]
    return parts


def build_table(
    header: Sequence[Text], rows: Sequence[Row], span: Span, caption: str = ""
) -> Table:
    """The table after its repairs: no empty rows, no repeated header, a bold first row the header.

    An empty header is no header.  A row that only repeats the header's words in another
    place of the table is one the page's own renderer put there.
    """
    kept = [row for row in rows if any(cell.plain for cell in row.cells)]
    if not any(cell.plain for cell in header):
        header = ()
    if not header and kept and _is_all_strong(kept[0].cells):
        header, kept = kept[0].cells, kept[1:]
    words = _list_words(header)
    if words:
        kept = [
            row for row in kept if len(row.cells) != len(words) or _list_words(row.cells) != words
        ]
    return Table(tuple(header), tuple(kept), span, caption)


def _list_words(cells: Sequence[Text]) -> list[str]:
    return [cell.plain.casefold() for cell in cells]


def _is_all_strong(cells: Sequence[Text]) -> bool:
    filled = [cell for cell in cells if cell.plain]
    return len(filled) > 1 and all(
        any(m.kind == "strong" and (m.start, m.end) == (0, len(cell.plain)) for m in cell.marks)
        for cell in filled
    )

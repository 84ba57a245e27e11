"""The same table, however it is written, has the same cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.document import Table, walk
from conformance.parse import parse_page

Cells = Sequence[Sequence[str]]

_WORD = st.text(st.sampled_from("abcXYZ019 .,:()한글中"), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split()) or "x"
)
_TABLES = st.integers(2, 4).flatmap(
    lambda columns: st.lists(
        st.lists(_WORD, min_size=columns, max_size=columns), min_size=2, max_size=5
    )
)


def _padded(cells: Cells) -> str:
    widths = [max(len(row[n]) for row in cells) for n in range(len(cells[0]))]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _unpadded(cells: Cells) -> str:
    lines = ["|" + "|".join(row) + "|" for row in cells]
    lines.insert(1, "|:-" * len(cells[0]) + "|")
    return "\n".join(lines)


def _bare(cells: Cells) -> str:
    lines = [" | ".join(row) for row in cells]
    lines.insert(1, "|".join(["---"] * len(cells[0])))
    return "\n".join(lines)


def _html(cells: Cells) -> str:
    head, *rows = cells
    lines = ["<tr>" + "".join(f"<th>{cell}</th>" for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"\n<td> {cell}\n</td>" for cell in row) + "</tr>" for row in rows]
    return "<!doctype html>\n<body><table>" + "\n".join(lines) + "</table>"


def _html_in_markdown(cells: Cells) -> str:
    return "# Page\n\n" + _html(cells).removeprefix("<!doctype html>\n<body>") + "\n\nAfter.\n"


def _in_list(cells: Cells) -> str:
    return "- item\n\n" + "\n".join("  " + line for line in _unpadded(cells).split("\n"))


def _in_quote(cells: Cells) -> str:
    return "\n".join("> " + line for line in _padded(cells).split("\n"))


def _with_blank_lines(cells: Cells) -> str:
    head, dashes, *rows = _unpadded(cells).split("\n")
    return "\n".join([head, dashes, "\n\n".join(rows)])


def _windows(cells: Cells) -> str:
    return _padded(cells).replace("\n", "\r\n") + "\r\n"


_STYLES = (
    _padded,
    _unpadded,
    _bare,
    _html,
    _html_in_markdown,
    _in_list,
    _in_quote,
    _with_blank_lines,
    _windows,
)


@pytest.mark.parametrize("style", _STYLES, ids=lambda style: style.__name__.strip("_"))
@given(cells=_TABLES)
def test_style_does_not_matter(style: Callable[[Cells], str], cells: Cells) -> None:
    (table,) = _tables(style(cells))
    read = [[cell.plain for cell in row] for row in [table.header, *(r.cells for r in table.rows)]]
    head, *rows = cells
    lowered = [word.casefold() for word in head]
    assert read == [head, *(row for row in rows if [w.casefold() for w in row] != lowered)]


@given(cells=_TABLES)
def test_rows_point_at_their_lines(cells: Cells) -> None:
    text = "Intro\n\n" + _padded(cells)
    (table,) = _tables(text)
    lines = text.split("\n")
    for row in table.rows:
        assert lines[row.span.line - 1].startswith(row.span.quote.removesuffix("…"))
        assert all(cell.span.line == row.span.line for cell in row.cells)


@given(cells=_TABLES, nesting=st.lists(st.integers(0, 3), min_size=5, max_size=5))
def test_rows_that_begin_with_angle_brackets_stay(cells: Cells, nesting: list[int]) -> None:
    depths = zip(cells[1:], nesting, strict=False)
    marked = [cells[0], *([">" * depth + " " + row[0], *row[1:]] for row, depth in depths)]
    (bare,) = _tables(_bare(marked))
    assert len(bare.rows) == len(_tables(_padded(marked))[0].rows)


def _tables(text: str) -> list[Table]:
    document = parse_page(text.encode(), "page")
    return [block for block in walk(document.blocks) if isinstance(block, Table)]

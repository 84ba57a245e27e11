"""The part of a page that is shown: the row in its table, or the lines, in every form of page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.finding import Finding, Severity
from conformance.model.span import Span
from conformance.parse import parse_page
from conformance.report.report import (
    Excerpts,
    LinesExcerpt,
    PageExcerpt,
    TableExcerpt,
    locate_cell,
)

MARKDOWN = """\
# Orders

Before.
The price is a string.

| Name  | Type   | Note |
|-------|--------|------|
| id    | String |      |
| price | String | one<br>two |
| side  | String |

After.
"""
HTML = """\
<h1>Orders</h1>
<table>
<thead><tr><th>Name</th><th>Type</th></tr></thead>
<tbody>
<tr><td>id</td><td><code>String</code></td></tr>
<tr><td>price</td><td><code>String</code></td></tr>
</tbody></table>
"""


def around(text: str, line: int, end_line: int = 0, quote: str = "") -> PageExcerpt | None:
    document = parse_page(text.encode(), "page.md")
    return Excerpts(document).find_excerpt(Span("page.md", line, end_line or line, quote))


def test_a_row_between_its_neighbours() -> None:
    told = around(MARKDOWN, 9)
    assert isinstance(told, TableExcerpt)
    assert told.header == ("Name", "Type", "Note")
    assert [row.line for row in told.rows] == [8, 9, 10]
    assert told.rows[told.at].cells == ("price", "String", "one two")


def test_the_first_row_and_the_header() -> None:
    first, header = around(MARKDOWN, 8), around(MARKDOWN, 6)
    assert isinstance(first, TableExcerpt)
    assert isinstance(header, TableExcerpt)
    assert (first.at, [row.line for row in first.rows]) == (0, [8, 9])
    assert (header.at, [row.line for row in header.rows]) == (-1, [8, 9])


def test_a_row_of_an_html_table() -> None:
    told = around(HTML, 6)
    assert isinstance(told, TableExcerpt)
    assert told.header == ("Name", "Type")
    assert told.rows[told.at].cells == ("price", "String")


def test_lines_with_neighbours_that_say_something() -> None:
    told = around(MARKDOWN, 4)
    assert told == LinesExcerpt(3, ("Before.", "The price is a string."), (1, 1))


def test_a_long_line_is_cut_around_what_is_quoted() -> None:
    page = f"{'a ' * 400}needle{' b' * 400}\n"
    told = around(page, 1, quote="needle b b")
    assert isinstance(told, LinesExcerpt)
    assert len(told.lines[0]) < 500
    assert "needle" in told.lines[0]


@pytest.mark.parametrize("line", [0, 99, 10**9])
def test_a_line_that_is_not_there(line: int) -> None:
    assert around(MARKDOWN, line) is None


@given(st.text(), st.integers(0, 5), st.integers(0, 10), st.text(max_size=5))
def test_any_page(text: str, line: int, end_line: int, quote: str) -> None:
    told = around(text, line, end_line, quote)
    if isinstance(told, LinesExcerpt):
        first, last = told.at
        assert 0 <= first <= last < len(told.lines)
    elif told:
        assert -1 <= told.at < len(told.rows)


@pytest.mark.parametrize(
    ("cells", "expected", "subject", "cell"),
    [
        (("price", "String", "a String"), "String", "x.price", 1),
        (("String", "price", "a string"), "string", "x.price", 2),
        (("price", "String or Number"), "String", "x.price", 1),
        (("orders.price", "Decimal"), "a value", "responses.200.orders[].price", 0),
        (("price", "x"), "", "y", None),
        (("time", "A timestamp in milliseconds."), "milliseconds since 1970", "x.time", 1),
        (("price", "A value"), "a value as the API gives it", "x.price", 0),
        (("side", "string", "buy or sell"), '"buy", "sell"', "x.side", 2),
        (("side", "string", "buy"), '"buy", "sell"', "x.side", 0),
        ((), "String", "price", None),
    ],
)
def test_the_cell_in_dispute(
    cells: tuple[str, ...], expected: str, subject: str, cell: int | None
) -> None:
    finding = Finding(
        rule="r", severity=Severity.ERROR, operation="", subject=subject, message="m",
        expected=expected,
    )  # fmt: skip
    found = locate_cell(cells, finding)
    assert (found[0] if found else None) == cell

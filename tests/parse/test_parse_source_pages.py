"""The pages this project keeps: their tables, counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model.document import CodeBlock, Document, Heading, Table, walk
from conformance.parse import parse_page

_PAGES = Path(__file__).parents[2] / "docs_snapshot"

_ROWS = {
    "bingx/en/cancel-open-orders.md": [3, 11],
    "bitfront/en/cancellation-of-all-open-orders.md": [1, 5, 2],
    "bitfront/ko/cancellation-of-all-open-orders.md": [1, 5, 2],
    "coinapi/en/cancel-all-orders-request.txt": [],
    "upbit/en/order-list-cancel.md": [2, 12, 6],
}
_LANGUAGES = {"bitfront/ko/cancellation-of-all-open-orders.md": "ko"}


def _read(page: str) -> Document:
    return parse_page((_PAGES / page).read_bytes(), page)


@pytest.mark.parametrize("page", _ROWS)
def test_no_row_is_lost(page: str) -> None:
    tables = [block for block in walk(_read(page).blocks) if isinstance(block, Table)]
    assert [len(table.rows) for table in tables] == _ROWS[page]
    assert all(len(row.cells) == len(table.header) for table in tables for row in table.rows)


@pytest.mark.parametrize("page", _ROWS)
def test_language(page: str) -> None:
    assert _read(page).language == _LANGUAGES.get(page, "en")


def test_every_page_is_known_here() -> None:
    kept = {
        path.relative_to(_PAGES).as_posix()
        for path in _PAGES.glob("*/*/*")
        if path.suffix in (".md", ".txt")
    }
    assert kept == set(_ROWS)


def test_headings_split_by_a_converter_are_whole() -> None:
    headings = [
        (block.level, block.text.plain, block.anchor, block.span.line)
        for block in walk(_read("upbit/en/order-list-cancel.md").blocks)
        if isinstance(block, Heading)
    ]
    assert headings == [
        (1, "Order List Cancel", "order-list-cancel", 1),
        (2, "Request Parameters", "request-parameters", 3),
        (2, "Response", "response", 19),
        (3, "Cancellation Failure", "cancellation-failure", 42),
        (1, "200", "200", 68),
        (2, "Query Parameters", "query-parameters", 70),
        (1, "400", "400", 97),
    ]


def test_flattened_page_is_cut_at_its_bodies_only() -> None:
    document = _read("coinapi/en/cancel-all-orders-request.txt")
    kinds = [type(block).__name__ for block in document.blocks]
    body = ["Paragraph", "CodeBlock"]
    assert (document.markup, document.title) == ("flat", "Cancel all orders request")
    assert kinds == ["Heading", *body, *body, *body, "Paragraph", "Paragraph"]
    bodies = [block for block in document.blocks if isinstance(block, CodeBlock)]
    assert [body.text.split('"')[3] for body in bodies] == [
        "MESSAGE_REJECT",
        "https://tools.ietf.org/html/rfc7231#section-6.5.1",
        "MESSAGE_REJECT",
    ]


def test_code_stands_where_its_span_says() -> None:
    for page in _ROWS:
        document = _read(page)
        for block in walk(document.blocks):
            if isinstance(block, CodeBlock) and document.markup == "markdown":
                shown = document.lines[block.span.line - 1 : block.span.end_line]
                assert [line.strip() for line in shown] == [
                    line.strip() for line in block.text.split("\n")
                ]

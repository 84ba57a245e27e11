"""Whatever a page holds, reading it ends, and ends in a contract."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.contract import Contract
from conformance.parse import parse_page
from conformance.reading import build_index, combine, read_document
from conformance.schema.openapi import to_openapi

_PAGES = sorted(
    path for path in (Path(__file__).parent / "pages").iterdir() if path.suffix != ".expected"
)
_FRAGMENTS = (
    *("# GET /v1/a\n", "## Response\n", "## Request Parameters\n", "# 200\n", "```json\n", "```\n"),
    *(
        "| Name | Type | Required |\n",
        "|--|--|--|\n",
        "| a | string | yes |\n",
        "| > b | [c](#c) | |\n",
    ),
    *("| a.b[].c | Array[Object] | O |\n", "### c\n", "- `x`: string required\n", '{"a": [1,\n'),
    *(
        "either a or b",
        " Max. 20",
        " string required",
        "Query Parameters",
        "Responses200404",
        "\n\n",
        "\n\n{\n\n",
        '\n\n"data":[\n\n0:',
        "\n\n]\n\n}\n\n",
    ),
    *(
        "<table><tr><th>Name</th><th>Type</th></tr>",
        "<tr><td>a</td>",
        "</table>",
        "<li><strong>",
        "*",
    ),
)


def read(data: bytes) -> Contract:
    document = parse_page(data, "page")
    reading = read_document(document)
    again = read_document(document, build_index([reading]))
    contract = combine([reading, again])
    to_openapi(contract)
    return contract


@given(st.lists(st.sampled_from(_FRAGMENTS), max_size=30).map("".join))
def test_pieces_of_documentation_in_any_order(page: str) -> None:
    contract = read(page.encode())
    assert contract.coverage.rows_unread <= contract.coverage.rows


@given(st.data())
def test_pages_cut_and_spliced(data: st.DataObject) -> None:
    one, other = (data.draw(st.sampled_from(_PAGES)).read_bytes() for _ in range(2))
    start, end = (data.draw(st.integers(0, len(one))) for _ in range(2))
    read(one[:start] + other[:200] + one[end:])


@given(st.binary(max_size=400))
def test_any_bytes(page: bytes) -> None:
    read(page)


_TABLE = "# GET /v1/x\n\n## Response\n\n| Name | Type |\n|--|--|\n"
_EXTREMES = {
    "flat-without-sections": "Title | X\n\n" + "w" * 300 + " string",
    "one-long-word": "Title | X\n\nQuery Parameters" + "a" * 20_000 + " string",
    "depth": _TABLE + "".join(f"| {'>' * i} f | object |\n" for i in range(300)),
    "dots": _TABLE + "| " + ".".join("a" * 500) + " | object |\n",
    "circle": _TABLE
    + "| a | [b](#b) |\n" * 20
    + _TABLE.replace("Response", "b")
    + "| x | [b](#b) |",
    "path": "# GET /" + "a/" * 20_000,
    "json": "```json\n" + "[" * 50_000 + "\n```\n",
    "words": "either " * 20_000,
    "rows": "| a | b |\n" * 5_000,
    "columns": "# GET /v1/x\n\n" + "| a " * 4_000 + "|\n" + "|--" * 4_000 + "|\n| b |\n",
    "stacked names": "# GET /v1/x\n\n" + "name\n\nstring\n\n" * 1_500,
    "captions": "# GET /v1/x\n\n" + "Response\n\nname\n\nstring\n\n" * 800,
    "one name and words": "# GET /v1/x\n\nname\n\nstring\n\n" + "some words\n\n" * 1_000,
    "headings": "# GET /v1/x\n\n" + "### `a`\n\n**Type:** string\n\n" * 1_000,
    "bullets": "# GET /v1/x\n\n## Parameters\n\n" + "- **a** - b\n  - `c` (d)\n" * 1_000,
    "terms": "# GET /v1/x\n\n## Parameters\n\n" + "a\n: String. b\n\n" * 1_000,
    "brackets": "# GET /v1/x\n\n## Parameters\n\n- `a` " + "(" * 20_000 + "string",
    "markers": _TABLE + "| <a> | object |\n" * 1_500 + "| </b> | |\n" * 1_000,
    "names in a cell": _TABLE + "| " + "a, " * 20_000 + "b | string |\n",
}


@pytest.mark.parametrize("page", _EXTREMES.values(), ids=_EXTREMES.keys())
def test_extremes(page: str) -> None:
    read(page.encode())


def test_no_component_is_lost_in_a_long_run() -> None:
    fields = (f'<ParamField query="q{n}" type="string">x</ParamField>\n\n' for n in range(4_100))
    contract = read(f"## GET /v1/things\n\n{''.join(fields)}".encode())
    assert len(contract.operations[0].parameters) == 4_100

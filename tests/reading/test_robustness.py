"""Whatever a page holds, reading it ends, and ends in a contract."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.model.contract import Contract
from conformance.parse import parse_page
from conformance.reading import build_index, combine, read_document
from conformance.report.contract_text import render_contract
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
@example("# GET /v1/x\n\n<p>a |\nb |\n--|--|\nc |\nd |\n")
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

_RESPONSE = "# GET /v1/x\n\n## Response\n\n"
_TITLED = "# GET /v1/x\n\n| Name | Type |\n|--|--|\n"
_DECLARED = _RESPONSE + "```ts\n{}\n```\n"
_FIELDS = "".join(f"m{n}: string; " for n in range(8_000))
_CALL = (
    '<div class="opblock-summary"><span class="opblock-summary-method">GET</span>'
    '<span class="opblock-summary-path">/a</span>'
)
_GROWING = {
    "calls of a viewer in calls": "<html><body>" + _CALL * 2_000,
    "calls of a viewer in turn": "<html><body>" + (_CALL + "</div>") * 1_000,
    "operations without a call": '<html><body><i class="opblock-summary-method '
    'opblock-summary-path">' + '<div class="opblock-summary">' * 4_000,
    "names of one input": '<html><body class="api-information request-description">'
    '<div class="param">' + '<div class="name">a</div>' * 4_000,
    "type in one line": _DECLARED.replace("{}", f"  interface A {{ {_FIELDS} }}  "),
    "types that name each other": _DECLARED.replace(
        "{}", "".join(f"interface T{n} {{ {'m: T%d; ' * 40 % (*range(40),)}}}\n" for n in range(40))
    ),
    "chain of types": _DECLARED.replace(
        "{}", "".join(f"interface T{n} {{ a: T{n + 1}; b: T{n + 1} }}\n" for n in range(1_900))
    ),
    "types in types": _DECLARED.replace("{}", "interface A { " + "a: { " * 20_000),
    "closed types": _DECLARED.replace("{}", "interface A { a: { b: string; " + "}[] " * 30_000),
    "comments in a line": _DECLARED.replace("{}", "interface A { a: string; " + "/* x */" * 20_000),
    "open comments": _DECLARED.replace("{}", "interface A { a: string; " + "/* " * 60_000),
    "stars of a comment": _DECLARED.replace("{}", "interface A {\n a: string; /" + "*" * 100_000),
    "lines of comments": _DECLARED.replace("{}", "interface A {\n" + "/*\n" * 30_000),
    "generics": _DECLARED.replace("{}", "interface A { a: " + "Array<" * 20_000),
    "inline names": _RESPONSE + "Query parameters: " + "`name`, " * 12_000,
    "inline name and a bracket": _RESPONSE + "Query parameters: `a` " + "(" * 100_000,
    "inline lists": _RESPONSE + "- Query parameters: `a` (string), `b`\n" * 1_000,
    "only titles": _TITLED + "| Request parameters | |\n" * 5_000,
    "titles in turn": _TITLED + "| **Response** | |\n| a | string |\n" * 1_000,
    "titles in every column": _TITLED.replace("| Name | Type |", "| Response | Response |")
    + "| Response | Response |\n" * 5_000,
    "headers in turn": _TITLED + "| Field | Types | Mandatory |\n| a | string | yes |\n" * 3_000,
    "glued headers": "# GET /v1/x\n\n" + "NameTypeDescription\n" * 8_000,
    "glued columns": "# GET /v1/x\n\n" + "keytypenote" * 10_000 + "\nidStringNumber\n",
    "glued rows": "# GET /v1/x\n\nNameDescriptionType\n" + "idNumber of the order\n" * 8_000,
    "cells on lines": "# GET /v1/x\n\n" + "a |\n" * 20_000 + "--|--|\n",
    "headers on lines": "# GET /v1/x\n\n" + "a |\nb |\n--|--|\n" * 4_000,
    "bases in turn": "# A\n\n" + "Base path: `/v1`\n\n### B\n\n`GET /x`\n\n" * 1_000,
    "bases before one path": "# A\n\n" + "Base path: `/v1`\n\n" * 3_000 + "`GET /x`\n",
    "endpoints in one line": "# A\n\n" + " ".join(f"GET /v1/s{n}" for n in range(4_000)),
    "glued headings": "##a\n" * 8_000,
    "sentences that name endpoints": "# A\n\n"
    + "".join(f"What {'`a` ' * 9}is for, GET /v1/s{n} or another.\n" for n in range(5_000)),
    "endpoints that lines announce": "# A\n\n"
    + "".join(f"List a{n} GET/v1/a{n}\nParameters\nof **b**\nResponse\n" for n in range(5_000)),
    "a host in words": "# GET http://" + "{a b}" * 20_000 + "/x",
    "names of a query": "# GET /v1/x?" + "&".join(f"a{n}={{a{n}}}" for n in range(8_000)),
    "names of a labelled query": "# Find\n\nEndpoint: https://a.example/v1/x?"
    + "&".join(f"a{n}={{a{n}}}" for n in range(8_000))
    + "\n\n| Name | Type |\n|--|--|\n| a | string |\n",
    "placeholders": "# GET /v1" + "".join(f"/{{a{n}}}" for n in range(10_000)),
    "optional segments": "# GET /v1" + "[/a]" * 25_000,
    "lines of code in columns": _RESPONSE + "```\n" + "name  string  words\n" * 10_000 + "```\n",
    "blanks in code": _RESPONSE + "```\na  string" + " " * 100_000 + "x\n```\n",
    "blank lines in code": _RESPONSE + "```\na  string\n" + "\n" * 100_000 + "b  string\n```\n",
    "arrays of tables": _RESPONSE
    + "Array of:\n\n| Name | Type |\n|--|--|\n| a | string |\n\n" * 500,
    "fields in an attribute": _RESPONSE
    + "<T items={["
    + "{ name: 'a', type: 'b' }, " * 2_000
    + "]} />\n",
    "fields in fields of an attribute": _RESPONSE
    + "<T items={"
    + "[{ name: 'a', type: 'b', c: " * 1_500
    + "1"
    + "}]" * 1_500
    + "} />\n",
    "words of paths in code": _TITLED + "**GET** " + "/`a`" * 3_000 + "\n",
    "types below names": _RESPONSE + "- `a`: b\n" + "    - int\n    - required\n" * 3_000,
    "bases of samples": "".join(f"## GET /a{n}/x\n\n" for n in range(400))
    + "".join(f"```\ncurl -X GET https://h.example/v{n}/a{n}/x\n```\n\n" for n in range(400)),
    "bases of places": "".join(f"## GET /v1/a{n}\n\n" for n in range(400))
    + "| Method | Path |\n|--|--|\n"
    + "".join(f"| GET | /a{n} |\n" for n in range(2_000)),
    "marks of a default": _TABLE.replace("Type |", "Type | Text |").replace("--|--|", "--|--|--|")
    + "| a | string | "
    + "A (default), " * 20_000
    + "|\n",
    "objects that a line names": _RESPONSE
    + "| Name | Type |\n|--|--|\n| data | object |\n\n**data**\n\n"
    "| Name | Type |\n|--|--|\n| b | string |\n\n" * 800,
    "samples that nothing closes": "## [](#operation/a)A\n\nget/a\n\n" + "`{\n" * 20_000,
    "marks of a type": _TABLE + "| a | " + "string " * 15_000 + "(optional) |\n",
    "objects in objects": _RESPONSE
    + "".join(
        f"### Part{n}\n\n| Name | Type |\n|--|--|\n| a | Part{n + 1} |\n\n" for n in range(800)
    ),
    "columns of no meaning": _RESPONSE
    + "c|" * 60_000
    + "\n"
    + "--|" * 60_000
    + "\n"
    + "v|" * 60_000,
    "conditions": _TABLE.replace("Type |", "Type | Text |").replace("--|--|", "--|--|--|")
    + "| a | string | "
    + "if `b` is `c` " * 8_000
    + "|\n",
}
"""Pages that a step for each pair of their parts would take minutes for."""


@pytest.mark.parametrize("page", _EXTREMES.values(), ids=_EXTREMES.keys())
def test_extremes(page: str) -> None:
    read(page.encode())


@pytest.mark.timeout(150)
@pytest.mark.parametrize("page", _GROWING.values(), ids=_GROWING.keys())
def test_long_pages(page: str) -> None:
    contract = read(page.encode())
    assert len(render_contract(contract)) < 40 * len(page) + 600_000


def test_no_component_is_lost_in_a_long_run() -> None:
    fields = (f'<ParamField query="q{n}" type="string">x</ParamField>\n\n' for n in range(4_100))
    contract = read(f"## GET /v1/things\n\n{''.join(fields)}".encode())
    assert len(contract.operations[0].parameters) == 4_100

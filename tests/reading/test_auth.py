"""How requests prove who sends them: what a page says of it, and what only looks like it."""

from __future__ import annotations

import json

import pytest

from conformance.model.contract import Contract
from conformance.parse import parse_page
from conformance.reading import build_index, combine, read_document
from conformance.report.contract_markdown import render_contract_page
from conformance.schema.openapi import to_openapi

PAGE = """# Orders

## GET /v1/orders

| Name | Type | Required | Description |
|---|---|---|---|
| market | string | yes | Which market |

"""


def schemes(text: str, page: str = "page.md") -> list[str]:
    operations = read_document(parse_page(text.encode(), page)).operations
    return [auth.scheme for operation in operations for auth in operation.auth]


@pytest.mark.parametrize(
    "words",
    [
        "### Errors\n\n| Code | Message |\n|---|---|\n| 10003 | The signature is wrong |",
        "### Errors\n\n| Code | Meaning |\n|---|---|\n| 10003 | The API key is not known |",
        "### Error codes\n\n401: the signature is wrong",
        "### Notes\n\n| Code | Description |\n|---|---|\n| 10003 | Wrong signature |",
        "### Notes\n\n| Error | Description |\n|---|---|\n| bad_sign | Wrong signature |",
        "### 错误码\n\n| 错误码 | 说明 |\n|---|---|\n| 10003 | 签名错误 |",
        "### 에러 코드\n\n| 코드 | 설명 |\n|---|---|\n| 10003 | 서명이 올바르지 않습니다 |",
        "### エラーコード\n\n| コード | 説明 |\n|---|---|\n| 10003 | 署名が正しくありません |",
    ],
)
def test_what_a_table_of_errors_says_is_no_authentication(words: str) -> None:
    assert schemes(f"{PAGE}{words}\n") == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Requests carry a signature.", "hmac"),
        ("### Authentication\n\n| Header | Description |\n|---|---|\n| X-S | Signature |", "hmac"),
        ("### Authentication errors\n\nWithout an API key the answer is 401.", "api-key"),
        ("| Field | Description |\n|---|---|\n| sign | The signature |", "hmac"),
    ],
)
def test_what_is_said_beside_errors_is_read(words: str, expected: str) -> None:
    assert schemes(f"{PAGE}{words}\n") == [expected]


@pytest.mark.parametrize("words", ["a signature", "an API key", "a JWT", "a bearer token"])
def test_an_export_says_what_was_read_and_reads_back_as_it(words: str) -> None:
    text = f"{PAGE}Requests carry {words}.\n"
    read = read_document(parse_page(text.encode(), "page.md"))
    document = to_openapi(Contract(operations=read.operations))
    assert schemes(json.dumps(document), "openapi.json") == schemes(text)


def test_an_export_does_not_pass_a_signature_off_as_a_key() -> None:
    read = read_document(parse_page(f"{PAGE}Requests are signed.\n".encode(), "page.md"))
    document = to_openapi(Contract(operations=read.operations))
    told = document["components"]["securitySchemes"]["hmac"]
    assert told["x-scheme"] == "hmac"
    assert "no API key goes here" in told["description"]


@pytest.mark.parametrize(
    ("words", "header"),
    [
        ("Authentication: API key in the header `X-VENUE-KEY`.", "X-VENUE-KEY"),
        ("인증: 헤더 `VENUE-ACCESS-KEY`의 API 키.", "VENUE-ACCESS-KEY"),
        ("Send your API key and a time in X-VENUE-KEY and X-VENUE-TIME.", "X-VENUE-KEY"),
        ("Send your API key and a time in X-VENUE-ID and X-VENUE-TIME.", ""),
        ("Authentication: an API-KEY is needed.", ""),
    ],
)
def test_the_header_of_a_key_is_read_and_written(words: str, header: str) -> None:
    operations = read_document(parse_page((PAGE + words).encode(), "page.md")).operations
    assert [(a.scheme, a.header) for o in operations for a in o.auth] == [("api-key", header)]
    document = to_openapi(Contract(operations=operations))
    assert document["components"]["securitySchemes"]["api-key"]["name"] == (header or "api-key")
    again = read_document(parse_page(json.dumps(document).encode(), "openapi.json")).operations
    assert [auth.header for o in again for auth in o.auth] == [header]
    page = parse_page(render_contract_page(Contract(operations=operations)).encode(), "page.md")
    assert [a.header for o in read_document(page).operations for a in o.auth] == [header]


_HEADERS = """# Authentication

Signed requests carry three headers:

| Header | Description |
|---|---|
| `X-VENUE-KEY` | Which account asks |
| `X-VENUE-SIGN` | HMAC SHA256 signature of the query |
| `X-VENUE-TIME` | When it was signed |
"""


def read_auth(pages: dict[str, str]) -> list[tuple[str, str, str]]:
    documents = [parse_page(text.encode(), name) for name, text in pages.items()]
    library = build_index(read_document(document) for document in documents)
    operations = combine(read_document(document, library) for document in documents).operations
    return [(o.key, auth.scheme, auth.header) for o in operations for auth in o.auth]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Requires authentication.", [("GET /v1/orders", "hmac", "X-VENUE-KEY")]),
        ("Requires a bearer token.", [("GET /v1/orders", "bearer", "")]),
        ("No authentication is needed.", [("GET /v1/orders", "none", "")]),
        ("Answers at once.", []),
    ],
)
def test_a_page_of_headers_is_no_operation_and_says_how_those_beside_it_are_signed(
    words: str, expected: list[tuple[str, str, str]]
) -> None:
    assert read_auth({"auth.md": _HEADERS, "orders.md": f"{PAGE}{words}\n"}) == expected


def test_a_scheme_before_the_first_operation_is_that_of_all_that_need_one() -> None:
    signed = "# Orders\n\nPrivate requests are signed with HMAC SHA256.\n\n"
    page = PAGE.replace("# Orders\n", signed) + "Requires authentication.\n"
    assert read_auth({"orders.md": page}) == [("GET /v1/orders", "hmac", "")]

"""Where an operation is documented, and what only mentions it."""

from __future__ import annotations

import pytest

from conformance.parse import parse_page
from conformance.reading import build_index, combine, read_document

_FIELDS = "| Name | Type |\n| --- | --- |\n"


def keys(*pages: str) -> list[str]:
    """Method and path of everything the pages document."""
    named = ((f"page{n}.md", page) for n, page in enumerate(pages))
    readings = [read_document(parse_page(page.encode(), name)) for name, page in named]
    return sorted(operation.key for operation in combine(readings).operations)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("# Orders\n\n`GET /orders`\n\nReturned from `GET /fills` once a day.", ["GET /orders"]),
        ("# Orders\n\nThe list comes from GET /orders and no other.", ["GET /orders"]),
        ("# Orders\n\n`GET /orders`\n\n## Release notes\n\n- `GET /fills` is new", ["GET /orders"]),
        (
            "# Orders\n\n`GET /orders`\n\n# 2024-05-02\n\n- URL: /old\n- Method: PUT",
            ["GET /orders"],
        ),
        ("# Orders\n\n```\n[GET] /orders/{id}?deep=1\n```", ["GET /orders/{id}"]),
        ("# Orders\n\n`GET /orders`\n\n```\n[GET /fills]\n```", ["GET /orders"]),
        ("# Order\n\n**Type** GET\n\n**About:** `/orders/{id}`", ["GET /orders/{id}"]),
        (
            "# Order\n\n**Type** GET\n\nExample: /orders/1\n\nPath: /orders/{id}",
            ["GET /orders/{id}"],
        ),
        ("# Order\n\n**Type** GET\n\nSigned.\n\nSee: /rules\n\nPath: /orders", ["GET /orders"]),
        ("# GET / Overview\n\n`GET /orders`", ["GET /orders"]),
        ("# Feed\n\n`GET wss://ws.example.com/feed`\n\n`GET /orders`", ["GET /orders"]),
        ("# Orders\n\n**Weight: 4** `GET /orders`", ["GET /orders"]),
        ("# Orders\n\nGET /orders Note: sign it.", ["GET /orders"]),
        ("# Orders\n\nList ordersGET/v2/orders", ["GET /v2/orders"]),
        ("| Method | Path |\n|---|---|\n| `LIST` | `/a` |\n\n`GET /b`", ["GET /b"]),
        (
            "| Method | Path |\n|---|---|\n| `LIST` | `/a` |\n\n```\ncurl -X LIST https://e.com/a\n```",
            ["LIST /a"],
        ),
    ],
)
def test_places(page: str, found: list[str]) -> None:
    assert keys(page) == found


def test_a_sample_of_what_another_page_documents_is_no_operation() -> None:
    guide = "# First steps\n\n```\ncurl -X GET https://api.example.com/v1/orders/17\n```\n"
    assert keys(guide, "# Order\n\n`GET /orders/{id}`") == ["GET /orders/{id}"]
    assert keys(guide, "# Fill\n\n`GET /fills/{id}`") == ["GET /fills/{id}", "GET /v1/orders/17"]


def test_operations_named_together_share_their_part_of_the_page() -> None:
    named = "`GET /orders`\n\n`GET /orders/mine`"
    page = f"# Orders\n\n{named}\n\n## Query\n\n{_FIELDS}| limit | integer |"
    contract = combine([read_document(parse_page(page.encode(), "page.md"))])
    assert [[p.name for p in o.parameters] for o in contract.operations] == [["limit"], ["limit"]]


def test_many_operations_do_not_share_a_part_without_bound() -> None:
    named = "\n\n".join(f"`GET /orders/{n}`" for n in range(100))
    page = f"# Orders\n\n{named}\n\n## Query\n\n{_FIELDS}| limit | integer |"
    contract = combine([read_document(parse_page(page.encode(), "page.md"))])
    assert len(contract.operations) == 100
    assert sum(len(o.parameters) for o in contract.operations) <= 8


def test_output_does_not_repeat_a_long_heading() -> None:
    named = " ".join(f"GET /a{n}" for n in range(200))
    page = f"# {'word ' * 2000}\n\n## {named}"
    contract = combine([read_document(parse_page(page.encode(), "page.md"))])
    assert len(contract.operations) == 200
    assert max(len(o.summary) + len(o.span.quote) for o in contract.operations) <= 400


def test_the_last_operation_ends_where_nobody_s_section_begins() -> None:
    page = (
        "# Api\n\n## A\n\n`GET /a`\n\n## B\n\n`GET /b`\n\n"
        f"### Response\n\n{_FIELDS}| id | string |\n\n"
        f"## Glossary\n\n### Response words\n\n{_FIELDS}| term | string |"
    )
    contract = combine([read_document(parse_page(page.encode(), "page.md"))])
    value = contract.operations[1].responses[0].value
    assert value is not None
    assert [field.name for field in value.fields] == ["id"]


def test_an_index_leads_to_sections_of_other_pages() -> None:
    pages = {
        "docs/README.md": (
            "# Client\n\nClass | Method | HTTP request\n--- | --- | ---\n"
            "Orders | [**place**](OrdersApi.md#place) | **POST** /orders\n"
            "Orders | [**cancel**](OrdersApi.md#cancelOrder) | **DELETE** /orders/{id}\n"
        ),
        "docs/OrdersApi.md": (
            f"# OrdersApi\n\n# **place**\n\n### Parameters\n\n{_FIELDS}| side | string |\n\n"
            f"# **cancelOrder**\n\n### Parameters\n\n{_FIELDS}| id | string |\n"
        ),
    }
    documents = [parse_page(text.encode(), page) for page, text in pages.items()]
    index = build_index([read_document(d) for d in documents])
    contract = combine([read_document(d, index) for d in documents])
    assert [(o.key, o.page, o.span.line) for o in contract.operations] == [
        ("POST /orders", "docs/OrdersApi.md", 3),
        ("DELETE /orders/{id}", "docs/OrdersApi.md", 11),
    ]
    assert [p.name for p in contract.operations[1].parameters] == ["id"]


def test_a_table_of_routes_does_not_move_what_stands_below_it() -> None:
    page = (
        "| Method | Path |\n| --- | --- |\n| GET | /orders |\n\n## Response\n\n"
        f"{_FIELDS}| fills | array |\n\nfills:\n\n{_FIELDS}| price | string |"
    )
    contract = combine([read_document(parse_page(page.encode(), "page.md"))])
    value = contract.operations[0].responses[0].value
    assert value is not None
    assert [field.name for field in value.fields] == ["fills"]

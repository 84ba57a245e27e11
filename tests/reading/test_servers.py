"""Base URLs from anywhere on a page and in its folder."""

from __future__ import annotations

import pytest

from conformance.parse import parse_page
from conformance.reading import combine, read_document


def servers(pages: dict[str, str], of: str = "GET /orders") -> list[str]:
    """The servers of one operation of the pages, by name."""
    readings = [read_document(parse_page(text.encode(), page)) for page, text in pages.items()]
    return [s for o in combine(readings).operations if o.key == of for s in o.servers]


@pytest.mark.parametrize(
    "words",
    [
        "Base URL: https://api.example.com/v2",
        "**Base URLs:** <https://api.example.com/v2/>",
        "All URIs are relative to *https://api.example.com/v2*",
        "- The base-endpoint is: **https://api.example.com/v2**",
        "| Host | https://api.example.com/v2 |\n| --- | --- |\n| Version | 2 |",
        "### Base URL\n\n`https://api.example.com/v2`",
        "请求域名：https://api.example.com/v2",
        "```\nGET /orders HTTP/1.1\nHost: api.example.com\n```",
    ],
)
def test_words_that_name_a_server(words: str) -> None:
    page = f"# Orders\n\n`GET /orders`\n\n{words}\n"
    expected = "https://api.example.com" + ("" if "Host:" in words else "/v2")
    assert servers({"page.md": page}) == [expected]


def test_an_address_of_the_whole_operation_is_its_begin() -> None:
    page = "# Orders\n\n`GET /v2/orders`\n\nBase URL: https://api.example.com/v2/orders"
    assert servers({"page.md": page}, "GET /v2/orders") == ["https://api.example.com"]


def test_the_address_of_another_operation_is_the_begin_of_all() -> None:
    page = "# Orders\n\n`GET /v2/orders`\n\nEndpoint: https://api.example.com/v2/fills"
    page += "\n\n# Fills\n\n`GET /v2/fills`\n"
    assert servers({"page.md": page}, "GET /v2/orders") == ["https://api.example.com"]


def test_a_server_reaches_the_pages_of_its_folder() -> None:
    pages = {
        "shop/intro.md": "# Start\n\nBase URL: https://api.shop.example/v2",
        "shop/orders.md": "# Orders\n\n`GET /orders`",
        "bank/intro.md": "# Start\n\nBase URL: https://api.bank.example",
        "fills.md": "# Fills\n\n`GET /fills`",
    }
    assert servers(pages) == ["https://api.shop.example/v2"]
    assert servers(pages, "GET /fills") == []


@pytest.mark.parametrize(
    ("hosts", "count"),
    [
        (("https://spot.example.com", "https://futures.example.com"), 2),
        (("https://api.example.com/v1", "https://API.example.com"), 1),
        (("https://api.example.com", ""), 1),
        (("", ""), 1),
    ],
)
def test_one_path_of_two_hosts_is_two_operations(hosts: tuple[str, str], count: int) -> None:
    pages = {
        f"{name}/page.md": f"# Orders\n\nBase URL: {host}\n\n`GET /orders`\n\n## Response\n\n"
        f"| Name | Type |\n| --- | --- |\n| {name}_id | string |\n"
        for name, host in zip(("spot", "futures"), hosts, strict=True)
    }
    readings = [read_document(parse_page(text.encode(), page)) for page, text in pages.items()]
    found = combine(readings)
    assert [o.key for o in found.operations] == ["GET /orders"] * count
    values = [r.value for o in found.operations for r in o.responses if r.value]
    assert [[f.name for f in v.fields] for v in values] == (
        [["spot_id"], ["futures_id"]] if count == 2 else [["spot_id", "futures_id"]]
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Rate limit: 100 requests/10s, 1000 requests/60s", [(100, 10, ""), (1000, 60, "")]),
        ("レート制限: IP ごとに 1 秒あたり 10 リクエスト。", [(10, 1, "IP")]),
        ("レート制限: 10 秒間に最大 100 回", [(100, 10, "")]),
        ("レート制限: 毎秒 5 回", [(5, 1, "")]),
        ("요청 제한: 초당 10회", [(10, 1, "")]),
        ("요청 제한: 1분당 60회", [(60, 60, "")]),
        ("限速：20次/2s，2秒内最多30次", [(20, 2, ""), (30, 2, "")]),
        ("限频：每 10 秒 100 次", [(100, 10, "")]),
    ],
)
def test_rate_limits_in_every_order(words: str, expected: list[tuple[int, float, str]]) -> None:
    page = f"# A\n\n`GET /v1/a`\n\n{words}\n"
    (found,) = read_document(parse_page(page.encode(), "page.md")).operations
    assert [(r.count, r.seconds, r.scope) for r in found.rate_limits] == expected


_COMMON = "# Common\n\n## Request\n\nEndpoint: https://api.toll.example/v1\n\nMethod: GET\n"
_PATH_ALONE = '# Gates\n\n## Request\n\n/gates/{gate}\n\n## Response\n\n```\n{"gate": 1}\n```\n'


def test_the_address_of_a_page_without_a_path_is_that_of_the_pages_beside_it() -> None:
    pages = {"toll/common.md": _COMMON, "toll/all/gates.md": _PATH_ALONE}
    assert servers(pages, "GET /gates/{gate}") == ["https://api.toll.example/v1"]
    assert servers(pages, "GET /v1") == []


def test_an_operation_beside_others_with_a_method_is_no_address() -> None:
    pages = {"a.md": _COMMON, "b.md": _PATH_ALONE, "c.md": "# Fees\n\n`GET /fees`"}
    assert servers(pages, "GET /v1") == ["https://api.toll.example"]

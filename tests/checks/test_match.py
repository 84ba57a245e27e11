from __future__ import annotations

from typing import Any

import pytest

from conformance.checks.match import Unmatched, match, matcher, response_for
from conformance.checks.runner import Host, Lost, check
from conformance.model.interaction import Request
from conformance.model.operation import Operation
from tests.builders import YES, field, obj, operation, parameter, response, seen


def paths(found: tuple[Operation, ...] | Unmatched) -> list[str]:
    assert not isinstance(found, Unmatched), found
    return [told.path for told in found]


ORDERS = [
    operation(path="/orders/{id}", servers=("https://[broken",)),
    operation(path="/orders/open"),
    operation(path="/orders/{id}", method="DELETE"),
    operation(path="/v2/{name}.json", servers=("https://a.example/api", "https://b.example")),
]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://h/orders/7?x=1", "/orders/{id}"),
        ("https://h/orders/open", "/orders/open"),
        ("https://h/orders/open/", "/orders/open"),
        ("https://h/orders/o%70en", "/orders/open"),
        ("https://a.example/api/v2/time.json", "/v2/{name}.json"),
        ("http://127.0.0.1:8000/v2/time.json", "/v2/{name}.json"),
    ],
)
def test_method_and_template(url: str, path: str) -> None:
    assert paths(match(ORDERS, seen({}, url=url))) == [path]


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"url": "https://h/accounts"}, "no documented operation has the path /accounts"),
        ({"url": "https://h/orders/open", "method": "DELETE"}, ""),
        ({"url": "https://h/orders/7", "method": "PUT"}, "documented for GET, DELETE, not for PUT"),
        ({"url": "https://h/orders//"}, "no documented operation"),
        ({"url": "https://[h/x"}, "not a URL: https://[h/x"),
        ({"url": "https://h"}, "no documented operation has the path /"),
        ({"url": None}, "needs one operation to be held against, not 4"),
    ],
)
def test_what_is_not_documented_is_said(request_: dict[str, Any], reason: str) -> None:
    found = match(ORDERS, seen({}, **request_))
    if reason:
        assert isinstance(found, Unmatched)
        assert reason in found.reason
    else:
        assert paths(found) == ["/orders/{id}"]


def test_nothing_is_dropped_in_silence() -> None:
    result = check(ORDERS, [seen({}, url="https://h/accounts"), seen({}, url="https://h/orders/1")])
    assert result.checked_interactions == 1
    assert [lost.where for lost in result.unmatched] == ["tape.json#0"]


def test_twins_are_both_held_against_and_told_once() -> None:
    twins = [
        operation(response(obj(line=3, closed=YES)), page="en/page.md"),
        operation(response(obj(line=4, closed=YES)), page="ko/page.md"),
    ]
    result = check(twins, [seen({"a": 1}), seen({"a": 1}, where="tape.json#1")])
    (finding,) = result.findings
    assert finding.related == ("the same is documented at en/page.md:4",)
    assert "in 2 of 2 interactions" in finding.message
    assert result.checked_interactions == 2


def test_a_bare_body_of_an_operation_without_responses_is_not_checked() -> None:
    found = match([operation()], seen({}, url=None, status=0))
    assert isinstance(found, Unmatched)
    assert "no response of GET /x is documented" in found.reason


def test_a_bare_body_is_of_the_one_operation_there_is() -> None:
    twins = [operation(path="/a"), operation(path="/a", page="ko/page.md")]
    assert paths(match(twins, seen({}, url=None))) == ["/a", "/a"]


@pytest.mark.parametrize(
    ("documented", "status", "expected"),
    [
        (["200", "4XX", "default"], 200, ["200"]),
        (["200", "4XX", "default"], 404, ["4XX"]),
        (["200", "4xx"], 404, ["4xx"]),
        (["200", "4XX", "default"], 500, ["default"]),
        (["200"], 404, []),
        (["200", "200"], 200, ["200", "200"]),
        (["400", "201"], 0, ["201", "400"]),
        ([], 200, []),
    ],
)
def test_response_by_status(documented: list[str], status: int, expected: list[str]) -> None:
    told = operation(*(response(None, name) for name in documented))
    assert [found.status for found in response_for(told, status)] == expected


def test_a_response_without_a_stated_status_is_any_successful_one() -> None:
    told = operation(response(None, "200", stated=False))
    assert response_for(told, 204) == told.responses
    assert response_for(told, 404) == ()


SPOT = operation(response(obj()), path="/spot/tickers", servers=("https://spot.example",))
FUTURES = operation(response(obj()), path="/spot/tickers", servers=("https://futures.example",))
ACCOUNT = operation(response(obj()), path="/accounts/{id}")


@pytest.mark.parametrize(
    ("host", "operations"),
    [("spot", (SPOT,)), ("FUTURES", (FUTURES,)), ("mirror", (SPOT, FUTURES))],
)
def test_one_path_on_two_pages_is_told_apart_by_host(
    host: str, operations: tuple[Operation, ...]
) -> None:
    found = match([SPOT, FUTURES], seen({}, url=f"https://{host}.example/spot/tickers"))
    assert found == operations


READ = operation(response(obj(field("value", "string"))), path="/raw/{path}")
LISTED = operation(
    response(obj(field("keys", "array"))),
    path="/raw/{prefix}",
    parameters=(parameter("list", "string", "query", enum=("true",)),),
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", READ), ("?list=false", READ), ("?list=true", LISTED), ("?list=true&x=1", LISTED)],
)
def test_one_path_is_told_apart_by_the_query_of_a_documented_address(
    query: str, expected: Operation
) -> None:
    assert match([READ, LISTED], seen({}, url=f"https://h/raw/a{query}")) == (expected,)


@pytest.mark.parametrize("apart", ["placeholder", "host"])
def test_of_operations_that_nothing_tells_apart_the_nearest_is_meant(apart: str) -> None:
    places: Any = (
        ({"path": "/x/{id}"}, {"path": "/x/{name}"})
        if apart == "placeholder"
        else ({"servers": ("https://a.example",)}, {"servers": ("https://b.example",)})
    )
    told = [
        operation(response(obj(field("a", "integer"), field("b", "integer"))), **places[0]),
        operation(response(obj(field("c", "integer"), field("d", "integer"))), **places[1]),
    ]
    url = "https://h.example/x/7" if apart == "placeholder" else "https://h.example/x"
    assert check(told, [seen({"c": 1, "d": 2}, url=url)]).findings == ()
    (finding,) = check(told, [seen({"c": 1, "d": "2"}, url=url)]).findings
    assert (finding.rule, finding.subject) == ("type-mismatch", "responses.200.d")
    assert finding.confidence == "medium"


@pytest.mark.parametrize(
    ("paths_", "prefix", "unmatched"),
    [
        (["/api/v4/spot/tickers", "/api/v4/accounts/7", "/api/v4/new"], "/api/v4", 1),
        (["/api/v4/accounts/7"], "/api/v4", 0),
        (["/api/v4/accounts/7", "/api/v4/new"], "", 2),
        (["/api/v4/accounts/7", "/accounts/7"], "", 1),
        (["/assets/logo.png"], "", 1),
        (["/api/v4/accounts/7", "/api/v4/eth/book", "/api/v4/new"], "/api/v4", 1),
        (["/api/v4/eth/book", "/api/v4/btc/book"], "", 2),
    ],
)
def test_a_base_path_that_no_page_states_is_found(
    paths_: list[str], prefix: str, unmatched: int
) -> None:
    asked = [seen({}, url=f"https://h{path}", where=f"t#{n}") for n, path in enumerate(paths_)]
    book = operation(response(), path="/{coin}/book")
    result = check([SPOT, ACCOUNT, book], asked)
    assert [found.path for found in result.prefixes] == ([prefix] if prefix else [])
    assert len(result.unmatched) == unmatched
    assert result.checked_interactions == len(paths_) - unmatched


@pytest.mark.parametrize(("known", "kept"), [(False, 65), (True, 1)])
def test_base_paths_that_are_tried_for_one_host_are_bounded(known: bool, kept: int) -> None:
    host = Host(known=known)
    for number in range(100):
        host.group(((f"/b{number:02}", True),)).lost["path"] = Lost(count=1)
    host.settle()
    assert len(host.groups) == kept
    assert sum(group.count for group in host.groups.values()) == 100
    assert known or min(bases for bases in host.groups if bases) == (("/b00", True),)


def test_a_given_base_path_is_used() -> None:
    asked = [seen({}, url="https://h/accounts/7"), seen({}, url="https://h/api/v4/accounts/7")]
    assert check([ACCOUNT], asked, ["/api/v4"]).unmatched == ()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/api/v4/accounts/7", "/accounts/{id} is documented, not under /api/v4"),
        ("/accounts/7/books", "documented are paths under /accounts/7, none with books there"),
        ("/accounts", "documented paths go on after it"),
        ("/new", "the path /new"),
    ],
)
def test_what_fits_of_an_unmatched_path_is_said(path: str, words: str) -> None:
    found = match([ACCOUNT, SPOT], seen({}, url=f"https://h{path}"))
    assert isinstance(found, Unmatched)
    assert words in found.reason
    assert found.host == "h"


@pytest.mark.parametrize(("depth", "found"), [(1, True), (6, True), (7, False)])
def test_a_base_path_has_at_most_six_segments(depth: int, found: bool) -> None:
    base = "/" + "/".join("abcdefg"[:depth])
    known = matcher([operation(response(), path="/orders")])
    request = Request(method="GET", url=f"https://api.example{base}/orders")
    assert (base in known.prefixes(request)) is found

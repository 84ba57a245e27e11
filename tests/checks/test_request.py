from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.checks.request import find_request_problems
from conformance.model.interaction import Request
from conformance.model.operation import Body, Group
from tests.builders import CONDITIONAL, NO, YES, field, obj, operation, parameter, span, value

LISTS = operation(
    method="DELETE",
    path="/orders/{market}",
    servers=("https://api.example/v1",),
    parameters=(
        parameter("market", location="path", enum=("KRW", "BTC")),
        parameter(
            "uuids[]", "array", items=value("string", format="uuid"), limits={"max_items": 2},
            required=CONDITIONAL,
        ),
        parameter("names[]", "array", items=value("string"), required=YES),
        parameter("limit", "integer", limits={"minimum": 1, "maximum": 100}),
        parameter("reverse", "boolean"),
        parameter("X-Trace", location="header", required=YES),
    ),
    groups=(Group(kind="exactly-one", names=("uuids[]", "names[]"), span=span(5)),),
)  # fmt: skip
UUID = "9f2c1c0e-6a0b-4c0e-9f0e-0b7a1c1d2e3f"


def problems(url: str, **facts: Any) -> list[tuple[str, str]]:
    headers = facts.pop("headers", (("x-trace", "1"), ("Accept", "*/*")))
    request = Request(method="DELETE", url=url, headers=headers, **facts)
    return [(p.kind, p.subject) for p in find_request_problems(LISTS, request)]


@pytest.mark.parametrize(
    "url",
    [
        f"https://api.example/v1/orders/KRW?uuids[]={UUID}",
        f"http://127.0.0.1/orders/KRW?uuids%5B%5D={UUID}&uuids[]={UUID}&limit=100&reverse=true",
        f"https://api.example/v1/orders/BTC?uuids={UUID},{UUID}",
        "https://api.example/v1/orders/KRW?names[]=1&names[]=true",
    ],
)
def test_valid(url: str) -> None:
    assert problems(url) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [("group", "parameters.uuids")]),
        (f"uuids[]={UUID}&names[]=a", [("group", "parameters.uuids")]),
        ("names[]=a&colour=red", [("unknown", "parameters.colour")]),
        ("names[]=a&limits=5", [("unknown", "parameters.limits")]),
        ("names[]=a&limit=many", [("type", "parameters.limit")]),
        ("names[]=a&limit=1.5", [("type", "parameters.limit")]),
        ("names[]=a&limit=0", [("limit", "parameters.limit")]),
        ("names[]=a&reverse=2", [("type", "parameters.reverse")]),
        ("uuids[]=x", [("format", "parameters.uuids[]")]),
        (f"uuids={UUID},{UUID},{UUID}", [("limit", "parameters.uuids")]),
    ],
)
def test_invalid_query(query: str, expected: list[tuple[str, str]]) -> None:
    assert problems(f"https://api.example/v1/orders/KRW?{query}") == expected


def test_invalid_elsewhere() -> None:
    assert problems("https://[h/orders/KRW?x=1") == [("unknown", "parameters")]
    query = "?names[]=a"
    assert problems(f"https://api.example/v1/orders/KRW{query}", headers=()) == [
        ("missing", "parameters.X-Trace")
    ]
    assert problems(f"https://api.example/v1/orders/EUR{query}") == [("enum", "parameters.market")]
    assert problems(f"https://api.example/v1/orders{query}") == [("missing", "parameters.market")]
    assert problems(f"https://api.example/v1/orders/KRW{query}", body=b"{}") == [("body", "body")]


POST = operation(
    method="POST",
    path="/orders",
    body=Body(
        media_type="application/json",
        value=obj(field("symbol", "string", required=NO), field("at", "integer", required=YES)),
        required=YES,
    ),
    groups=(Group(kind="at-most-one", names=("symbol", "all"), span=span(5)),),
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"at": 1}, []),
        ({"at": 1, "symbol": "x"}, []),
        (None, [("missing", "body")]),
        ({}, [("missing", "body.at")]),
        ({"at": "1"}, [("type", "body.at")]),
        ({"at": 1, "zzz": 1}, [("unknown", "body.zzz")]),
        (
            {"at": 1, "symbol": "x", "all": True},
            [("unknown", "body.all"), ("group", "body.symbol")],
        ),
        ([], [("type", "body")]),
    ],
)
def test_body(body: Any, expected: list[tuple[str, str]]) -> None:
    data = b"" if body is None else json.dumps(body).encode()
    request = Request(method="POST", url="https://h/orders", body=data)
    assert [(p.kind, p.subject) for p in find_request_problems(POST, request)] == expected


def test_what_one_of_several_groups_binds_is_not_needed_by_itself() -> None:
    groups = (("by", "to"), ("from", "at"))
    told = operation(
        parameters=(parameter("from", required=YES), parameter("by", required=YES)),
        groups=tuple(Group(kind="at-most-one", names=names, span=span()) for names in groups),
    )
    assert not list(find_request_problems(told, Request(method="GET", url="https://h/x")))


def test_a_body_that_is_no_json() -> None:
    request = Request(method="POST", url="https://h/orders", body=b"{")
    (problem,) = find_request_problems(POST, request)
    assert (problem.kind, problem.subject) == ("body", "body")
    assert "line 1" in problem.message


def test_an_operation_without_inputs_has_none() -> None:
    request = Request(method="GET", url="https://api.example/time?colour=red")
    (problem,) = find_request_problems(operation(path="/time"), request)
    assert (problem.kind, problem.subject) == ("unknown", "parameters.colour")
    assert problem.message == "`colour` was observed and is not documented"


def test_what_the_page_does_not_say_is_not_told_as_said() -> None:
    request = Request(method="DELETE", url="https://api.example/v1/orders/KRW?names[]=a&colour=red")
    told = {p.subject: p.message for p in find_request_problems(LISTS, request)}
    assert told["parameters.colour"] == "`colour` was observed and is not documented"
    body = Body(value=obj(field("id"), closed=YES), media_type="application/json")
    closed = operation(method="POST", path="/orders", body=body)
    sent = Request(method="POST", url="https://api.example/orders", body=b'{"id": "1", "x": 1}')
    (problem,) = find_request_problems(closed, sent)
    assert problem.message.endswith("the page says it has no others")

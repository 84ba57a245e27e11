"""Requests as they go out: what stands where, and what may stand together."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from conformance.model.interaction import Request
from conformance.model.operation import Body, Group, Operation, Stated
from conformance.strategies.requests import (
    NOWHERE,
    allows,
    draw_requests,
    inputs_of,
    list_joint_keys,
    request_of,
    status_of,
)
from tests.builders import YES, array, field, obj, operation, parameter, response, span, value


def group(kind: Any, *names: str) -> Group:
    return Group(kind=kind, names=names, span=span())


ORDERS = operation(
    method="DELETE",
    path="/pairs/{pair}/orders/{}/{",
    servers=("https://api.example/base/", "https://other.example"),
    parameters=(
        parameter("pair", location="path", required=YES),
        parameter("ids[]", "array", items=value("string")),
        parameter("limit", "integer"),
        parameter("X-Key", location="header"),
        parameter("session", location="cookie"),
    ),
)


def test_every_input_goes_to_its_place() -> None:
    sent = request_of(
        ORDERS,
        {
            ("path", "pair"): "A/B ü",
            ("query", "ids[]"): ["1", "2 3"],
            ("query", "limit"): 5,
            ("header", "X-Key"): "k",
            ("cookie", "session"): True,
        },
    )
    assert sent == Request(
        method="DELETE",
        url="https://api.example/base/pairs/A%2FB%20%C3%BC/orders/{}/{?ids%5B%5D=1&ids%5B%5D=2%203&limit=5",
        headers=(("X-Key", "k"), ("Cookie", "session=true")),
    )


@pytest.mark.parametrize(
    ("required", "inputs", "body"),
    [
        (YES, {}, b"{}"),
        (Stated.NOT_STATED, {}, b""),
        (Stated.NOT_STATED, {("body", "a"): [1]}, b'{"a": [1]}'),
        (YES, {("body", ""): [1, None]}, b"[1, null]"),
    ],
)
def test_a_body_is_sent_when_there_is_something_in_it(
    required: Stated, inputs: Any, body: bytes
) -> None:
    documented = Body(media_type="text/json", value=obj(field("a", "array")), required=required)
    sent = request_of(operation(method="POST", body=documented), inputs)
    assert sent.body == body
    assert sent.headers == ((("Content-Type", "text/json"),) if body else ())
    assert sent.url == f"{NOWHERE}/x"


def test_a_placeholder_that_no_parameter_tells_is_an_input() -> None:
    keys = [i.key for i in inputs_of(operation(path="/a/{b}/{c}"))]
    assert keys == [("path", "b"), ("path", "c")]


def test_a_body_without_documented_members_is_one_input() -> None:
    documented = Body(media_type="application/json", value=array(value("integer")))
    keys = [i.key for i in inputs_of(operation(method="POST", body=documented))]
    assert keys == [("body", "")]


@pytest.mark.parametrize(
    ("kind", "sizes"),
    [("exactly-one", {1}), ("at-most-one", {0, 1}), ("at-least-one", {1, 2, 3})],
)
def test_groups_say_what_may_be_sent_together(kind: Any, sizes: set[int]) -> None:
    tied = inputs_of(operation(parameters=tuple(map(parameter, "abc"))))
    sets = list_joint_keys([group(kind, "a", "b", "c")], tied)
    assert {len(s) for s in sets} == sizes
    assert all(allows(group(kind, "a", "b", "c"), s) for s in sets)


def test_groups_that_contradict_each_other_allow_nothing() -> None:
    contradictory = operation(
        parameters=(parameter("a", required=YES), parameter("b", required=YES)),
        groups=(group("exactly-one", "a", "b"),),
    )
    assert draw_requests(contradictory).is_empty


def test_many_bound_inputs_are_combined_in_pairs_at_most() -> None:
    names = [f"p{n}" for n in range(40)]
    many = operation(
        parameters=tuple(map(parameter, names)), groups=(group("at-least-one", *names),)
    )
    assert len(list_joint_keys(many.groups, inputs_of(many))) == 40 + 40 * 39 // 2


@settings(max_examples=30, deadline=None)
@given(draw_requests(ORDERS))
def test_optional_inputs_come_and_go(request: Request) -> None:
    assert request.url.startswith("https://api.example/base/pairs/")
    assert request.body == b""


@pytest.mark.parametrize(
    ("statuses", "chosen"),
    [
        (["200"], [200]),
        (["400", "4XX"], [400, 401]),
        (["default"], [500]),
        (["5XX", "400", "default"], [500, 400, 401]),
        (["2XX"], [200]),
    ],
)
def test_a_status_is_of_its_response_alone(statuses: list[str], chosen: list[int]) -> None:
    documented: Operation = operation(*(response(None, status) for status in statuses))
    assert [status_of(documented, r) for r in documented.responses] == chosen


def test_bodies_are_json() -> None:
    documented = Body(
        media_type="application/json", value=obj(field("a", "integer", required=YES)), required=YES
    )

    @settings(max_examples=20, deadline=None)
    @given(draw_requests(operation(method="POST", body=documented)))
    def claim(request: Request) -> None:
        assert set(json.loads(request.body)) == {"a"}

    claim()

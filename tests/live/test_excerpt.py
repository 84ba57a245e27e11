"""The smallest part of a body that shows one thing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.live.redact import excerpt, hide_secrets, request_excerpt
from conformance.model.finding import Excerpt
from conformance.model.interaction import Interaction, Origin, Reply, Request

BODY = b'{"data": {"orders": [{"id": "a"}, {"id": "b", "at": 1525080718, "tags": [1, 2]}]}}'


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        (
            "/data/orders/1/at",
            '{\n  "data": {\n    "orders": [\n      {\n        "at": 1525080718\n      }\n'
            "    ]\n  }\n}",
        ),
        (
            "/data/orders/1/gone",
            '{\n  "data": {\n    "orders": [\n      {\n        "id": "b",\n        '
            '"at": 1525080718,\n        "tags": [\n          1,\n          2\n        ]\n'
            "      }\n    ]\n  }\n}",
        ),
    ],
)
def test_the_way_to_the_place_and_nothing_else(pointer: str, expected: str) -> None:
    assert excerpt(BODY, pointer).text == expected


def test_the_place_is_told_by_its_lines() -> None:
    found = excerpt(BODY, "/data/orders/1/at")
    assert found.text.split("\n")[found.first : found.last + 1] == ['        "at": 1525080718']


def test_values_under_names_of_secrets_are_replaced() -> None:
    body = b'{"access_token": "s3cr3t-0123456789", "keys": {"api_key": 12345678}, "n": 1}'
    text = excerpt(body, "").text
    assert "s3cr3t" not in text
    assert "12345678" not in text
    assert "s3cr3t" not in excerpt(body, "/access_token").text
    assert '"n": 1' in text


def test_what_is_no_json_is_shown_from_its_beginning() -> None:
    assert excerpt(b"<html>\nno", "") == Excerpt("<html>\nno", 0, 1)
    assert len(excerpt(b"x" * 10_000, "").text) < 400
    assert "s3cr3t" not in excerpt(b"api_key=s3cr3t-0123456789", "").text


def test_long_and_deep_bodies_stay_small() -> None:
    wide = json.dumps({str(n): "x" * 1000 for n in range(1000)}).encode()
    assert len(excerpt(wide, "").text) < 2000
    deep = b"[" * 500 + b"1" + b"]" * 500
    assert len(excerpt(deep, "").text) < 100


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=10,
    ),
    pointer=st.text("/a01~", max_size=8).map(lambda text: f"/{text}"),
)
def test_any_body_and_any_pointer_give_json_with_the_place_within(
    value: object, pointer: str
) -> None:
    found = excerpt(json.dumps(value).encode(), pointer)
    json.loads(found.text)
    assert 0 <= found.first <= found.last < len(found.text.split("\n"))


@pytest.mark.parametrize(
    ("request_", "reply", "expected"),
    [
        (
            Request(method="GET", url="https://a.example/orders?limit=900&apiKey=abcdef0123456789"),
            Reply(status=200, body=b'{"orders": []}'),
            Excerpt("GET https://a.example/orders?limit=900&apiKey=redacted1xxxxxxx", 0, 0),
        ),
        (
            Request(method="POST", url="https://a.example/orders", body=b'{"side": "hold"}'),
            Reply(status=400, body=b'{"error": "side"}'),
            Excerpt(
                'POST https://a.example/orders\n{\n  "side": "hold"\n}\n\n'
                '400\n{\n  "error": "side"\n}',
                0,
                3,
            ),
        ),
    ],
)
def test_a_request_is_shown_without_secrets_and_with_what_refuses_it(
    request_: Request, reply: Reply, expected: Excerpt
) -> None:
    made = Interaction(request=request_, reply=reply, origin=Origin.RECORDED, where="a.har#0")
    assert request_excerpt(made) == expected


def test_a_value_is_shown_without_what_is_secret_in_it() -> None:
    assert hide_secrets("s3cr3t", "/orders/0/api_key") == "xxxxxx"
    assert hide_secrets(12345, "/account/id") == 0
    assert hide_secrets({"a": [{"token": "s3cr3t", "n": 1.5}]}, "") == {
        "a": [{"token": "xxxxxx", "n": 1.5}]
    }
    assert hide_secrets("BTC-USD", "/orders/0/pair") == "BTC-USD"
    assert hide_secrets(None, "/token") is None
    assert hide_secrets("true", "/coins/0/is_token") == "true"

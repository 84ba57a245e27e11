"""A probe is sent where page, manifest and request together prove it harmless, and only there."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from conformance.errors import ConformanceError
from conformance.live.request_plans import harmless
from conformance.model.interaction import Request
from conformance.model.operation import Body, Operation
from conformance.pages.access import Check, Probe
from tests.builders import YES, field, obj, operation, parameter
from tests.live.conftest import LIVE, Server, client, exchange, reply

UUID = str(harmless("random-uuid", "x"))
NAME = str(harmless("unknown:{}", "x"))
BY_PAIR = Check(operation="GET /orders?pair={pair}", empty="orders")
OF_ALL = Check(operation="GET /orders", empty="orders")
BODY = json.dumps({"id": UUID}).encode()
AS_JSON = (("Content-Type", "application/json"),)


def documented(method: str, path: str, *names: str, required: tuple[str, ...] = ()) -> Operation:
    """One whose page has these parameters of the query."""
    given = [parameter(n, required=YES) if n in required else parameter(n) for n in names]
    return operation(method=method, path=path, parameters=tuple(given))


def with_body(method: str, path: str, *names: str) -> Operation:
    """One whose page has these members of a body."""
    fields = tuple(field(name, "string", required=YES) for name in names)
    body = Body(media_type="application/json", value=obj(*fields))
    return operation(method=method, path=path, body=body)


def probe(key: str, check: Check | None = None, **inputs: str) -> Probe:
    return Probe(operation=key, reason="x", inputs=tuple(inputs.items()), check=check)


def arrivals(server: Server, known: Operation, one: Probe, **given: Any) -> list[tuple[str, str]]:
    """Method and target of what arrives when the request of ``given`` is asked for."""
    server.answers = [reply(200, given.pop("answer", b'{"orders": []}'))]
    target = given.pop("target")
    request = Request(method=known.method, url=LIVE + target, **given.pop("details", {}))
    venue = exchange(probes=(one,), **given)
    with (
        client(server, live=True, operations=(known,), exchange=venue) as asking,
        suppress(ConformanceError),
    ):
        asking.send(request)
    return [(method, path) for method, path, _, _ in server.asked]


@pytest.mark.parametrize(
    ("known", "inputs", "target"),
    [
        (documented("DELETE", "/orders", "id"), {"id": "random-uuid"}, f"?id={UUID}"),
        (documented("POST", "/orders/cancel", "cid"), {"cid": "random-uuid"}, f"?cid={UUID}"),
        (
            documented("DELETE", "/orders", "id", "kind", required=("kind",)),
            {"id": "random-uuid", "kind": "literal:limit"},
            f"?id={UUID}&kind=limit",
        ),
        (
            documented("POST", "/orders", "pair", "side", required=("pair", "side")),
            {"pair": "unknown:{}", "side": "literal:bid"},
            f"?pair={NAME}&side=bid",
        ),
    ],
)
def test_what_a_server_has_to_look_at_narrows(
    server: Server, known: Operation, inputs: dict[str, str], target: str
) -> None:
    sent = arrivals(server, known, probe(known.key, None, **inputs), target=known.path + target)
    assert sent == [(known.method, known.path + target)]


@pytest.mark.parametrize("path", ["/orders", "/orders/cancel-replace", "/positions/close"])
@pytest.mark.parametrize(
    "name",
    [
        "clientOrderId", "newClientOrderId", "client_oid", "identifier", "orderLinkId", "cid",
        "clOrdID", "userRef", "externalId", "outTradeNo", "customerId", "label", "uuid",
    ],
)  # fmt: skip
@pytest.mark.parametrize("required", [True, False])
def test_a_name_for_what_is_made_narrows_nothing(
    server: Server, path: str, name: str, required: bool
) -> None:
    names = ("pair", name)
    known = documented("POST", path, *names, required=names if required else ("pair",))
    one = probe(known.key, None, pair="literal:A-B", **{name: "random-uuid"})
    assert arrivals(server, known, one, target=f"{path}?pair=A-B&{name}={UUID}") == []


def test_what_makes_something_is_narrowed_by_what_its_page_requires(server: Server) -> None:
    known = documented("POST", "/orders", "pair", "side", required=("side",))
    one = probe(known.key, pair="unknown:{}", side="literal:bid")
    assert arrivals(server, known, one, target=f"/orders?pair={NAME}&side=bid") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("scope", "account"), ("mode", "1"), ("x", "on"), ("status", "open"), ("cancelall", "1")],
)
@pytest.mark.parametrize("check", [None, BY_PAIR])
def test_a_known_value_that_nothing_requires_may_widen(
    server: Server, name: str, value: str, check: Check | None
) -> None:
    known = documented("DELETE", "/orders", "pair", name)
    one = probe(known.key, check, pair="unknown:{}", **{name: f"literal:{value}"})
    assert arrivals(server, known, one, target=f"/orders?pair={NAME}&{name}={value}") == []


@pytest.mark.parametrize("name", ["cancelAll", "cancelall", "all", "force"])
def test_what_widens_is_not_outweighed_by_a_check(server: Server, name: str) -> None:
    known = documented("DELETE", "/orders", "pair", name, required=("pair", name))
    target = f"/orders?pair=A-B&{name}=1"
    words = {"pair": "literal:A-B", name: "literal:1"}
    assert arrivals(server, known, probe(known.key, BY_PAIR, **words), target=target) == []
    sent = arrivals(server, known, probe(known.key, OF_ALL, **words), target=target)
    assert sent == [("GET", "/orders"), ("DELETE", target)]  # there is nothing at all


@pytest.mark.parametrize("method", ["DELETE", "GET"])
@pytest.mark.parametrize("check", [None, Check(operation="GET /orders?id={id}", empty="orders")])
def test_a_body_that_servers_may_ignore_narrows_nothing(
    server: Server, method: str, check: Check | None
) -> None:
    known = with_body(method, "/orders/cancel", "id")
    details = {"body": BODY, "headers": AS_JSON}
    one = probe(known.key, check, id="random-uuid")
    assert arrivals(server, known, one, target="/orders/cancel", details=details) == []


@pytest.mark.parametrize(
    ("media_type", "arrives"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("application/json; charset=utf-16", False),
        ("application/x-www-form-urlencoded", False),
        ("text/plain", False),
        ("", False),
    ],
)
def test_a_body_is_sent_as_what_it_is(server: Server, media_type: str, arrives: bool) -> None:
    known = with_body("POST", "/orders/cancel", "id")
    details = {"body": BODY, "headers": (("Content-Type", media_type),) if media_type else ()}
    one = probe(known.key, id="random-uuid")
    sent = arrivals(server, known, one, target="/orders/cancel", details=details)
    assert sent == [("POST", "/orders/cancel")] * arrives


@pytest.mark.parametrize(
    ("known", "target", "details"),
    [
        (with_body("POST", "/orders/cancel", "id"), f"?id={UUID}", {}),
        (
            documented("POST", "/orders/cancel", "id"),
            "",
            {"body": BODY, "headers": AS_JSON},
        ),
        (
            operation(
                method="POST",
                path="/orders/cancel",
                parameters=(parameter("id", location="header"),),
            ),
            f"?id={UUID}",
            {},
        ),
    ],
)
def test_an_input_narrows_where_its_page_has_it(
    server: Server, known: Operation, target: str, details: dict[str, Any]
) -> None:
    one = probe(known.key, id="random-uuid")
    assert arrivals(server, known, one, target=known.path + target, details=details) == []


@pytest.mark.parametrize(
    "question",
    [
        "GET /order/cancelAll",
        "GET /orders/{pair}/close",
        "GET /api?command={pair}",
        "GET /orders?cancel={pair}",
        "GET /trade",
        "HEAD /withdraw",
    ],
)
def test_a_check_that_speaks_of_a_change_is_not_asked(server: Server, question: str) -> None:
    known = operation(method="DELETE", path="/orders/{pair}")
    one = probe(known.key, Check(operation=question, empty="orders"), pair="literal:A-B")
    assert arrivals(server, known, one, target="/orders/A-B") == []


def test_a_check_of_the_same_part_of_an_api_is_asked(server: Server) -> None:
    known = documented("POST", "/v1/trade/cancelOpenOrders", "pair", required=("pair",))
    check = Check(operation="GET /v1/trade/openOrders?pair={pair}", empty="orders")
    target = "/v1/trade/cancelOpenOrders?pair=A-B"
    sent = arrivals(server, known, probe(known.key, check, pair="literal:A-B"), target=target)
    assert sent == [("GET", "/v1/trade/openOrders?pair=A-B"), ("POST", target)]


@pytest.mark.parametrize(
    ("answer", "arrives"),
    [
        (b'{"code": 0, "orders": []}', True),
        (b'{"orders": []}', False),
        (b'{"code": 100001, "orders": []}', False),
    ],
)
def test_an_answer_that_is_no_success_proves_nothing(
    server: Server, answer: bytes, arrives: bool
) -> None:
    known = operation(method="DELETE", path="/orders/{pair}")
    one = probe(known.key, OF_ALL, pair="literal:A-B")
    success = (("code", ("0",)),)
    sent = arrivals(server, known, one, target="/orders/A-B", answer=answer, success=success)
    assert sent == [("GET", "/orders"), *[("DELETE", "/orders/A-B")] * arrives]

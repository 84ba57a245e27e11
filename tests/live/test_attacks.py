"""Attacks on the guard: whatever a page, a manifest or a server says, nothing changes state.

A page is as hostile as can be: it documents what is attacked word for word, as a GET, under a
heading that calls it public.  What counts is what arrives at the server.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from conformance.errors import ConformanceError
from conformance.live.safety import Policy
from conformance.model.interaction import Request
from conformance.model.operation import Auth, Operation
from conformance.pages.access import AuthDetails, Check, LiveAccess, Probe
from tests.builders import YES, operation, parameter, span
from tests.live.conftest import (
    ALLOWED,
    HARMLESS,
    LIVE,
    Server,
    client,
    exchange,
    reply,
)

JUST_LIVE = Policy(live=True, named=("venue",))
SPELLINGS = [
    "/v1/order/cancel",
    "/v1/order/%63ancel",
    "/v1/order/%2563ancel",
    "/v1/order/%252563ancel",
    "/v1/order/CANCEL",
    "/v1/order/%43%41%4e%43%45%4c",
    "/v1/x/../order/cancel",
    "/v1/x/%2e%2e/order/cancel",
    "/v1/x/%2E./order/%63ancel",
    "/v1/x/..%2forder%2f%63ancel",
    "/v1/x/%252e%252e/order/x",
    "/v1/x/..;/order/x",
    "/v1/x/..\\order\\cancel",
    "/v1/x/%5c..%5corder",
    "/v1//order/x",
    "//order/x",
    "/v1/order;cancel",
    "/v1/order;a=cancel/x",
    "/v1/order%3bcancel",
    "/v1/order/x%00",
    "/v1/order/can\ncel",
    "/v1/order/can\tcel",
    "/v1/order/can%0acel",
    "/v1/order/x%23",
    "/v1/order%3fcommand=cancel",
    "/v1/order/%EF%BD%83ancel",
    "/v1/order/ｃancel",
    "/v1/order/%C1%A3ancel",
    "/v1/order/can%C2%ADcel",
    "/v1/order/can%E2%80%8Bcel",
    "/v1/order/canc%D0%B5l",
    "/v1/order/cancel#/public/depth",
    "/v1/order/%63ancel/",
    "/v1/order.cancel",
    "/v1/order:cancel",
    "/v1/order,cancel",
    "/v1/order@cancel",
]
WORDS = [
    "cancelall", "cancelorders", "CANCELALL", "CanCelAll", "liquidate", "order/execute",
    "order/new", "trade", "batchcancel", "closeall", "closeposition", "setleverage",
    "transferfunds", "withdrawal", "deposit", "pay", "exercise", "unstake", "swap", "approve",
    "lock", "flatten", "orders_cancel", "order-CLOSE", "v2CancelOrder", "cancelTrades",
    "closing", "redemption", "submission", "conversion", "subscription", "suspend", "destroy",
    "resetAssets", "tradespot", "assetlock", "unsubscribe", "redeem", "mint", "burn",
]  # fmt: skip
CHOSEN = [
    "/v1/api?command=cancelAllOrders",
    "/v1/api?command=returnTicker",
    "/v1/api?COMMAND=x",
    "/v1/api?%63ommand=x",
    "/v1/api?cmd=1",
    "/v1/api?action=1",
    "/v1/api?method=1",
    "/v1/api?op=1",
    "/v1/api?x=cancelAllOrders",
    "/v1/api?x=CANCEL_ALL",
    "/v1/api?x=%63ancel",
    "/v1/api?x=%2563ancel",
    "/v1/api?x=a&x=cancel",
    "/v1/api?x=1;command=cancel",
    "/v1/api?cancel=true",
    "/v1/api?cancel",
    "/v1/api?x[cancel]=1",
    '/v1/api?x={"do":"\\u0063ancel"}',
    '/v1/api?x={"do":"cancel"}',
    "/v1/api?x=%EF%BD%83ancel",
    "/v1/api?x=a%0d%0aX-Http-Method-Override:%20DELETE",
    "/v1/api?methodName=x",
    "/v1/api?operation_name=x",
    "/v1/api?actions=x",
    "/v1/api?cmds[]=x",
    "/v1/api?a[method][0]=x",
    "/v1/api?endpoint=/v1/order",
    "/v1/api?query=mutation{o(id:1){id}}",
    "/v1/api?_method=DELETE",
    "/v1/api?X-HTTP-Method-Override=DELETE",
]
HEADERS = [
    ("X-HTTP-Method-Override", "DELETE"),
    ("x-method-override", "DELETE"),
    ("X-HTTP-Method", "DELETE"),
    ("X_HTTP_METHOD_OVERRIDE", "DELETE"),
    ("X-Original-URL", "/v1/order/x"),
    ("X-Rewrite-URL", "/v1/order/x"),
    ("X-Forwarded-Prefix", "/v1/order"),
    ("X-Forwarded-Host", "elsewhere.example"),
    ("Host", "elsewhere.example"),
    ("Transfer-Encoding", "chunked"),
    ("Content-Length", "40"),
    ("Connection", "X-Key"),
    ("X-Override-URL", "/v1/order/x"),
    ("X-Original-URI", "/v1/order/x"),
    ("Request-Uri", "/v1/order/x"),
    ("X-Path", "/v1/order/x"),
    ("X-Route-To", "orders"),
    ("X-Upstream", "orders"),
    ("Sec-WebSocket-Key", "x"),
    ("Upgrade", "websocket"),
    ("Content-Encoding", "gzip"),
    ("X-Api-Action-Type", "1"),
    ("X-Action", "cancel"),
    ("X-Command", "1"),
    ("SOAPAction", "1"),
    ("Cancel", "1"),
    ("Cookie", "do=cancelAll"),
]


def documented(target: str, **facts: Any) -> Operation:
    """What a page says that calls a GET of ``target`` public, with all its inputs."""
    split = urlsplit(target)
    names = dict(parse_qsl(split.query, keep_blank_values=True))
    known = tuple(parameter(name) for name in names)
    return operation(path=split.path or target, parameters=known, public=YES, **facts)


def sent_by(server: Server, request: Request, *operations: Operation, **facts: Any) -> list[Any]:
    """What arrives when ``request`` is asked for, signed and not, of a hostile exchange."""
    server.answers = [reply()]
    policy = facts.pop("policy", JUST_LIVE)
    known = facts.pop("known", exchange())
    with client(server, live=True, operations=operations, policy=policy, exchange=known) as asking:
        for signed in (True, False):
            with suppress(ConformanceError):
                asking.send(request, signed=signed)
    return server.asked


@pytest.mark.parametrize("target", [*SPELLINGS, *(f"/v1/{word}" for word in WORDS), *CHOSEN])
def test_no_spelling_of_a_change_is_sent(server: Server, target: str) -> None:
    operations = (
        documented(target),
        documented("/v1/order/cancel"),
        documented("/v1/order/{id}"),
        documented("/v1/api"),
        documented("/v1/order"),
    )
    assert sent_by(server, Request(method="GET", url=LIVE + target), *operations) == []


@pytest.mark.parametrize("target", [f"/v1/{word}" for word in WORDS])
def test_a_list_does_not_permit_what_a_word_takes_away(server: Server, target: str) -> None:
    listed = exchange(live=LiveAccess(hosts=("api.venue.example",), reads=(f"GET {target}",)))
    request = Request(method="GET", url=LIVE + target)
    assert sent_by(server, request, documented(target), known=listed) == []


@pytest.mark.parametrize("header", HEADERS, ids=lambda pair: pair[0])
def test_no_header_makes_it_another_request(server: Server, header: tuple[str, str]) -> None:
    known = operation(path="/v1/a", parameters=(parameter(header[0], location="header"),))
    request = Request(method="GET", url=f"{LIVE}/v1/a", headers=(header,))
    listed = exchange(live=LiveAccess(hosts=("api.venue.example",), reads=("GET /v1/a",)))
    assert sent_by(server, request, known, known=listed) == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("body", [b"{}", b"command=cancel", b"x"])
def test_a_question_with_a_body_is_none(server: Server, method: str, body: bytes) -> None:
    known = operation(method=method, path="/v1/a", public=YES)
    request = Request(method=method, url=f"{LIVE}/v1/a", body=body)
    assert sent_by(server, request, known) == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "get", "Get", "GETX", "LINK"])
def test_only_get_and_head_are_questions(server: Server, method: str) -> None:
    known = operation(method=method, path="/v1/a", public=YES)
    sent = sent_by(server, Request(method=method, url=f"{LIVE}/v1/a"), known)
    assert [asked for asked in sent if asked[0] != "GET"] == []


@pytest.mark.parametrize(
    "facts",
    [
        {"enum": ("listOrders", "cancelAllOrders")},
        {"constant": ("cancelAllOrders",)},
        {"default": ("SELL",)},
    ],
)
def test_an_operation_chosen_by_a_value_is_none_to_read(
    server: Server, facts: dict[str, Any]
) -> None:
    known = operation(path="/v1/a", public=YES, parameters=(parameter("what", **facts),))
    request = Request(method="GET", url=f"{LIVE}/v1/a?what=listOrders")
    listed = exchange(live=LiveAccess(hosts=("api.venue.example",), reads=("GET /v1/a",)))
    assert sent_by(server, request, known) == []
    assert sent_by(server, request, known, known=listed) == []


@pytest.mark.parametrize(
    ("known", "target", "arrives"),
    [
        (operation(path="/v1/a"), "/v1/a", False),
        (operation(path="/v1/a", public=YES), "/v1/a", True),
        (operation(path="/v1/a", public=YES), "/v1/a?b=1", False),
        (operation(path="/v1/a", public=YES), "/v1/A", False),
        (operation(path="/v1/a", public=YES), "/v1/a/b", False),
        (operation(path="/v1/{a}", public=YES), "/v1/a", True),
        (operation(path="/v1/{a}", public=YES), "/v1/a%2fb", False),
        (documented("/v1/trades?startTime=1"), "/v1/trades?startTime=1", True),
        (documented("/exchangeInfo"), "/exchangeInfo", True),
        (documented("/assets?offset=1"), "/assets?offset=1", True),
        (documented("/ticker/24hr?symbol=1"), "/ticker/24hr?symbol=BTC-USD", True),
    ],
)
def test_what_a_page_calls_public_is_asked_without_a_signature(
    server: Server, known: Operation, target: str, arrives: bool
) -> None:
    sent = sent_by(server, Request(method="GET", url=LIVE + target), known)
    assert [(method, path) for method, path, _, _ in sent] == ([("GET", target)] * arrives)
    assert not any("X-Key" in headers for _, _, headers, _ in sent)


@pytest.mark.parametrize(
    "known",
    [
        documented("/v1/all", summary="Cancel all orders"),
        operation(path="/v1/{action}", public=YES),
        operation(
            path="/v1/{a}",
            parameters=(parameter("a", "string", "path", enum=("sell",)),),
            public=YES,
        ),
        documented("/v1/all", auth=(Auth(scheme="api-key", span=span()),)),
        documented("/v1/all", auth=(Auth(scheme="unspecified", span=span()),)),
    ],
)
def test_what_a_page_says_against_it_takes_permission_away(
    server: Server, known: Operation
) -> None:
    assert sent_by(server, Request(method="GET", url=f"{LIVE}/v1/all"), known) == []


def test_what_is_private_somewhere_is_not_public(server: Server) -> None:
    everywhere = (documented("/v1/{a}"), operation(path="/v1/a"))
    assert sent_by(server, Request(method="GET", url=f"{LIVE}/v1/a"), *everywhere) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/v1/order/cancel", "//api.venue.example/v1/%63ancel"])
def test_a_redirect_makes_no_request(server: Server, status: int, location: str) -> None:
    server.answers = [reply(status, b"", {"Location": location})]
    with client(server, live=True) as asking, suppress(ConformanceError):
        asking.send(Request(method="GET", url=f"{LIVE}/orders"))
    assert [(method, target) for method, target, _, _ in server.asked] == [("GET", "/orders")]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_change_something_is_sent_once(server: Server, status: int) -> None:
    server.answers = [reply(status, b"{}", {"Retry-After": "0"})]
    with client(server, live=True) as asking:
        for _ in range(3):
            with suppress(ConformanceError):
                asking.send(HARMLESS)
    assert [method for method, _, _, _ in server.asked] == ["DELETE"]


def test_the_time_of_sending_makes_no_other_request(server: Server) -> None:
    words = (("ids", "random-uuid"), ("at", "now-ms"))
    known = operation(
        method="DELETE", path="/orders", parameters=(parameter("ids"), parameter("at"))
    )
    venue = exchange(probes=(Probe(operation="DELETE /orders", reason="x", inputs=words),))
    server.answers = [reply()]
    with client(server, live=True, operations=(known,), exchange=venue) as asking:
        for later in (0, 7):
            with suppress(ConformanceError):
                asking.send(Request(method="DELETE", url=f"{HARMLESS.url}&at={_now() + later}"))
    assert len(server.asked) == 1


def _now() -> int:
    return int(time.time() * 1000)


@pytest.mark.parametrize(
    ("inputs", "query"),
    [
        ((), ""),
        ((("symbol", "literal:ALL"),), "?symbol=ALL"),
        ((("at", "now-s"),), "?at=NOW"),
        ((("nonce", "random-uuid"),), f"?nonce={HARMLESS.url[-36:]}"),
        ((("requestId", "random-uuid"),), f"?requestId={HARMLESS.url[-36:]}"),
    ],
)
@pytest.mark.parametrize("method", ["DELETE", "POST", "GET"])
def test_a_probe_that_narrows_nothing_is_not_sent(
    server: Server, inputs: Any, query: str, method: str
) -> None:
    parameters = tuple(parameter(name) for name, _ in inputs)
    known = operation(method=method, path="/orders/cancel", parameters=parameters)
    wide = Probe(operation=known.key, reason="x", inputs=inputs)
    now = query.replace("NOW", str(_now() // 1000))
    request = Request(method=method, url=f"{LIVE}/orders/cancel{now}")
    venue = exchange(probes=(wide,))
    assert sent_by(server, request, known, policy=ALLOWED, known=venue) == []


def test_an_input_that_no_page_has_narrows_nothing(server: Server) -> None:
    known = operation(method="DELETE", path="/orders")
    assert sent_by(server, HARMLESS, known, policy=ALLOWED) == []


@pytest.mark.parametrize("policy", [JUST_LIVE, Policy(live=True, allow_state_change=True)])
def test_a_check_is_not_asked_without_every_consent(server: Server, policy: Policy) -> None:
    check = Check(operation="GET /orders/{pair}", empty="orders")
    probe = Probe(
        operation="DELETE /orders/{pair}",
        reason="x",
        inputs=(("pair", "literal:A-B"),),
        check=check,
    )
    known = operation(method="DELETE", path="/orders/{pair}")
    request = Request(method="DELETE", url=f"{LIVE}/orders/A-B")
    assert sent_by(server, request, known, policy=policy, known=exchange(probes=(probe,))) == []


@pytest.mark.parametrize(
    "details",
    [
        {"timestamp_parameter": "cancelAll"},
        {"signature_parameter": "command"},
        {"timestamp_parameter": "_method"},
        {"key_header": "X-HTTP-Method-Override"},
        {"key_header": "X-Original-URL"},
        {"key_header": "Host"},
    ],
)
def test_signing_does_not_turn_a_question_into_a_change(
    server: Server, details: dict[str, Any]
) -> None:
    named = AuthDetails(**{"key_header": "X-Key", **details})
    venue = exchange(auth="hmac", auth_details=named)
    request = Request(method="GET", url=f"{LIVE}/orders")
    sent = sent_by(server, request, operation(path="/orders"), known=venue)
    assert [target for _, target, _, _ in sent] == ["/orders"]  # the one that is not signed
    assert not any("Override" in name for _, _, headers, _ in sent for name in headers)


def test_what_was_signed_is_held_against_what_was_admitted(server: Server) -> None:
    """A signer, a hook or an adapter that changes the request has its change refused."""
    server.answers = [reply()]
    with client(server, live=True) as asking:

        def tamper(request: Any) -> Any:
            request.url = request.url.replace("/orders", "/orders/%63ancel")
            return request

        asking._auth = tamper  # type: ignore[assignment]
        with pytest.raises(ConformanceError, match="not what was admitted"):
            asking.send(Request(method="GET", url=f"{LIVE}/orders"))
    assert server.asked == []

"""The table in docs/live.md says what is sent when; here it is compared with what arrives."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.errors import ConformanceError
from conformance.live.request_plans import harmless
from conformance.live.safety import Policy
from conformance.model.interaction import Request
from conformance.model.operation import Body
from conformance.pages.access import Check, LiveAccess, Probe
from tests.builders import YES, field, obj, operation, parameter
from tests.live.conftest import LIVE, Server, client, exchange, reply

_PAGE = (Path(__file__).parents[2] / "docs/live.md").read_text("utf-8")
_ROWS = _PAGE.partition("<!-- what:begin -->\n")[2].partition("<!-- what:end -->")[0]
_HEAD, _, *_TABLE = [
    [cell.strip() for cell in row.strip("|").split(" | ")] for row in _ROWS.splitlines()
]
_CELLS = [(row[0], *cell) for row in _TABLE for cell in zip(_HEAD[1:], row[1:], strict=True)]
COLUMNS = {
    "`--sandbox`": Policy(named=("venue",)),
    "`--live`": Policy(live=True, named=("venue",)),
    "`--live --allow-state-change`": Policy(live=True, allow_state_change=True, named=("venue",)),
}
_ID = harmless("random-uuid", "x")
_PUBLIC = operation(path="/depth", parameters=(parameter("limit"),), public=YES)
_OTHER = operation(path="/balance", parameters=(parameter("limit"),))
_CHANGE = operation(method="DELETE", path="/orders", parameters=(parameter("id"), parameter("all")))
_CHECKED = operation(method="DELETE", path="/pairs/{pair}")
_BODY = json.dumps({"id": _ID}).encode()
_AS_JSON = (("Content-Type", "application/json"),)
_UNPROVED = (
    operation(method="POST", path="/make", parameters=(parameter("label", required=YES),)),
    operation(
        method="DELETE",
        path="/bodies",
        body=Body(media_type="application/json", value=obj(field("id", "string"))),
    ),
    operation(method="DELETE", path="/scopes", parameters=(parameter("id"), parameter("scope"))),
)
_OPERATIONS = (
    *_UNPROVED,
    _PUBLIC,
    _OTHER,
    _CHANGE,
    _CHECKED,
    operation(path="/orders"),
    operation(path="/orders/cancel", public=YES),
    operation(path="/what", parameters=(parameter("is", enum=("sell",)),), public=YES),
    operation(path="/{any}", public=YES),
)
_PROBE = Probe(operation=_CHANGE.key, reason="x", inputs=(("id", "random-uuid"),))
_EXCHANGE = exchange(
    live=LiveAccess(hosts=("api.venue.example",), reads=("GET /orders", "GET /orders/cancel")),
    probes=(
        _PROBE,
        Probe(operation="POST /make", reason="x", inputs=(("label", "random-uuid"),)),
        replace(_PROBE, operation="DELETE /bodies"),
        replace(
            _PROBE,
            operation="DELETE /scopes",
            inputs=(("id", "random-uuid"), ("scope", "literal:account")),
        ),
        replace(_PROBE, inputs=(("all", "literal:true"),)),
        replace(_PROBE, inputs=(("other", "random-uuid"),)),
        Probe(
            operation=_CHECKED.key,
            reason="x",
            inputs=(("pair", "literal:A-B"),),
            check=Check(operation="GET /pairs/{pair}/orders", empty="orders"),
        ),
    ),
)
_HARMLESS = f"/orders?id={_ID}"
RequestPlan = tuple[str, str, dict[str, Any]]


def get(target: str, **given: Any) -> RequestPlan:
    return "GET", target, given


def delete(target: str, **given: Any) -> RequestPlan:
    return "DELETE", target, given


ASKS: dict[str, list[RequestPlan]] = {
    "GET of an operation that its page puts under public or market data, not signed": [
        get("/depth", signed=False),
        get("/depth?limit=5", signed=False),
    ],
    "the same, signed": [get("/depth"), get("/depth?limit=5")],
    "GET of an operation that `reads` lists, signed or not": [
        get("/orders"),
        get("/orders", signed=False),
    ],
    "GET of any other operation": [get("/balance"), get("/balance", signed=False)],
    "GET that no page documents, or with a parameter or a body that none does": [
        get("/un/documented", signed=False),
        get("/depth?more=1", signed=False),
        get("/depth", body=b"{}", signed=False),
    ],
    "GET with a word that speaks of a change in path, query, header or documented value": [
        get("/orders/cancel"),
        get("/orders/cancel", signed=False),
        get("/depth?limit=sell", signed=False),
        get("/depth?command=1", signed=False),
        get("/depth", headers=(("X-Do", "cancel"),), signed=False),
        get("/what?is=x", signed=False),
    ],
    "a declared probe that narrows to nothing": [delete(_HARMLESS)],
    "the same once more": [delete(_HARMLESS, before=1)],
    "a probe that narrows nothing, or by an input that no page has": [
        delete("/orders?all=true"),
        delete(f"/orders?other={_ID}"),
    ],
    "a probe that narrows by a name its sender gives to what is made, in a body of DELETE or GET, "
    "in another place than the page's, or beside a value that no page requires": [
        ("POST", f"/make?label={_ID}", {}),
        delete("/bodies", body=_BODY, headers=_AS_JSON),
        delete(f"/bodies?id={_ID}"),
        delete(f"/scopes?id={_ID}&scope=account"),
    ],
    "a probe whose check does not find an empty list": [delete("/pairs/A-B")],
    "any other request that is no GET or HEAD": [
        delete("/orders"),
        delete(f"{_HARMLESS}&all=true"),
        ("POST", "/depth", {"signed": False}),
        ("PUT", "/orders", {"body": b"{}"}),
    ],
    "path or query that can be read in several ways (`%2f`, `..`, `;`, letters beyond ASCII)": [
        get("/a%2fb", signed=False),
        get("/a%2f..%2fb", signed=False),
        get("/depth;b", signed=False),
        get("/depth%5cb", signed=False),
        get("/depth%C3%A9", signed=False),
        get("/depth?limit=1;b=2", signed=False),
        get("/depth?limit=%C3%A9", signed=False),
    ],
    "header that stands for another host or path": [
        get("/depth", headers=(("X-Original-URL", "/x"),), signed=False),
        get("/depth", headers=(("Host", "x"),), signed=False),
    ],
    "header or parameter that stands for another method": [
        get("/depth", headers=(("X-HTTP-Method-Override", "DELETE"),), signed=False),
        get("/depth?_method=DELETE", signed=False),
    ],
    "another host than the one that is meant": [
        get("//elsewhere.example/depth", signed=False),
        get("https://elsewhere.example/depth", signed=False),
    ],
}


def test_every_row_is_tried() -> None:
    assert [row[0] for row in _TABLE] == list(ASKS)
    assert _HEAD[1:] == list(COLUMNS)


@pytest.mark.parametrize(("request_", "column", "documented"), _CELLS)
def test_what_is_documented_is_what_arrives(
    server: Server, request_: str, column: str, documented: str
) -> None:
    for ask in ASKS[request_]:
        server.asked.clear()
        expected = 1 if documented == "sent" else 0
        assert _arrivals(server, ask, column) == expected, ask


def _arrivals(server: Server, ask: RequestPlan, column: str) -> int:
    """How often what is asked arrives; what is asked before it, and checks, are not counted."""
    method, target, given = ask
    server.answers = [reply(200, b'{"orders": [{"id": 1}]}')]
    sandbox = column == "`--sandbox`"
    base = server.url if sandbox else LIVE
    url = target if "://" in target or target.startswith("//e") else base + target
    url = f"https:{url}" if url.startswith("//") else url
    details = {name: given[name] for name in ("headers", "body") if name in given}
    request = Request(method=method, url=url, **details)
    signed, before = given.get("signed", True), given.get("before", 0)
    with client(
        server,
        live=not sandbox,
        policy=COLUMNS[column],
        exchange=_EXCHANGE,
        operations=_OPERATIONS,
    ) as asking:
        for _ in range(before):
            with suppress(ConformanceError):
                asking.send(request, signed=signed)
        count = len(server.asked)
        with suppress(ConformanceError):
            asking.send(request, signed=signed)
    return sum(arrived[0] == method for arrived in server.asked[count:])

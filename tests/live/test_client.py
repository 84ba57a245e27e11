"""One way to ask: what is sent, and what is made of what comes back."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from typing import Any

import pytest

from conformance.live.client import LiveClient
from conformance.live.safety import Policy, Refused
from conformance.live.signing import Credentials
from conformance.model.interaction import Origin, Request
from conformance.pages.access import Check, Probe
from tests.builders import field, obj, operation, response
from tests.live.conftest import (
    ACCESS_KEY,
    ALLOWED,
    HARMLESS,
    LIVE,
    Server,
    client,
    exchange,
    get,
    reply,
)


def test_a_local_server_is_no_exchange(server: Server) -> None:
    server.answers = [reply()]
    with client(server, policy=Policy(live=True)) as asking:
        seen = asking.send(get(server))
    assert seen.origin is Origin.SANDBOX
    assert (seen.where, seen.date) == ("sandbox:venue#0", dt.date.today().isoformat())


QUESTION = Request(method="GET", url=f"{LIVE}/orders")


def test_what_is_seen_of_an_exchange_is_live(server: Server) -> None:
    server.answers = [reply(200, b'{"ok": true}')]
    with client(server, live=True) as asking:
        seen = [asking.send(request) for request in (HARMLESS, QUESTION)]
    assert [i.origin for i in seen] == [Origin.LIVE] * 2
    assert [i.where for i in seen] == ["live:venue#0", "live:venue#1"]
    assert seen[0].reply.body == b'{"ok": true}'
    assert seen[0].request is not None
    assert seen[0].request.url == HARMLESS.url


def test_the_key_is_sent_and_never_given_back(server: Server) -> None:
    server.answers = [reply(200, json.dumps({"echo": ACCESS_KEY}).encode(), {"X-Key": ACCESS_KEY})]
    with client(server) as asking:
        seen = asking.send(get(server, f"/orders?key={ACCESS_KEY}"))
    _, target, headers, _ = server.asked[0]
    assert headers["X-Key"] == ACCESS_KEY
    assert ACCESS_KEY in target
    assert ACCESS_KEY not in repr(seen)


def test_a_request_that_is_not_signed_has_no_key(server: Server) -> None:
    server.answers = [reply()]
    with client(server) as asking:
        asking.send(get(server), signed=False)
    assert "X-Key" not in server.asked[0][2]


def test_path_parameters_with_the_name_of_a_secret_are_hidden(server: Server) -> None:
    server.answers = [reply(200, b'{"of": "acc-77-4411"}')]
    known = (operation(path="/accounts/{accountId}/orders"),)
    with client(server, operations=known) as asking:
        seen = asking.send(get(server, "/accounts/acc-77-4411/orders"))
    assert "acc-77-4411" not in repr(seen)


def test_listed_values_stay_whatever_they_are_called(server: Server) -> None:
    server.answers = [reply(200, b'{"token": "SPOT", "secret": "m-7411-zz"}')]
    told = obj(field("token", "string", enum=("SPOT",)), field("secret", "string"))
    known = (operation(response(told), path="/orders"),)
    with client(server, operations=known) as asking:
        seen = asking.send(get(server))
    assert json.loads(seen.reply.body) == {
        "token": "SPOT",
        "secret": "redacted2",
    }


def test_no_cookie_is_kept(server: Server) -> None:
    server.answers = [reply(200, b"{}", {"Set-Cookie": "sid=abcdefgh1234"})]
    with client(server) as asking:
        seen = [asking.send(get(server)) for _ in range(2)]
    assert "Cookie" not in server.asked[1][2]
    assert "abcdefgh1234" not in repr(seen)


def test_packed_answers_are_unpacked(server: Server) -> None:
    packed = gzip.compress(b'{"id": 7}')
    server.answers = [reply(200, packed, {"Content-Encoding": "gzip"})]
    with client(server) as asking:
        seen = asking.send(get(server))
    assert seen.reply.body == b'{"id": 7}'
    assert "content-encoding" not in {name.lower() for name, _ in seen.reply.headers}


def test_an_address_in_capitals_is_the_same(server: Server) -> None:
    server.answers = [reply()]
    asking = LiveClient(
        exchange(),
        server.url.replace("http", "HTTP") + "/",
        Credentials("k" * 8),
        Policy(),
        sandbox=True,
    )
    (known,) = [asking.locate_operation(operation())]
    assert known.servers == (server.url,)


CHECKED = exchange(
    probes=(
        Probe(
            operation="DELETE /orders/{pair}",
            reason="x",
            inputs=(("pair", "literal:ABC-XYZ"),),
            check=Check(operation="GET /orders?pair={pair}", empty="data.orders"),
        ),
    )
)
PAIR = Request(method="DELETE", url=f"{LIVE}/orders/ABC-XYZ")


def test_a_checked_probe_is_sent_where_nothing_can_be_harmed(server: Server) -> None:
    server.answers = [reply(200, b'{"data": {"orders": []}}'), reply(200, b'{"done": true}')]
    with client(server, live=True, exchange=CHECKED) as asking:
        assert asking.send(PAIR).reply.body == b'{"done": true}'
    assert [(m, t) for m, t, _, _ in server.asked] == [
        ("GET", "/orders?pair=ABC-XYZ"),
        ("DELETE", "/orders/ABC-XYZ"),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, b'{"data": {"orders": [{"id": 1}]}}'),
        reply(200, b'{"data": {}}'),
        reply(200, b'{"data": {"orders": null}}'),
        reply(200, b"[]"),
        reply(200, b"not JSON"),
        reply(404, b'{"data": {"orders": []}}'),
        reply(500, b'{"data": {"orders": []}}'),
    ],
)
def test_a_checked_probe_is_not_sent_otherwise(server: Server, answer: Any) -> None:
    server.answers = [answer]
    with (
        client(server, live=True, exchange=CHECKED) as asking,
        pytest.raises(Refused, match="was not sent"),
    ):
        asking.send(PAIR)
    assert {method for method, _, _, _ in server.asked} == {"GET"}


def test_a_policy_is_asked_before_anything_is_opened(server: Server) -> None:
    with pytest.raises(Refused, match="add --live"):
        client(server, live=True, policy=Policy())
    with client(server, live=True, policy=ALLOWED) as asking:
        assert asking.guarded

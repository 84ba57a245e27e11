"""One way to ask: what is sent, what comes back, and what a server can do wrong."""

from __future__ import annotations

import datetime as dt
import email.utils
import gzip
import json
import shutil
import ssl
import subprocess
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests

from conformance.model.interaction import Origin, Request
from conformance.observe.live.client import LiveClient
from conformance.observe.live.credentials import Credentials
from conformance.observe.live.harmless import harmless
from conformance.observe.live.safety import Policy, Refused
from conformance.observe.live.throttle import Budget, BudgetSpent
from conformance.observe.live.transport import Unanswered, Unreachable
from conformance.snapshot.exchange import RateLimit
from conformance.snapshot.probes import Check, Probe
from tests.builders import field, obj, operation, response
from tests.observe.live.conftest import (
    ACCESS_KEY,
    ALLOWED,
    LIVE,
    Server,
    client,
    exchange,
    reply,
)

IDS = str(harmless("random-uuid", "x"))
HARMLESS = Request(method="DELETE", url=f"{LIVE}/orders?ids={IDS}")


def get(server: Server, path: str = "/orders") -> Request:
    return Request(method="GET", url=server.url + path)


def delete(server: Server) -> Request:
    return Request(method="DELETE", url=f"{server.url}/orders")


def test_a_local_server_is_no_exchange(server: Server) -> None:
    server.answers = [reply()]
    with client(server, policy=Policy(live=True)) as asking:
        seen = asking.send(get(server))
    assert seen.origin is Origin.SANDBOX
    assert (seen.where, seen.date) == ("sandbox:venue#0", dt.date.today().isoformat())


def test_what_is_seen_of_an_exchange_is_live(server: Server) -> None:
    server.answers = [reply(200, b'{"ok": true}')]
    with client(server, live=True) as asking:
        seen = [asking.send(HARMLESS) for _ in range(2)]
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


def hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def drop(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()
    handler.close_connection = True


def trickle(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b"x")
        time.sleep(0.1)


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    reply(200, b'{"id": ', {"Content-Length": "1000"})(handler)
    drop(handler)


def gibberish(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\x01\x02 what?\r\n\r\n" * 3)
    handler.close_connection = True


def endless_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 5000)
    handler.close_connection = True


LIARS: dict[str, tuple[Any, str]] = {
    "hang": (hang, "no whole answer within 1 s|no answer in time"),
    "drop": (drop, "no answer"),
    "trickle": (trickle, "no whole answer within 1 s"),
    "cut-off": (cut_off, "broke off|damaged"),
    "gibberish": (gibberish, "no answer"),
    "endless-headers": (endless_headers, "no answer"),
    "no-gzip": (reply(200, b"plain", {"Content-Encoding": "gzip"}), "damaged"),
    "packing-nobody-asked-for": (reply(200, b"x", {"Content-Encoding": "br"}), "not asked for"),
    "large": (reply(200, b"x" * 5000), "larger than 1000 octets"),
    "bomb": (reply(200, gzip.compress(b"0" * 9_000), {"Content-Encoding": "gzip"}), "larger than"),
}


@pytest.mark.parametrize("kind", LIARS)
def test_a_server_that_does_wrong_has_a_clear_outcome(server: Server, kind: str) -> None:
    answer, words = LIARS[kind]
    server.answers = [answer]
    with (
        client(server, bounds={"seconds": 1, "size": 1000}) as asking,
        pytest.raises(Unanswered, match=words) as failed,
    ):
        asking.send(Request(method="DELETE", url=f"{server.url}/orders?k={ACCESS_KEY}"))
    told = str(failed.value)
    assert told.startswith("DELETE http://127.0.0.1")
    assert "whether it was carried out is not known" in told
    assert ACCESS_KEY not in told
    assert failed.value.__cause__ is None
    assert len(server.asked) <= 1, "sent once: nobody knows whether it was carried out"


def test_after_a_failure_the_next_request_is_answered(server: Server) -> None:
    server.answers = [trickle, reply(200, b"[]")]
    with client(server, bounds={"seconds": 1}) as asking:
        with pytest.raises(Unanswered):
            asking.send(delete(server))
        assert asking.send(get(server)).reply.body == b"[]"


def test_a_safe_request_is_tried_again(server: Server) -> None:
    server.answers = [reply(502), reply(503), reply(200, b"[]")]
    with client(server) as asking:
        assert asking.send(get(server)).reply.body == b"[]"
    assert len(server.asked) == 3


def test_a_safe_request_is_not_tried_for_ever(server: Server) -> None:
    server.answers = [reply(502)]
    with client(server) as asking:
        assert asking.send(get(server)).reply.status == 502
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [502, 503, 504])
def test_patience_is_asked_for_by_every_busy_server(server: Server, status: int) -> None:
    server.answers = [reply(status, b"{}", {"Retry-After": "1"})]
    began = time.monotonic()
    with client(server) as asking:
        asking.send(get(server))
    assert len(server.asked) == 3
    assert time.monotonic() - began > 1.9


def test_a_dropped_connection_is_tried_again(server: Server) -> None:
    server.answers = [drop, drop, reply(200, b"[]")]
    with client(server) as asking:
        assert asking.send(get(server)).reply.body == b"[]"


@pytest.mark.parametrize("wrong", [drop, reply(503)])
def test_every_attempt_is_paid_for(server: Server, wrong: Any) -> None:
    server.answers = [wrong]
    with client(server, budget=Budget(requests=2)) as asking, pytest.raises(BudgetSpent):
        asking.send(get(server))
    assert len(server.asked) == 2


def mumble(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nno field\r\nContent-Length: 2\r\n\r\n{}")
    handler.close_connection = True


@pytest.mark.parametrize("wrong", [drop, mumble])
def test_the_library_logs_nothing_of_a_request(
    server: Server, wrong: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers = [wrong, reply()]
    caplog.set_level("DEBUG")
    with client(server) as asking:
        asking.send(get(server, "/orders?signature=0123456789abcdef"))
        assert caplog.text == ""
    requests.get(f"{server.url}/of-others", timeout=5)
    assert "/of-others" in caplog.text


def test_an_address_in_capitals_is_the_same(server: Server) -> None:
    server.answers = [reply()]
    asking = LiveClient(
        exchange(), server.url.replace("http", "HTTP") + "/", Credentials("k" * 8), Policy()
    )
    (known,) = [asking.located(operation())]
    assert known.servers == (server.url,)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_another_request_is_sent_once(server: Server, status: int) -> None:
    server.answers = [reply(status, b"{}", {"Retry-After": "1"})]
    with client(server) as asking:
        assert asking.send(delete(server)).reply.status == status
    assert len(server.asked) == 1


@pytest.mark.parametrize("told", ["1", "date", "soon", ""])
def test_patience_that_is_asked_for_is_had(server: Server, told: str) -> None:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2)
    said = email.utils.format_datetime(until, usegmt=True) if told == "date" else told
    server.answers = [reply(429, b"{}", {"Retry-After": said} if said else {}), reply(200)]
    with client(server) as asking:
        began = time.monotonic()
        assert asking.send(get(server)).reply.status == 200
    assert time.monotonic() - began > 0.5


def test_patience_is_kept_to_by_the_requests_that_follow(server: Server) -> None:
    server.answers = [reply(429, b"{}", {"Retry-After": "1"}), reply(200)]
    with client(server) as asking:
        asking.send(delete(server))
        began = time.monotonic()
        asking.send(delete(server))
    assert time.monotonic() - began > 0.8


def test_more_patience_than_there_is_time_ends_the_run(server: Server) -> None:
    server.answers = [reply(429, b"{}", {"Retry-After": "86400"})]
    with client(server) as asking, pytest.raises(BudgetSpent, match="8640"):
        asking.send(get(server))


def test_the_budget_of_requests_is_kept(server: Server) -> None:
    server.answers = [reply()]
    with client(server, budget=Budget(requests=2)) as asking:
        for _ in range(2):
            asking.send(get(server))
        with pytest.raises(BudgetSpent, match="all 2 requests"):
            asking.send(get(server))
    assert len(server.asked) == 2


def test_documented_rate_limits_are_kept(server: Server) -> None:
    server.answers = [reply()]
    limited = exchange(rate_limits=(RateLimit(count=2, seconds=0.5),))
    began = time.monotonic()
    with client(server, exchange=limited) as asking:
        for _ in range(5):
            asking.send(get(server))
    assert time.monotonic() - began >= 1.0


def test_limits_of_a_group_bind_only_the_group(server: Server) -> None:
    server.answers = [reply()]
    slow = RateLimit(count=1, seconds=60, operations=("DELETE /orders",))
    with client(server, exchange=exchange(rate_limits=(slow,))) as asking:
        for _ in range(3):
            asking.send(get(server))
        asking.send(delete(server))
    limited = exchange(rate_limits=(slow,))
    with client(server, exchange=limited, budget=Budget(9, 1.0)) as asking:
        asking.send(delete(server))
        with pytest.raises(BudgetSpent, match="rate limit"):
            asking.send(delete(server))


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


def test_no_tls_where_it_is_meant(server: Server) -> None:
    server.answers = [reply()]
    secure = server.url.replace("http://", "https://")
    with (
        client(Server(secure)) as asking,
        pytest.raises(Unreachable, match=r"no trusted connection \(TLS\)"),
    ):
        asking.send(Request(method="DELETE", url=f"{secure}/orders"))
    assert server.asked == []


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_a_certificate_nobody_vouches_for(tmp_path: Path) -> None:
    from http.server import ThreadingHTTPServer
    from threading import Thread

    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = (
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 "
        f"-addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {cert}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)  # noqa: S603
    made = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    made.socket = context.wrap_socket(made.socket, server_side=True)
    Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    url = f"https://127.0.0.1:{made.server_port}"
    with (
        client(Server(url)) as asking,
        pytest.raises(Unreachable, match=r"no trusted connection \(TLS\)"),
    ):
        asking.send(Request(method="DELETE", url=f"{url}/orders"))
    made.shutdown()
    made.server_close()


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("HTTPS_PROXY", "http://user:word-4f1d20c7@127.0.0.1:9", "by way of the proxy"),
        ("HTTPS_PROXY", "what://word-4f1d20c7", "proxy has no web address"),
        ("REQUESTS_CA_BUNDLE", "/nowhere/word-4f1d20c7", "REQUESTS_CA_BUNDLE"),
    ],
)
def test_what_the_environment_gets_wrong(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    with (
        LiveClient(exchange(), LIVE, Credentials("k" * 8), ALLOWED) as asking,
        pytest.raises(Unreachable, match=words) as failed,
    ):
        asking.send(HARMLESS)
    assert "4f1d20c7" not in str(failed.value)


@pytest.mark.parametrize(
    "request_",
    [
        Request(method="DELETE", url="http://127.0.0.1:1/orders"),
        Request(method="GET", url="http://127.0.0.1:1/a", headers=(("X-A", "b\r\nX-C: d"),)),
        Request(method="GET", url="http://127.0.0.1:1/a", headers=(("X A\n", "b"),)),
    ],
)
def test_what_was_not_sent_is_told_as_that(request_: Request) -> None:
    with (
        client(Server("http://127.0.0.1:1")) as asking,
        pytest.raises(Unreachable, match=r"nothing was sent|cannot be sent") as failed,
    ):
        asking.send(request_)
    assert "whether it was carried out" not in str(failed.value)


def test_no_proxy_is_asked_about_this_machine(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.answers = [reply()]
    with client(server) as asking:
        assert asking.send(get(server)).reply.status == 200


def test_a_policy_is_asked_before_anything_is_opened(server: Server) -> None:
    with pytest.raises(Refused, match="add --live"):
        client(server, live=True, policy=Policy())
    with client(server, live=True, policy=ALLOWED) as asking:
        assert asking.guarded

"""What a server can do wrong, and that it ends well."""

from __future__ import annotations

import gzip
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import requests

from conformance.errors import ConformanceError
from conformance.live.redact import Redactor
from conformance.live.transport import Bounds, Budget, BudgetSpent, Unanswered
from conformance.model.interaction import Request
from tests.live.conftest import (
    ACCESS_KEY,
    LIVE,
    SECRET_KEY,
    Server,
    client,
    delete,
    get,
    reply,
)


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
    "packing-nobody-asked-for": (reply(200, b"x", {"Content-Encoding": "br"}), "not requested"),
    "large": (reply(200, b"x" * 5000), "larger than 1000 octets"),
    "bomb": (reply(200, gzip.compress(b"0" * 9_000), {"Content-Encoding": "gzip"}), "larger than"),
}


@pytest.mark.parametrize("kind", LIARS)
def test_a_server_that_does_wrong_has_a_clear_outcome(server: Server, kind: str) -> None:
    answer, words = LIARS[kind]
    server.answers = [answer]
    seconds = 1 if kind in ("hang", "trickle") else 30
    with (
        client(server, bounds={"seconds": seconds, "size": 1000}) as asking,
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
        asking.bounds = Bounds(seconds=30)
        assert asking.send(get(server)).reply.body == b"[]"


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
    requests.get(f"{server.url}/of-others", timeout=30)
    assert "/of-others" in caplog.text


@pytest.mark.parametrize("where", ["signing", "sending", "redacting"])
@pytest.mark.parametrize("failure", [RuntimeError, KeyError, RecursionError, MemoryError])
def test_no_failure_of_a_library_shows_what_was_sent(
    server: Server, monkeypatch: pytest.MonkeyPatch, where: str, failure: type[Exception]
) -> None:
    """Only the message of such an error is shown; of others every value of every frame may be."""

    def fail(*_: Any, **__: Any) -> Any:
        raise failure(SECRET_KEY)

    server.answers = [reply()]
    with client(server, live=True) as asking:
        if where == "signing":
            asking._auth = fail  # type: ignore[assignment]
        elif where == "sending":
            monkeypatch.setattr(requests.Session, "send", fail)
        else:
            monkeypatch.setattr(Redactor, "interaction", fail)
        with pytest.raises(ConformanceError, match=failure.__name__) as caught:
            asking.send(Request(method="GET", url=f"{LIVE}/orders"))
    assert SECRET_KEY not in str(caught.value)
    assert caught.value.__suppress_context__

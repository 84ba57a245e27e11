"""Requests made to break a server: each has an outcome, and the next one is answered."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from conformance.errors import UsageError
from conformance.model.contract import Contract
from conformance.sandbox import running_sandbox, server
from conformance.sandbox.answering import LARGEST
from conformance.sandbox.requests import SANDBOX_KEYS
from tests.sandbox.served import contract_of

LOGGED: list[dict[str, object]] = []


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """One server for all of them: none may take it down."""
    operations = (*contract_of("coinapi").operations, *contract_of("upbit").operations)
    contract = Contract(operations=operations)
    with running_sandbox(contract, scheme="none", log=lambda m: LOGGED.append(dict(m))) as url:
        yield url


@pytest.fixture(autouse=True)
def lives(served: str) -> Iterator[None]:
    """After each request another one is answered."""
    yield
    body = {"exchange_id": "A"}
    assert requests.post(f"{served}/v1/orders/cancel/all", json=body, timeout=10).status_code == 200


def _raw(url: str, data: bytes, timeout: float = 10) -> bytes:
    """All that is sent back for ``data``."""
    address = urlsplit(url)
    assert address.hostname
    assert address.port
    received = b""
    with socket.create_connection((address.hostname, address.port), timeout) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                received += chunk
        except OSError:  # the server had enough
            pass
    return received


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe{\x00}\x00",
        b'{"exchange_id": "\xed\xa0\x80"}',
        b"[" * 100_000,
        b'{"exchange_id":' * 20_000,
        b"null",
        b'{"exchange_id": 1e999}',
        b'{"exchange_id": NaN}',
        b'{"exchange_id": ' + b"9" * 100_000 + b"}",
        json.dumps({f"member{n}": n for n in range(50_000)}).encode(),
        json.dumps({"exchange_id": {"exchange_id": ["x"] * 1000}}).encode(),
    ],
    ids=lambda body: repr(body[:20]),
)
def test_bodies_that_are_not_what_is_documented(served: str, body: bytes) -> None:
    answer = requests.post(f"{served}/v1/orders/cancel/all", data=body, timeout=30)
    assert answer.status_code == 400


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_too_large(served: str, chunked: bool) -> None:
    data = b"x" * (LARGEST + 1)
    answer = requests.post(
        f"{served}/v1/orders/cancel/all", data=iter([data]) if chunked else data, timeout=10
    )
    assert answer.status_code == 400  # the nearest error that is documented
    unknown = requests.post(f"{served}/v1/nothing", data=data, timeout=10)
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "target",
    [
        "/../../../etc/passwd",
        "/v1/orders/cancel/../../../../etc/passwd",
        "/v1/orders/cancel/%2e%2e/%2e%2e/etc/passwd",
        "/%00",
        "//etc/passwd",
        "/v1/orders/%ff%fe",
        "/" + "a/" * 5000,
        "/v1/orders/cancel/all/?" + "a=b&" * 10_000,
        "http://[",
        "http://elsewhere.example/v1/x",
        "*",
        "/{exchange}",
        "/v1/[",
    ],
    ids=lambda target: target[:40],
)
def test_targets_that_lead_nowhere(served: str, target: str) -> None:
    answer = _raw(served, f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert _status(answer) in (400, 404, 405, 414)
    assert b"root:" not in answer


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n" * 100,
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"y" * 200_000 + b" HTTP/1.1\r\n\r\n",
        b"POST /v1/orders/cancel/all HTTP/1.1\r\nContent-Length: -5\r\n\r\n{}",
        b"POST /v1/orders/cancel/all HTTP/1.1\r\nContent-Length: many\r\n\r\n{}",
        b"POST /v1/orders/cancel/all HTTP/1.1\r\nContent-Length: 500\r\n\r\n{}",
        b"POST /v1/orders/cancel/all HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/orders/cancel/all HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\nx",
        b"FROB / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\nX_y: z\r\n : v\r\n\r\n",
    ],
    ids=lambda data: repr(data[:40]),
)
def test_what_is_hardly_http(served: str, data: bytes) -> None:
    assert _status(_raw(served, data)) not in (200, 500)


def test_nothing_that_went_wrong_was_the_servers_fault() -> None:
    assert not [line for line in LOGGED if line.get("status") == 500]
    assert not [line for line in LOGGED if line.get("event") == "error"]


def test_who_trickles_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_PATIENCE", 0.4)
    with running_sandbox(contract_of("coinapi"), scheme="none") as url:
        address = urlsplit(url)
        assert address.hostname
        assert address.port
        with socket.create_connection((address.hostname, address.port), 10) as connection:
            connection.sendall(b"POST /v1/orders/cancel/all HTTP/1.1\r\n")
            with pytest.raises(OSError, match=r"[Bb]roken pipe|reset"):  # noqa: PT012
                for _ in range(400):  # twenty seconds: fifty times its patience
                    connection.sendall(b"X: y\r\n")
                    time.sleep(0.05)


def test_there_is_an_end_to_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_MOST", 3)
    with running_sandbox(contract_of("coinapi"), scheme="none") as url:
        address = urlsplit(url)
        assert address.hostname
        assert address.port
        idle = [socket.create_connection((address.hostname, address.port)) for _ in range(3)]
        while _raw(url, b"GET / HTTP/1.1\r\n\r\n"):  # the idle ones are not all heard of yet
            time.sleep(0.02)
        for connection in idle:
            connection.close()
        while not (answer := _raw(url, b"GET / HTTP/1.1\r\n\r\n")):  # nor that they are gone
            time.sleep(0.02)
        assert _status(answer) == 404


def test_many_at_once(served: str) -> None:
    statuses: list[int] = []

    def ask() -> None:
        answer = requests.delete(f"{served}/v1/orders/uuids?uuids[]=a", timeout=20)
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=ask) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 40


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "localhost", "example.org", ""])  # noqa: S104
def test_only_this_machines_own_address_is_served(host: str) -> None:
    with (
        pytest.raises(UsageError, match="no loopback address"),
        running_sandbox(contract_of("coinapi"), host=host),
    ):
        pass


def test_the_other_loopback_address() -> None:
    with running_sandbox(contract_of("coinapi"), host="127.0.0.2") as url:
        assert requests.get(url, timeout=10).status_code == 404


def test_a_port_that_is_taken(served: str) -> None:
    port = urlsplit(served).port
    assert port
    with (
        pytest.raises(UsageError, match=f"port {port}"),
        running_sandbox(contract_of("coinapi"), port=port),
    ):
        pass


def test_the_log_has_no_secrets(served: str) -> None:
    LOGGED.clear()
    key, secret = SANDBOX_KEYS.access_key, SANDBOX_KEYS.secret_key
    requests.post(
        f"{served}/v1/orders/cancel/all?signature=51gn&{key}=1&k={secret}",
        headers={"Authorization": f"Bearer t0k3n-{secret}", "X-Key": key, "Cookie": "c00k1e"},
        json={"exchange_id": "1d", "password": "pa55"},
        timeout=10,
    )
    requests.get(f"{served}/{key}/{secret}", timeout=10)
    assert len(LOGGED) == 2
    text = json.dumps(LOGGED)
    for hidden in (key, secret, "51gn", "t0k3n", "c00k1e", "1d", "pa55"):
        assert hidden not in text.replace("exchange_id", "")
    assert LOGGED[0]["query"] == ["signature", "***", "k"]


def test_nothing_to_serve() -> None:
    with pytest.raises(UsageError, match="nothing to serve"), running_sandbox(Contract()):
        pass

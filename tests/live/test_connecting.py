"""The way to a server: certificates, proxies, and what cannot be sent at all."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from conformance.live.client import LiveClient
from conformance.live.signing import Credentials
from conformance.live.transport import Unreachable
from conformance.model.interaction import Request
from tests.live.conftest import (
    ALLOWED,
    DOCUMENTED,
    HARMLESS,
    LIVE,
    Server,
    client,
    exchange,
    get,
    reply,
)


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
        LiveClient(
            exchange(), LIVE, Credentials("k" * 8), ALLOWED, operations=DOCUMENTED
        ) as asking,
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

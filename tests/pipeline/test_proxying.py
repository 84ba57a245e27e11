"""The recording proxy, between a client and a server of this machine."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("werkzeug", reason="no werkzeug: pip install -e '.[server]'")

from conformance.cli import main
from conformance.errors import UsageError
from conformance.evidence.loading import read_evidence
from conformance.pipeline import PageChoice
from conformance.pipeline.serving import recording_proxy

KEY = "k9f2-4471-aa03-secret-of-somebody"
PAGE = """\
# Accounts

`GET /v1/accounts/{accountId}`

| Name | Type |
| --- | --- |
| side | string |
"""


Asked = tuple[str, dict[str, str], bytes]


class Venue(BaseHTTPRequestHandler):
    """Answers everything, and remembers what it was asked."""

    protocol_version = "HTTP/1.1"
    asked: list[Asked]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append((self.requestline, dict(self.headers), body))
        told = json.dumps({"side": "BUY", "secret": KEY}).encode()
        moved = self.path.startswith("/moved")
        self.send_response(302 if moved else 200)
        self.send_header("Content-Type", "application/json")
        if moved:
            self.send_header("Location", "http://other.example/")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def venue(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[Asked]]]:
    monkeypatch.setattr(Venue, "asked", [], raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Venue)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Venue.asked
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/accounts.md").write_text(PAGE)
    assert main(["init", "venue", "docs"]) == 0
    return tmp_path


def proxying(said: list[str], **options: Any) -> AbstractContextManager[str]:
    return recording_proxy(
        PageChoice(exchanges=("venue",)), Path("out.har"), said.append, **options
    )


def ask(url: str, method: str, target: str, body: bytes | None = None, **fields: str) -> Any:
    """Status, headers and body, by a client that changes nothing."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    connection.request(method, target, body, headers)
    answer = connection.getresponse()
    told = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return told


def test_what_is_asked_is_passed_on_and_kept_without_secrets(
    venue: tuple[str, list[Asked]],
) -> None:
    server, asked = venue
    said: list[str] = []
    with proxying(said, to=server) as url:
        status, fields, body = ask(
            url, "POST", "/v1/orders?a=%2F&a=b+c", b'{"x":1}',
            Authorization=f"Bearer {KEY}", X_Own="1, 2", Connection="close, X-Hop", X_Hop="1",
        )  # fmt: skip
        ask(url, "GET", "/v1/accounts/314159265358")
    assert (status, fields["Content-Type"]) == (200, "application/json")
    assert json.loads(body) == {"side": "BUY", "secret": KEY}
    (line, sent, posted), (second, _, _) = asked
    assert line == "POST /v1/orders?a=%2F&a=b+c HTTP/1.1"
    assert second == "GET /v1/accounts/314159265358 HTTP/1.1"
    assert posted == b'{"x":1}'
    assert (sent["Authorization"], sent["X-Own"]) == (f"Bearer {KEY}", "1, 2")
    assert "X-Hop" not in sent
    assert sent["Host"] == urlsplit(server).netloc

    text = Path("out.har").read_text("utf-8")
    assert KEY not in text
    assert "314159265358" not in text
    found = read_evidence(Path("out.har"))
    assert found.problems == ()
    first, _ = found.interactions
    assert first.request is not None
    assert (first.request.method, first.request.url) == ("POST", f"{server}/v1/orders?a=%2F&a=b+c")
    assert first.request.body == b'{"x":1}'
    assert json.loads(first.reply.body)["side"] == "BUY"
    assert (first.origin.value, bool(first.date)) == ("sandbox", True)
    assert said == [f"venue: requests are passed on to {server}"]


def test_a_redirect_is_told_and_not_followed(venue: tuple[str, list[Asked]]) -> None:
    server, asked = venue
    with proxying([], to=server) as url:
        status, fields, _ = ask(url, "GET", "/moved")
    assert (status, fields["Location"]) == (302, "http://other.example/")
    assert len(asked) == 1


def test_nothing_is_sent_where_nobody_asks(venue: tuple[str, list[Asked]]) -> None:
    server, asked = venue
    with proxying([], to=server):
        pass
    assert asked == []
    assert json.loads(Path("out.har").read_text("utf-8"))["log"]["entries"] == []


def test_a_server_that_does_not_answer_is_a_bad_gateway() -> None:
    said: list[str] = []
    with proxying(said, to="http://127.0.0.1:9") as url:
        assert ask(url, "GET", "/v1/orders")[0] == 502
        assert ask(url, "GET", "http://other.example/")[0] == 502
    assert [line.partition(":")[0] for line in said[1:]] == ["no answer"] * 2
    assert "a request for another server" in said[2]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "which server is not known (give --to URL)"),
        ({"to": "nowhere"}, "is no address of a server"),
        ({"to": "http://api.example.com"}, "keys would be sent in the open"),
        ({"to": "https://api.example.com"}, "no person has confirmed this host"),
        ({"to": "https://api.example.com", "hosts": ["example.com"]}, "(if it is the exchange: "),
    ],
)
def test_where_requests_go_is_confirmed_by_a_person(options: Any, says: str) -> None:
    with pytest.raises(UsageError) as caught, proxying([], **options):
        pass
    assert says in str(caught.value)


def test_a_confirmed_host_is_passed_on_to() -> None:
    said: list[str] = []
    with proxying(said, to="https://api.example.com", hosts=["api.example.com"]):
        assert said == ["venue: requests are passed on to https://api.example.com"]


def test_the_command_runs_until_it_is_told_to_stop(venue: tuple[str, list[Asked]]) -> None:
    command = [sys.executable, "-m", "conformance", "proxy", "--exchange", "venue"]
    command += ["--to", venue[0], "--record", "c.har"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        url = process.stdout.readline().strip()
        assert ask(url, "DELETE", "/v1/orders")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    (made,) = read_evidence(Path("c.har")).interactions
    assert made.request is not None
    assert made.request.method == "DELETE"

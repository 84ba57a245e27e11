"""Whatever is asked and however it is answered: no output of any command has a secret in it.

The far end gives back all it was sent, in many disguises, adds secrets of its own, and breaks off
now and then.  Everything that is printed, logged, reported and recorded is searched for what it
was sent and what it made up.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

_REPOSITORY = Path(__file__).parents[2]
_KEY, _SECRET = "key-4f1d20c7-Öffner".encode().hex(), "secret/91b0aa63+of=some&length%"
_ACCOUNT, _COOKIE, _TOKEN = "acc-77-4411-zz", "c00kie-5d41402abc", "t0ken-9e107d9d372bb682"
_VARIABLES = {"VENUE_KEY": _KEY, "VENUE_SECRET": _SECRET}
_ONE = {"access_key": "VENUE_KEY"}
_BOTH = {**_ONE, "secret_key": "VENUE_SECRET"}
_SCHEMES = {"hmac": _BOTH, "jwt": _BOTH, "api-key": _ONE, "bearer": _ONE}
"""Scheme -> the variables it takes; a secret nobody ever read cannot be known."""
_PAGE = """# List orders

`GET /v1/orders`

| Name | Type | Required | Description |
|---|---|---|---|
| `market` | string | yes | The market. |

## Response 200

| Name | Type | Description |
|---|---|---|
| `count` | integer | Number of them. |

# Cancel order

`DELETE /v1/orders/{id}`

| Name | Type | Required | Description |
|---|---|---|---|
| `id` | string | yes | The order. |

## Response 200

| Name | Type | Description |
|---|---|---|
| `status` | string | The word. |
"""
_MANIFEST = """title = "Venue"
auth = "{auth}"
{details}
[environment]
{keys}
server_url = "VENUE_URL"
[[page]]
path = "en/orders.md"
language = "en"
sha256 = "{sha256}"
[[probe]]
operation = "GET /v1/orders"
reason = "Nobody trades it."
inputs.market = "unknown:{{}}-USD"
[[probe]]
operation = "DELETE /v1/orders/{{id}}"
reason = "Nobody has it."
inputs.id = "random-uuid"
"""


class _Parrot(BaseHTTPRequestHandler):
    """Each request is answered in another way."""

    protocol_version = "HTTP/1.1"
    turn = 0
    sent: set[Any]

    def answer(self) -> None:
        heard = f"{self.requestline}\n{self.headers}"
        self.sent |= set(re.findall(r"signature=([0-9a-f]+)|Bearer (\S+)", heard))
        type(self).turn += 1
        ways = (self.give_back, self.break_off, self.mumble, self.lead_on, self.say_otherwise)
        ways[self.turn % len(ways)](heard)
        self.close_connection = True

    do_GET = do_DELETE = answer  # noqa: N815

    def give_back(self, heard: str) -> None:
        """As values, as text, and what only its name tells to be a secret."""
        told = {"asked": heard, "accountId": _ACCOUNT, "of": [_ACCOUNT], _TOKEN: 1}
        body = json.dumps({**told, "session": {"id": _TOKEN}}).encode()
        self.reply(200, body, {"Set-Cookie": f"s={_COOKIE}", "X-Note": f"{_COOKIE} {_KEY}"})

    def say_otherwise(self, heard: str) -> None:
        words = f"{heard} {_SECRET} {_KEY}"
        told = [quote(words, safe=""), base64.b64encode(words.encode()).decode(), words.upper()]
        page = f"<p>{' '.join(told)} token={_TOKEN}</p><apiKey>{_ACCOUNT}</apiKey>"
        self.reply(500, page.encode(), {"Content-Type": "text/html"})

    def lead_on(self, heard: str) -> None:
        self.reply(302, b"{}", {"Location": f"https://elsewhere.example{self.path}&k={_KEY}"})

    def break_off(self, heard: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + heard.encode())

    def mumble(self, heard: str) -> None:
        self.wfile.write(f"HTTP/1.1 200 {_KEY}\r\nno field {_KEY}\r\n\r\n{heard}".encode())

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status, f"{_KEY} {_SECRET}")
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


@pytest.fixture
def parrot() -> Iterator[tuple[str, set[Any]]]:
    sent: set[Any] = set()
    handler = type("Parrot", (_Parrot,), {"sent": sent})
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield f"http://127.0.0.1:{made.server_port}", sent
    made.shutdown()
    made.server_close()


def _project(folder: Path, auth: str) -> None:
    place = folder / "docs_snapshot" / "venue"
    (place / "en").mkdir(parents=True)
    (place / "en" / "orders.md").write_text(_PAGE, "utf-8")
    header = '[auth_details]\nkey_header = "X-Venue-Id"'
    known = {
        "auth": auth,
        "details": header if auth in ("hmac", "api-key") else "",
        "keys": "".join(f'{what} = "{name}"\n' for what, name in _SCHEMES[auth].items()),
        "sha256": hashlib.sha256(_PAGE.encode()).hexdigest(),
    }
    (place / "exchange.toml").write_text(_MANIFEST.format(**known), "utf-8")


_SUITE = (
    "pytest conformance/ --exchange venue --live --live-seconds 20 --live-requests 90 "
    "--record-mode rewrite --junitxml=out/junit.xml --drift-report out "
    "-vv -rA -l --tb=long --full-trace --log-level=DEBUG -o junit_logging=all"
)
_COMMANDS = (
    "record --exchange venue --live --examples 2",
    "check cassettes/venue --docs docs_snapshot/venue/en",
    "coverage --exchange venue --format json",
)
_IN_TURN = """
import sys
from conformance.cli import main
for command in sys.argv[1:]:
    print(command, main(command.split()), flush=True)
"""


@pytest.mark.parametrize("auth", _SCHEMES)
def test_no_output_has_a_secret_in_it(
    tmp_path: Path, parrot: tuple[str, set[Any]], auth: str
) -> None:
    url, sent = parrot
    _project(tmp_path, auth)
    environment = {**os.environ, **_VARIABLES, "VENUE_URL": url, "PYTHONPATH": str(_REPOSITORY)}
    told = b""
    for command in (["-m", *_SUITE.split()], ["-c", _IN_TURN, *_COMMANDS]):
        done = subprocess.run(  # noqa: S603
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            timeout=120,
            check=False,
        )
        told += done.stdout + done.stderr
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"junit.xml", "venue.json", "venue.md"} <= {path.name for path in files}
    assert any(path.suffix == ".yaml" for path in files)
    assert all(command.encode() in told for command in _COMMANDS), told
    output = told + b"".join(files.values())
    assert b"redacted" in output
    seen = {each for pair in sent for each in pair if each}
    assert bool(seen) is (auth != "api-key")
    known = {_VARIABLES[name] for name in _SCHEMES[auth].values()}
    for secret in (*known, _ACCOUNT, _COOKIE, _TOKEN, *seen):
        for written in _written(secret):
            at = output.find(written)
            assert at < 0, output[max(0, at - 200) : at + 200]


def _written(secret: str) -> Iterator[bytes]:
    yield from (secret.encode(), secret.upper().encode(), quote(secret, safe="").encode())
    yield json.dumps(secret)[1:-1].encode()
    yield base64.b64encode(secret.encode()).rstrip(b"=")[:-2]

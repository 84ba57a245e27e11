"""Whatever is asked and however it is answered: no output of any command has a secret in it.

The far end gives back all it was sent, in every disguise, adds secrets of its own, and breaks off
now and then.  Everything that is printed, logged, reported and recorded is searched for what it
was sent and what it made up.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from conformance.cli import main
from conformance.live.disguises import SecretMatcher
from tests.forks import run_forked, run_pytest
from tests.live.disguised import DISGUISES, PARTIAL, VALUES

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
_MORE = """
# List {0}

`GET /v1/{0}`

| Name | Type | Required | Description |
|---|---|---|---|
| `limit` | integer | no | How many, at most 900. |

## Response 200

| Name | Type | Description |
|---|---|---|
| `count` | integer | Number of them. |
"""
_MANIFEST = """title = "Venue"
auth = "{auth}"
{details}
[environment]
{keys}
server_url = "VENUE_URL"
[live]
reads = {reads}
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
    disguised: list[tuple[str, str]]
    """Disguise and secret of each such answer."""
    secrets: Sequence[str] = ()
    """Credentials; where there are any, every answer has one in disguise, or the token."""

    def answer(self) -> None:
        heard = f"{self.requestline}\n{self.headers}"
        self.sent |= set(re.findall(r"signature=([0-9a-f]+)|Bearer (\S+)", heard))
        type(self).turn += 1
        ways = (self.give_back, self.break_off, self.mumble, self.lead_on, self.say_otherwise)
        way = self.disguise if self.secrets else ways[self.turn % len(ways)]
        way(heard)
        self.close_connection = True

    do_GET = do_DELETE = answer  # noqa: N815

    def give_back(self, heard: str) -> None:
        """As values, as text, and what only its name tells to be a secret."""
        told = {"asked": heard, "accountId": _ACCOUNT, "of": [_ACCOUNT], _TOKEN: 1}
        body = json.dumps({**told, "session": {"id": _TOKEN}}).encode()
        self.reply(200, body, {"Set-Cookie": f"s={_COOKIE}", "X-Note": f"{_COOKIE} {_KEY}"})

    def disguise(self, _: str) -> None:
        """One far from the other; the token is known by the cookie that it is in as well."""
        number, answers = len(self.disguised), self.answers()
        name, secret = answers[number * 7 % len(answers)]
        self.disguised.append((name, secret))
        self.reply(200, DISGUISES[name](secret).encode(), {"Set-Cookie": f"s={_TOKEN}"})

    @classmethod
    def answers(cls) -> list[tuple[str, str]]:
        """Every disguise of each secret."""
        named = [(name, _TOKEN) for name in DISGUISES if name not in PARTIAL]
        return [*((name, secret) for name in DISGUISES for secret in cls.secrets), *named]

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
def parrot() -> Iterator[tuple[str, type[_Parrot]]]:
    handler = type("Parrot", (_Parrot,), {"sent": set(), "disguised": []})
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield f"http://127.0.0.1:{made.server_port}", handler
    made.shutdown()
    made.server_close()


def _project(folder: Path, auth: str, more: Sequence[str] = ()) -> None:
    """One that documents two operations, and ``more`` that are alike."""
    page = _PAGE + "".join(map(_MORE.format, more))
    place = folder / "docs_snapshot" / "venue"
    (place / "en").mkdir(parents=True)
    (place / "en" / "orders.md").write_text(page, "utf-8")
    header = '[auth_details]\nkey_header = "X-Venue-Id"'
    known = {
        "auth": auth,
        "reads": json.dumps([f"GET /v1/{name}" for name in ("orders", *more)]),
        "details": header if auth in ("hmac", "api-key") else "",
        "keys": "".join(f'{what} = "{name}"\n' for what, name in _SCHEMES[auth].items()),
        "sha256": hashlib.sha256(page.encode()).hexdigest(),
    }
    (place / "exchange.toml").write_text(_MANIFEST.format(**known), "utf-8")


_SUITE = (
    "conformance/ --exchange venue --live --allow-state-change --live-host {host} "
    "--live-seconds 600 --live-requests 90 "
    "--record-mode rewrite --junitxml=out/junit.xml --drift-report out --history h.db "
    "-vv -rA -l --tb=long --log-level=DEBUG -o junit_logging=all"
)
_FORMATS = ("json", "markdown", "html", "sarif", "github")
_COMMANDS = (
    "record --exchange venue --live --allow-state-change --host {host} --examples 9 --seconds 600",
    "check cassettes/venue --docs docs_snapshot/venue/en",
    "coverage --exchange venue --format json",
    *(
        f"check cassettes/venue --docs docs_snapshot/venue/en --format {name} -o out/found.{name}"
        for name in _FORMATS
    ),
)


def _in_turn(commands: Sequence[str]) -> int:
    for command in commands:
        sys.stdout.write(f"{command} {main(command.split())}\n")
    return 0


def _outputs(folder: Path, url: str, *options: str) -> tuple[bytes, dict[Path, bytes]]:
    """Of a live run of the suite and of every command after it: what is printed, and all files."""
    environment = {**os.environ, **_VARIABLES, "VENUE_URL": url}
    told, host = b"", urlsplit(url).netloc
    commands = [command.format(host=host) for command in _COMMANDS]
    suite = _SUITE.format(host=host).split()
    for program in (partial(run_pytest, *suite, *options), partial(_in_turn, commands)):
        done = run_forked(program, folder, environment, 240)
        told += f"{done.out}{done.err}".encode()
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {"junit.xml", "venue.json", "venue.md", "h.db"} <= {path.name for path in files}
    assert all(command.encode() in told for command in commands), told
    return told, files


@pytest.mark.parametrize("auth", _SCHEMES)
def test_no_output_has_a_secret_in_it(
    tmp_path: Path, parrot: tuple[str, type[_Parrot]], auth: str
) -> None:
    url, far_end = parrot
    _project(tmp_path, auth)
    # Frames of pytest and Hypothesis are the same whatever the scheme.
    told, files = _outputs(tmp_path, url, *(["--full-trace"] if auth == "hmac" else []))
    assert any(path.suffix == ".yaml" for path in files)
    assert {f"found.{name}" for name in _FORMATS} <= {path.name for path in files}
    output = told + b"".join(files.values())
    assert b"redacted" in output
    seen = {each for pair in far_end.sent for each in pair if each}
    assert bool(seen) is (auth != "api-key")
    known = {_VARIABLES[name] for name in _SCHEMES[auth].values()}
    for secret in (*known, _ACCOUNT, _COOKIE, _TOKEN, *seen):
        for written in _written(secret):
            at = output.find(written)
            assert at < 0, output[max(0, at - 200) : at + 200]


@pytest.mark.timeout(600)
def test_no_output_has_a_disguise_of_a_secret_in_it(
    tmp_path: Path, parrot: tuple[str, type[_Parrot]]
) -> None:
    """Three secrets, every disguise; what is not stored is spoken of."""
    url, far_end = parrot
    far_end.secrets = (_KEY, _SECRET)
    _project(tmp_path, "hmac", [f"trades{number}" for number in range(4)])
    told, files = _outputs(tmp_path, url)
    assert len({name for name, _ in far_end.disguised}) > 57
    assert {secret for _, secret in far_end.disguised} == set(far_end.secrets) | {_TOKEN}
    assert b"a secret is in the answer, in disguise: the answer is not stored" in told
    recording = _COMMANDS[0].format(host=urlsplit(url).netloc)
    assert f"{recording} 2\n".encode() in told
    output = told + b"".join(files.values())
    for name, secret in far_end.disguised:
        assert not any(written in output for written in _disguised(name, secret)), name
    matcher = SecretMatcher((_KEY, _SECRET, _TOKEN))
    for place, data in ({"printed": told} | files).items():
        assert not matcher.finds(data.decode("latin-1")), place


def _written(secret: str) -> Iterator[bytes]:
    yield from (secret.encode(), secret.upper().encode(), quote(secret, safe="").encode())
    yield json.dumps(secret)[1:-1].encode()
    yield base64.b64encode(secret.encode()).rstrip(b"=")[:-2]


def _disguised(name: str, secret: str) -> Iterator[bytes]:
    """The disguise as it was sent, and as it would stand in a text or a JSON file."""
    for text in {DISGUISES[name](secret), VALUES.get(name, DISGUISES[name])(secret)}:
        yield text.encode()
        yield json.dumps(text)[1:-1].encode()
        yield json.dumps(text, ensure_ascii=False)[1:-1].encode()

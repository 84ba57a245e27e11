"""Consent to ask an exchange comes from what is typed, and nothing else asks one."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

# A run inside this process drops every module that it was the first to load; these would come
# back as strangers in the next one.
from conformance.live.safety import Policy, read_typed_policy
from conformance.pytest_plugin import OPTIONS, expand_short_names

pytest_plugins = ["pytester"]

_PAGE = """# Venue

## Market data

### Depth

`GET /v1/depth`

| Name | Type | Required | Description |
|---|---|---|---|
| `limit` | integer | yes | How many. |

### Cancel all

`GET /v1/orders/%63ancelAll`

### Do

`GET /v1/do`

| Name | Type | Required | Description |
|---|---|---|---|
| `command` | string | yes | `cancelAllOrders` or `listOrders`. |

## Private

### Orders

`GET /v1/orders`

### Balances

`GET /v1/balances`

### Delete order

`DELETE /v1/orders`

| Name | Type | Required | Description |
|---|---|---|---|
| `id` | string | yes | The order. |
"""
_MANIFEST = """title = "Venue"
servers = ["http://127.0.0.1:9"]
auth = "api-key"
[auth_details]
key_header = "X-Key"
[environment]
access_key = "VENUE_KEY"
server_url = "VENUE_URL"
[live]
reads = ["GET /v1/orders"]
[[rate_limit]]
count = 1000
seconds = 1
[[page]]
path = "en/venue.md"
language = "en"
sha256 = "{sha256}"
[[probe]]
operation = "DELETE /v1/orders"
reason = "Nobody has it."
inputs.id = "random-uuid"
"""


class _Recorder(BaseHTTPRequestHandler):
    asked: set[tuple[str, str, bool]]

    def answer(self) -> None:
        path, signed = urlsplit(self.path).path, "X-Key" in self.headers
        self.asked.add((self.command, path, signed))
        self.send_response(200 if signed or path == "/v1/depth" else 401)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_DELETE = do_POST = do_PUT = do_PATCH = answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, set[Any]]]:
    """A server that this program has not started: its host, and what it was asked."""
    asked: set[Any] = set()
    handler = type("Recorder", (_Recorder,), {"asked": asked})
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}).start()
    monkeypatch.setenv("VENUE_KEY", "key-4f1d20c7-of-venue")
    monkeypatch.setenv("VENUE_URL", f"http://127.0.0.1:{made.server_port}")
    yield f"127.0.0.1:{made.server_port}", asked
    made.shutdown()
    made.server_close()


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    place = pytester.path / "docs_snapshot" / "venue"
    (place / "en").mkdir(parents=True)
    (place / "en" / "venue.md").write_text(_PAGE, "utf-8")
    digest = hashlib.sha256(_PAGE.encode()).hexdigest()
    (place / "exchange.toml").write_text(_MANIFEST.format(sha256=digest), "utf-8")
    return pytester.path


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    quick = ("-p", "no:cacheprovider", "-p", "no:randomly", "-k", "test_live")
    return pytester.runpytest_inprocess("conformance/", *quick, *arguments)


READS = {("GET", "/v1/depth", False), ("GET", "/v1/orders", True), ("GET", "/v1/orders", False)}
CHANGES = {("DELETE", "/v1/orders", True), ("DELETE", "/v1/orders", False)}
LIVE = ("--exchange", "venue", "--live")
CHANGE = "--allow-state-change"


def test_what_arrives_is_what_was_consented_to(
    project: Path, pytester: pytest.Pytester, far: tuple[str, set[Any]]
) -> None:
    host, asked = far
    run(pytester, "--exchange", "venue")
    run(pytester, *LIVE)
    run(pytester, *LIVE, "--live-host", "127.0.0.1")
    assert asked == set()
    run(pytester, *LIVE, "--live-host", host)
    assert asked == READS
    run(pytester, *LIVE, "--live-host", host, CHANGE)
    assert asked == READS | CHANGES


@pytest.mark.parametrize("way", ["pytest.ini", "PYTEST_ADDOPTS", "-o", "@file"])
@pytest.mark.parametrize(
    ("typed", "untyped", "words"),
    [
        ((), ("--exchange", "venue", "--live", CHANGE, "--live-host", "HOST"), "--live:"),
        (LIVE, (CHANGE, "--live-host", "HOST"), f"{CHANGE}:"),
        ((*LIVE, CHANGE), ("--live-host", "HOST"), "--live-host 127.0.0.1:*:"),
        (("--live", CHANGE, "--live-host", "HOST"), ("--exchange", "venue"), "--exchange venue:"),
        (LIVE, ("--docs-root", "."), "--docs-root .:"),
        (LIVE, ("--live-variable", "AWS_SECRET_ACCESS_KEY"), "--live-variable AWS_SECRET_*:"),
    ],
)
def test_files_and_variables_do_not_consent(
    project: Path,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    far: tuple[str, set[Any]],
    way: str,
    typed: tuple[str, ...],
    untyped: tuple[str, ...],
    words: str,
) -> None:
    host, asked = far
    given = [one.replace("HOST", host) for one in typed]
    options = " ".join(untyped).replace("HOST", host)
    if way == "pytest.ini":
        pytester.makeini(f"[pytest]\naddopts = {options}\n")
    elif way == "PYTEST_ADDOPTS":
        monkeypatch.setenv("PYTEST_ADDOPTS", options)
    elif way == "-o":
        given += ["-o", f"addopts={options}"]
    else:
        (project / "more.txt").write_text(options.replace(" ", "\n"), "utf-8")
        given += [f"@{project / 'more.txt'}"]
    result = run(pytester, *given)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{words} only what is typed on the command line consents*"])
    assert asked == set()


def test_a_conftest_that_sets_options_does_not_consent(
    project: Path, pytester: pytest.Pytester, far: tuple[str, set[Any]]
) -> None:
    host, asked = far
    pytester.makeconftest(
        f"""
        def pytest_collection(session):
            session.config.option.conformance_live = True
            session.config.option.conformance_allow_state_change = True
            session.config.option.conformance_exchange = ["venue"]
            session.config.option.conformance_live_host = ["{host}"]
        """
    )
    run(pytester)
    run(pytester, *LIVE, "--live-host", host)
    assert asked == READS


@pytest.mark.parametrize(
    ("arguments", "policy"),
    [
        ([], Policy()),
        (["conformance/", "--live"], Policy(live=True)),
        (["--conformance-live"], Policy(live=True)),
        (["--allow-state-change"], Policy(allow_state_change=True)),
        (["--conformance-allow-state-change"], Policy(allow_state_change=True)),
        (["--exchange", "a", "--exchange=b"], Policy(named=("a", "b"))),
        (["--conformance-exchange=a"], Policy(named=("a",))),
        (["--live-host", "a", "--live-variable=B"], Policy(hosts=("a",), variables=("B",))),
        (["--liv", "--allow-state"], Policy()),
        (["--", "--live"], Policy()),
        (["-o", "addopts=--live"], Policy()),
        (["--live=yes"], Policy()),
        (["--exchange"], Policy()),
        (["-k", "live", "-p", "no:live"], Policy()),
    ],
)
def test_what_is_typed_is_read_as_pytest_reads_it(arguments: list[str], policy: Policy) -> None:
    free = {f"--{option.name}" for option in OPTIONS}
    assert read_typed_policy(list(expand_short_names(arguments, free))) == policy


def test_a_short_name_that_means_something_else_does_not_consent(
    project: Path, pytester: pytest.Pytester, far: tuple[str, set[Any]]
) -> None:
    host, asked = far
    pytester.makeconftest(
        "def pytest_addoption(parser):\n    parser.addoption('--live', action='store_true')\n"
    )
    pytester.makeini(f"[pytest]\naddopts = --conformance-live --live-host {host}\n")
    result = run(pytester, "--exchange", "venue", "--live")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert asked == set()

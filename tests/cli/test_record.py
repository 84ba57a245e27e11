"""``conformance record`` and ``conformance coverage``, as a user calls them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import socket
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from conformance.cli import main
from conformance.evidence.loading import read_evidence

FOLDER = Path("cassettes/upbit/delete-v1-orders-uuids-sandbox")
KEYS = {
    "UPBIT_OPEN_API_ACCESS_KEY": "access-key-4f1d20c7",
    "UPBIT_OPEN_API_SECRET_KEY": "secret-key-91b0aa63-of-some-length",
}


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def record(*arguments: str, exchange: str = "upbit") -> int:
    return main(["record", "--exchange", exchange, *arguments])


def consenting(url: str) -> tuple[str, ...]:
    """All that a person has to say before an operation that changes state is asked at ``url``."""
    return "--live", "--allow-state-change", "--host", urlsplit(url).netloc


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that accepts connections and does what it is told with each."""
    with socket.create_server(("127.0.0.1", 0)) as made:

        def serve() -> None:
            while True:
                try:
                    connection, _ = made.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{made.getsockname()[1]}"
        made.shutdown(socket.SHUT_RDWR)


def test_the_sandbox_is_recorded_and_checked(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert record("--sandbox") == 0
    assert "valid" in capsys.readouterr().err
    evidence = read_evidence(FOLDER)
    assert evidence.problems == ()
    assert {i.origin.value for i in evidence.interactions} == {"sandbox"}
    assert {i.reply.status for i in evidence.interactions} == {200, 400}
    assert main(["check", "--exchange", "upbit", "--fail-on", "info"]) == 0


_PAGES = {
    "place.md": "# Place\n\n`POST https://api.example.com/v1/orders`\n\n"
    "Authentication: HMAC signature.\n\n## Response\n\n"
    "| Field | Type | Description |\n| --- | --- | --- |\n| id | string | Its id |\n",
    "look.md": "# Look\n\n`GET https://api.example.com/v1/markets`\n\n## Response\n\n"
    "| Field | Type | Description |\n| --- | --- | --- |\n| id | string | Its id |\n",
}


def test_pages_that_name_no_header_and_one_that_asks_for_no_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sandbox takes the key in any header; what is silent beside others asks for none."""
    monkeypatch.chdir(tmp_path)
    Path("docs").mkdir()
    for name, text in _PAGES.items():
        Path("docs", name).write_text(text, "utf-8")
    assert main(["init", "venue", "docs"]) == 0
    assert record("--sandbox", exchange="venue") == 0
    recorded = Path("cassettes/venue").iterdir()
    folders = {path.name: {file.name[:8] for file in path.iterdir()} for path in recorded}
    assert "unsigned" in folders["post-v1-orders-sandbox"]
    assert "unsigned" not in folders["get-v1-markets-sandbox"]
    capsys.readouterr()
    main(["check", "--exchange", "venue", "--fail-on", "info"])
    assert "without the documented authentication" not in capsys.readouterr().out


def test_the_manifest_says_where_it_comes_from(project: Path) -> None:

    record("--sandbox", "--examples", "1")
    manifest = tomllib.loads((FOLDER / "manifest.toml").read_text("utf-8"))
    page = Path("docs_snapshot/upbit/en/order-list-cancel.md").read_bytes()
    first = manifest["cassette"][0]
    assert (first["origin"], first["docs"]) == ("sandbox", hashlib.sha256(page).hexdigest())
    assert "placeholders" in first["note"]
    assert first["date"]


def test_no_credential_is_in_any_file(project: Path, keys: None, monkeypatch: Any) -> None:
    """Asked under the names of the exchange, of a server that gives everything back."""

    def echo(connection: socket.socket) -> None:
        with connection:
            asked = connection.recv(65536).decode("latin-1")
            body = json.dumps({"asked": asked, "key": list(KEYS.values())}).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode() + body)

    with listening(echo) as url:
        monkeypatch.setenv("UPBIT_OPEN_API_SERVER_URL", url)
        assert record(*consenting(url)) == 0
    written = b"".join(path.read_bytes() for path in FOLDER.iterdir())
    assert b'"asked"' in written
    assert not any(value.encode() in written for value in KEYS.values())
    assert b"eyJ" not in written


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--live"], "set UPBIT_OPEN_API_SERVER_URL"),
        (["--live", "--fault", "null"], "add --sandbox|use --sandbox"),
        (["--sandbox", "--fault", "nothing"], "no fault"),
    ],
)
def test_what_cannot_be_done_is_told(
    project: Path,
    keys: None,
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:

    assert record(*arguments) == 2
    assert re.search(words, capsys.readouterr().err)


@pytest.mark.parametrize(
    "arguments", [[], ["--live", "--sandbox"], ["--sandbox", "--examples", "0"]]
)
def test_one_of_two_has_to_be_said(project: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        record(*arguments)
    assert ended.value.code == 2


HOST = ("--host", "api.venue.invalid")


@pytest.mark.parametrize(
    ("url", "more", "words"),
    [
        ("https://api.venue.invalid", [*HOST], "--allow-state-change"),
        ("https://api.venue.invalid", ["--allow-state-change"], "no person has confirmed"),
        ("http://api.venue.invalid", ["--allow-state-change", *HOST], "https"),
        ("https://user:word@api.venue.invalid", [], "no web address"),
        ("https://api.venue.invalid", ["--allow-state-change", *HOST], "DNS|no answer"),
    ],
)
def test_an_exchange_is_asked_only_what_was_allowed(
    project: Path,
    keys: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    url: str,
    more: list[str],
    words: str,
) -> None:

    monkeypatch.setenv("UPBIT_OPEN_API_SERVER_URL", url)
    assert record("--live", "--timeout", "5", *more) == 2
    assert re.search(words, capsys.readouterr().err)
    assert not FOLDER.exists()


def test_host_and_variables_are_shown_before_anything_is_sent(
    project: Path, keys: None, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[str] = []

    def look(connection: socket.socket) -> None:
        shown.append(capsys.readouterr().err)
        connection.close()

    with listening(look) as url:
        monkeypatch.setenv("UPBIT_OPEN_API_SERVER_URL", url)
        record(*consenting(url), "--examples", "1")
    assert shown[0] == (
        f"upbit: requests go to {url}; those that are signed, with UPBIT_OPEN_API_ACCESS_KEY, "
        "UPBIT_OPEN_API_SECRET_KEY\n"
    )


def test_another_programs_variable_is_read_only_if_it_is_named(
    project: Path, keys: None, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = Path("docs_snapshot/upbit/exchange.toml")
    text = manifest.read_text("utf-8").replace("UPBIT_OPEN_API_SECRET", "AWS_SECRET_ACCESS")
    manifest.write_text(text, "utf-8")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "aws-91b0aa63-of-some-length")
    with listening(drop) as url:
        monkeypatch.setenv("UPBIT_OPEN_API_SERVER_URL", url)
        assert record(*consenting(url)) == 2
        assert "AWS_SECRET_ACCESS_KEY is not named like upbit" in capsys.readouterr().err
        assert record(*consenting(url), "--variable", "AWS_SECRET_ACCESS_KEY") == 2
        assert "DELETE http://127.0.0.1" in capsys.readouterr().err


def hang(connection: socket.socket) -> None:
    time.sleep(3)
    connection.close()


def drop(connection: socket.socket) -> None:
    connection.close()


def trickle(connection: socket.socket) -> None:
    with connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        with suppress(OSError):  # the client has given up
            for _ in range(30):
                connection.sendall(b"x")
                time.sleep(0.1)


def lie(connection: socket.socket) -> None:
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}")


@pytest.mark.parametrize("wrong", [hang, drop, trickle, lie])
def test_a_server_that_does_wrong_leaves_the_old_recording(
    project: Path,
    keys: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: Callable[[socket.socket], None],
) -> None:
    assert record("--sandbox", "--examples", "1") == 0
    before = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    capsys.readouterr()
    with listening(wrong) as url:
        monkeypatch.setenv("UPBIT_OPEN_API_SERVER_URL", url)
        assert record(*consenting(url), "--timeout", "1") == 2
    told = capsys.readouterr().err
    assert "DELETE http://127.0.0.1" in told
    assert "Traceback" not in told
    assert {path.name: path.read_bytes() for path in FOLDER.iterdir()} == before


def test_a_budget_that_is_spent_ends_the_run(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert record("--sandbox", "--requests", "2") == 2
    assert "all 2 requests of this run were sent" in capsys.readouterr().err
    assert not FOLDER.exists()


def test_coverage_counts_by_origin(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record("--sandbox")
    capsys.readouterr()
    assert main(["coverage", "--exchange", "upbit"]) == 0
    told = capsys.readouterr().out
    assert "statuses: 0 of 2 observed" in told
    assert re.search(r"never \(set apart: \d+ sandbox", told)
    assert "[en/order-list-cancel.md:25]" in told


def test_coverage_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "--exchange", "bingx", "--format", "json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    (operation,) = tree["exchanges"][0]["operations"]
    assert tree["version"] == 1
    assert (operation["interactions"], operation["set_apart"]) == ({}, {"constructed": 3})
    assert not any(item["observed"] for item in operation["items"])
    assert any(item["set_apart"] == {"constructed": 2} for item in operation["items"][:20])
    never = [i for i in operation["items"] if i["kind"] == "enum" and "set_apart" not in i]
    assert {"kind": "enum", "subject": "responses.200.side", "state": "BUY"}.items() <= {
        k: v for i in operation["items"] if i.get("state") == "BUY" for k, v in i.items()
    }.items()
    assert never
    assert all(item["documented"]["line"] > 0 for item in operation["items"])


def test_coverage_of_nothing_is_no_result(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:

    shutil.rmtree("cassettes")
    assert main(["coverage"]) == 2
    assert "nothing was observed" in capsys.readouterr().err


def test_what_is_no_http_answer_does_not_fail_coverage(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [
        {
            "request": {"method": "GET", "url": "wss://stream.example/x"},
            "response": {"status": 101},
        },
        {"request": {"method": "GET", "url": "data:text/plain,x"}, "response": {"status": 200}},
    ]
    (project / "cassettes/bingx/page.har").write_text(json.dumps({"log": {"entries": entries}}))
    assert main(["coverage", "--exchange", "bingx"]) == 0
    assert "wss://" in capsys.readouterr().err

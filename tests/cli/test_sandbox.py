"""``conformance sandbox`` as a program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from conformance.cli import main

COMMAND = (sys.executable, "-m", "conformance", "sandbox")


@contextmanager
def _started(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running program, and its first line on stdout."""
    program = subprocess.Popen(  # noqa: S603
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert program.stdout
        yield program, program.stdout.readline()
    finally:
        program.kill()
        program.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_told_to_stop(project: Path, number: signal.Signals) -> None:
    with _started("--exchange", "upbit", "--auth", "none", "--json") as (program, line):
        told = json.loads(line)
        assert told["operations"] == ["DELETE /v1/orders/uuids"]
        uuid = told["orders"]["open"][0]["uuid"]
        url = f"{told['address']}/v1/orders/uuids?uuids[]={uuid}"
        answer = requests.delete(url, timeout=10)
        assert answer.json()["success"]["count"] == 1
        os.kill(program.pid, number)
        out, err = program.communicate(timeout=10)
        assert (program.returncode, out) == (0, "")
        (logged,) = map(json.loads, err.splitlines())
        assert (logged["operation"], logged["status"]) == ("DELETE /v1/orders/uuids", 200)
        assert uuid not in err


def test_its_address_alone(project: Path) -> None:
    with _started("--docs", "docs_snapshot/bingx/en", "--quiet") as (_, line):
        assert line.startswith("http://127.0.0.1:")
        assert requests.get(line.strip(), timeout=10).status_code == 404


def test_keys_come_from_the_environment(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFORMANCE_SANDBOX_ACCESS_KEY", "mine")
    with _started("--exchange", "bingx") as (_, line):
        address = f"{line.strip()}/openApi/spot/v1/trade/cancelOpenOrders"
        body = {"timestamp": 1_700_000_000_000}
        for key, status in (("mine", 200), ("other", 401)):
            answer = requests.post(address, json=body, headers={"X-Key": key}, timeout=10)
            assert answer.status_code == status


def test_faults_are_listed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["sandbox", "--list-faults"]) == 0
    out = capfdbinary.readouterr().out.decode()
    assert "null[:SUBJECT]\n    sends null; found as undocumented-null\n" in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "give either --exchange NAME or --docs PATH"),
        (["--exchange", "upbit", "--docs", "."], "give either --exchange NAME or --docs PATH"),
        (["--exchange", "nobody"], "unknown exchange 'nobody'"),
        (["--exchange", "upbit", "--fault", "nil"], "no fault 'nil'"),
        (["--exchange", "upbit", "--fault", "null:x"], "no documented answer has 'x'"),
        (["--exchange", "upbit", "--host", "192.0.2.1"], "no loopback address"),
        (["--exchange", "upbit", "--port", "70000"], "port 70000"),
        (["--exchange", "upbit", "--auth", "oauth"], "no scheme 'oauth'"),
        (["--exchange", "upbit", "--seed-orders", "nothing.json"], "cannot be read"),
        (["--docs", "cassettes"], "nothing to serve"),
    ],
)
def test_what_cannot_be_served(
    project: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["sandbox", *options]) == 2
    assert said in capsys.readouterr().err

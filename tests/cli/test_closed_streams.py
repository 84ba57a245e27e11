"""Streams that are closed or full end in one line and exit status 2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.cli import main

_PAGE = Path(__file__).parents[2] / "docs_snapshot/bingx/en/cancel-open-orders.md"


@pytest.mark.parametrize(
    ("command", "redirection"), [("extract", ">&-"), ("lint --fail-on never", "> /dev/full")]
)
def test_no_traceback(command: str, redirection: str) -> None:
    line = f"{sys.executable} -m conformance {command} {_PAGE} {redirection}"
    done = subprocess.run(  # noqa: S603
        ["bash", "-c", line],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "standard output" in done.stderr


@pytest.mark.parametrize("words", ["--version", "lint --help"])
def test_help_into_a_closed_stream(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(words.split()) == 2
    assert capsys.readouterr().err.endswith(": standard output is closed\n")


@pytest.mark.parametrize("words", ["--version", "lint --help"])
def test_help_on_a_full_disk(words: str) -> None:
    done = subprocess.run(  # noqa: S603
        ["bash", "-c", f"{sys.executable} -m conformance {words} > /dev/full"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("conformance")
    assert done.stderr.endswith(": [Errno 28] No space left on device\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", ["--help", "rules", f"lint {_PAGE}", f"extract {_PAGE}"])
def test_nobody_reads_the_result(words: str) -> None:
    command = [sys.executable, "-m", "conformance", *words.split()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:  # noqa: S603
        assert run.stdout is not None
        run.stdout.close()
        assert run.stderr is not None
        said = run.stderr.read()
    assert run.returncode == 141
    assert b"Error" not in said
    assert b"Exception" not in said

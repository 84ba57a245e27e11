"""What the suite says fits the terminal it is said in, and is whole where there is none."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.report.report import Style
from conformance.suite.verdict import fit_line

_REPOSITORY = Path(__file__).parents[2]
_LINE = "NEW      example-not-json responses.200: the example is no JSON: Expecting property name"


def test_a_line_is_broken_between_words() -> None:
    assert list(fit_line(_LINE, Style(width=60, wrap=True))) == [
        "NEW      example-not-json responses.200: the",
        "         example is no JSON: Expecting property name",
    ]


@pytest.mark.parametrize("style", [Style(width=40), Style(width=100, wrap=True)])
def test_a_line_stays_whole_where_it_fits_or_nobody_looks(style: Style) -> None:
    assert list(fit_line(_LINE, style)) == [_LINE]


@pytest.mark.parametrize("width", [1, 9, 10, 30])
def test_nothing_is_lost_however_narrow(width: int) -> None:
    pieces = fit_line(_LINE, Style(width=width, wrap=True))
    assert " ".join(pieces).split() == _LINE.split()


def test_the_suite_asks_the_terminal(tmp_path: Path) -> None:
    """What drifts is told within sixty columns."""
    for room in ("docs_snapshot", "cassettes", "schemas"):
        shutil.copytree(_REPOSITORY / room / "upbit", tmp_path / room / "upbit")
    (tmp_path / "docs_snapshot/upbit/known_drift.toml").unlink()
    command = [sys.executable, "-m", "pytest", "conformance/", "--exchange", "upbit"]
    quick = ["-k", "test_operation", "-p", "no:cacheprovider", "--color=no"]
    said = _on_a_terminal([*command, *quick, "--docs-root", str(tmp_path)], columns=60)
    found = said.partition("- drift: upbit -")[2].partition("short test summary")[0]
    assert "NEW      type-conflict" in found
    wide = [line for line in found.splitlines() if len(line) > 60 and " " in line.strip()]
    assert not wide


def _on_a_terminal(command: list[str], columns: int) -> str:
    ours, theirs = pty.openpty()
    settings = {"COLUMNS": str(columns), "TERM": "dumb", "PYTEST_ADDOPTS": ""}
    with subprocess.Popen(  # noqa: S603
        command, stdout=theirs, cwd=_REPOSITORY, env=os.environ | settings
    ) as process:
        os.close(theirs)
        said = bytearray()
        try:
            while piece := os.read(ours, 65536):
                said += piece
        except OSError:  # how Linux says that the other end was closed
            pass
        os.close(ours)
    assert process.returncode == 1
    return said.decode().replace("\r\n", "\n")

"""When text is coloured, and how wide it is."""

from __future__ import annotations

import io
import os
import pty
import sys
import termios
from pathlib import Path

import pytest

from conformance.cli.console import Progress, style
from conformance.report.plain import width


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": ""}, False),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(
    terminal: bool, environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal() if terminal else io.StringIO())
    assert style(None).colour is coloured
    assert style(Path("file")).colour is False


def test_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "47")
    monkeypatch.delenv("TERM", raising=False)
    assert style(None).width == 47
    assert style(Path("file")).width == 100


@pytest.mark.parametrize("columns", [1, 2, 3, 20, 40, 200])
@pytest.mark.parametrize("name", ["a" * 300, "문서" * 60, "a.md", "a\x1b[31m\n"])
def test_progress_stays_on_one_line(
    columns: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setenv("COLUMNS", str(columns))
    Progress("reading")(1, 2, name)
    first, line = terminal.getvalue().split("\r")
    assert not first
    assert line.isprintable()
    assert width(line) == max(columns - 1, 1)


def test_progress_is_as_wide_as_the_terminal_it_is_shown_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 40))
    monkeypatch.delenv("COLUMNS", raising=False)
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        Progress("reading")(1, 2, "a" * 100)
        shown = os.read(ours, 1000)
    os.close(ours)
    assert len(shown.decode()) == len("\r") + 39

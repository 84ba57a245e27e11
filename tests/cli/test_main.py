"""The command line as a whole."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from conformance import __version__
from conformance.cli import main
from conformance.cli.console import Progress


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    first, *others = capsys.readouterr().out.splitlines()
    assert first == f"conformance {__version__}"
    assert others[0].startswith("Python 3.")
    assert f"hypothesis {version('hypothesis')}" in others


def test_usage_errors_exit_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["extract", "--format", "nothing"])
    assert stopped.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_help_tells_commands_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert "extract" in said
    assert "check" in said
    assert "nothing was checked" in said


def test_an_interrupted_command_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("conformance.pipeline.extraction.extract_contract", interrupt)
    assert main(["extract"]) == 2
    assert "interrupted" in capsys.readouterr().err


def test_progress_is_for_terminals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Progress("reading")(1, 2, "a.md")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    progress = Progress("reading")
    progress(1, 2, "a.md")
    progress(2, 2, "b.md")
    said = capsys.readouterr().err
    assert "reading 1/2 a.md" in said
    assert said.endswith("\r")


def test_progress_has_a_rate_and_the_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    times = iter((1.0, 9.0))
    monkeypatch.setattr("conformance.cli.console.time.monotonic", lambda: next(times))
    progress = Progress("checking")
    progress(1, 30, "a.har")
    assert "checking 1/30 a.har" in capsys.readouterr().err
    progress(5, 30, "b.har")
    assert "checking 5/30 (0.5/s, 0:00:50 left) b.har" in capsys.readouterr().err

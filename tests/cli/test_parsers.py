"""The words of the command line."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.cli.main import build_parser
from conformance.cli.parsers import COMMANDS
from conformance.cli.parsers.common import whole

_LIGHT = (
    *("conformance.cli", "conformance.errors", "conformance.model"),
    "conformance.report.formats",
)
"""What ``--help`` may import of the package."""


@pytest.fixture(scope="module")
def parsers() -> dict[str, argparse.ArgumentParser]:
    commands = argparse.ArgumentParser().add_subparsers()
    for add in COMMANDS:
        add(commands)
    return dict(commands.choices)


def test_every_command_has_a_module_that_runs_it(
    parsers: dict[str, argparse.ArgumentParser],
) -> None:
    assert len(parsers) == len(COMMANDS)
    for name in parsers:
        assert callable(importlib.import_module(f"conformance.cli.{name}").run)


def test_every_command_and_option_is_explained(
    parsers: dict[str, argparse.ArgumentParser],
) -> None:
    for name, parser in parsers.items():
        assert parser.description, name
        assert "exit status" in parser.format_help()
        for action in parser._actions:
            assert action.help, (name, action.dest)


def test_defaults_in_words_are_the_defaults(parsers: dict[str, argparse.ArgumentParser]) -> None:
    for name, parser in parsers.items():
        for action in parser._actions:
            if isinstance(action.default, int) and action.nargs != 0:
                assert f"(default: {action.default}" in str(action.help), (name, action.dest)


def test_help_imports_no_command() -> None:
    """Reading pages takes a second to import; a word on how to do it does not."""
    code = (
        "import sys; from conformance.cli.main import main\n"
        "try: main(['check', '--help'])\n"
        "finally: print(*(name for name in sys.modules if name.startswith('conformance.')),"
        " sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    imported = done.stderr.split()
    assert "conformance.cli.main" in imported
    heavy = [name for name in imported if not name.startswith(_LIGHT)]
    assert heavy == ["conformance.report"]
    assert "conformance.cli.console" not in imported


@given(st.integers(1, 64))
def test_numbers_within_bounds_are_taken(number: int) -> None:
    assert whole(1, 64)(str(number)) == number


@pytest.mark.parametrize("text", ["0", "65", "-1", "1.0", "", "two", "²", "٣", "9" * 5000])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="no number from 1 to 64"):
        whole(1, 64)(text)


@pytest.mark.parametrize(
    "words", [["record", "--liv", "--exchange", "upbit"], ["lint", "--form", "json"], ["--vers"]]
)
def test_an_option_is_spelled_out(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(words)
    assert ended.value.code == 2

"""The words of the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.cli.main import COMMANDS, commands, main
from conformance.cli.options import Whole

_LIGHT = (
    *("conformance.cli", "conformance.errors", "conformance.model"),
    *("conformance.pipeline.choice", "conformance.report.formats"),
)
"""What ``--help`` of a command may import of the package."""


def load(name: str) -> click.Command:
    found = commands.get_command(click.Context(commands), name)
    assert found is not None
    return found


@pytest.fixture(params=COMMANDS)
def command(request: pytest.FixtureRequest) -> click.Command:
    return load(request.param)


def test_every_command_and_option_is_explained(command: click.Command) -> None:
    text = command.get_help(click.Context(command))
    assert "exit status" in text
    assert str(command.help)[:40] in " ".join(text.split())
    for param in command.params:
        assert getattr(param, "help", ""), param.name


def test_defaults_in_words_are_the_defaults(command: click.Command) -> None:
    for param in command.params:
        if isinstance(param.default, int) and not isinstance(param.default, bool):
            assert f"(default: {param.default}" in str(getattr(param, "help", "")), param.name


def imported(*words: str) -> list[str]:
    code = (
        "import sys; from conformance.cli.main import main\n"
        f"try: main({list(words)})\n"
        "finally: print(*(name for name in sys.modules if name.startswith('conformance.')),"
        " sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    return done.stderr.split()


def test_help_imports_no_command() -> None:
    """Reading pages takes a second to import; a word on how to do it does not."""
    of_help = {"conformance.cli", "conformance.cli.main", "conformance.errors"}
    assert set(imported("--help")) == of_help
    heavy = [name for name in imported("check", "--help") if not name.startswith(_LIGHT)]
    assert heavy == ["conformance.pipeline", "conformance.report"]


def test_reading_pages_imports_no_check(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Orders\n\nGET /orders\n", "utf-8")
    names = imported("extract", str(page))
    assert "conformance.reading" in names
    rooms = {name.split(".")[1] for name in names if name.startswith("conformance.")}
    assert not rooms & {"checks", "evidence", "live", "strategies"}


@given(st.integers(1, 64))
def test_numbers_within_bounds_are_taken(number: int) -> None:
    assert Whole(1, 64).convert(str(number), None, None) == number


@pytest.mark.parametrize("text", ["0", "65", "-1", "1.0", "", "two", "²", "٣", "9" * 5000])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="no number from 1 to 64"):
        Whole(1, 64).convert(text, None, None)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["record", "--liv", "--exchange", "upbit"], "'--liv' (did you mean --live?)"),
        (["lint", "--form", "json"], "'--form' (did you mean --format?)"),
        (["--vers"], "'--vers' (did you mean --version?)"),
        (["chek"], "no command 'chek' (did you mean check?)"),
        (["wherefore"], "no command 'wherefore' (known: extract, "),
        (["lint", "--format", "jsn"], "invalid choice: 'jsn' (did you mean json? choose from "),
        (["check", "x", "--docs"], "--docs: at least one value is expected"),
        (["check", "--docs", "--format", "json"], "--docs: at least one value is expected"),
        (["diff", "one"], "Missing argument 'NEW'"),
        ([], "Missing command"),
    ],
)
def test_what_is_no_usage_is_named_with_the_nearest(
    words: list[str], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert error in written.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["a", "--docs", "b", "c", "--format", "json"], (["a"], ["b", "c"], "json")),
        (["--docs", "b", "c", "--", "a", "-x"], (["a", "-x"], ["b", "c"], "text")),
        (["a", "--docs", "b", "--docs", "c", "-"], (["a"], ["b", "c", "-"], "text")),
        (["--docs=b", "a"], (["a"], ["b"], "text")),
        (["--format", "json", "a", "b"], (["a", "b"], [], "json")),
    ],
)
def test_an_option_takes_several_words(
    words: list[str], expected: tuple[list[str], list[str], str]
) -> None:
    context = load("check").make_context("check", list(words))
    evidence, docs = (list(map(str, context.params[name])) for name in ("evidence", "docs"))
    assert (evidence, docs, context.params["format"]) == expected

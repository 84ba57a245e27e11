"""The words of the command line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.checks.registry import RULES
from conformance.cli.command import whole
from conformance.cli.main import COMMANDS, commands, main

_LIGHT = ("conformance.cli", "conformance.errors", "conformance.model")
"""What ``--help`` of a command may import, besides two rooms without their modules."""


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
    assert heavy == ["conformance.patterns", "conformance.pipeline", "conformance.report"]


@pytest.mark.parametrize(("columns", "widest"), [("60", 58), ("400", 98), ("none", 98)])
def test_help_is_as_wide_as_the_terminal_and_loads_no_compression(
    columns: str, widest: int
) -> None:
    code = (
        "import sys; from conformance.cli.main import main\n"
        "try: main(['--help'])\n"
        "finally: sys.exit(int('lzma' in sys.modules))"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": columns},
    )
    assert max(map(len, done.stdout.splitlines())) <= widest


def test_reading_pages_imports_no_check(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Orders\n\nGET /orders\n", "utf-8")
    names = imported("extract", str(page))
    assert "conformance.reading" in names
    rooms = {name.split(".")[1] for name in names if name.startswith("conformance.")}
    assert not rooms & {"checks", "evidence", "live", "strategies"}


@given(st.integers(1, 64))
def test_numbers_within_bounds_are_taken(number: int) -> None:
    assert whole(1, 64)(str(number)) == number


@pytest.mark.parametrize("text", ["0", "65", "-1", "1.0", "", "two", "²", "٣", "9" * 5000])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="no number from 1 to 64"):
        whole(1, 64)(text)


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
        (["a", "--docs", "b", "--docs", "c"], (["a"], ["b", "c"], "text")),
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


PAGE = """# Order

`GET /v1/order`

## Response

| Name | Type | Required |
|------|------|----------|
| uuid | string | yes |
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("order.md").write_text(PAGE, "utf-8")
    return "order.md"


def give(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (["-o", "out.html"], "<!DOCTYPE html>"),
        (["-o", "out.HTM"], "<!DOCTYPE html>"),
        (["-o", "out.md"], "# "),
        (["-o", "out.json"], "{"),
        (["-o", "out.sarif"], "{"),
        (["-o", "out.txt"], "order.md: No findings"),
        (["-o", "out"], "order.md: No findings"),
        (["-o", "out.html", "--format", "text"], "order.md: No findings"),
        (["-o", "out.html", "--format", "json"], "{"),
    ],
)
def test_a_format_not_named_is_that_of_the_files_ending(
    words: list[str], begins: str, page: str
) -> None:
    main(["lint", page, *words])
    text = Path(words[1]).read_text("utf-8")
    assert text.lower().startswith(begins.lower())


def test_a_file_called_dash_is_standard_output(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", page, "-o", "-"]) == 0
    assert capsys.readouterr().out.startswith("order.md: No findings")
    assert not Path("-").exists()


@pytest.mark.parametrize("command", ["diff", "parity"])
def test_evidence_that_cannot_be_read_is_no_success(
    command: str, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("new").mkdir()
    Path("new/order.md").write_text(PAGE, "utf-8")
    assert main([command, page, "new/order.md"]) == 0
    capsys.readouterr()
    assert main([command, page, "new/order.md", "--evidence", "missing.har"]) == 2
    assert "missing.har: cannot be read" in (said := capsys.readouterr().err)
    assert "1 of the files or entries given could not be read" in said


def test_an_ending_that_a_command_has_no_format_for_chooses_none(page: str) -> None:
    assert main(["extract", page, "-o", "out.json"]) == 0
    assert json.loads(Path("out.json").read_text("utf-8"))["openapi"] == "3.1.0"


@pytest.mark.parametrize("name", ["out.html", "out.sarif"])
def test_an_ending_of_a_format_that_a_command_has_not_is_refused(
    name: str, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["extract", page, "-o", name])
    assert "(--format: openapi, json-schema, text, markdown)" in capsys.readouterr().err
    assert not Path(name).exists()


@pytest.mark.parametrize(
    ("command", "known", "form"),
    [
        ("lint", ".htm, .html, .json, .md, .sarif, .txt", "text"),
        ("extract", ".json, .md, .txt, .yaml, .yml", "openapi"),
    ],
)
def test_an_ending_that_chooses_nothing_is_said_to(
    command: str, known: str, form: str, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = f"out.pdf: no format has this ending (known: {known}); it is written as {form}\n"
    assert main([command, page, "-o", "out.pdf"]) == 0
    assert said in capsys.readouterr().err
    for words in (["--format", "text", "-o", "out.pdf"], ["-o", "out"]):
        assert main([command, page, *words]) == 0
        assert "no format" not in capsys.readouterr().err


def test_only_where_an_ending_chooses_a_format_help_says_so() -> None:
    for name in COMMANDS:
        params = {param.name: param for param in load(name).params}
        if isinstance(output := params.get("output"), click.Option):
            assert ("ending" in (output.help or "")) == ("format" in params), name


@pytest.mark.parametrize("command", ["lint", "extract"])
def test_a_page_given_twice_is_read_once_and_said_to_be(
    command: str, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ([page, page], [".", page], [page, "."]):
        assert main([command, *words, "--format", "text"]) == 0
        said = "1 of its pages are given twice" if words[1] == "." else "given twice"
        assert f"skipped {words[1]}: {said}, read once" in capsys.readouterr().err


def test_a_folder_without_a_page_is_called_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(tmp_path)]) == 2
    assert "nothing was checked: no page was found" in capsys.readouterr().err
    assert main(["extract", str(tmp_path)]) == 2
    assert "no page was found" in capsys.readouterr().err
    assert main(["explain", str(tmp_path)]) == 2
    assert "is a folder (name one page of it)" in capsys.readouterr().err
    (tmp_path / "body.json").write_text("{}", "utf-8")
    assert main(["check", str(tmp_path / "body.json"), "--docs", str(tmp_path)]) == 2
    assert "no operation is documented to hold a body against" in capsys.readouterr().err


def test_a_page_comes_on_standard_input(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["extract", "-", "--format", "text"], ["lint", "-"], ["explain", "-"]):
        give(PAGE, monkeypatch)
        assert main(words) == 0, words
        written = capsys.readouterr()
        assert "stdin" in written.out, words
        assert tempfile.gettempdir() not in written.out


def test_a_side_or_a_state_comes_on_standard_input(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["diff", page, "-"], ["diff", "-", page], ["parity", page, "-"]):
        give(PAGE.replace("string", "integer"), monkeypatch)
        assert main([*words, "--fail-on", "info", "--confidence", "low"]) == 1, words
        written = capsys.readouterr().out
        assert "stdin" in written.splitlines()[-1], words
        assert tempfile.gettempdir() not in written.replace(str(Path.cwd()), "")
    give(PAGE, monkeypatch)
    Path("body.json").write_text('{"uuid": 7}', "utf-8")
    assert main(["check", "body.json", "--docs", "-"]) == 1


def test_evidence_comes_on_standard_input(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give('{"uuid": 7}', monkeypatch)
    assert main(["check", "-", "--docs", page, "--format", "json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["rule"], finding["observed"]["where"]) == ("type-mismatch", "stdin#0")


def test_check_runs_the_rules_that_are_chosen(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("body.json").write_text('{"uuid": 7, "more": 1}', "utf-8")
    found = {}
    for words in ((), ("--select", "type-mismatch"), ("--ignore", "type-mismatch")):
        main(["check", "body.json", "--docs", page, "--format", "json", *words])
        told = json.loads(capsys.readouterr().out)
        found[words[:1]] = {finding["rule"] for finding in told["findings"]}
    assert found["--select",] == {"type-mismatch"}
    assert found["--ignore",] == found[()] - {"type-mismatch"}
    assert main(["check", "body.json", "--docs", page, "--select", "type-mismach"]) == 2
    assert "did you mean type-mismatch?" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert "_CONFORMANCE_COMPLETE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["lint", ""], "the path is empty"),
        (["check", "", "--docs", "x"], "the path is empty"),
        (["extract", "README.md", "-o", ""], "the path is empty"),
        (["lint", "-", "-"], "standard input can be read once"),
        (["diff", "-", "-"], "standard input can be read once"),
        (["diff", "", "x"], "the path is empty"),
        (["check", "-", "--docs", "-"], "standard input can be read once"),
        (["check", "-", "-"], "standard input can be read once"),
        (["completion"], "Choose from bash, zsh, fish"),
    ],
)
def test_a_variable_that_is_not_set_is_no_path(
    words: list[str],
    why: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"# GET /v1/orders")))
    with pytest.raises(SystemExit) as refused:
        main(words)
    assert refused.value.code == 2
    assert why in capsys.readouterr().err


PARITY = [rule.id for rule in RULES if rule.id.startswith("parity-")]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("conformance par", ["parity"]),
        ("conformance lint --fail", ["--fail-on"]),
        ("conformance lint --format sa", ["sarif"]),
        ("conformance check --exchange up", ["upbit"]),
        ("conformance rules type-mism", ["type-mismatch"]),
        ("conformance rules lin", ["lint", "link-target-missing"]),
        ("conformance lint --ignore pari", ["parity", *PARITY]),
        ("conformance extract -o page.html --form", ["--format"]),
        ("conformance lint --select type-mism", ["type-mismatch"]),
    ],
)
def test_what_a_shell_completes(
    words: str,
    expected: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert completed(words, monkeypatch, capsys) == expected


@pytest.mark.parametrize("words", ["conformance check --docs ", "conformance check a --docs "])
def test_a_shell_completes_after_an_option_that_takes_several(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert completed(words, monkeypatch, capsys) == [""]  # files and folders: the shell knows them


def completed(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    """What a shell is told to offer where the last of ``words`` is being typed."""
    monkeypatch.setenv("_CONFORMANCE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    assert main([]) == 0
    return [line.partition(",")[2] for line in capsys.readouterr().out.splitlines()]

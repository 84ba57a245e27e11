"""Settings of a project stand for options that are not given, and consent to nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.cli import main

PAGE = """# Order

`GET /v1/order`

## Response

| Name | Type | Required |
|------|------|----------|
| uuid | string | yes |
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one page, and a body that has another type and an undocumented field."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/order.md").write_text(PAGE, "utf-8")
    (tmp_path / "body.json").write_text('{"uuid": 7, "more": 1}', "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "conformance.toml") -> None:
    Path(name).write_text(text, "utf-8")


def checked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, str]]:
    """Exit status, and rule -> severity of what is found in the body."""
    status = main(["check", "body.json", "--format", "json", *words])
    found = json.loads(capsys.readouterr().out)["findings"]
    return status, {finding["rule"]: finding["severity"] for finding in found}


TYPE, FIELD = {"type-mismatch": "error"}, {"undocumented-field": "warning"}


@pytest.mark.parametrize(
    ("settings", "words", "expected"),
    [
        ('paths = ["docs"]', (), (1, TYPE | FIELD)),
        ('paths = ["docs"]\nselect = ["type-mismatch"]', (), (1, TYPE)),
        ('paths = ["docs"]\nselect = ["lint"]', (), (1, TYPE | FIELD)),
        ('paths = ["docs"]\nignore = ["type-mismatch", "lint"]', (), (0, FIELD)),
        (
            'paths = ["docs"]\nignore = ["type-mismatch"]\nfail-on = "warning"',
            (),
            (1, FIELD),
        ),
        ('paths = ["docs"]\nfail-on = "never"', (), (0, TYPE | FIELD)),
        ('paths = ["docs"]\nfail-on = "never"', ("--fail-on", "error"), (1, TYPE | FIELD)),
        ('paths = ["docs"]\nignore = ["check"]', ("--ignore", "type-mismatch"), (0, FIELD)),
        ('paths = ["nowhere"]', ("--docs", "docs"), (1, TYPE | FIELD)),
        (
            'paths = ["docs"]\n[severity]\ntype-mismatch = "info"\nundocumented-field = "error"',
            (),
            (1, {"type-mismatch": "info", "undocumented-field": "error"}),
        ),
    ],
)
def test_settings_stand_for_options(
    settings: str,
    words: tuple[str, ...],
    expected: tuple[int, dict[str, str]],
    here: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(settings)
    assert checked(capsys, *words) == expected


def test_the_nearest_file_counts(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write('[tool.conformance]\npaths = ["docs"]\nselect = ["type-mismatch"]', "pyproject.toml")
    write('paths = ["docs"]\nselect = ["undocumented-field"]', "other.toml")
    assert checked(capsys) == (1, TYPE)
    assert checked(capsys, "--config", "other.toml") == (0, FIELD)
    (here / "below").mkdir()
    (here / "body.json").rename(here / "below/body.json")
    monkeypatch.chdir(here / "below")
    assert checked(capsys) == (1, TYPE)
    write('paths = ["../docs"]', "conformance.toml")
    assert checked(capsys) == (1, TYPE | FIELD)
    write("[tool.other]\nx = 1", "pyproject.toml")
    Path("conformance.toml").unlink()
    assert checked(capsys) == (1, TYPE)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('fail_on = "never"', "unknown key 'fail_on' (did you mean 'fail-on'?)"),
        ("speed = 3", "unknown key 'speed' (known: paths, exchanges, "),
        ("live = true", "unknown key 'live' (only what is typed on the command line consents"),
        ("allow_state_change = true", "(only what is typed on the command line consents"),
        ('host = ["a.example"]', "(only what is typed on the command line consents"),
        ('fail-on = "never mind"', "'fail-on': invalid choice: 'never mind' (did you mean never?"),
        ("fail-on = 3", "'fail-on' is an integer (write a string)"),
        ('paths = "docs"', "'paths' is a string (write an array)"),
        ("paths = [3]", "'paths' holds an integer"),
        ('paths = ["a"]\nexchanges = ["b"]', "both paths and exchanges"),
        ('select = ["type-mismach"]', "no rule or family 'type-mismach' (did you mean type-"),
        ('[severity]\ntype-mismach = "info"', "no rule 'type-mismach' (did you mean type-"),
        (
            '[severity]\ntype-mismatch = "fatal"',
            "'type-mismatch' is 'fatal' (write info, ",
        ),
        ("severity = 1", "'severity' is an integer (write a table)"),
        ("paths = [", "not valid TOML"),
        ("x = " + "[" * 5000, "nested too deeply"),
        ("#" * (1 << 20) + "\n", "larger than 1,048,576 octets"),
    ],
)
def test_what_is_no_setting_is_an_error(
    settings: str, words: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings)
    assert main(["check", "body.json", "--docs", "docs"]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith("conformance check: ")
    assert "conformance.toml" in written.err
    assert words in written.err


@pytest.mark.parametrize("name", ["record", "snapshot", "init", "track", "sandbox"])
def test_what_asks_or_changes_anything_takes_no_settings(
    name: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([name, "--config", "conformance.toml"])
    assert "No such option" in capsys.readouterr().err


def test_a_named_file_has_to_hold_settings(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("[project]", "pyproject.toml")
    for name, words in (("pyproject.toml", "no [tool.conformance]"), ("none.toml", "no such file")):
        assert main(["lint", "docs", "--config", name]) == 2
        assert words in capsys.readouterr().err


def test_a_base_path_is_given_by_settings(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = {"method": "GET", "url": "https://a.example/api/9/v1/order"}
    answer = {"request": request, "response": {"status": 200, "body": '{"uuid": 7}'}}
    Path("body.json").write_text(json.dumps(answer), "utf-8")
    write('paths = ["docs"]\nbase-paths = ["/api/9"]')
    assert checked(capsys) == (1, TYPE)
    assert "no page states a base path" not in capsys.readouterr().err


def test_a_path_that_is_not_there_names_the_file_that_says_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write('paths = ["nowhere"]')
    assert main(["lint"]) == 2
    said = "conformance.toml: 'paths': nowhere: no such file or folder"
    assert f"{said}\n" in capsys.readouterr().err
    assert main(["lint", "docs"]) == 0
    assert f"{said}; not used here\n" in capsys.readouterr().err

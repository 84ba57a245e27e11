"""A project in which this package is installed keeps its options, folders and tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import conformance.suite.session
from conformance.pytest_plugin import OPTIONS, expand_short_names, find_taken_names

pytest_plugins = ["pytester"]

assert conformance.suite.session  # as in test_suite.py: loaded before any run

_REPOSITORY = Path(__file__).parents[2]
_NAMES = [option.name for option in OPTIONS]
_FREE = frozenset(f"--{name}" for name in _NAMES)
_QUICK = ("-p", "no:cacheprovider", "-p", "no:randomly", "-k", "test_evidence_is_whole")
_OWN_TEST = "def test_own():\n    pass\n"


def _options(*names: str) -> str:
    lines = [f"    parser.addoption('--{name}', default='default')\n" for name in names]
    return f"def pytest_addoption(parser):\n{''.join(lines)}"


def _upbit(pytester: pytest.Pytester) -> None:
    for room in ("docs_snapshot", "cassettes", "schemas"):
        shutil.copytree(_REPOSITORY / room / "upbit", pytester.path / room / "upbit")


@pytest.mark.parametrize("name", _NAMES)
def test_an_option_of_a_conftest_is_the_conftests(pytester: pytest.Pytester, name: str) -> None:
    pytester.makeconftest(_options(name))
    pytester.makepyfile(
        f"def test_own(request):\n    assert request.config.getoption('--{name}') == 'own'\n"
    )
    result = pytester.runpytest_inprocess(f"--{name}", "own", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)


def test_an_option_of_a_conftest_found_later_is_no_collision(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("deep") / "deeper"
    folder.mkdir()
    (folder / "conftest.py").write_text(_options(*_NAMES), "utf-8")
    (folder / "test_own.py").write_text(_OWN_TEST, "utf-8")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("how", ["-p", "conftest"])
def test_options_of_another_plugin_are_the_plugins(pytester: pytest.Pytester, how: str) -> None:
    pytester.makepyfile(other_plugin=_options(*_NAMES), test_own=_OWN_TEST)
    pytester.syspathinsert()
    if how == "conftest":
        pytester.makeconftest("pytest_plugins = ['other_plugin']")
    given = ("-p", "other_plugin") if how == "-p" else ()
    result = pytester.runpytest_inprocess(*given, "--live", "own", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)


def test_the_suite_says_which_option_is_not_its_own(pytester: pytest.Pytester) -> None:
    _upbit(pytester)
    pytester.makeconftest(_options("exchange", "live"))
    given = ("conformance/", "--exchange", "nowhere", *_QUICK)
    result = pytester.runpytest_inprocess(*given, "--conformance-exchange", "upbit")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "conformance: --exchange is an option of another plugin or conftest here; "
            "the suite's is --conformance-exchange",
            "*drift: upbit*",
        ]
    )
    assert "--live" not in result.stdout.str()


@pytest.mark.parametrize("prefix", ["--", "--conformance-"])
def test_both_names_mean_the_same(pytester: pytest.Pytester, prefix: str) -> None:
    _upbit(pytester)
    result = pytester.runpytest_inprocess("conformance/", f"{prefix}exchange=nowhere", *_QUICK)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*unknown exchange 'nowhere'*upbit*"])


def test_the_value_of_an_option_is_no_folder_of_tests(pytester: pytest.Pytester) -> None:
    _upbit(pytester)
    other = pytester.mkdir("other")
    (other / "conftest.py").write_text("raise ValueError\n", "utf-8")
    result = pytester.runpytest_inprocess("conformance/", "--drift-report", "other", *_QUICK)
    assert result.ret == 0
    assert (other / "upbit.md").exists()


@pytest.mark.parametrize(
    ("file", "settings"),
    [
        ("conformance/test_own.py", ""),
        ("conformance/deep/own_test.py", ""),
        ("conformance/check_own.py", "python_files = check_*.py"),
        ("conformance/suite/test_own.py", ""),
    ],
)
def test_a_folder_of_that_name_with_tests_runs_them(
    pytester: pytest.Pytester, file: str, settings: str
) -> None:
    pytester.makeini(f"[pytest]\n{settings}\n")
    path = pytester.path / file
    path.parent.mkdir(parents=True)
    path.write_text(_OWN_TEST, "utf-8")
    result = pytester.runpytest_inprocess("conformance/", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    assert "drift" not in result.stdout.str()


def test_the_suite_runs_beside_a_folder_of_that_name_with_tests(pytester: pytest.Pytester) -> None:
    _upbit(pytester)
    (pytester.mkdir("conformance") / "test_own.py").write_text(_OWN_TEST, "utf-8")
    result = pytester.runpytest_inprocess("--pyargs", "conformance.suite", *_QUICK)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*drift: upbit*"])


def test_a_folder_of_that_name_without_tests_is_not_meant(pytester: pytest.Pytester) -> None:
    _upbit(pytester)
    (pytester.mkdir("conformance") / "notes.md").write_text("# Notes\n", "utf-8")
    result = pytester.runpytest_inprocess("conformance/", *_QUICK)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*drift: upbit*"])


@pytest.mark.parametrize("there", ["venue/conformance", "../other/conformance/", "{}/conformance"])
def test_the_suite_runs_on_the_project_it_is_pointed_into(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    _upbit(pytester)
    home = pytester.path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    project = (home / there.format(home / "venue")).resolve().parent
    project.mkdir(parents=True)
    for room in ("docs_snapshot", "cassettes", "schemas"):
        shutil.move(pytester.path / room, project / room)
    result = pytester.runpytest_inprocess(there.format(home / "venue"), *_QUICK)
    assert result.ret == 0, result.stderr.str()
    result.stdout.fnmatch_lines(["*drift: upbit*"])


@pytest.mark.parametrize("part", ["", "suite/test_recorded.py"])
def test_the_suite_is_one_process_whatever_the_project_says(
    pytester: pytest.Pytester, part: str
) -> None:
    _upbit(pytester)
    settings = pytester.makeini("[pytest]\naddopts = -n 2 --dist loadfile\n")
    given = os.path.relpath(_REPOSITORY / "conformance" / part, pytester.path)
    result = pytester.runpytest_inprocess(
        given if part else "conformance/", "-c", str(settings), *_QUICK
    )
    assert result.ret == 0
    assert "2 workers" not in result.stdout.str()
    result.stdout.fnmatch_lines(["*drift: upbit*"])


@pytest.mark.parametrize(
    ("given", "expanded"),
    [
        (["--exchange", "a"], ["--conformance-exchange", "a"]),
        (["--exchange=--live"], ["--conformance-exchange=--live"]),
        (["--live-requests=5", "--live"], ["--conformance-live-requests=5", "--conformance-live"]),
        (["--conformance-live", "-k", "live"], ["--conformance-live", "-k", "live"]),
        (["--livelier", "--", "--live"], ["--livelier", "--", "--live"]),
        ([], []),
    ],
)
def test_short_names_are_expanded(given: list[str], expanded: list[str]) -> None:
    assert list(expand_short_names(given, _FREE)) == expanded
    assert list(expand_short_names(given, ())) == given


def test_short_names_in_a_file_of_arguments_are_expanded(tmp_path: Path) -> None:
    (tmp_path / "inner").write_text("--live\n", "utf-8")
    (tmp_path / "outer").write_text(f"conformance/\n--exchange\na\n@{tmp_path}/inner\n", "utf-8")
    given = [f"@{tmp_path}/outer", f"@{tmp_path}/missing"]
    assert list(expand_short_names(given, _FREE)) == [
        "conformance/",
        "--conformance-exchange",
        "a",
        "--conformance-live",
        f"@{tmp_path}/missing",
    ]


def test_only_names_on_the_command_line_are_called_taken() -> None:
    given = ["--exchange=a", "--live", "--fault", "null"]
    assert find_taken_names(given, _FREE - {"--exchange", "--live", "--sandbox"}) == (
        "--exchange",
        "--live",
    )

"""Without the libraries that only some commands need, the others work and these say what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.errors import EXTRAS, naming_extras

_REPOSITORY = Path(__file__).parents[2]
_RUN = """
import sys
sys.modules.update(dict.fromkeys({missing!r}))
from {module} import main
sys.exit(main({argv!r}))
"""
_SUITE = ["conformance/", "--exchange", "bitfront", "-k", "test_evidence_is_whole"]
_PAGES = "docs_snapshot/bitfront/en"


def _run(module: str, *argv: str) -> subprocess.CompletedProcess[str]:
    """A command where no library of an extra is installed."""
    program = _RUN.format(missing=[*EXTRAS], module=module, argv=list(argv))
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        cwd=_REPOSITORY,
        capture_output=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )


@pytest.mark.parametrize(
    ("argv", "extra"),
    [
        (["sandbox", "--exchange", "bitfront"], "server"),
        (["record", "--exchange", "bitfront", "--sandbox"], "server"),
        (["history", "--history", "missing.db"], "history"),
        (["report", "--exchange", "bitfront", "--history", "missing.db"], "history"),
        (["track", "--dry-run", "--repo", "a/b", "--history", "missing.db"], "history"),
    ],
)
def test_a_command_names_the_extra_that_it_needs(argv: list[str], extra: str) -> None:
    done = _run("conformance.cli", *argv)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"conformance {argv[0]}: ")
    assert line.endswith(f" is not installed (pip install 'docs-conformance[{extra}]')")


@pytest.mark.parametrize(
    "argv",
    [
        ["extract", "--check"],
        ["lint", _PAGES, "--fail-on", "never"],
        ["parity", "--exchange", "bitfront", "--fail-on", "never"],
        ["diff", _PAGES, _PAGES],
        ["check", "cassettes/bitfront", "--docs", _PAGES, "--fail-on", "never"],
        ["coverage", "--exchange", "bitfront"],
        ["report", "--exchange", "bitfront", "--now", "--fail-on", "never"],
        ["rules"],
        ["init", "--help"],
        ["snapshot", "--help"],
    ],
    ids=lambda argv: argv[0],
)
def test_the_other_commands_need_none(argv: list[str]) -> None:
    done = _run("conformance.cli", *argv)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("argv", "extra"),
    [
        (["--sandbox"], "server"),
        (["--live"], "server"),
        (["--history", "missing.db"], "history"),
    ],
)
def test_the_suite_names_the_extra_that_an_option_needs(argv: list[str], extra: str) -> None:
    done = _run("pytest", *_SUITE, "-p", "no:cacheprovider", *argv)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f" is not installed (pip install 'docs-conformance[{extra}]')" in done.stderr


def test_the_suite_needs_none() -> None:
    done = _run("pytest", *_SUITE, "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout


def test_any_other_missing_module_is_a_fault_of_ours() -> None:
    with pytest.raises(ModuleNotFoundError), naming_extras():
        __import__("conformance.nothing_of_this_name")

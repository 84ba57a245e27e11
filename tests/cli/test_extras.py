"""Without the libraries that only some commands need, the others work and these say what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from conformance.errors import EXTRAS, naming_extras

_REPOSITORY = Path(__file__).parents[2]
_RUN = """
import sys
sys.modules.update(dict.fromkeys({missing!r}))
from {module} import main
sys.exit(main({argv!r}))
"""
_RUN_ALL = """
import contextlib, io, json, sys
sys.modules.update(dict.fromkeys({missing!r}))
from conformance.cli import main
done = []
for argv in {all_argv!r}:
    output, errors = io.TextIOWrapper(io.BytesIO()), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            status = main(argv)
        except SystemExit as ended:
            status = ended.code
    done.append((status, errors.getvalue()))
print(json.dumps(done))
"""
"""Several commands, one after the other in one process: to start one takes a second."""
_SUITE = ["conformance/", "--exchange", "bitfront", "-k", "test_evidence_is_whole"]
_PAGES = "docs_snapshot/bitfront/en"


def _start(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        cwd=_REPOSITORY,
        capture_output=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )


def _run(module: str, *argv: str) -> subprocess.CompletedProcess[str]:
    """A command where no library of an extra is installed."""
    return _start(_RUN.format(missing=[*EXTRAS], module=module, argv=list(argv)))


def _run_all(commands: Sequence[Sequence[str]]) -> list[tuple[int, str]]:
    """Status and errors of each command where no library of an extra is installed."""
    done = _start(_RUN_ALL.format(missing=[*EXTRAS], all_argv=[list(argv) for argv in commands]))
    assert done.returncode == 0, done.stderr
    return [(status, errors) for status, errors in json.loads(done.stdout)]


_NEEDING: Final = {
    "server": [
        ["sandbox", "--exchange", "bitfront"],
        ["record", "--exchange", "bitfront", "--sandbox"],
    ],
    "history": [
        ["history", "--history", "missing.db"],
        ["report", "--exchange", "bitfront", "--history", "missing.db"],
        ["track", "--dry-run", "--repo", "a/b", "--history", "missing.db"],
    ],
}


def test_a_command_names_the_extra_that_it_needs() -> None:
    wanted = [(extra, argv) for extra, commands in _NEEDING.items() for argv in commands]
    done = _run_all([argv for _, argv in wanted])
    for (extra, argv), (status, errors) in zip(wanted, done, strict=True):
        assert status == 2, argv
        (line,) = errors.splitlines()
        assert line.startswith(f"conformance {argv[0]}: ")
        assert line.endswith(f" is not installed (pip install 'docs-conformance[{extra}]')")


def test_the_other_commands_need_none() -> None:
    commands = [
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
    ]
    for argv, (status, errors) in zip(commands, _run_all(commands), strict=True):
        assert status == 0, (argv, errors)


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

"""The suite with a history: night after night on a small project that changes in between."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Final

import alembic.command
import pytest
import sqlalchemy.dialects.sqlite

import conformance.suite.conftest
import conformance.suite.live
from conformance.drift.history.store import open_history
from conformance.evidence.manifest import refresh_manifest
from conformance.model.interaction import Interaction, Origin, Reply, Request
from conformance.pages.exchange import load_exchange
from conformance.pipeline.reports import LiveAnswer
from conformance.suite.session import ExchangeRun
from conformance.suite.verdict import scope_of_run
from tests.builders import copy_project

pytest_plugins = ["pytester"]

# Loaded before any run: see test_suite.py.
assert conformance.suite.conftest
assert conformance.suite.live
assert alembic.command
assert sqlalchemy.dialects.sqlite

_REPOSITORY = Path(__file__).parents[2]
_QUICK: Final = ("-p", "no:cacheprovider", "-p", "no:randomly")
_PAGE = "docs_snapshot/upbit/en/order-list-cancel.md"
_CASSETTE = "cassettes/upbit/order-list-cancel/partial-failure.yaml"


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CONFORMANCE_HISTORY", raising=False)
    return copy_project(pytester.path, "upbit")


def night(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    history = () if "--history" in arguments else ("--history", "history.sqlite")
    return pytester.runpytest_inprocess("conformance/", *_QUICK, *history, *arguments)


def drift(result: pytest.RunResult) -> list[str]:
    """The lines of the summary, without what it begins with."""
    lines = result.stdout.lines
    first = next(n for n, line in enumerate(lines) if "drift: upbit" in line)
    return lines[first + 2 :]


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def change_cassette(project: Path, old: str, new: str) -> None:
    change(project / _CASSETTE, old, new)
    refresh_manifest((project / _CASSETTE).parent)


def change_page(project: Path, old: str, new: str) -> None:
    page = project / _PAGE
    before = hashlib.sha256(page.read_bytes()).hexdigest()
    change(page, old, new)
    after = hashlib.sha256(page.read_bytes()).hexdigest()
    change(project / "docs_snapshot/upbit/exchange.toml", before, after)


def test_night_after_night(project: Path, pytester: pytest.Pytester) -> None:
    first = night(pytester)
    assert first.ret == 0
    assert "the first run that is remembered" in drift(first)[0]
    change_cassette(project, '"market"', '"markets"')
    second = night(pytester)
    assert second.ret == 1
    assert "1 new, 0 returned, 0 fixed; 2 runs remembered" in drift(second)[0]
    assert drift(second)[2].startswith("NEW      near-miss-name ")
    third = night(pytester)
    assert "0 new, 0 returned, 0 fixed; 3 runs remembered" in drift(third)[0]
    assert any(
        line.startswith("open     near-miss-name") and line.endswith("2 of 2 runs)")
        for line in drift(third)
    )
    change_cassette(project, '"markets"', '"market"')
    fourth = night(pytester)
    assert fourth.ret == 0
    assert "0 new, 0 returned, 1 fixed; 4 runs remembered" in drift(fourth)[0]
    assert drift(fourth)[2].startswith("fixed    near-miss-name ")
    change_cassette(project, '"market"', '"markets"')
    fifth = night(pytester)
    assert "0 new, 1 returned, 0 fixed; 5 runs remembered" in drift(fifth)[0]
    assert drift(fifth)[2].startswith("RETURNED near-miss-name ")
    known = [line for line in drift(fifth) if line.startswith("known    ")]
    assert known
    assert all("days left" in line for line in known)


def test_a_corrected_page_is_a_fixed_finding(project: Path, pytester: pytest.Pytester) -> None:
    night(pytester)
    change_page(project, "October 18, 2024 |               |", "October 18, 2024 | String |")
    result = night(pytester)
    assert "0 new, 0 returned, 1 fixed; 2 runs remembered" in drift(result)[0]
    assert drift(result)[2].startswith("fixed    type-missing ")


def test_evidence_that_is_not_there_fixes_nothing(project: Path, pytester: pytest.Pytester) -> None:
    change_cassette(project, '"market"', '"markets"')
    night(pytester)
    shutil.rmtree(project / "cassettes")
    result = night(pytester)
    assert "0 new, 0 returned, 0 fixed" in drift(result)[0]
    assert any(
        line.startswith("not part of this run: what 1 earlier finding") for line in drift(result)
    )


def test_evidence_that_cannot_be_read_fixes_nothing(
    project: Path, pytester: pytest.Pytester
) -> None:
    change_cassette(project, '"market"', '"markets"')
    night(pytester)
    (project / _CASSETTE).write_text("- [", "utf-8")
    result = night(pytester)
    assert result.ret == 1
    assert " 0 fixed" in drift(result)[0]
    (latest, _) = open_history(str(project / "history.sqlite")).runs()
    assert not latest.complete


def test_reports_say_what_changed(project: Path, pytester: pytest.Pytester) -> None:
    night(pytester)
    change_cassette(project, '"market"', '"markets"')
    night(pytester, "--drift-report", "out")
    report = (project / "out" / "upbit.md").read_text("utf-8")
    assert report.index("near-miss-name") < report.index("capture-artefact")
    document = json.loads((project / "out" / "upbit.drift.json").read_text("utf-8"))
    states = [each["state"] for each in document["states"].values()]
    assert states.count("new") == 1
    assert states.count("known") == 9


def test_the_environment_names_the_history(
    project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFORMANCE_HISTORY", "elsewhere.sqlite")
    pytester.runpytest_inprocess("conformance/", *_QUICK)
    assert len(open_history(str(project / "elsewhere.sqlite")).runs()) == 1


@pytest.mark.parametrize(
    "arguments", [["--collect-only"], ["-k", "nothing_has_this_name"], ["--sandbox", "-k", "page"]]
)
def test_what_is_no_run_is_not_remembered(
    project: Path, pytester: pytest.Pytester, arguments: list[str]
) -> None:
    night(pytester)
    night(pytester, *arguments)
    assert len(open_history(str(project / "history.sqlite")).runs()) == 1


def test_a_sandbox_is_compared_and_not_remembered(project: Path, pytester: pytest.Pytester) -> None:
    night(pytester)
    result = night(pytester, "--sandbox", "--fault", "null", "-k", "test_live")
    result.stdout.fnmatch_lines(["sandbox *", "not remembered: a sandbox*"])
    store = open_history(str(project / "history.sqlite"))
    assert len(store.runs()) == 1
    assert len(store.findings()) == store.runs()[0].findings


def test_an_interrupted_run_fixes_nothing(project: Path, pytester: pytest.Pytester) -> None:
    change_cassette(project, '"market"', '"markets"')
    night(pytester)
    change_cassette(project, '"markets"', '"market"')
    pytester.makepyfile(stop="def pytest_runtest_teardown():\n    raise KeyboardInterrupt\n")
    pytester.syspathinsert()
    result = pytester.runpytest_subprocess(
        "conformance/", *_QUICK, "--history", "history.sqlite", "-p", "stop"
    )
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert " 0 fixed" in drift(result)[0]
    (latest, _) = open_history(str(project / "history.sqlite")).runs()
    assert not latest.complete


def test_a_part_of_the_tests_sees_all_of_the_findings(
    project: Path, pytester: pytest.Pytester
) -> None:
    """They come from pages and evidence, whichever tests look at them."""
    night(pytester)
    night(pytester, "-k", "test_schemas")
    latest, first = open_history(str(project / "history.sqlite")).runs()
    assert (latest.findings, latest.fixed, latest.complete) == (first.findings, 0, True)


@pytest.mark.parametrize(
    ("history", "why"),
    [
        ("nowhere/history.sqlite", "check that the folder exists"),
        (".", "is a folder"),
        ("postgresql://user:s3cret@127.0.0.1:1/history", "cannot be reached"),
    ],
)
def test_a_history_that_cannot_be_written_is_not_a_success(
    project: Path, pytester: pytest.Pytester, history: str, why: str
) -> None:
    result = night(pytester, "--history", history)
    assert result.ret == pytest.ExitCode.INTERNAL_ERROR
    told = result.stderr.str()
    assert "--history: not remembered: " in told
    assert why in told
    assert "s3cret" not in told + result.stdout.str()
    assert "Traceback" not in told + result.stdout.str()
    assert drift(result)


def test_a_history_that_cannot_be_is_refused_before_anything_is_asked(
    project: Path, pytester: pytest.Pytester
) -> None:
    result = night(pytester, "--history", "mysql://user:s3cret@host/database")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--history: mysql: no history is kept in such a database*"])


def test_without_a_history_no_database_is_loaded(project: Path, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        told="import sys\n"
        "def pytest_unconfigure():\n"
        "    print('loaded:', [n for n in sys.modules if n.split('.')[0] in "
        "('sqlalchemy', 'alembic', 'psycopg')])\n"
    )
    pytester.syspathinsert()
    result = pytester.runpytest_subprocess("conformance/", *_QUICK, "-p", "told")
    result.stdout.fnmatch_lines(["loaded: []"])
    assert sys.modules["sqlalchemy"]


@pytest.mark.parametrize(
    ("kinds", "examined", "asked"),
    [
        (("valid", "invalid", "unsigned"), True, True),
        (("valid",), True, False),
        (("invalid", "unsigned"), False, False),
        ((), False, False),
    ],
)
def test_live_answers_count_where_nothing_was_left_to_ask(
    kinds: tuple[str, ...], examined: bool, asked: bool
) -> None:
    """A run that was cut short, or stopped at the first failure, says nothing about the rest."""
    exchange = load_exchange(_REPOSITORY / "docs_snapshot" / "upbit")
    run = ExchangeRun(exchange, _REPOSITORY, dt.date(2026, 11, 3))
    (operation,) = run.contract.operations
    request = Request(method=operation.method, url=f"https://example.com{operation.path}")
    answer = Interaction(
        request=request, reply=Reply(status=200), origin=Origin.LIVE, where="live:upbit#0"
    )
    run.live.append(LiveAnswer(operation, "valid", (), answer))
    run.requested |= {(operation.key, kind) for kind in kinds}
    scope = scope_of_run(run)
    assert ((operation.key, "live") in scope.examined) is examined
    assert (operation.key in scope.asked) is asked
    assert ("server-error" in scope.rules) is asked
    assert (operation.key, "constructed") in scope.examined
    assert operation.key in scope.operations
    assert [page.path for page in exchange.pages] == list(scope.pages)

"""The benchmark of planted faults counts what was found, what was missed and what was mistaken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import faults
from benchmarks.faults import Planted, Row, Suite, planted, plantings, table
from conformance.pipeline.pages import read_paths
from conformance.sandbox.faults import KINDS, SandboxContext
from conformance.sandbox.replies import Replies

_PAGE = Path(__file__).parents[1] / "suite" / "pages" / "cancelling.md"
_KINDS = {kind.name: kind for kind in KINDS}


@pytest.fixture(scope="module")
def context() -> SandboxContext:
    return SandboxContext(read_paths([_PAGE]).contract.operations, Replies())


def test_faults_are_planted_where_something_is_documented(context: SandboxContext) -> None:
    def told(kind: str, *, subjects: bool) -> list[str]:
        return list(plantings(_KINDS[kind], context, subjects=subjects))

    assert told("enum-value", subjects=False) == ["enum-value"]
    assert told("enum-value", subjects=True) == ["enum-value:responses.200.success.orders[].state"]
    assert told("html", subjects=True) == ["html"]
    empty = SandboxContext((), Replies())
    assert list(plantings(_KINDS["enum-value"], empty, subjects=True)) == []


@pytest.mark.parametrize(
    ("findings", "found", "false"),
    [
        ([], (), ()),
        ([("enum", "there before")], (), ()),
        (
            [("unknown-enum-value", "responses.200.success.orders[].state")],
            ("unknown-enum-value responses.200.success.orders[].state",),
            (),
        ),
        ([("unknown-enum-value", "responses.400")], (), ("unknown-enum-value responses.400",)),
    ],
)
def test_what_counts(
    monkeypatch: pytest.MonkeyPatch,
    context: SandboxContext,
    findings: list[tuple[str, str]],
    found: tuple[str, ...],
    false: tuple[str, ...],
) -> None:
    monkeypatch.setattr(Suite, "findings", lambda *_: (set(findings), ""))
    suite, usual = Suite("x", context, Path()), {("enum", "there before")}
    seen = planted(suite, usual, "enum-value")
    assert (seen.found, seen.false) == (found, false)


def test_the_table() -> None:
    good = Planted(fault="null", found=("undocumented-null responses.200",), false=())
    missed = Planted(fault="null:b", found=(), false=("not-json responses.200",))
    rows = [Row(exchange="x", kind="null", fault_sites=3, runs=[good, missed])]
    assert table(rows).splitlines()[2:] == [
        "| x | null | 3 | 2 | 1 | 1 | 1 |",
        "| all | | 3 | 2 | 1 | 1 | 1 |",
        "",
        "x null:b: missed; false: not-json responses.200",
    ]


def test_a_run_without_a_report_is_told(
    monkeypatch: pytest.MonkeyPatch, context: SandboxContext, tmp_path: Path
) -> None:
    suite = Suite("nowhere", context, tmp_path)
    (tmp_path / "docs_snapshot").mkdir()
    found, error = suite.findings()
    assert found == set()
    assert error.startswith("exit 4")
    monkeypatch.setattr(faults, "_pytest", lambda *_: _Done)
    assert suite.findings() == (set(), "exit 4: no such exchange")


class _Done:
    returncode, stdout, stderr = 4, "", "no such exchange"


def test_the_command_says_what_was_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Suite, "findings", lambda *_: (set(), ""))
    arguments = ["--exchange", "bitfront", "--kind", "over-limit", "--kind", "html", "--json"]
    assert faults.main(arguments) == 1
    rows = json.loads(capsys.readouterr().out)
    told = {(row["kind"], row["places"], row["planted"], row["missed"]) for row in rows}
    assert told == {("over-limit", 0, 0, 0), ("html", 1, 1, 1)}

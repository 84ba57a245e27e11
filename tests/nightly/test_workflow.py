"""``nightly.yml``: its shell is run, step by step, on a copy of what is checked out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.nightly.programs import kept, programs
from tests.nightly.project import ROOMS, ROOT, Project, new_project
from tests.nightly.story import COUNT, UPBIT
from tests.nightly.workflow import Result, Runner, jobs

pytestmark = pytest.mark.timeout(300)

_ROW = "requested for cancellation                         | {} "
_JOBS = jobs(ROOT / ".github/workflows/nightly.yml")
_REPORTS = [
    "reports/upbit.drift.json",
    "reports/upbit.html",
    "reports/upbit.json",
    "reports/upbit.junit.xml",
    "reports/upbit.md",
    "reports/upbit.sarif",
    "reports/upbit.txt",
]
needs_jq = pytest.mark.skipif(
    not shutil.which("jq"), reason="there is no jq, as GitHub's machines have"
)


@dataclass(slots=True)
class Nights:
    """Night after night on fresh machines, with the same cache, issues and repository."""

    folder: Path
    repository: Project
    environment: dict[str, str]
    count: int = 0

    def spend(self, *, dry_run: bool = False, **environment: str) -> tuple[Result, Runner]:
        self.count += 1
        machine = self.folder / f"machine{self.count}"
        shutil.copytree(self.repository.root, machine / "work")
        expressions = {
            "matrix.exchange": "upbit",
            "secrets.CONFORMANCE_HISTORY || 'history/history.db'": "history/history.db",
            "github.run_id": str(self.count),
            "github.run_attempt": "1",
            "github.token": "token",
            "inputs.dry-run && '--dry-run' || ''": "--dry-run" if dry_run else "",
        }
        quick = {"HYPOTHESIS_PROFILE": "ci", "GITHUB_REPOSITORY": "owner/name"}
        told = self.environment | quick | environment
        runner = Runner(machine / "work", self.folder / "cache", told, expressions)
        return runner.run(_JOBS["night"]), runner


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    repository = new_project(tmp_path / "repository", "history/history.db", "upbit")
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "repository/pyproject.toml")
    (tmp_path / "cache").mkdir()
    with programs(tmp_path / "programs") as environment:
        yield Nights(tmp_path, repository, environment)


@needs_jq
def test_there_is_a_job_for_each_exchange(tmp_path: Path) -> None:
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / "work" / room)
    (tmp_path / "work/docs_snapshot/no-exchange").mkdir()
    with programs(tmp_path / "programs") as environment:
        result = Runner(tmp_path / "work", tmp_path, environment).run(_JOBS["exchanges"])
    assert result.failed == []
    names = json.loads(result.outputs["list"]["names"])
    assert names == ["bingx", "bitfront", "coinapi", "upbit"]
    assert _JOBS["exchanges"]["outputs"] == {"names": "${{ steps.list.outputs.names }}"}
    assert _JOBS["night"]["strategy"]["matrix"] == {
        "exchange": "${{ fromJSON(needs.exchanges.outputs.names) }}"
    }


@needs_jq
def test_a_green_night_a_red_one_and_one_in_which_it_is_fixed(nights: Nights) -> None:
    result, runner = nights.spend()
    assert (result.failed, result.skipped) == ([], ["Nothing was checked"])
    assert "the first run that is remembered" in result.log["Check"]
    packets = {n for n in result.artifacts if n.startswith("reports/packets/upbit/")}
    assert "reports/packets/upbit/README.md" in packets
    assert [n for n in result.artifacts if n not in packets] == [
        "history/history.db",
        "reports/index.html",
        "reports/track.txt",
        *_REPORTS,
    ]
    assert kept(nights.environment) == {"calls": ["issue list"], "issues": []}
    assert _scanned(result) == ["endpoint-missing"]
    assert "# Upbit: 1 finding (1 info)" in runner.summary()
    assert runner.summary().endswith("```text\nnothing to do\n```\n")

    _write_string(nights)
    result, runner = nights.spend()
    assert result.failed == ["Check"]
    assert result.skipped == ["Nothing was checked"]
    assert "1 new, 0 returned, 0 fixed; 2 runs remembered" in result.log["Check"]
    line = f"::error file={UPBIT},line=28,endLine=28,title=new%3A type-mismatch"
    assert result.log["Annotations and summary"].startswith(line)
    assert "\n## New\n" in runner.summary()
    (issue,) = kept(nights.environment)["issues"]
    assert issue["state"] == "OPEN"
    assert issue["body"].startswith(f"<!-- conformance-finding: upbit {COUNT[1]} -->")
    assert _scanned(result) == ["endpoint-missing", "type-mismatch"]

    nights.repository.restore("docs_snapshot/upbit", "schemas/upbit")
    result, runner = nights.spend()
    assert result.failed == []
    assert "0 new, 0 returned, 1 fixed; 3 runs remembered" in result.log["Check"]
    assert "\n## Fixed\n" in runner.summary()
    (issue,) = kept(nights.environment)["issues"]
    assert issue["state"] == "CLOSED"
    assert _scanned(result) == ["endpoint-missing"]


@needs_jq
def test_a_night_in_which_nothing_could_be_checked(nights: Nights) -> None:
    (nights.repository.root / UPBIT).unlink()
    result, runner = nights.spend()
    assert result.failed == ["Check"]
    assert "order-list-cancel.md" in result.log["Check"]
    assert result.skipped == [
        "Remember",
        "Annotations and summary",
        "Packets",
        "Tracking issues",
        "Leave out what is known or fixed, which code scanning would show as open",
        "Code scanning",
    ]
    assert runner.summary().startswith("**upbit: nothing was checked.**")
    assert result.artifacts == ()
    assert kept(nights.environment)["calls"] == []


@needs_jq
def test_a_dry_run_touches_no_issue_and_a_gh_that_fails_is_red(nights: Nights) -> None:
    _write_string(nights)
    result, runner = nights.spend(dry_run=True)
    assert result.failed == ["Check"]
    assert runner.summary().endswith("would be: 1 opened\n```\n")
    assert kept(nights.environment) == {"calls": ["issue list"], "issues": []}

    result, runner = nights.spend(GH_FAILS="create")
    assert result.failed == ["Check", "Tracking issues"]
    assert "HTTP 403" in result.log["Tracking issues"]
    assert result.conclusions["Reports"] == "success"
    assert result.scanned


@needs_jq
def test_what_was_not_installed_checks_nothing(nights: Nights) -> None:
    (nights.folder / "programs/pip").write_text("#!/bin/sh\nexit 1\n")
    result, runner = nights.spend()
    assert result.failed == ["Install"]
    assert result.conclusions["Check"] == "skipped"
    assert runner.summary().startswith("**upbit: nothing was checked.**")


@needs_jq
def test_a_history_on_a_server_is_not_put_into_the_cache(nights: Nights, tmp_path: Path) -> None:
    elsewhere = str(tmp_path / "elsewhere.db")
    nights.environment["CONFORMANCE_HISTORY"] = elsewhere
    result, _ = nights.spend()
    assert result.failed == []
    assert result.conclusions["Remember"] == "skipped"
    assert Path(elsewhere).exists()
    assert list((tmp_path / "cache").iterdir()) == []


def _write_string(nights: Nights) -> None:
    nights.repository.edit(UPBIT, _ROW.format("Number"), _ROW.format("String"))
    nights.repository.regenerate()


def _scanned(result: Result) -> list[str]:
    assert result.scanned
    report = json.loads(result.scanned.read_text("utf-8"))
    found = [each for run in report["runs"] for each in run["results"]]
    return sorted(each["ruleId"] for each in found)

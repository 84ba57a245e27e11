"""Nights that did not come to their end, or had nothing to check: red, and nothing is fixed."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.drift.history.store import open_history
from tests.nightly import told
from tests.nightly.project import ROOT, Project, new_project
from tests.nightly.story import COUNT, OPERATIONS, UPBIT

pytestmark = pytest.mark.timeout(300)

_ROW = "requested for cancellation                         | {} "
_PLUGIN = """\
import os
import signal

HOW = os.environ["HOW"]
seen = 0


def pytest_collection_modifyitems():
    if HOW == "collection":
        raise RuntimeError("planted")


def pytest_runtest_teardown():
    global seen
    seen += 1
    if seen == 7 and HOW.startswith("SIG"):
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in background jobs
        os.kill(os.getpid(), signal.Signals[HOW])
"""


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """After a night that found something, which has been put right since."""
    project = new_project(tmp_path_factory.mktemp("morning"), "history.db", "upbit")
    project.edit(UPBIT, _ROW.format("Number"), _ROW.format("String"))
    project.regenerate()
    assert project.pytest().status == 1
    project.restore("docs_snapshot/upbit", "schemas/upbit")
    (project.root / "planted.py").write_text(_PLUGIN)
    return project


@pytest.fixture
def project(morning: Project, tmp_path: Path) -> Project:
    root = tmp_path / "project"
    shutil.copytree(morning.root, root)
    return replace(morning, root=root)


def night(project: Project, how: str = "", *arguments: str) -> tuple[int, str]:
    """Exit status, and everything that was printed."""
    planted = ("-p", "planted", "--drift-report", "reports")
    path = f"{ROOT}{os.pathsep}{project.root}"
    done = project.pytest(*arguments, *planted, HOW=how, PYTHONPATH=path)
    assert "Traceback" not in done.err
    return done.status, done.out + done.err


def state(project: Project) -> str:
    """Where the finding stands that has been put right."""
    (trail,) = open_history(str(project.root / "history.db")).findings(
        "upbit", fingerprint=COUNT[1]
    )
    return trail.memory.state.value


def runs(project: Project) -> list[tuple[bool, int]]:
    """Whether each run was whole, and how many findings it had fixed; the latest first."""
    found = open_history(str(project.root / "history.db")).runs()
    return [(run.complete, run.fixed) for run in found]


def test_a_night_that_ends_finds_it_fixed(project: Project) -> None:
    """What all others here do not."""
    assert night(project)[0] == 0
    assert (state(project), runs(project)) == ("fixed", [(True, 1), (True, 0)])


@pytest.mark.parametrize(
    ("how", "arguments", "status"),
    [
        ("SIGINT", (), 2),
        ("collection", (), 3),
        ("", ("broken.py",), 2),
    ],
)
def test_a_night_that_was_broken_off_is_remembered_as_that(
    project: Project, how: str, arguments: tuple[str, ...], status: int
) -> None:
    (project.root / "broken.py").write_text("import nothing_of_this_name")
    assert night(project, how, *arguments)[0] == status
    assert (state(project), runs(project)) == ("open", [(False, 0), (True, 0)])
    report = told.read(project.root / "reports", "drift.json")["upbit"]
    assert told.drift(report)[COUNT] == "not_checked"
    assert "fixed" not in told.drift(report).values()


def test_the_night_after_one_that_was_broken_off(project: Project) -> None:
    night(project, "SIGINT")
    (project.root / "issues.json").write_text("[]")
    done = project.conformance("track", "--dry-run", "--issues", "issues.json")
    assert (done.status, done.out) == (2, "")
    assert "so no issue is touched" in done.err
    assert night(project)[0] == 0
    assert (state(project), runs(project)) == ("fixed", [(True, 1), (False, 0), (True, 0)])


@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL"])
def test_a_night_that_was_killed_leaves_the_history_as_it_was(project: Project, how: str) -> None:
    assert night(project, how)[0] == -signal.Signals[how]
    assert (state(project), runs(project)) == ("new", [(True, 0)])
    assert not (project.root / "reports").exists()


def _missing_page(project: Project) -> None:
    (project.root / UPBIT).unlink()


def _changed_page(project: Project) -> None:
    page = project.root / UPBIT
    page.write_bytes(page.read_bytes() + b"\n")


def _broken_manifest(project: Project) -> None:
    (project.root / "docs_snapshot/upbit/exchange.toml").write_text("title = [")


def _no_page(project: Project) -> None:
    (project.root / "docs_snapshot/upbit/exchange.toml").write_text('title = "Upbit"\n')


def _broken_known_drift(project: Project) -> None:
    (project.root / "docs_snapshot/upbit/known_drift.toml").write_text("[[known]]\n")


@pytest.mark.parametrize(
    "spoil",
    [_missing_page, _changed_page, _broken_manifest, _no_page, _broken_known_drift],
)
def test_a_project_that_cannot_be_read_is_no_night(
    project: Project, spoil: Callable[[Project], None]
) -> None:
    spoil(project)
    status, printed = night(project)
    assert (status, len(printed.strip().splitlines())) == (4, 1)
    assert (state(project), runs(project)) == ("new", [(True, 0)])


@pytest.mark.parametrize("content", ["", "# Please log in\n\nThis page is for members.\n"])
def test_a_night_without_any_operation_checks_nothing(project: Project, content: str) -> None:
    text = (project.root / UPBIT).read_text("utf-8")
    project.edit(UPBIT, text, content)
    status, printed = night(project)
    assert status == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "\nnothing was checked: no operation was found" in printed
    assert (state(project), runs(project)) == ("open", [(False, 0), (True, 0)])
    assert project.conformance("report", "--fail-on", "never").status == 2
    assert project.conformance("report", "--fail-on", "never", "--now").status == 2


def test_a_night_in_which_nothing_was_run(project: Project) -> None:
    assert night(project, "", "-k", "nothing")[0] == pytest.ExitCode.NO_TESTS_COLLECTED
    shutil.rmtree(project.root / "docs_snapshot/upbit")
    assert night(project)[0] == pytest.ExitCode.NO_TESTS_COLLECTED
    assert runs(project) == [(True, 0)]


def test_a_night_that_cannot_read_its_evidence_fixes_nothing(project: Project) -> None:
    """Red by the test that names the file; what it would have shown is not called gone."""
    cassette = "cassettes/upbit/order-list-cancel/all-cancelled.yaml"
    project.edit(cassette, "interactions:", "interactions: [")
    status, printed = night(project)
    assert status == 1
    assert "test_evidence_is_whole[upbit]" in printed
    assert (state(project), runs(project)) == ("open", [(False, 0), (True, 0)])


def test_a_night_that_cannot_remember_is_red(project: Project) -> None:
    (project.root / "history.db").write_bytes(b"no database at all" * 100)
    status, printed = night(project)
    assert status == pytest.ExitCode.INTERNAL_ERROR
    assert "history.db" in printed
    assert list(told.read(project.root / "reports", "json")) == ["upbit"]


def test_the_operations_told_here_are_those_of_the_pages() -> None:
    """So that fingerprints of the story mean what they say."""
    for name, operation in OPERATIONS.items():
        method, path = operation.split(" ")
        told = (ROOT / "schemas" / name / "en" / "openapi.json").read_text("utf-8")
        assert f'"{path}"' in told
        assert f'"{method.lower()}"' in told

"""``conformance snapshot`` in projects where something else is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.cli import main
from conformance.pages.staging import exclusive
from tests.cli.snapshot.project import Project, markdown


def test_two_at_once(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    project.answers(markdown("uuid"))
    with exclusive(Path("docs_snapshot")):
        assert main(["snapshot"]) == 2
        assert "another run is changing it (wait until" in capsys.readouterr().err
        assert project.site.asked == []
        assert main(["snapshot", "--dry-run"]) == 0
    assert main(["snapshot"]) == 0


def test_an_exchange_that_is_broken_does_not_keep_the_others(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    project.answers(markdown("uuid"))
    broken = Path("docs_snapshot/another")
    broken.mkdir()
    (broken / "exchange.toml").write_text("title = 1\n")
    assert main(["snapshot"]) == 2
    told = capsys.readouterr()
    assert "another: no page was asked for\n  nothing was stored: " in told.out
    assert "stored: 1 page" in told.out
    assert "conformance snapshot: another: " in told.err


def test_a_page_changed_by_hand_is_told_and_not_overwritten(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    project.page.write_text("mine\n")
    assert main(["snapshot"]) == 2
    assert "sha256 is" in capsys.readouterr().err
    assert project.site.asked == []
    assert project.page.read_text() == "mine\n"


@pytest.mark.parametrize("name", ["nobody", "../venue", ""])
def test_an_unknown_exchange(
    project: Project, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    project.store(markdown())
    assert main(["snapshot", "--exchange", name]) == 2
    assert "unknown exchange" in capsys.readouterr().err


def test_a_project_without_exchanges(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    Path("docs_snapshot").mkdir()
    assert main(["snapshot"]) == 2
    assert "holds no exchange" in capsys.readouterr().err
    assert project.site.asked == []

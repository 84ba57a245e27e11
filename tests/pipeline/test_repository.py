"""What a report says of the repository that the pages lie in."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conformance.pipeline.project import commit_of


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=n", "-c", "user.email=e@x", *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.strip()


def test_the_commit_is_that_of_the_clone(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "page.md"
    page.parent.mkdir()
    page.write_text("# Page\n", "utf-8")
    git(tmp_path, "init", "-q")
    assert commit_of(page) == ""
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    expected = git(tmp_path, "rev-parse", "HEAD")[:12]
    assert commit_of(page) == commit_of(page.parent) == expected


def test_without_a_repository_or_git_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit_of(tmp_path) == ""
    monkeypatch.setenv("PATH", "")
    assert commit_of(tmp_path) == ""

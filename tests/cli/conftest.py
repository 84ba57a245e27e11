"""A small project of its own for every test: copied pages, cassettes and schemas."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a project with two exchanges, fresh and without new drift."""
    for room in ("docs_snapshot", "cassettes", "schemas"):
        for exchange in ("bingx", "upbit"):
            shutil.copytree(_REPOSITORY / room / exchange, tmp_path / room / exchange)
    monkeypatch.chdir(tmp_path)
    return tmp_path

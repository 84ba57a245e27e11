"""A project in a folder of its own, and a fetcher that does not wait."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from conformance.pages.fetch import FetchBounds, Fetcher
from tests.cli.snapshot.project import Project
from tests.pages.site import serving


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.chdir(tmp_path)
    bounds = FetchBounds(interval=0, seconds=30, size=100_000)
    patient = partial(Fetcher, bounds=bounds, sleep=lambda _: None)
    monkeypatch.setattr("conformance.pipeline.snapshots.Fetcher", patient)
    with serving() as site:
        yield Project(site)

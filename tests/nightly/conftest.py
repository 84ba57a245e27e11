"""The nights are spent once for each database; tests only read what was said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.drift.history.conftest import needs_postgresql, schema
from tests.nightly.project import Project, new_project
from tests.nightly.story import Night, spend


@dataclass(frozen=True, slots=True)
class Nights:
    """A project, and what was said in each of its nights."""

    project: Project
    nights: tuple[Night, ...]

    def __getitem__(self, number: int) -> Night:
        return self.nights[number]


_DATABASES = ["sqlite", pytest.param("postgresql", marks=needs_postgresql)]
"""Each in one process of pytest-xdist (``tests/conftest.py``): its nights are spent once."""


@pytest.fixture(scope="session", params=_DATABASES)
def nights(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Nights]:
    """Four nights with all five pages."""
    root = tmp_path_factory.mktemp(f"nights-{request.param}")
    if request.param == "sqlite":
        project = new_project(root)
        yield Nights(project, tuple(spend(project)))
        return
    with schema() as url:
        project = new_project(root, url)
        yield Nights(project, tuple(spend(project)))

"""The nights of a database are spent in one process of pytest-xdist, and in no other."""

from __future__ import annotations

import pytest

from tests.conftest import group_of
from tests.nightly.conftest import Nights


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("test_nights.py::test_exit_status[sqlite-night1]", "nights on sqlite"),
        ("test_nights.py::test_runs[postgresql]", "nights on postgresql"),
        ("test_docs.py::test_dry_runs", "tests/nightly/test_docs.py::test_dry_runs"),
    ],
)
def test_group(nodeid: str, group: str) -> None:
    assert group_of(f"tests/nightly/{nodeid}") == group


def test_ids_are_as_the_groups_want_them(nights: Nights, request: pytest.FixtureRequest) -> None:
    database = "postgresql" if "postgresql" in nights.project.history else "sqlite"
    assert group_of(request.node.nodeid) == f"nights on {database}"

"""Settings of all tests: how long an example takes depends on the machine, and is no verdict.

Hypothesis looks at new examples in every run, but where ``CI`` is set: there a change is judged by
the same examples as the change before it.  ``--hypothesis-profile=explore``, as in the weekly job,
looks at twice as many, all new.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import settings

import conformance

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

# It cannot be imported twice, which runs of pytest within a test would make it.
assert psycopg

# What Hypothesis learns of all source files, it learns once, and not in every process of a test.
os.environ.setdefault(
    "HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).resolve().parents[1] / ".hypothesis")
)
# Of the plugins of Hypothesis that are installed none is wanted; to look for them takes 0.2 s.
os.environ["HYPOTHESIS_NO_PLUGINS"] = "1"
settings.register_profile("explore", deadline=None, max_examples=100)
settings.register_profile("usual", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "usual")

# Modules and tests stay until the end: to look through them again and again finds no garbage.
gc.disable()


_NOT_IMPORTED = (
    "conformance.suite",
    "conformance.__main__",
    "conformance.drift.history.migrations",
)


def pytest_collection_finish() -> None:
    """Import what tests may import, and leave it and them out of the search for garbage.

    A module that is first imported in a test with ``pytester`` is forgotten after it: others that
    have been imported hold its enumerations, whose members are then no longer the same.
    """
    for module in walk_packages(conformance.__path__, "conformance."):
        if not module.name.startswith(_NOT_IMPORTED):
            import_module(module.name)
    gc.collect()
    gc.freeze()
    gc.enable()


_NIGHTS = re.compile(r"tests/nightly/\w+\.py::\w+\[(sqlite|postgresql)\b")
"""Tests that read the same nights, which take long to spend."""


def group_of(nodeid: str) -> str:
    """What a test has in common with those that run in the same process; others are alone."""
    nights = _NIGHTS.match(nodeid)
    return f"nights on {nights[1]}" if nights else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Callable[..., Any]
) -> LoadScopeScheduling:
    """Groups first, the largest before the others.

    ``--dist=loadgroup`` of pytest-xdist 3.8 finds no group with pytest 9.2, whose node ids cannot
    be changed: without a word, each process would spend all nights.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return Groups(config, log)

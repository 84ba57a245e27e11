"""The Hypothesis profiles of the suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from conformance.suite import conftest


@pytest.fixture(autouse=True)
def _same_profile_afterwards() -> Iterator[None]:
    before = settings.get_current_profile_name()
    yield
    settings.load_profile(before)


@pytest.mark.parametrize(
    ("asked", "examples", "repeatable"),
    [("", 25, True), ("ci", 25, True), ("nightly", 500, False)],
)
def test_the_environment_chooses(
    monkeypatch: pytest.MonkeyPatch, asked: str, examples: int, repeatable: bool
) -> None:
    monkeypatch.setenv(conftest.VARIABLE, asked)
    conftest.load_profile()
    chosen = settings()
    assert (chosen.max_examples, chosen.derandomize) == (examples, repeatable)
    assert chosen.deadline is None


def test_an_unknown_profile_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(conftest.VARIABLE, "weekly")
    with pytest.raises(pytest.UsageError, match="there are ci, nightly"):
        conftest.load_profile()

"""Moments as people give them."""

from __future__ import annotations

import datetime as dt

import pytest

from conformance.cli.command import moment_of
from conformance.errors import UsageError

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("7d", dt.timedelta(days=7)),
        ("3w", dt.timedelta(weeks=3)),
        (" 12 H ", dt.timedelta(hours=12)),
        ("0d", dt.timedelta()),
        ("2026-11-20T12:00:00Z", dt.timedelta(days=1)),
        ("2026-11-20T13:00+01:00", dt.timedelta(days=1)),
    ],
)
def test_moments(text: str, before: dt.timedelta) -> None:
    assert moment_of(text, NOW) == NOW - before


def test_a_day_begins_here() -> None:
    assert moment_of("2026-11-20", NOW) == dt.datetime(2026, 11, 20).astimezone()


@pytest.mark.parametrize("text", ["", "x", "7", "d", "7y", "-7d", "999999w", "2026-02-30", "٧d"])
def test_no_moment(text: str) -> None:
    with pytest.raises(UsageError, match="is no day"):
        moment_of(text, NOW)


def test_what_is_to_come() -> None:
    with pytest.raises(UsageError, match="yet to come"):
        moment_of("2026-11-22T00:00Z", NOW)

"""What is accepted is found again in the file, whatever it is called."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.drift.known import HEADER, accept, load_known, render_known, split
from conformance.model.finding import Finding, Severity

DAY = dt.date(2027, 1, 31)


def finding(subject: str, operation: str = "GET /orders", rule: str = "row-unread") -> Finding:
    return Finding(
        rule=rule, severity=Severity.ERROR, operation=operation, subject=subject, message="x"
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "known_drift.toml"


def test_entries_are_found_again(path: Path) -> None:
    found = [
        finding('table "Fees" # \\ \n'),
        finding("a", operation=""),
        finding(""),
        finding("b"),
        finding("b"),
    ]
    entries = accept(found, (), "Seen.", DAY)
    path.write_text(render_known(entries), "utf-8")
    known = load_known(path)
    assert known.entries == entries
    assert len(entries) == 4
    parts = split(found, known, DAY)
    assert (parts.new, parts.stale, len(parts.known)) == ((), (), 5)


def test_what_stands_in_the_file_stays_and_is_not_listed_twice(path: Path) -> None:
    first = accept([finding("a")], (), "By hand.", DAY)
    before = render_known(first) + "# a remark\n"
    more = accept([finding("a"), finding("b")], first, "At init.", DAY)
    path.write_text(text := render_known(more, before), "utf-8")
    assert text.startswith(before)
    assert [e.reason for e in load_known(path).entries] == ["By hand.", "At init."]


def test_nothing_accepted_is_a_file_that_says_how(path: Path) -> None:
    path.write_text(render_known(()), "utf-8")
    assert path.read_text("utf-8") == HEADER
    assert load_known(path).entries == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_names_of_any_kind(path: Path, names: list[tuple[str, str]]) -> None:
    found = [finding(subject, operation) for subject, operation in [*names, ("a\ud800", "")]]
    entries = accept(found, (), "Seen.", DAY)
    path.write_text(render_known(entries), "utf-8")
    assert load_known(path).entries == entries
    left = split(found, load_known(path), DAY).new
    assert all(f.operation != f.operation.strip() for f in left[:-1])

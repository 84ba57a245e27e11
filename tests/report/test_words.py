"""Evidence weighed in words: what a claim rests on can be told from the words alone."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.drift.history.record import History, Memory, Period, State
from conformance.model.finding import Finding, Observed, Severity, Tally
from conformance.model.interaction import Origin
from conformance.report import FORMATS, render
from conformance.report.report import Report
from conformance.report.words import (
    describe_acceptance,
    describe_comparison,
    describe_evidence,
    describe_memory,
    format_day,
    format_moment,
)
from tests.report.test_report_golden import MISSING, UNDOCUMENTED
from tests.reports import entry, finding

CAVEATS = {
    "constructed": "written by hand from known facts: shows nothing about the API itself",
    "sandbox": "shows nothing about the API itself",
}


def told(*tallies: Tally) -> Finding:
    return Finding(
        rule="r", severity=Severity.ERROR, operation="GET /x", subject="s", message="m",
        observed=Observed(origin=tallies[0].origin, where="a.yaml#0"), evidence=tallies,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (
            Tally(origin="recorded", seen=12, examined=12, first="2026-11-03", last="2026-11-20"),
            "seen in 12 of 12 recorded responses since 3 November 2026, last on 20 November 2026",
        ),
        (
            Tally(origin="live", seen=3, examined=100, first="2026-11-20", last="2026-11-20"),
            "seen in 3 of 100 live responses on 20 November 2026",
        ),
        (
            Tally(origin="live", seen=1, examined=1, first="2026-01-31", last="2026-01-31"),
            "seen in the one live response of 31 January 2026",
        ),
        (
            Tally(origin="constructed", seen=1, examined=1),
            "seen in the one constructed interaction, written by hand from known facts: shows "
            "nothing about the API itself",
        ),
        (
            Tally(origin="documented", seen=1, examined=2),
            "seen in 1 of 2 examples printed in the docs",
        ),
        (
            Tally(origin="sandbox", seen=2, examined=3),
            "seen in 2 of 3 answers of the sandbox, which is no exchange: shows nothing about the "
            "API itself",
        ),
        (Tally(origin="recorded", seen=1, examined=1, first="soon", last="9999"),
         "seen in the one recorded response"),
    ],
)  # fmt: skip
def test_words(tally: Tally, words: str) -> None:
    assert describe_evidence(told(tally)) == words


def test_the_weightiest_comes_first() -> None:
    words = describe_evidence(
        told(
            Tally(origin="live", seen=3, examined=100),
            Tally(origin="constructed", seen=1, examined=1),
        )
    )
    assert words.startswith("seen in 3 of 100 live responses; in the one constructed interaction")


def test_without_a_tally_the_kind_of_evidence_is_said() -> None:
    assert describe_evidence(UNDOCUMENTED) == "seen in a recorded response"
    assert describe_evidence(MISSING) == "seen in an example printed in the docs"
    assert not describe_evidence(Finding(**{**_facts(), "observed": None}))  # type: ignore[arg-type]


def _facts() -> dict[str, object]:
    return {
        "rule": "r", "severity": Severity.INFO, "operation": "", "subject": "", "message": "",
    }  # fmt: skip


@given(st.integers(1, 500), st.integers(0, 500))
def test_no_two_origins_are_worded_alike(seen: int, more: int) -> None:
    words = {
        origin.value: describe_evidence(
            told(Tally(origin=origin.value, seen=seen, examined=seen + more))
        )
        for origin in Origin
    }
    for one, other in combinations(words.values(), 2):
        assert one != other
    for origin, said in words.items():
        assert ("shows nothing about the API itself" in said) == (origin in CAVEATS)
        assert CAVEATS.get(origin, "") in said


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "json"])
def test_one_constructed_cassette_is_never_worded_like_a_hundred_live_responses(form: str) -> None:
    live = told(Tally(origin="live", seen=100, examined=100))
    constructed = told(Tally(origin="constructed", seen=1, examined=1))
    says = {
        name: render(Report(findings=(one,), operations=1), form)
        for name, one in (("live", live), ("constructed", constructed))
    }
    assert "100 live responses" in says["live"].replace("&nbsp;", " ")
    assert "nothing about the API" not in says["live"]
    assert "ne constructed interaction" in says["constructed"]
    assert "shows nothing about the API itself" in says["constructed"]


def test_days_and_moments() -> None:
    east = dt.timezone(dt.timedelta(hours=9))
    assert format_day(dt.date(2026, 11, 3)) == "3 November 2026"
    assert format_day(dt.datetime(2026, 11, 3, 2, tzinfo=east)) == "2 November 2026"
    assert format_moment(dt.datetime(2026, 11, 3, 2, tzinfo=east)) == "2 November 2026, 17:00 UTC"


def test_how_long_something_is_accepted() -> None:
    known = entry(finding(1), "told", days=2)
    on = dt.date(2026, 11, 21)
    assert describe_acceptance(known, on) == "until 2026-11-23, 2 days left"
    assert describe_acceptance(known, on + dt.timedelta(days=1)) == "until 2026-11-23, 1 day left"
    assert describe_acceptance(known, on + dt.timedelta(days=2)) == "until today"
    assert (
        describe_acceptance(known, on + dt.timedelta(days=3))
        == "accepted until 2026-11-23, which is past"
    )
    assert describe_acceptance(known, None) == "until 2026-11-23"


def test_what_is_remembered() -> None:
    days = [dt.datetime(2026, 11, n, tzinfo=dt.UTC) for n in range(1, 30)]
    gone_often = tuple(Period(days[n], days[n + 1]) for n in range(0, 20, 4))
    memory = Memory(
        state=State.RETURNED, first_seen=days[0], last_seen=days[17], times_seen=10, runs=18,
        periods=gone_often,
    )  # fmt: skip
    words = describe_memory(memory)
    assert words.startswith("first seen 1 November 2026, last seen 18 November 2026, in 10 of 18 ")
    assert words.count("gone between") == 3
    assert words.endswith("and 1 more time")


def test_what_is_remembered_of_one_day() -> None:
    now = dt.datetime(2026, 11, 21, 4, 30, tzinfo=dt.UTC)
    new = Memory(state=State.NEW, first_seen=now, last_seen=now, times_seen=1, runs=1)
    assert describe_memory(new) == "first seen in this run, 21 November 2026, 04:30 UTC"
    again = Memory(state=State.OPEN, first_seen=now, last_seen=now, times_seen=2, runs=3)
    assert describe_memory(again) == "seen on 21 November 2026, in 2 of 3 runs"


def test_what_a_run_is_compared_with() -> None:
    run = dt.datetime(2026, 11, 21, 2, 30, tzinfo=dt.UTC)
    assert "the first that is remembered" in describe_comparison(History(run=run))
    assert "compared with the run before it; 19 runs" in describe_comparison(
        History(run=run, runs=19)
    )
    since = describe_comparison(History(run=run, runs=19, since=run - dt.timedelta(days=7)))
    assert "what was known on 14 November 2026, 02:30 UTC" in since

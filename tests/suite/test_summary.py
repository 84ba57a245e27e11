"""The words at the end of a run: what is new and what is known, neither hidden by the other."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.drift.known import Match
from conformance.model.finding import Severity
from conformance.report.report import Report
from conformance.suite.verdict import shorten_known, summarize_run
from tests.reports import NOW, entry, every_state, finding, many

TODAY = NOW.date()
BARE = replace(many(0), history=None)


def known(*numbers: int, severity: Severity = Severity.ERROR) -> tuple[Match, ...]:
    found = [finding(n, severity=severity, operation=f"GET /v1/orders/{n}") for n in numbers]
    return tuple(Match(one, entry(one, "The vendor was told.")) for one in found)


LATE = known(3)


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (
            replace(BARE, known=(*known(0, 3, 6), *known(1, severity=Severity.WARNING))),
            "nothing new; 4 known (3 errors)",
        ),
        (replace(BARE, known=known(1, severity=Severity.WARNING)), "nothing new; 1 known"),
        (replace(many(3), history=None), "2 new (1 error); 1 info"),
        (
            replace(many(3), history=None, known=known(9)),
            "2 new (1 error); 1 known (1 error); 1 info",
        ),
        (replace(BARE, findings=(finding(2),)), "nothing new; 1 info"),
        (every_state(), "1 new; 1 returned (1 error); 1 open; 1 known; 1 info"),
        (
            replace(BARE, expired=LATE, findings=(LATE[0].finding,)),
            "nothing new; 1 expired (1 error)",
        ),
    ],
)
def test_the_verdict_counts_every_finding(report: Report, verdict: str) -> None:
    lines = list(summarize_run(report, TODAY))
    assert verdict in lines
    assert "no drift" not in lines


def test_nothing_found_is_said_only_where_something_was_checked() -> None:
    assert list(summarize_run(BARE, TODAY))[-1] == "no drift"
    lines = list(summarize_run(replace(BARE, operations=0, known=known(3)), TODAY))
    assert not any(line.startswith(("no drift", "nothing new")) for line in lines)
    assert lines[-1].startswith("nothing was checked")


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ((8,), "type-mismatch responses.200.orders[].market8"),
        ((8, 9, 10), "type-mismatch responses.200.orders[].market8 and 2 more"),
    ],
)
def test_an_expected_failure_is_one_short_line(numbers: tuple[int, ...], reason: str) -> None:
    assert shorten_known(known(*numbers)) == reason


def test_however_long_a_subject_is_the_line_is_short() -> None:
    one = finding(8, subject="responses.200." + "a" * 500 + "\n")
    reason = shorten_known([Match(one, entry(one, "x" * 500))])
    assert len(reason) == 60
    assert reason.isprintable()

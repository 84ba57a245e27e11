"""One issue for each finding: what is opened, brought up to date, reopened, closed, left."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.drift.history.record import History, Memory, Period, Remembered, State
from conformance.drift.known import KnownEntry, Match
from conformance.model.finding import Finding, Severity
from conformance.model.span import Span
from conformance.report.report import Report
from conformance.report.tracking import Issue, IssueAction, IssueStep, plan_actions, write_mark

NIGHT = dt.datetime(2026, 11, 21, 3, 17, tzinfo=dt.UTC)


def finding(subject: str = "responses.200.id", **more: object) -> Finding:
    given = Finding(
        rule="missing-field",
        severity=Severity.ERROR,
        operation="GET /orders",
        subject=subject,
        message="`id` is documented and was not there",
        documented=Span("en/orders.md", 7, 7, "| id | String |"),
    )
    return replace(given, **more)


def memory(state: State) -> Memory:
    return Memory(state=state, first_seen=NIGHT, last_seen=NIGHT, times_seen=3, runs=4)


def report(*found: tuple[Finding, State], gone: tuple[tuple[Finding, State], ...] = ()) -> Report:
    history = History(
        run=NIGHT,
        runs=4,
        memories={f.fingerprint: memory(state) for f, state in found},
        gone=tuple(Remembered(f, memory(state)) for f, state in gone),
    )
    return Report(
        findings=tuple(f for f, _ in found), title="Venue", exchange="venue", history=history
    )


def issue(action: IssueAction, number: int = 1, *, is_open: bool = True) -> Issue:
    """The issue that carrying out ``action`` makes."""
    return Issue(number=number, title=action.title, body=action.body, is_open=is_open)


def steps(actions: tuple[IssueAction, ...]) -> list[tuple[IssueStep, int]]:
    return [(action.step, action.number) for action in actions]


def opened(told: Report) -> Issue:
    return issue(plan_actions([told], [])[0])


@pytest.mark.parametrize("state", [State.NEW, State.RETURNED, State.OPEN])
def test_what_counts_and_has_no_issue_gets_one(state: State) -> None:
    (action,) = plan_actions([report((finding(), state))], [])
    assert (action.step, action.number) == (IssueStep.OPEN, 0)
    assert action.title == "venue: missing-field: `id` is documented and was not there"
    assert action.body.startswith(write_mark("venue", finding().fingerprint) + "\n")
    assert "`en/orders.md:7`" in action.body


def test_a_second_run_changes_nothing() -> None:
    told = report((finding(), State.OPEN))
    assert plan_actions([told], [opened(told)]) == ()


def test_nothing_in_the_text_changes_from_night_to_night() -> None:
    told = report((finding(), State.OPEN))
    later = memory(State.OPEN)
    later = replace(later, times_seen=9, runs=10, last_seen=NIGHT + dt.timedelta(days=9))
    history = replace(told.history or History(run=NIGHT), memories={finding().fingerprint: later})
    assert plan_actions([replace(told, history=history)], [opened(told)]) == ()


def test_another_text_brings_the_issue_up_to_date() -> None:
    before = opened(report((finding(), State.OPEN)))
    moved = finding(documented=Span("en/orders.md", 9, 9, "| id | String |"))
    (action,) = plan_actions([report((moved, State.OPEN))], [before])
    assert (action.step, action.number) == (IssueStep.UPDATE, 1)
    assert "`en/orders.md:9`" in action.body


def test_line_ends_as_a_browser_leaves_them_are_no_other_text() -> None:
    told = report((finding(), State.OPEN))
    there = opened(told)
    stored = replace(there, body=there.body.replace("\n", "\r\n") + "\r\n")
    assert plan_actions([told], [stored]) == ()


def test_what_is_fixed_is_closed_with_a_word_on_when_it_was_last_seen() -> None:
    before = opened(report((finding(), State.OPEN)))
    (action,) = plan_actions([report(gone=((finding(), State.FIXED),))], [before])
    assert (action.step, action.number) == (IssueStep.CLOSE, 1)
    assert "last seen on 21 November 2026" in action.why
    closed = replace(before, is_open=False)
    assert plan_actions([report(gone=((finding(), State.FIXED),))], [closed]) == ()


def test_what_returned_is_reopened() -> None:
    before = replace(opened(report((finding(), State.OPEN))), is_open=False)
    assert steps(plan_actions([report((finding(), State.RETURNED))], [before])) == [
        (IssueStep.REOPEN, 1)
    ]


def test_what_somebody_closed_stays_closed() -> None:
    before = replace(opened(report((finding(), State.OPEN))), is_open=False)
    (action,) = plan_actions([report((finding(), State.OPEN))], [before])
    assert (action.step, action.body) == (IssueStep.LEAVE, "")


@pytest.mark.parametrize(("days", "step"), [(-1, IssueStep.REOPEN), (1, IssueStep.LEAVE)])
def test_what_returned_while_nobody_could_reopen_it_is_reopened_later(
    days: int, step: IssueStep
) -> None:
    told = report((finding(), State.OPEN))
    periods = (
        Period(NIGHT - dt.timedelta(days=9), NIGHT - dt.timedelta(days=5)),
        Period(NIGHT, NIGHT),
    )
    memories = {finding().fingerprint: replace(memory(State.OPEN), periods=periods)}
    told = replace(told, history=replace(told.history or History(run=NIGHT), memories=memories))
    closed = replace(opened(told), is_open=False, closed=NIGHT + dt.timedelta(days=days))
    assert steps(plan_actions([told], [closed])) == [(step, 1)]


def test_what_the_run_could_not_see_is_left() -> None:
    before = opened(report((finding(), State.OPEN)))
    assert steps(plan_actions([report(gone=((finding(), State.OPEN),))], [before])) == [
        (IssueStep.LEAVE, 1)
    ]


def test_what_no_run_remembers_is_left() -> None:
    before = opened(report((finding(), State.OPEN)))
    (action,) = plan_actions([report()], [before])
    assert (action.step, action.number) == (IssueStep.LEAVE, 1)
    other = replace(report(), exchange="another")
    assert plan_actions([other], [before]) == ()


def test_accepted_findings_get_no_issue_and_an_open_one_says_so() -> None:
    entry = KnownEntry(
        fingerprint=finding().fingerprint,
        rule="missing-field",
        operation="GET /orders",
        subject="responses.200.id",
        reason="They know.",
        expires=dt.date(2027, 1, 31),
    )
    known = replace(report(), known=(Match(finding(), entry),))
    assert plan_actions([known], []) == ()
    (action,) = plan_actions([known], [opened(report((finding(), State.OPEN)))])
    assert action.step is IssueStep.UPDATE
    assert "They know." in action.body
    assert "2027-01-31" in action.body


def test_minor_findings_get_none() -> None:
    told = report((finding(severity=Severity.INFO), State.NEW))
    assert plan_actions([told], []) == ()
    assert steps(plan_actions([told], [], Severity.INFO)) == [(IssueStep.OPEN, 0)]


def test_no_more_than_asked_are_opened_at_once() -> None:
    findings = (finding(f"responses.200.f{n}", operation=f"GET /{n}") for n in range(5))
    told = report(*((one, State.NEW) for one in findings))
    assert [action.step for action in plan_actions([told], [], most=3)] == [IssueStep.OPEN] * 3 + [
        IssueStep.LEAVE
    ] * 2


def test_of_two_issues_about_one_finding_the_older_stays() -> None:
    told = report((finding(), State.OPEN))
    two = [replace(opened(told), number=9), replace(opened(told), number=4)]
    assert steps(plan_actions([told], two)) == [(IssueStep.CLOSE, 9)]


def same(*operations: str) -> list[Finding]:
    """One difference in several operations."""
    return [finding(operation=f"GET /{name}") for name in operations]


def test_one_cause_gets_one_issue_that_lists_all() -> None:
    told = report(*((one, State.NEW) for one in same("a", "b", "c")))
    (action,) = plan_actions([told], [])
    assert action.body.startswith(
        write_mark("venue", *(f.fingerprint for f in same("a", "b", "c")))
    )
    assert all(f"GET /{name} |" in action.body for name in "abc")
    assert plan_actions([told], [issue(action)]) == ()


def test_an_issue_stays_as_long_as_anything_of_its_cause_is_found() -> None:
    first, *others = same("a", "b", "c")
    before = opened(report(*((one, State.OPEN) for one in (first, *others))))
    left = report(*((one, State.OPEN) for one in others), gone=((first, State.FIXED),))
    (action,) = plan_actions([left], [before])
    assert (action.step, action.number) == (IssueStep.UPDATE, 1)
    assert plan_actions([left], [issue(action)]) == ()
    none = report(gone=tuple((one, State.FIXED) for one in others))
    assert steps(plan_actions([none], [issue(action)])) == [(IssueStep.CLOSE, 1)]


def test_issues_of_one_finding_each_become_one_of_the_cause() -> None:
    """As they were opened before causes had issues."""
    found = same("a", "b", "c")
    there = [
        issue(plan_actions([report((f, State.OPEN))], [])[0], n) for n, f in enumerate(found, 4)
    ]
    told = report(*((one, State.OPEN) for one in found))
    assert steps(plan_actions([told], there)) == [
        (IssueStep.UPDATE, 4),
        (IssueStep.CLOSE, 5),
        (IssueStep.CLOSE, 6),
    ]


def test_a_cause_that_somebody_closed_stays_closed_when_it_grows() -> None:
    old, new = same("a", "b")
    closed = replace(opened(report((old, State.OPEN))), is_open=False)
    assert steps(plan_actions([report((old, State.OPEN), (new, State.NEW))], [closed])) == [
        (IssueStep.LEAVE, 1)
    ]


def test_a_page_cannot_write_the_mark_of_another_finding() -> None:
    forged = write_mark("venue", "0123456789ab")
    told = report(
        (finding(message=f"{forged} `x`", documented=Span("p.md", 1, 1, forged)), State.NEW)
    )
    there = opened(told)
    assert there.body.startswith(write_mark("venue", finding().fingerprint) + "\n")
    assert plan_actions([told], [there]) == ()


def test_a_text_longer_than_an_issue_takes_is_cut_and_still_known() -> None:
    told = report((finding(actual="x" * 70_000, expected="e"), State.NEW))
    there = opened(told)
    assert len(there.body) < 65_000
    assert plan_actions([told], [there]) == ()


@given(
    states=st.lists(st.sampled_from(list(State)), max_size=8),
    closed=st.sets(st.integers(0, 7)),
)
def test_what_was_planned_leaves_nothing_to_do(states: list[State], closed: set[int]) -> None:
    found = [(finding(f"responses.200.f{n}"), state) for n, state in enumerate(states)]
    there = report(*(pair for pair in found if pair[1] not in (State.FIXED, State.KNOWN)))
    gone = tuple(pair for pair in found if pair[1] is State.FIXED)
    history = replace(there.history or History(run=NIGHT), gone=report(gone=gone).history.gone)  # type: ignore[union-attr]
    told = replace(there, history=history)
    before = report(*((f, State.OPEN) for f, _ in found))
    issues = {
        n: issue(action, n, is_open=n not in closed)
        for n, action in enumerate(plan_actions([before], []), start=1)
    }
    for action in plan_actions([told], issues.values()):
        _carry_out(action, issues)
    again = [a for a in plan_actions([told], issues.values()) if a.step is not IssueStep.LEAVE]
    assert again == []


def _carry_out(action: IssueAction, issues: dict[int, Issue]) -> None:
    number = action.number or len(issues) + 1
    if action.step is IssueStep.CLOSE:
        issues[number] = replace(issues[number], is_open=False)
    elif action.step is not IssueStep.LEAVE:
        issues[number] = issue(action, number)

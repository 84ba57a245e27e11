"""Where findings stand, beside the same worked out naively from the definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.drift.history.record import RunScope, State
from conformance.drift.history.states import (
    Lifetime,
    Run,
    RunTimeline,
    SightingBasis,
    Streak,
    could_see,
    derive_lifetime,
    judge_state,
    trace,
)
from conformance.model.finding import Finding, Observed, Severity, Tally
from conformance.model.span import Span
from tests.drift.history.nights import ALL, finding, night

SEEN, MISSED, UNKNOWN = "seen", "missed", "unknown"
"""What a run can make of a finding."""
looks = st.lists(st.sampled_from([SEEN, MISSED, UNKNOWN]), min_size=1, max_size=12).filter(
    lambda events: SEEN in events
)


def status(events: list[str], run: int) -> str | None:
    """``seen``, ``missed``, or None for what was never seen until after ``run``."""
    told = [event for event in events[: run + 1] if event != UNKNOWN]
    return told[-1] if SEEN in told else None


@given(looks, st.data(), st.booleans())
def test_states_are_those_of_the_definitions(
    events: list[str], data: st.DataObject, accepted: bool
) -> None:
    baseline = data.draw(st.integers(-1, len(events) - 1))
    told = _life(events)
    assert judge_state(told, baseline, accepted=accepted) is _state(events, baseline, accepted)


@given(looks, st.data())
def test_what_was_gone_by_then_is_no_news(events: list[str], data: st.DataObject) -> None:
    baseline = data.draw(st.integers(-1, len(events) - 1))
    stood = status(events, baseline)
    since = events[baseline + 1 :]
    expected = status(events, len(events)) == SEEN or stood != MISSED or SEEN in since
    assert _chronicle(events).is_news("f", baseline) is expected


@given(looks)
def test_counts(events: list[str]) -> None:
    told = _life(events)
    after = events[events.index(SEEN) :]
    assert told.times_seen == events.count(SEEN)
    assert told.looked == len([event for event in after if event != UNKNOWN])


@given(looks)
def test_stretches_hold_every_sighting_and_end_where_it_was_missed(events: list[str]) -> None:
    told = _life(events)
    inside = [n for s in told.stretches for n in range(s.first, s.last + 1)]
    assert [n for n in inside if events[n] == SEEN] == [
        n for n, event in enumerate(events) if event == SEEN
    ]
    assert MISSED not in [events[n] for n in inside]
    for stretch in told.stretches:
        gone = stretch.gone
        assert gone is None or (events[gone] == MISSED and gone > stretch.last)
        assert events[stretch.first] == events[stretch.last] == SEEN
    assert all(stretch.gone is not None for stretch in told.stretches[:-1])


def _life(events: list[str]) -> Lifetime:
    return derive_lifetime(_streaks(events), len(events), lambda _, run: events[run] == MISSED)


def _streaks(events: list[str]) -> list[Streak]:
    runs = [n for n, event in enumerate(events) if event == SEEN]
    first = [n for n in runs if n - 1 not in runs]
    last = [n for n in runs if n + 1 not in runs]
    return [Streak(a, b, 0) for a, b in zip(first, last, strict=True)]


def _chronicle(events: list[str]) -> RunTimeline:
    """Runs in which what was not seen was missed, unless they did not come to their end."""
    return RunTimeline(
        runs=[Run(night(n), event != UNKNOWN, ALL) for n, event in enumerate(events)],
        streaks={"f": _streaks(events)},
        trace=lambda _: trace(finding()),
    )


def _state(events: list[str], baseline: int, accepted: bool) -> State:
    if status(events, len(events)) == MISSED:
        return State.FIXED
    if accepted:
        return State.KNOWN
    if SEEN not in events[: baseline + 1]:
        return State.NEW
    since = range(baseline + 1, len(events))
    back = [n for n in since if events[n] == SEEN and status(events, n - 1) == MISSED]
    return State.RETURNED if back else State.OPEN


CHECK = SightingBasis(rule="missing-field", operation="GET /a", page="en/a.md", origin="recorded")
ASKED = SightingBasis(
    rule="server-error", operation="GET /a", page="en/a.md", origin="live", by_asking=True
)
LINT = SightingBasis(rule="type-conflict", operation="GET /a", page="en/a.md", origin="")
PAGE = SightingBasis(rule="capture-artefact", operation="", page="en/a.md", origin="")
NOWHERE = SightingBasis(rule="page-unreadable", operation="", page="", origin="")


def _scope(*examined: str, rules: str = "", **read: str) -> RunScope:
    """Examined as ``GET /a live``; the rest as words separated by commas."""
    every = "missing-field,server-error,type-conflict,capture-artefact,page-unreadable"
    words = {name: frozenset(each.split(",")) for name, each in read.items()}
    pairs = frozenset((each.rpartition(" ")[0], each.rpartition(" ")[2]) for each in examined)
    return RunScope(rules=frozenset((rules or every).split(",")), examined=pairs, **words)


@pytest.mark.parametrize(
    ("last", "scope", "expected"),
    [
        (CHECK, _scope("GET /a recorded"), True),
        (CHECK, _scope("GET /a live"), True),
        (CHECK, _scope("GET /a documented"), False),
        (CHECK, _scope("GET /a constructed"), False),
        (CHECK, _scope("GET /a sandbox"), False),
        (CHECK, _scope("GET /b recorded"), False),
        (CHECK, _scope("GET /b live", operations="GET /a", pages="en/a.md"), False),
        (CHECK, _scope("GET /a recorded", rules="type-mismatch"), False),
        (ASKED, _scope("GET /a live", asked="GET /a"), True),
        (ASKED, _scope("GET /a live", asked="GET /b"), False),
        (ASKED, _scope("GET /a live"), False),
        (ASKED, _scope("GET /a recorded", asked="GET /a"), False),
        (LINT, _scope(documenting="en/a.md"), True),
        (LINT, _scope(pages="en/a.md", operations="GET /b", documenting="en/b.md"), False),
        (LINT, _scope(operations="GET /a"), True),
        (LINT, _scope("GET /a live", pages="en/b.md", operations="GET /b"), False),
        (LINT, _scope(pages="en/a.md", rules="missing-field"), False),
        (PAGE, _scope(pages="en/a.md,en/b.md"), True),
        (PAGE, _scope(pages="en/b.md", operations="GET /a"), False),
        (NOWHERE, _scope(pages="en/b.md"), True),
        (NOWHERE, _scope(rules="missing-field"), False),
    ],
)
def test_what_a_run_could_have_seen(last: SightingBasis, scope: RunScope, expected: bool) -> None:
    assert could_see(last, scope) is expected


def test_of_an_origin_nobody_knows_only_the_same_is_as_good() -> None:
    strange = SightingBasis(rule="missing-field", operation="GET /a", page="", origin="hearsay")
    assert could_see(strange, _scope("GET /a hearsay"))
    assert not could_see(strange, _scope("GET /a live"))


def _finding(*origins: str, rule: str = "missing-field", observed: str = "") -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.ERROR,
        operation="GET /a",
        subject="responses.200.id",
        message="It is missing.",
        documented=Span("en/a.md", 1, 1),
        observed=Observed(origin=observed, where="a.json#0") if observed else None,
        evidence=tuple(Tally(origin=origin, seen=1, examined=1) for origin in origins),
    )


@pytest.mark.parametrize(
    ("finding", "origin"),
    [
        (_finding("constructed", "live", "recorded"), "live"),
        (_finding("recorded", observed="constructed"), "recorded"),
        (_finding(observed="live"), "live"),
        (_finding(observed="documented"), ""),
        (_finding(), ""),
    ],
)
def test_a_finding_rests_on_its_weightiest_evidence(finding: Finding, origin: str) -> None:
    assert trace(finding).origin == origin


def test_only_rules_about_requests_need_them() -> None:
    assert trace(_finding("live", rule="server-error")).by_asking
    assert not trace(_finding("live")).by_asking
    assert not trace(_finding("live", rule="a-rule-there-is-no-more")).by_asking

"""Random nights, beside a history that is worked out naively from everything that happened."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from conformance.drift.history.record import History, RunRecord, RunScope, State
from conformance.drift.history.store import open_history
from conformance.model.finding import Finding, Severity, Tally
from conformance.model.span import Span
from tests.drift.history.nights import run
from tests.examples import many

ORIGINS = ("live", "recorded", "documented", "constructed", "sandbox")
OPERATIONS = ("GET /a", "GET /b")
PAGES = ("en/a.md", "en/b.md")
CHECK, LINT, REQUEST = "missing-field", "type-conflict", "server-error"

sizes = st.integers(0, 3)
scopes = st.builds(
    RunScope,
    rules=st.frozensets(st.sampled_from([CHECK, LINT, REQUEST]), min_size=1),
    pages=st.frozensets(st.sampled_from(PAGES)),
    documenting=st.frozensets(st.sampled_from(PAGES)),
    operations=st.frozensets(st.sampled_from(OPERATIONS)),
    examined=st.frozensets(st.tuples(st.sampled_from(OPERATIONS), st.sampled_from(ORIGINS))),
    asked=st.frozensets(st.sampled_from(OPERATIONS)),
)


def _made(rule: str, operation: str, page: str, origins: list[str]) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.WARNING,
        operation=operation,
        subject="a",
        message="",
        documented=Span(page, 1, 1),
        evidence=tuple(Tally(origin=origin, seen=1, examined=1) for origin in origins),
    )


_seen_in = st.lists(st.sampled_from(ORIGINS), min_size=1, max_size=2, unique=True)
found = st.lists(
    st.one_of(
        st.builds(
            _made,
            st.sampled_from([CHECK, REQUEST]),
            st.sampled_from(OPERATIONS),
            st.sampled_from(PAGES),
            _seen_in,
        ),
        st.builds(
            _made,
            st.just(LINT),
            st.sampled_from(["", *OPERATIONS]),
            st.sampled_from(PAGES),
            st.just([]),
        ),
    ),
    max_size=5,
    unique_by=lambda finding: finding.fingerprint,
)


class Nights(RuleBasedStateMachine):
    """Runs at any time, of any scope, in any order; after each, everything is asked again."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_history(str(Path(self.folder.name) / "history.sqlite"))
        self.runs: list[RunRecord] = []

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(hour=st.integers(0, 30), findings=found, scope=scopes, complete=st.booleans())
    def remember(self, hour: int, findings: list[Finding], scope: RunScope, complete: bool) -> None:
        record = run(hour, findings=tuple(findings), scope=scope, complete=complete)
        told = self.store.remember(record)
        before = [each for each in self.runs if each.started <= record.started]
        _compare(told, [*before, record], len(before) - 1)
        self.runs = sorted([*self.runs, record], key=lambda each: each.started)

    @invariant()
    def recalled(self) -> None:
        if self.runs:
            _compare(self.store.recall("venue").history, self.runs, len(self.runs) - 2)

    @rule(day=st.integers(-1, 31))
    def recalled_since(self, day: int) -> None:
        if self.runs:
            since = run(day).started
            baseline = len([each for each in self.runs if each.started <= since]) - 1
            told = self.store.recall("venue", since=since).history
            _compare(told, self.runs, baseline)


def _compare(told: History, runs: list[RunRecord], baseline: int) -> None:
    expected = {}
    for mark in {f.fingerprint for each in runs for f in each.findings}:
        stands = _stands(mark, runs, baseline)
        if stands:
            expected[mark] = stands
    actual = {mark: (memory.state, memory.checked) for mark, memory in told.memories.items()}
    actual |= {r.finding.fingerprint: (r.memory.state, r.memory.checked) for r in told.gone}
    assert actual == expected
    assert set(told.memories) == {f.fingerprint for f in runs[-1].findings}


def _stands(mark: str, runs: list[RunRecord], baseline: int) -> tuple[State, bool] | None:
    """State, and whether the last run could have seen it; None where there is nothing to say."""
    looks: list[bool | None] = []
    last: Finding | None = None
    for each in runs:
        seen = next((f for f in each.findings if f.fingerprint == mark), None)
        last = seen or last
        looks.append(True if seen else False if last and _could(last, each) else None)
    there = [_there(looks[: number + 1]) for number in range(len(looks))]
    checked = looks[-1] is not None
    then = there[baseline] if baseline >= 0 else None
    since = looks[baseline + 1 :]
    if not there[-1]:
        return (State.FIXED, checked) if then is not False or True in since else None
    if True not in looks[: baseline + 1]:
        return State.NEW, checked
    returns = [n for n in range(baseline + 1, len(looks)) if looks[n] and there[n - 1] is False]
    return State.RETURNED if returns else State.OPEN, checked


def _there(looks: list[bool | None]) -> bool | None:
    """Whether it was there after these looks; None for what was never seen."""
    told = [look for look in looks if look is not None]
    return told[-1] if told else None


def _could(last: Finding, each: RunRecord) -> bool:
    """In the words of the definition, one after the other."""
    scope = each.scope
    if not each.complete or last.rule not in scope.rules:
        return False
    if last.rule == REQUEST and last.operation not in scope.asked:
        return False
    if last.rule == LINT:
        page = last.documented.page if last.documented else ""
        if not last.operation:
            return page in scope.pages
        return page in scope.documenting or last.operation in scope.operations
    seen_in = min(ORIGINS.index(tally.origin) for tally in last.evidence)
    examined = [ORIGINS.index(o) for operation, o in scope.examined if operation == last.operation]
    return any(place <= seen_in for place in examined)


TestNights = Nights.TestCase
TestNights.settings = settings(max_examples=many(0.3), stateful_step_count=12, deadline=None)

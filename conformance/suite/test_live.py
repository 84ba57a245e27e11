"""The exchange itself or a sandbox against the documentation; with ``--live`` or ``--sandbox``.

Requests are made from the documentation inside the space that ``exchange.toml`` declares
harmless, and what they are answered is checked against the page like any recorded response.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NoReturn

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

from conformance.errors import ConformanceError
from conformance.live.client import LiveClient
from conformance.live.request_plans import RequestPlan
from conformance.pipeline.live import needs_signing, plans_of
from conformance.suite.live import LiveSession, RequestChecks, ShrinkingEnded
from conformance.suite.session import OperationCase
from conformance.suite.verdict import Judge

_FEW = 3
"""Requests that are not signed: whether they are turned down does not depend on what they ask."""
_PHASES = tuple(phase for phase in Phase if phase is not Phase.explain)
"""No line of code explains an answer, and to watch them takes several times as long."""


def test_valid_requests(live_case: OperationCase, live_session: LiveSession, judge: Judge) -> None:
    """A request that keeps to the page is answered as the page says."""
    client = _open_client(live_case, live_session)
    valid, *_ = plans_of(client, live_case.operation)
    _hold(RequestChecks(client, live_case, "valid"), valid, judge)


def test_invalid_requests(
    live_case: OperationCase, live_session: LiveSession, judge: Judge
) -> None:
    """A request that the page rules out is turned down."""
    client = _open_client(live_case, live_session)
    _, *invalid = plans_of(client, live_case.operation)
    _hold(RequestChecks(client, live_case, "invalid"), st.one_of(invalid), judge)


def test_unsigned_requests(
    live_case: OperationCase, live_session: LiveSession, judge: Judge
) -> None:
    """A request that is not signed is turned down where the page asks for authentication."""
    client = _open_client(live_case, live_session)
    interview = RequestChecks(client, live_case, "unsigned")
    if not needs_signing(client, live_case.operation):
        interview.exhaust()
        pytest.skip(f"{live_case.operation.key} is not documented to need authentication")
    valid, *_ = plans_of(client, live_case.operation)
    _hold(interview, valid, judge, most=_FEW)


def _open_client(case: OperationCase, session: LiveSession) -> LiveClient:
    try:
        return session.client(case.run)
    except ConformanceError as error:
        pytest.fail(str(error), pytrace=False)


def _hold(
    interview: RequestChecks,
    plans: SearchStrategy[RequestPlan],
    judge: Judge,
    most: int | None = None,
) -> None:
    """Hypothesis's verdict, then that of what is known; an operation nobody may ask is skipped."""
    if plans.is_empty:
        _skip(interview)
    claim = given(plans)(interview.claim)
    with suppress(ShrinkingEnded):
        try:
            settings(max_examples=most or settings().max_examples, phases=_PHASES)(claim)()
        except Unsatisfiable:  # whatever was drawn may be a change
            _skip(interview)
    if interview.failure:
        judge.note(interview.failed)
        pytest.fail("\n".join((interview.failure, *interview.not_stored.values())), pytrace=False)
    judge(interview.case.run, interview.finish())


def _skip(interview: RequestChecks) -> NoReturn:
    interview.exhaust()
    pytest.skip(
        f"{interview.case.operation.key}: not asked, as no such request is known to change "
        "nothing; a [[probe]] in exchange.toml names one"
    )

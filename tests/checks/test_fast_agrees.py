"""The compiled schema and the walk say the same of every body."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from conformance.checks.body import body_facts
from conformance.checks.fast import Gate
from conformance.checks.plan import plan
from conformance.model.operation import Value
from tests.checks.worlds import JSON, bodies, spoilt, values


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Value, Any]:
    value = draw(values())
    body = draw(bodies(value))
    return value, draw(st.one_of(st.just(body), spoilt(body), JSON))


@given(worlds())
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_accepted_exactly_when_the_walk_finds_nothing(world: tuple[Value, Any]) -> None:
    value, body = world
    ready = plan(value)
    facts = list(body_facts(ready, body, "responses.200"))
    accepted = Gate(ready).accepts(body)
    event("accepted" if accepted else type(facts[0]).__name__ if facts else "refused in vain")
    assert accepted is not bool(facts), facts[:3]

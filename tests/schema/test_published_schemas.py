"""Published schemas: valid, the same to both validators, and no stricter than the page."""

from __future__ import annotations

from typing import Any

import jsonschema
import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.checks.body import find_body_facts
from conformance.checks.plan import plan
from conformance.model.operation import Value
from conformance.schema.json_schema import to_schema
from tests.checks.worlds import JSON, bodies, spoilt, values
from tests.examples import many


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Value, Any]:
    value = draw(values())
    body = draw(bodies(value))
    return value, draw(st.one_of(st.just(body), spoilt(body), JSON))


@given(worlds())
@settings(max_examples=many(2), suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_the_reference_and_the_fast_validator_agree(world: tuple[Value, Any]) -> None:
    value, body = world
    schema = to_schema(value)
    reference = jsonschema.Draft202012Validator(schema)
    reference.check_schema(schema)
    assert reference.is_valid(body) == jsonschema_rs.Draft202012Validator(schema).is_valid(body)


@given(worlds())
@settings(max_examples=many(2), suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_the_walk_passes_the_published_schema_accepts(world: tuple[Value, Any]) -> None:
    value, body = world
    if not list(find_body_facts(plan(value), body, "responses.200")):
        assert jsonschema_rs.Draft202012Validator(to_schema(value)).is_valid(body)


@given(worlds())
@settings(max_examples=many(2), suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_the_published_schema_refuses_the_walk_tells(world: tuple[Value, Any]) -> None:
    value, body = world
    if not jsonschema_rs.Draft202012Validator(to_schema(value)).is_valid(body):
        assert list(find_body_facts(plan(value), body, "responses.200"))

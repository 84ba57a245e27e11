"""The compiled schema and the walk say the same of every body."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from conformance.checks import walk
from conformance.checks.body import find_body_facts
from conformance.checks.plan import Prefilter, plan
from conformance.model.operation import Value
from tests.builders import array, field, obj, value
from tests.checks.worlds import JSON, bodies, spoilt, values
from tests.examples import many


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Value, Any]:
    told = draw(values())
    body = draw(bodies(told))
    return told, draw(st.one_of(st.just(body), spoilt(body), JSON))


@given(worlds())
@settings(max_examples=many(4), suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_accepted_exactly_when_the_walk_finds_nothing(world: tuple[Value, Any]) -> None:
    told, body = world
    ready = plan(told)
    facts = list(find_body_facts(ready, body, "responses.200"))
    accepted = Prefilter(ready).accepts(body)
    event("accepted" if accepted else type(facts[0]).__name__ if facts else "refused in vain")
    assert accepted is not bool(facts), facts[:3]


@given(worlds())
@settings(max_examples=many(2), suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_items_that_are_accepted_are_left_out_of_the_walk_and_nothing_else(
    world: tuple[Value, Any],
) -> None:
    told, body = world
    ready = plan(told)
    with mock.patch.object(walk, "_MANY_ITEMS", 1):
        some = list(find_body_facts(ready, body, "responses.200"))
    with mock.patch.object(walk, "_MANY_ITEMS", 1_000_000):
        assert some == list(find_body_facts(ready, body, "responses.200"))


def test_of_many_items_only_the_faulty_ones_are_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    told = array(obj(field("id", "integer"), field("side", "string", enum=("buy", "sell"))))
    items: list[Any] = [{"id": n, "side": "buy"} for n in range(1000)]
    items[7]["side"], items[700]["id"] = "hold", "700"
    look = mock.Mock(side_effect=walk._look)
    monkeypatch.setattr(walk, "_look", look)
    facts = list(find_body_facts(plan(told), items, "responses.200"))
    assert [fact.pointer for fact in facts] == ["/7/side", "/700/id"]
    assert look.call_count == 1 + 2 * 3


def test_a_body_that_defeats_the_validator_is_not_accepted() -> None:
    prefilter = Prefilter(plan(obj(field("a", "string", enum=("b", "c")))))
    deep: Any = 0
    for _ in range(5000):
        deep = [deep]
    assert prefilter.accepts({"a": "b"})
    assert not prefilter.accepts({"a": "\ud800"})
    assert not prefilter.accepts({"a": deep})


def test_bounds_of_numbers_in_strings_are_in_the_gate() -> None:
    prefilter = Prefilter(plan(value("string", format="decimal", limits={"exclusive_minimum": 0})))
    assert prefilter.accepts("0.1")
    assert not prefilter.accepts("0")
    assert not prefilter.accepts("-1e400")
    assert prefilter.accepts("1e999999999999999999999")  # beyond all use, and so beyond any bound


def test_a_page_without_a_type_for_the_whole_leaves_other_bodies_to_the_walk() -> None:
    ready = plan(value(fields=(field("id", "integer"), field("price", "string"))))
    assert Prefilter(ready).accepts({"id": 1})
    assert not Prefilter(ready).accepts([{"id": 1, "price": "1"}])
    assert list(find_body_facts(ready, "text", "responses.200")) == []

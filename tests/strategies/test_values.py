"""Every value made of a documented one is as documented, at the edges too."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from conformance.checks.body import find_body_facts
from conformance.checks.plan import plan
from conformance.model.operation import Field, Limits, Stated, Value
from conformance.strategies.values import Taste, draw_anything, draw_values, range_of
from tests.builders import array, field, obj, value
from tests.contracts import values as any_value
from tests.examples import many

QUICK = settings(max_examples=many(0.6), deadline=None, database=None)


def made(documented: Value, taste: Taste | None = None) -> list[Any]:
    """A handful of values."""
    found: list[Any] = []

    @QUICK
    @given(draw_values(documented, taste or Taste()))
    def collect(seen: Any) -> None:
        found.append(seen)

    collect()
    return found


@settings(max_examples=many(0.8), deadline=None)
@given(any_value(), st.data())
def test_nothing_is_found_in_what_is_made(documented: Value, data: st.DataObject) -> None:
    strategy = draw_values(documented)
    if not strategy.is_empty:
        assert list(find_body_facts(plan(documented), data.draw(strategy), "responses.200")) == []


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("uuid", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("date-time", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z"),
        ("date", r"\d{4}-\d\d-\d\d"),
        ("decimal", r"-?\d+\.\d{8}"),
        ("uri", r"https://example\.org/[\w-]+"),
        ("email", r"[\w-]+@example\.org"),
        ("byte", r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2,3}=+)?"),
    ],
)
def test_strings_are_written_as_documented(form: str, pattern: str) -> None:
    assert all(re.fullmatch(pattern, text) for text in made(value("string", format=form)))


def test_moments_are_of_our_time_in_their_unit() -> None:
    for unit, digits in (("s", 10), ("ms", 13), ("us", 16), ("ns", 19)):
        moment = value("integer", unit=unit, epoch=True)
        assert {len(str(seen)) for seen in made(moment)} == {digits}
        written = value("string", unit=unit, epoch=True)
        assert all(isinstance(seen, str) and len(seen) == digits for seen in made(written))


@pytest.mark.parametrize(
    ("limits", "low", "high"),
    [
        ({"minimum": 3, "maximum": 5}, 3, 5),
        ({"exclusive_minimum": 3, "exclusive_maximum": 5}, 4, 4),
        ({"minimum": 2.5, "maximum": 4.5}, 3, 4),
        ({"exclusive_minimum": 2.5}, 3, 2**53),
        ({"minimum": 10**20}, 10**20, 10**20 + 16),
        ({"maximum": -(10**20)}, -(10**20) - 16, -(10**20)),
        ({"minimum": 5, "exclusive_minimum": 5}, 6, 2**53),
    ],
)
def test_integer_ranges(limits: dict[str, Any], low: int, high: int) -> None:
    assert range_of(value("integer", limits=limits)) == (low, high)


@pytest.mark.parametrize("kind", ["integer", "number"])
def test_formats_of_integers_bound_them(kind: Any) -> None:
    assert range_of(value(kind, format="int32")) == (-(2**31), 2**31 - 1)
    assert range_of(value(kind, format="int64", limits={"minimum": 0})) == (0, 2**63 - 1)


@pytest.mark.parametrize(
    "limits",
    [
        {"minimum": 0.1, "maximum": 0.3},
        {"exclusive_minimum": 0, "maximum": 1},
        {"minimum": 2**53 + 1},
        {"exclusive_maximum": -0.5},
        {"minimum": 0.5, "maximum": 0.5},
    ],
)
def test_numbers_and_decimal_strings_keep_their_bounds(limits: dict[str, Any]) -> None:
    bounds = Limits(**limits)
    numbers = made(value("number", limits=limits))
    spelt = [Decimal(text) for text in made(value("string", format="decimal", limits=limits))]
    for number in (*numbers, *spelt):
        assert bounds.minimum is None or number >= bounds.minimum
        assert bounds.maximum is None or number <= bounds.maximum
        assert bounds.exclusive_minimum is None or number > bounds.exclusive_minimum
        assert bounds.exclusive_maximum is None or number < bounds.exclusive_maximum


@pytest.mark.parametrize(
    "contradiction",
    [
        value("integer", limits={"minimum": 5, "maximum": 4}),
        value("number", limits={"exclusive_minimum": 5, "maximum": 5}),
        value("string", limits={"min_length": 5, "max_length": 4}),
        array(value("string"), limits={"min_items": 5, "max_items": 4}),
        value("integer", enum=("A",)),
        obj(field("x", "integer", enum=("A",), required=Stated.YES)),
    ],
)
def test_what_contradicts_itself_allows_nothing(contradiction: Value) -> None:
    assert draw_values(contradiction).is_empty


def test_a_contradictory_member_that_may_be_absent_is() -> None:
    documented = obj(field("x", "integer", enum=("A",)), field("y", "boolean"))
    assert {name for body in made(documented) for name in body} <= {"y"}


def test_members_are_there_as_stated() -> None:
    documented = obj(field("always", "boolean", required=Stated.YES), field("sometimes", "boolean"))
    bodies_made = made(documented)
    assert all("always" in body for body in bodies_made)
    assert {"sometimes" in body for body in bodies_made} == {True, False}
    full = made(documented, Taste(full=True))
    assert all(set(body) == {"always", "sometimes"} for body in full)


def test_null_is_made_where_it_may_be_and_nowhere_else() -> None:
    assert None in made(value("string", nullable=Stated.YES))
    assert None not in made(value("string"))
    assert None not in made(value(None))
    assert None not in made(value("string", nullable=Stated.YES), Taste(plain=True))


def test_plain_values_need_no_quoting() -> None:
    texts = made(array(value("string")), Taste(plain=True))
    assert all(items and len(set(items)) == len(items) for items in texts)
    assert all(re.fullmatch(r"[\w-]+", text) for items in texts for text in items)


@pytest.mark.parametrize(
    ("untyped", "python"),
    [
        (value(None, format="int64"), int),
        (value(None, format="double"), (int, float)),
        (value(None, format="uuid"), str),
        (value(None, limits={"max_length": 3}), str),
        (value(None, limits={"minimum": 3}), (int, float)),
        (value(None, limits={"max_items": 3}), list),
        (value(None, items=value("string")), list),
        (value(None, fields=(Field(name="x", value=value("string")),)), dict),
        (value(None, epoch=True, unit="ms"), int),
    ],
)
def test_facts_speak_for_a_type_that_is_not_given(untyped: Value, python: Any) -> None:
    assert all(isinstance(seen, python) for seen in made(untyped))


def test_a_strategy_is_made_once_for_a_value() -> None:
    documented = obj(field("x", "string"))
    assert draw_values(documented) is draw_values(documented)
    assert draw_values(documented) is not draw_values(documented, Taste(full=True))


def test_of_what_nothing_is_known_any_json_is_made_but_null() -> None:
    assert find(draw_anything(), lambda body: isinstance(body, dict)) == {}
    with pytest.raises(NoSuchExample):
        find(draw_anything(), lambda body: body is None, settings=QUICK)

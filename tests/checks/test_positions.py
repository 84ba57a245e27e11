"""Items of an array that a page documents one by one, and members whose names are data."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.checks.body import find_body_facts
from conformance.checks.plan import Plan, Prefilter, plan
from conformance.model.operation import Field, Json, Kind, Stated, Value
from conformance.model.span import Span
from conformance.schema.json_schema import MAX_DEPTH, to_schema
from conformance.schema.kinds import positions_of

_SPAN = Span("p", 1, 1)


def field(name: str, kind: Kind) -> Field:
    return Field(name=name, value=Value(span=_SPAN, kind=kind), required=Stated.YES)


CANDLE = Value(
    span=_SPAN, kind="array", fields=(field("row[0]", "integer"), field("row[2]", "string"))
)
CANDLES = Value(span=_SPAN, kind="array", items=CANDLE)


def test_positions_are_prefix_items_and_no_members() -> None:
    schema = to_schema(CANDLES)["items"]
    first, between, third = schema["prefixItems"]
    assert (first["title"], first["type"]) == ("row[0]", "integer")
    assert between == {}
    assert (third["title"], third["type"]) == ("row[2]", "string")
    assert "properties" not in schema


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ([[1, None, "a"]], []),
        ([[1]], []),
        ([[1, 2, "a", "more"]], []),
        ([[1, 2, "a"], [1, 2, 3]], [('b[]."row[2]"', "/1/2")]),
        ([["1", 2, 3]], [('b[]."row[0]"', "/0/0"), ('b[]."row[2]"', "/0/2")]),
    ],
)
def test_each_item_is_of_its_own_type(body: Json, wrong: list[tuple[str, str]]) -> None:
    made = plan(CANDLES)
    facts = list(find_body_facts(made, body, "b", "high"))
    assert sorted((fact.subject, fact.pointer) for fact in facts) == wrong
    assert Prefilter(made).accepts(body) == (not wrong)


PAIRS = Value(
    span=_SPAN,
    kind="array",
    items=Value(
        span=_SPAN, kind="array", fields=(field("asks[0]", "array"), field("n[2]", "string"))
    ),
)


@pytest.mark.parametrize(
    ("documented", "body", "wrong"),
    [
        (CANDLES, [1, None, "a"], []),
        (CANDLES, [None, 2, 3], [('b[]."row[0]"', "/0"), ('b[]."row[2]"', "/2")]),
        (CANDLES, [], []),
        (PAIRS, [[1, 2], {}, "a"], []),
        (PAIRS, [[[1], {}, "a"], [[1], {}, 2]], [('b[]."n[2]"', "/1/2")]),
        (PAIRS, [{}, {}, "a"], [("b[]", "/0"), ("b[]", "/1"), ("b[]", "/2")]),
    ],
)
def test_one_record_or_several(documented: Value, body: Json, wrong: list[tuple[str, str]]) -> None:
    facts = list(find_body_facts(plan(documented), body, "b", "high"))
    assert sorted((fact.subject, fact.pointer) for fact in facts) == wrong


def test_two_kinds_of_records_agree_on_a_position_or_say_nothing_of_it() -> None:
    fields = (
        field("bid[0]", "number"),
        field("frr[0]", "string"),
        field("days[1]", "integer"),
        field("size[1]", "number"),
        field("note[2]", "string"),
    )
    found = positions_of(Value(span=_SPAN, kind="array", fields=fields))
    assert {at: one.name for at, one in found.items()} == {1: "size[1]", 2: "note[2]"}


@pytest.mark.parametrize(
    "around",
    [
        lambda inner: Value(span=_SPAN, kind="array", items=inner),
        lambda inner: Value(span=_SPAN, kind="array", fields=(Field(name="x[0]", value=inner),)),
        lambda inner: Value(span=_SPAN, kind="object", fields=(Field(name="x", value=inner),)),
        lambda inner: Value(span=_SPAN, kind="object", members=inner),
    ],
)
def test_what_nests_deeper_than_documentation_means_it_is_not_planned(
    around: Callable[[Value], Value],
) -> None:
    value = Value(span=_SPAN, kind="string")
    for _ in range(MAX_DEPTH + 2):
        value = around(value)
    depth, made = 0, plan(value)
    while below := [*filter(None, (made.item, made.member)), *_inner(made)]:
        depth, made = depth + 1, below[0]
    assert depth == MAX_DEPTH


def _inner(made: Plan) -> list[Plan]:
    return [inner for _, inner in (*made.members.values(), *made.positions.values())]


FUNDS = Value(
    span=_SPAN,
    kind="object",
    fields=(Field(name="at", value=Value(span=_SPAN, kind="integer")),),
    members=Value(span=_SPAN, kind="object", fields=(field("kept", "string"),)),
)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"at": 1, "NOP": {"kept": "1"}, "QUX": {"kept": "2"}}, []),
        ({"at": 1}, []),
        ({"at": "1", "NOP": {"kept": 1}}, [("b.*.kept", "/NOP/kept"), ("b.at", "/at")]),
        ({"NOP": "1"}, [("b.*", "/NOP")]),
    ],
)
def test_every_member_is_what_any_name_holds(body: Json, wrong: list[tuple[str, str]]) -> None:
    made = plan(FUNDS)
    facts = list(find_body_facts(made, body, "b", "high"))
    assert sorted((fact.subject, fact.pointer) for fact in facts) == wrong
    assert Prefilter(made).accepts(body) == (not wrong)


def test_names_that_are_data_are_additional_properties() -> None:
    schema = to_schema(FUNDS)
    assert set(schema["properties"]) == {"at"}
    assert set(schema["additionalProperties"]["properties"]) == {"kept"}


def test_members_whose_names_are_data_are_looked_at_in_the_order_of_the_body() -> None:
    value = Value(span=_SPAN, kind="object", members=Value(span=_SPAN, kind="integer"))
    names = [f"name{number}" for number in range(20)]
    facts = find_body_facts(plan(value), dict.fromkeys(names, "x"), "body")
    assert [fact.pointer for fact in facts] == [f"/{name}" for name in names]

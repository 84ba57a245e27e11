"""Edits, near names and invariants put right, one by one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from conformance.model.operation import Invariant, Value
from conformance.strategies.damages import invent_name, is_similar, list_damages, misspell_name
from conformance.strategies.edits import list_harmless_edits, remove_at, rename_at, replace_at
from conformance.strategies.invariants import find_spots, make_fresh, settle
from conformance.strategies.requests import make_interaction
from conformance.vocabulary.similar_names import pair
from tests.builders import YES, array, field, obj, operation, response, span, value

BODY: Any = {"a": [{"b": 1}, {"b": 2}], "c": {"d": None}}


def test_edits_share_what_is_not_on_the_way() -> None:
    edited: Any = replace_at(BODY, ("a", 1, "b"), 3)
    assert edited == {"a": [{"b": 1}, {"b": 3}], "c": {"d": None}}
    assert edited["c"] is BODY["c"]
    assert edited["a"][0] is BODY["a"][0]


def test_members_are_removed_renamed_and_added() -> None:
    assert remove_at(BODY, ("c", "d")) == {"a": BODY["a"], "c": {}}
    assert list(rename_at(BODY, ("a",), "A")) == ["A", "c"]  # type: ignore[arg-type]
    assert replace_at(BODY, ("c", "e"), 1) == {"a": BODY["a"], "c": {"d": None, "e": 1}}
    assert replace_at(BODY, (), 7) == 7
    assert remove_at({"a": {}}, ("a", 3, "b")) == {"a": {}}


@pytest.mark.parametrize("name", ["createdAt", "order_id", "uuid", "x", "count2", "한글", "aab1"])
def test_slips_are_near_misses_to_the_checks(name: str) -> None:
    for _, slip in misspell_name(name, (name, "somethingElse")):
        assert pair((name,), (slip,)), slip


def test_a_slip_that_could_be_of_another_name_is_none() -> None:
    kinds = {kind for kind, _ in misspell_name("orders", ("orders", "order", "ordersx"))}
    assert "rename-letter-added" not in kinds


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("orderId", "order_id", True),
        ("abcde", "abcdf", True),
        ("abcde", "edcba", True),
        ("abc", "abcde", False),
        ("price", "side", False),
    ],
)
def test_likeness_of_names(name: str, other: str, same: bool) -> None:
    assert is_similar(name, other) is same


def test_a_name_unlike_all_others() -> None:
    names = ["undocumented", "undocumentedxx"]
    assert not any(is_similar(invent_name(names), name) for name in names)


def outcome(**orders: Any) -> Value:
    order = obj(field("id", "string", **orders), field("n", "integer"))
    side = obj(field("count", "string"), field("orders", "array", items=order))
    return obj(
        field("done", "object", fields=side.fields), field("failed", "object", fields=side.fields)
    )


IDS = ("done.orders[].id", "failed.orders[].id")
COUNT = Invariant(kind="count", paths=("done.count", "done.orders"), span=span())
APART = Invariant(kind="disjoint", paths=IDS, span=span())
WITHIN = Invariant(kind="within-request", paths=IDS, span=span(), request_name="ids")


def body(done: list[Any], failed: list[Any]) -> Any:
    return {
        "done": {"count": "9", "orders": [{"id": i} for i in done]},
        "failed": {"count": "9", "orders": [{"id": i} for i in failed]},
    }


def test_counts_are_what_they_count_in_their_own_type() -> None:
    settled: Any = settle(body(["a", "b"], []), outcome(), [COUNT], {})
    assert settled["done"]["count"] == "2"
    assert settled["failed"]["count"] == "9"


def test_shared_identities_become_others() -> None:
    settled: Any = settle(body(["a"], ["a", "b", ""]), outcome(), [APART], {})
    assert [o["id"] for o in settled["failed"]["orders"]] == ["a-1", "b", ""]


def test_items_go_when_there_is_no_other_identity() -> None:
    settled: Any = settle(body(["A"], ["A", "B"]), outcome(enum=("A", "B")), [APART], {})
    assert [o["id"] for o in settled["failed"]["orders"]] == ["B"]


def test_what_was_asked_for_is_answered_once_each() -> None:
    settled: Any = settle(body(["x", "y"], ["z"]), outcome(), [WITHIN, COUNT], {"ids": ("a", "b")})
    assert [o["id"] for o in settled["done"]["orders"]] == ["a"]
    assert [o["id"] for o in settled["failed"]["orders"]] == ["b"]
    assert settled["done"]["count"] == "1"


def test_what_was_not_asked_by_this_input_is_left() -> None:
    assert settle(body(["x"], []), outcome(), [WITHIN], {}) == body(["x"], [])


def test_a_body_that_needs_more_items_is_not_to_be_had() -> None:
    items = obj(field("id", "string", required=YES))
    documented = obj(field("done", "array", items=items, limits={"min_items": 1}))
    within = Invariant(kind="within-request", paths=("done[].id",), span=span(), request_name="ids")

    @given(st.booleans())
    def claim(_: bool) -> None:
        settle({"done": [{"id": "x"}]}, documented, [within], {"ids": ()})

    with pytest.raises(Unsatisfiable):
        claim()


@pytest.mark.parametrize(
    ("leaf", "seen", "other"),
    [
        (value("string"), "x", "x-1"),
        (value("string", limits={"max_length": 2}), "xx", None),
        (value("string", format="uuid"), "?", "00000000-0000-0000-0000-000000000001"),
        (value("string", format="date"), "2020-01-01", None),
        (value("integer"), 5, 6),
        (value("integer", format="int32"), 2**31 - 1, 1),
        (value("integer", limits={"maximum": 5}), 5, None),
        (value("string", enum=("A", "B")), "A", None),
        (None, "x", None),
    ],
)
def test_fresh_identities(leaf: Value | None, seen: Any, other: Any) -> None:
    assert make_fresh(leaf, seen, {seen}) == other


def test_spots_of_what_is_not_there() -> None:
    assert find_spots("done.orders[].id", {"done": {"orders": "none"}}) == []
    assert find_spots("done[]", {"done": [1]})[0].value == [1]


def test_damages_and_harmless_edits_come_in_a_fixed_order() -> None:
    documented = response(
        obj(
            field("id", "integer", format="int64", required=YES),
            field("side", "string", enum=("BUY", "SELL")),
            field("tags", "array", items=value("string"), limits={"max_items": 2}),
        )
    )
    asked = operation(documented)
    seen = make_interaction(None, 200, "application/json", {"id": 7, "side": "BUY", "tags": ["a"]})
    kinds = [(e.kind, e.pointer) for e in list_damages(asked, documented, seen)]
    assert kinds == [(e.kind, e.pointer) for e in list_damages(asked, documented, seen)]
    assert ("drop-required", "") in kinds
    assert ("not-a-int64", "/id") in kinds
    assert ("unlisted-value", "/side") in kinds
    assert ("too-many-items", "/tags") in kinds
    assert ("wrap", "/data") in kinds
    assert ("drop-required", "/side") not in kinds
    left = {(e.kind, e.pointer) for e in list_harmless_edits(asked, documented, seen)}
    assert ("drop-optional", "/side") in left
    assert not any(kind == "drop-optional" and at == "/id" for kind, at in left)


def test_nothing_is_damaged_where_nothing_is_documented() -> None:
    bare = response(None)
    seen = make_interaction(None, 200, "application/json", {"a": 1})
    edits = list_damages(operation(bare), bare, seen)
    assert {edit.rule for edit in edits} == {"undocumented-status"}


def test_lists_at_the_top_are_damaged_too() -> None:
    documented = response(array(obj(field("orderId", "string"), field("price", "string"))))
    seen = make_interaction(None, 200, "application/json", [{"orderId": "a", "price": "1"}])
    found = {(e.kind, e.pointer) for e in list_damages(operation(documented), documented, seen)}
    assert {("wrap", "/data"), ("null", "/0/price"), ("rename-case", "/0/PRICE")} <= found

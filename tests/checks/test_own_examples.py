"""A body like an example of its page is no drift; one that differs from both is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.checks.runner import check
from conformance.model.operation import Example, Invariant, Value
from tests.builders import NO, YES, array, field, obj, operation, response, seen, span, value

RECORD = obj(field("id", "string", required=YES), field("price", "number"), field("side", "string"))


def example(shown: Any) -> Example:
    return Example(text=json.dumps(shown), span=span(), parsed=True, value=shown)


def found(table: Value, shown: Any, body: Any, **facts: Any) -> list[tuple[str, str]]:
    told = operation(response(table, examples=(example(shown),)), **facts)
    result = check([told], [seen(body)])
    return [(finding.rule, finding.subject) for finding in result.findings]


BROKEN = Invariant(kind="count", paths=("total", "items[]"), span=span())

AGREE = {
    "type": (RECORD, {"id": "a", "price": "1"}, {"id": "b", "price": "2"}),
    "number in place of a text": (RECORD, {"price": "on request"}, {"price": "2"}),
    "whole number beside a fraction": (
        obj(field("price", "string")),
        {"price": 1},
        {"price": 1.5},
    ),
    "null": (RECORD, {"id": "a", "side": None}, {"id": "b", "side": None}),
    "absent member": (RECORD, {"price": 1}, {"price": 2}),
    "other member": (RECORD, {"id": "a", "fee": 1}, {"id": "b", "fee": 2}),
    "member of nearly the name": (RECORD, {"id": "a", "Side": "x"}, {"id": "b", "Side": "y"}),
    "value beside the listed ones": (
        obj(field("side", "string", enum=("buy",))),
        {"side": "sell"},
        {"side": "sell"},
    ),
    "unit": (
        obj(field("at", "integer", unit="ms", epoch=True)),
        {"at": 1525079412},
        {"at": 1525079999},
    ),
    "format": (
        obj(field("at", "string", format="date-time")),
        {"at": "yesterday"},
        {"at": "today"},
    ),
    "envelope": (
        RECORD,
        {"code": 0, "data": {"id": "a", "price": 1}},
        {"code": 0, "data": {"id": "b", "price": 2}},
    ),
    "envelope around nothing": (
        RECORD,
        {"code": 0, "data": [{"id": "a", "price": 1}]},
        {"code": 0, "data": []},
    ),
    "envelope without its record": (
        RECORD,
        {"code": 0, "data": {"id": "a", "price": 1}},
        {"code": 7, "msg": "no"},
    ),
    "mixed array": (
        obj(field("rows", "array", items=array(value("string")))),
        {"rows": [["a", 1]]},
        {"rows": [["b", 2]]},
    ),
}


@pytest.mark.parametrize("kind", AGREE)
def test_a_body_like_the_example_is_no_finding(kind: str) -> None:
    table, shown, body = AGREE[kind]
    assert found(table, shown, body) == []


@pytest.mark.parametrize("kind", AGREE)
def test_the_same_body_is_one_without_the_example(kind: str) -> None:
    table, _, body = AGREE[kind]
    assert found(table, {"id": "a"}, body)


def test_a_relation_that_the_example_breaks_is_no_finding() -> None:
    table = obj(field("total", "integer"), field("items", "array", items=value("string")))
    shown, body = {"total": 12345, "items": ["a"]}, {"total": 7, "items": ["a"]}
    assert found(table, shown, body, invariants=(BROKEN,)) == []
    kept = {"total": 1, "items": ["a"]}
    assert found(table, kept, body, invariants=(BROKEN,)) == [
        ("invariant-broken", "responses.200.total")
    ]


@pytest.mark.parametrize(
    ("shown", "body", "rule"),
    [
        ({"id": "a", "price": "1"}, {"id": "b", "price": {}}, "type-mismatch"),
        ({"id": "a", "price": None}, {"id": "b", "price": "1"}, "type-mismatch"),
        ({"id": "a", "price": "1"}, {"id": "b", "price": ""}, "type-mismatch"),
        ({"id": "a", "fee": 1}, {"id": "b", "tax": 1}, "undocumented-field"),
        ({"data": {"id": "a", "price": 1}}, {"data": {"id": "a", "price": "x"}}, "type-mismatch"),
        (
            {"data": {"id": "a", "side": "s"}},
            {"list": {"id": "a", "side": "s"}},
            "undocumented-envelope",
        ),
    ],
)
def test_what_neither_the_table_nor_the_example_has_is_found(
    shown: Any, body: Any, rule: str
) -> None:
    assert [name for name, _ in found(RECORD, shown, body)] == [rule]


def test_an_example_of_another_structure_makes_findings_less_sure() -> None:
    told = operation(response(RECORD, examples=(example({"price": "1"}),)))
    (finding,) = check([told], [seen({"id": 7, "price": 1})]).findings
    assert (finding.rule, finding.confidence) == ("type-mismatch", "medium")


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_value_of_an_optional_member_is_an_info(empty: Any) -> None:
    table = obj(field("side", "string", enum=("buy",), required=NO))
    (finding,) = check([operation(response(table))], [seen({"side": empty})]).findings
    assert finding.severity.label == "info"
    (finding,) = check(
        [operation(response(obj(field("side", "string", enum=("buy",)))))], [seen({"side": empty})]
    ).findings
    assert finding.severity.label in ("warning", "error")


def shown(**kinds: str) -> Value:
    """What an example alone shows: members of these types."""
    return obj(*(replace(field(name, kind), shown=True) for name, kind in kinds.items()))  # type: ignore[arg-type]


NAMED = {
    "the pair asked for": (shown(**{"eth-eur": "array"}), {"btc-usd": []}, "?symbol=BTC-USD"),
    "one code of a pair": (shown(vol_eth="string"), {"vol_btc": "1"}, "?pair=btcusd"),
    "the other code": (shown(vol_eur="string"), {"vol_usd": "1"}, "?pair=btcusd"),
    "a name around it": (
        value("object", members=shown(vol_eth="string")),
        {"BTC_USD": {"vol_btc": "1"}},
        "",
    ),
    "a code by itself": (shown(ETH="string"), {"BTC": "1"}, "?pair=btcusd"),
    "a code that is nearly the same": (shown(USD="string"), {"USDT": "1"}, "?pair=btcusdt"),
    "a part of the address": (shown(vol_eth="string"), {"vol_btc": "1"}, "/btcusd"),
}
OTHERS = {
    "nothing of it was asked for": (shown(vol_eth="string"), {"vol_xrp": "1"}, "?pair=btcusd"),
    "of another type": (shown(vol_eth="string"), {"vol_btc": 1}, "?pair=btcusd"),
    "the example's is there, too": (
        shown(vol_eth="string"),
        {"vol_eth": "1", "vol_btc": "1"},
        "?pair=btcusd",
    ),
    "no example has its like": (shown(last="string"), {"vol_btc": "1"}, "?pair=btcusd"),
    "a word that goes on": (shown(trade_id="string"), {"order_id": "1"}, "?type=orders"),
}


@pytest.mark.parametrize(("told", "body", "asked"), NAMED.values(), ids=NAMED)
def test_a_member_named_after_data_is_documented(told: Value, body: Any, asked: str) -> None:
    assert named_by_request(told, body, asked) == []


@pytest.mark.parametrize(("told", "body", "asked"), OTHERS.values(), ids=OTHERS)
def test_any_other_member_is_not(told: Value, body: Any, asked: str) -> None:
    assert named_by_request(told, body, asked) == ["undocumented-field"]


def named_by_request(told: Value, body: Any, asked: str) -> list[str]:
    documented = operation(response(told), path="/x/{pair}" if asked.startswith("/") else "/x")
    taken = seen(body, url=f"https://api.example/x{asked}")
    return [finding.rule for finding in check([documented], [taken]).findings]


@pytest.mark.parametrize(("shown", "severity"), [(None, "info"), ({"price": 1}, "warning")])
def test_a_list_differs_from_a_record_where_the_page_shows_one(shown: Any, severity: str) -> None:
    examples = (example(shown),) if shown else ()
    body = [{"id": "a", "price": 1, "side": "buy"}]
    (finding,) = check([operation(response(RECORD, examples=examples))], [seen(body)]).findings
    assert (finding.rule, finding.severity.label) == ("undocumented-envelope", severity)

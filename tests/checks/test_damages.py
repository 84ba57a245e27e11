"""Single damages to a valid body: each is found, once, with the right rule and pointer."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conformance.checks.runner import check
from conformance.model.operation import Field, Invariant, Stated, Value
from conformance.schema.kinds import child, item_of, resolve
from tests.builders import documented, operation, response, seen, span

ORDER = {
    "fields": {
        "uuid!": {"kind": "string", "format": "uuid"},
        "identifier~": "string",
        "market!": "string",
        "side!": {"kind": "string", "enum": ["BUY", "SELL"]},
        "price!": {"kind": "string", "format": "decimal"},
        "quantity": {"kind": "number", "limits": {"minimum": 0, "maximum": 100}},
        "sequence": {"kind": "integer", "format": "int64"},
        "createdAt!": {"kind": "integer", "format": "int64", "unit": "ms", "epoch": True},
        "filled": "boolean",
    }
}
HALF = {"fields": {"count!": "integer", "orders!": {"items": ORDER, "limits": {"max_items": 20}}}}
DOCUMENTED = documented(
    {
        "fields": {
            "timezone!": {"kind": "string", "constant": ["UTC"]},
            "success!": HALF,
            "failed!": HALF,
        }
    }
)
RELATIONS = (
    Invariant(kind="count", paths=("success.count", "success.orders"), span=span(2)),
    Invariant(kind="count", paths=("failed.count", "failed.orders"), span=span(3)),
    Invariant(
        kind="disjoint", paths=("success.orders[].uuid", "failed.orders[].uuid"), span=span(4)
    ),
    Invariant(
        kind="within-request",
        paths=("success.orders[].uuid", "failed.orders[].uuid"),
        span=span(5),
        request_name="uuids[]",
    ),
)
OPERATION = operation(response(DOCUMENTED), invariants=RELATIONS)
UUIDS = [f"9f2c1c0e-6a0b-4c0e-9f0e-0b7a1c1d2e3{n}" for n in range(6)]
URL = "https://api.example/x?" + "&".join(f"uuids[]={uuid}" for uuid in UUIDS)


def order(number: int) -> dict[str, Any]:
    return {
        "uuid": UUIDS[number],
        "identifier": f"mine-{number}",
        "market": "KRW-BTC",
        "side": "BUY" if number % 2 else "SELL",
        "price": "0.5",
        "quantity": number,
        "sequence": 2**53 + number,
        "createdAt": 1525080718000 + number,
        "filled": False,
    }


VALID: dict[str, Any] = {
    "timezone": "UTC",
    "success": {"count": 2, "orders": [order(0), order(1)]},
    "failed": {"count": 3, "orders": [order(2), order(3), order(4)]},
}

Damage = tuple[str, str, str, Callable[[Any], Any]]
"""What it is, the rule that finds it, the pointer, and the change to the parent or the value."""


def places() -> Iterator[tuple[str, str, Field]]:
    """Parent pointer, name and documented field of every member in the valid body."""
    waiting: list[tuple[str, Value, Any]] = [("", DOCUMENTED, VALID)]
    while waiting:
        pointer, value, body = waiting.pop(0)
        if isinstance(body, dict):
            for member in value.fields:
                yield pointer, member.name, member
                below = child(pointer, member.name)
                waiting.append((below, member.value, body[member.name]))
        elif isinstance(body, list):
            item = item_of(value)
            assert item is not None
            waiting += [(f"{pointer}/{n}", item, inner) for n, inner in enumerate(body)]


OTHER_TYPE = {
    "string": 5, "integer": "5", "number": "5", "boolean": "no", "object": [], "array": {"a": 1},
}  # fmt: skip


def damages() -> Iterator[tuple[str, str, str, Any]]:
    """Name, rule, pointer of the finding, and the damaged body."""
    for parent, name, member in places():
        here = child(parent, name)
        for what, rule, pointer, change in of_member(parent, here, name, member):
            body = copy.deepcopy(VALID)
            change(resolve(parent, body))
            yield f"{what} {here}", rule, pointer, body


def of_member(parent: str, here: str, name: str, member: Field) -> Iterator[Damage]:
    value = member.value
    if member.required is Stated.YES:
        yield "drop", "missing-field", parent, lambda o: o.pop(name)
    yield "type", "type-mismatch", here, put(name, OTHER_TYPE[value.kind or "object"])
    yield "null", "undocumented-null", here, put(name, None)
    yield "extra beside", "undocumented-field", child(parent, "zzz"), put("zzz", 1)
    longer = name[:2] + "q" + name[2:]
    yield "rename", "near-miss-name", child(parent, longer), rename(name, longer)
    yield "recase", "near-miss-name", child(parent, name.upper()), rename(name, name.upper())
    if value.enum or value.constant:
        yield "value", "unknown-enum-value", here, put(name, "OTHER")
    if value.format == "uuid":
        yield "format", "format-mismatch", here, put(name, "order-7")
    if value.format == "decimal":
        yield "format", "format-mismatch", here, put(name, "1,5")
    if value.format == "int64" and not value.epoch:
        yield "range", "format-mismatch", here, put(name, 2**63)
    if value.epoch:
        yield "unit", "unit-mismatch", here, put(name, 1525080718)
        yield "unit", "unit-mismatch", here, put(name, 1525080718000000)
    if value.limits.maximum is not None:
        yield "limit", "limit-exceeded", here, put(name, 101)
        yield "limit", "limit-exceeded", here, put(name, -0.5)
    if name == "count":
        yield "count", "invariant-broken", here, put(name, 9)


def put(name: str, value: Any) -> Callable[[Any], Any]:
    return lambda parent: parent.__setitem__(name, value)


def rename(name: str, other: str) -> Callable[[Any], Any]:
    return lambda parent: parent.__setitem__(other, parent.pop(name))


def findings(body: Any) -> list[tuple[str, str]]:
    result = check([OPERATION], [seen(body, url=URL)])
    assert result.checked_interactions == 1
    return [(f.rule, f.observed.pointer if f.observed else "") for f in result.findings]


def test_the_undamaged_body_has_no_finding() -> None:
    assert findings(VALID) == []


ALL = list(damages())


@pytest.mark.parametrize(("rule", "pointer", "body"), [d[1:] for d in ALL], ids=[d[0] for d in ALL])
def test_each_damage_is_found_once(rule: str, pointer: str, body: Any) -> None:
    assert findings(body) == [(rule, pointer)]


def test_there_are_many() -> None:
    assert len(ALL) > 300


def test_the_same_order_in_both_lists() -> None:
    body = copy.deepcopy(VALID)
    body["failed"]["orders"][1]["uuid"] = UUIDS[0]
    assert findings(body) == [("invariant-broken", "/success/orders/0/uuid")]


def test_an_order_nobody_asked_for() -> None:
    body = copy.deepcopy(VALID)
    body["failed"]["orders"][1]["uuid"] = UUIDS[0].replace("9f2c", "0000")
    assert findings(body) == [("invariant-broken", "/failed/orders/1/uuid")]


def test_too_many_items() -> None:
    body = copy.deepcopy(VALID)
    body["failed"] = {"count": 21, "orders": [order(5)] * 21}
    assert findings(body) == [("limit-exceeded", "/failed/orders")]


def test_an_envelope() -> None:
    assert findings({"code": 0, "data": VALID}) == [("undocumented-envelope", "/data")]

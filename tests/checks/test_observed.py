"""What of the documentation was observed, how often, in which origin."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from conformance.checks.evidence_counts import observe_operations
from conformance.model.interaction import Interaction, Origin
from conformance.model.operation import Group
from tests.builders import (
    CONDITIONAL,
    field,
    obj,
    operation,
    parameter,
    response,
    seen,
    span,
)

ORDERS = operation(
    response(
        obj(
            field("side", "string", enum=("BUY", "SELL")),
            field("orders", "array", items=obj(field("id", "integer", required=CONDITIONAL))),
        )
    ),
    response(None, "400"),
    parameters=(parameter("ids"), parameter("names")),
    groups=(Group(kind="exactly-one", names=("ids", "names"), span=span()),),
)


def sightings(*interactions: Interaction) -> dict[str, dict[str, int]]:
    (told,) = observe_operations([ORDERS], interactions)
    return {
        f"{s.item.kind} {s.item.subject} {s.item.state}".strip(): dict(s.observed)
        for s in told.sightings
    }


def tape(body: Any, origin: Origin = Origin.RECORDED, **facts: Any) -> Interaction:
    return replace(seen(body, **facts), origin=origin)


def test_nothing_was_ever_seen() -> None:
    assert sightings() == {
        "condition parameters.ids sent": {},
        "condition parameters.names sent": {},
        "status responses.200": {},
        "field responses.200.side": {},
        "enum responses.200.side BUY": {},
        "enum responses.200.side SELL": {},
        "field responses.200.orders": {},
        "field responses.200.orders[].id": {},
        "condition responses.200.orders[].id present": {},
        "condition responses.200.orders[].id absent": {},
        "status responses.400": {},
    }


def test_an_interaction_counts_once_for_each_origin() -> None:
    body = {"side": "BUY", "orders": [{"id": 1}, {"id": 2}, {}]}
    found = sightings(
        tape(body, url="https://api.example/x?ids=1"),
        tape(body, Origin.SANDBOX, url="https://api.example/x?ids=1&ids=2"),
        tape({"side": "HOLD"}, Origin.SANDBOX),
        tape({"message": "no"}, status=400),
        tape({}, status=500),
        tape(b"not JSON"),
    )
    both = {"recorded": 1, "sandbox": 1}
    assert found["condition parameters.ids sent"] == both
    assert found["condition parameters.names sent"] == {}
    assert found["status responses.200"] == {"recorded": 2, "sandbox": 2}
    assert found["enum responses.200.side BUY"] == both
    assert found["enum responses.200.side SELL"] == {}
    assert found["field responses.200.orders[].id"] == both
    assert found["condition responses.200.orders[].id present"] == both
    assert found["condition responses.200.orders[].id absent"] == both
    assert found["status responses.400"] == {"recorded": 1}


def test_a_record_in_an_envelope_is_observed() -> None:
    found = sightings(tape({"data": {"side": "SELL", "orders": [{"id": 1}]}}))
    assert found["enum responses.200.side SELL"] == {"recorded": 1}


def test_what_belongs_to_nothing_is_not_counted() -> None:
    (told,) = observe_operations([ORDERS], [tape({}, url="https://api.example/other")])
    assert told.interactions == ()

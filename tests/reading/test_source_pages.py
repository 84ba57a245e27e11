"""What the five source pages say, written down by hand from reading them."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model.contract import Contract, compare_contracts
from conformance.model.operation import Field, Operation, Stated, Value
from conformance.parse import parse_page
from conformance.reading import combine, read_document

_SNAPSHOT = Path(__file__).parents[2] / "docs_snapshot"
REJECT_REASONS = (
    "OTHER",
    "EXCHANGE_UNREACHABLE",
    "EXCHANGE_RESPONSE_TIMEOUT",
    "ORDER_ID_NOT_FOUND",
    "INVALID_TYPE",
    "METHOD_NOT_SUPPORTED",
    "JSON_ERROR",
)


def read(page: str) -> Contract:
    data = (_SNAPSHOT / page).read_bytes()
    return combine([read_document(parse_page(data, page))])


def the_operation(page: str) -> Operation:
    (operation,) = read(page).operations
    return operation


def members(value: Value | None) -> dict[str, Field]:
    assert value is not None
    return {field.name: field for field in value.fields}


def shape(field: Field) -> tuple[str | None, str | None, Stated]:
    return field.value.kind, field.value.format, field.required


@pytest.mark.parametrize("language", ["en", "ko"])
def test_bitfront(language: str) -> None:
    operation = the_operation(f"bitfront/{language}/cancellation-of-all-open-orders.md")
    assert operation.key == "DELETE /v1/trade/openOrders/{coinPair}"
    assert operation.servers == ("https://openapi.bitfront.me",)
    (parameter,) = operation.parameters
    assert (parameter.name, parameter.location, parameter.value.kind) == (
        "coinPair",
        "path",
        "string",
    )
    assert parameter.required is Stated.YES
    (response,) = operation.responses
    assert (response.status, response.stated) == ("200", False)
    told = members(response.value)
    assert {name: shape(field) for name, field in told.items()} == {
        "timezone": ("string", None, Stated.YES),
        "responseTime": ("integer", "int64", Stated.YES),
        "statusCode": ("integer", None, Stated.YES),
        "statusMessage": ("string", None, Stated.YES),
        "responseData": ("object", None, Stated.NOT_STATED),
    }
    assert told["timezone"].value.constant == ("UTC",)
    assert (told["responseTime"].value.unit, told["responseTime"].value.epoch) == ("ms", True)
    inner = members(told["responseData"].value)
    assert list(inner) == ["orderIDList", "requestAt"]
    ids = inner["orderIDList"].value
    assert ids.items is not None
    assert (ids.kind, ids.items.kind, ids.items.format) == ("array", "integer", "int64")
    assert (inner["requestAt"].value.unit, inner["requestAt"].value.epoch) == ("ms", True)
    (example,) = response.examples
    assert example.parsed
    assert isinstance(example.value, dict)
    assert example.value["statusCode"] == 1000


def test_bitfront_twins_say_the_same() -> None:
    english, korean = (
        read(f"bitfront/{language}/cancellation-of-all-open-orders.md") for language in ("en", "ko")
    )
    assert compare_contracts(english, korean) == ()


def test_coinapi() -> None:
    operation = the_operation("coinapi/en/cancel-all-orders-request.txt")
    assert operation.key == "POST /v1/orders/cancel/all"
    assert operation.body is not None
    assert operation.body.media_type == "application/json"
    assert operation.body.required is Stated.YES
    (field,) = operation.body.value.fields
    assert (field.name, *shape(field)) == ("exchange_id", "string", None, Stated.YES)
    assert {r.status: r.media_type for r in operation.responses} == {
        "200": "application/json",
        "400": "application/json",
        "490": "appliction/json",
    }
    answers = {r.status: members(r.value) for r in operation.responses}
    for status in ("200", "490"):
        assert {name: f.value.kind for name, f in answers[status].items()} == dict.fromkeys(
            ("type", "reject_reason", "exchange_id", "message", "rejected_message"), "string"
        )
        assert answers[status]["reject_reason"].value.enum == REJECT_REASONS
    assert {name: f.value.kind for name, f in answers["400"].items()} == {
        "type": "string",
        "title": "string",
        "status": "number",
        "traceId": "string",
        "errors": "string",
    }
    assert [len(r.examples) for r in operation.responses] == [1, 1, 1]
    assert all(r.examples[0].parsed for r in operation.responses)


def test_upbit() -> None:
    contract = read("upbit/en/order-list-cancel.md")
    (operation,) = contract.operations
    assert operation.key == "DELETE /v1/orders/uuids"
    assert operation.body is None
    assert [(p.name, p.location, p.required) for p in operation.parameters] == [
        ("uuids[]", "query", Stated.CONDITIONAL),
        ("identifiers[]", "query", Stated.CONDITIONAL),
    ]
    for parameter in operation.parameters:
        assert parameter.value.kind == "array"
        assert parameter.value.items is not None
        assert parameter.value.items.kind == "string"
        assert parameter.value.limits.max_items == 20
    (group,) = operation.groups
    assert (group.kind, group.names) == ("exactly-one", ("uuids[]", "identifiers[]"))
    answer = next(r for r in operation.responses if r.status == "200")
    told = members(answer.value)
    assert list(told) == ["success", "failed"]
    for side in ("success", "failed"):
        inner = members(told[side].value)
        assert inner["count"].value.kind == "number"
        orders = inner["orders"].value
        assert orders.kind == "array"
        record = members(orders.items)
        assert list(record) == ["uuid", "identifier", "market"]
        assert record["identifier"].required is Stated.CONDITIONAL
        assert record["identifier"].value.kind == (None if side == "success" else "string")
    assert {(g.kind, g.span.line) for g in contract.gaps} == {
        ("type-missing", 31),
        ("table-garbled", 72),
    }
    assert contract.coverage.rows_unread == 6


def test_bingx() -> None:
    operation = the_operation("bingx/en/cancel-open-orders.md")
    assert operation.key == "POST /openApi/spot/v1/trade/cancelOpenOrders"
    assert operation.parameters == ()
    assert operation.body is not None
    assert operation.body.media_type == "application/json"
    inputs = members(operation.body.value)
    assert {name: shape(field) for name, field in inputs.items()} == {
        "symbol": ("string", None, Stated.NO),
        "recvWindow": ("number", "double", Stated.NO),
        "timestamp": ("integer", "int64", Stated.YES),
    }
    assert (inputs["timestamp"].value.unit, inputs["timestamp"].value.epoch) == ("ms", True)
    assert (inputs["recvWindow"].value.unit, inputs["recvWindow"].value.epoch) == ("ms", False)
    (response,) = operation.responses
    told = members(response.value)
    numbers = ("price", "origQty", "executedQty", "cummulativeQuoteQty")
    assert list(told) == [
        *("symbol", "orderId", *numbers),
        *("status", "type", "side", "clientOrderID", "stopPrice"),
    ]
    assert told["orderId"].value.format == "int64"
    assert {told[name].value.kind for name in (*numbers, "stopPrice")} == {"string"}
    assert [len(told[name].value.enum) for name in ("status", "type", "side")] == [6, 6, 2]
    (limit,) = operation.rate_limits
    assert (limit.count, limit.seconds, limit.scope) == (2, 1.0, "UID")
    assert [auth.scheme for auth in operation.auth] == ["api-key"]

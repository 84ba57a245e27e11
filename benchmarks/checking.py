"""Checking a body: load it and hold it against its contract, beside orjson and jsonschema-rs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import orjson
from jsonschema_rs import Validator

from benchmarks.contracts import cancellation
from benchmarks.measure import Ratio, compare, main
from conformance.checks.reply import Examiner, compile_response
from conformance.evidence.body import load_json
from conformance.model.interaction import Interaction
from conformance.schema.json_schema import to_schema
from conformance.strategies.requests import make_interaction

ORDERS = 20
"""In each of two lists: a body of about 6 KB."""


def measure() -> Iterator[Ratio]:
    """A valid body of 6 KB, one with a fault, and one with members that are not documented."""
    operation = cancellation(ORDERS)
    value = operation.responses[0].value
    assert value is not None
    schema = jsonschema_rs.validator_for(to_schema(value))
    valid, more = _seen(_body()), _seen(_body(fee="0.05"))
    prefilter = compile_response(operation.responses[0]).prefilter
    assert prefilter is not None
    assert prefilter.accepts(load_json(valid.reply.body))
    yield _compare(
        "load and validate", valid, lambda: prefilter.accepts(load_json(valid.reply.body)), goal=3.0
    )
    examiner = Examiner(operation)
    assert not list(examiner.examine(valid))
    assert len(list(examiner.examine(more))) == 2 * ORDERS
    faulty = _seen(_spoilt(_body()))
    assert len(list(examiner.examine(faulty))) == 1
    for name, seen, goal in (("valid", valid, 4.0), ("faulty", faulty, 30.0)):
        yield _compare_with_floor(f"check what is {name}", seen, examiner, schema, goal)
    yield _compare("undocumented members told", more, lambda: list(examiner.examine(more)))


def _compare_with_floor(
    name: str, seen: Interaction, examiner: Examiner, schema: Validator, goal: float
) -> Ratio:
    """All that is said of a body, beside whether the schema this program writes accepts it."""
    data = seen.reply.body
    return compare(
        f"{name} ({len(data) / 1000:.1f} KB)",
        lambda: list(examiner.examine(seen)),
        "orjson + jsonschema-rs",
        lambda: schema.is_valid(orjson.loads(data)),
        goal=goal,
        rounds=40,
        repeat=100,
    )


def _compare(
    name: str, seen: Interaction, ours: Callable[[], object], goal: float | None = None
) -> Ratio:
    data = seen.reply.body
    return compare(
        f"{name} ({len(data) / 1000:.1f} KB)",
        ours,
        "orjson.loads",
        lambda: orjson.loads(data),
        goal=goal,
        rounds=40,
        repeat=100,
    )


def _seen(body: dict[str, Any]) -> Interaction:
    return make_interaction(None, 200, "application/json", body)


def _body(**more: str) -> dict[str, Any]:
    sides = (_side(0, more), _side(ORDERS, more))
    body = dict(zip(("success", "failed"), sides, strict=True))
    return json.loads(json.dumps(body))  # type: ignore[no-any-return]


def _spoilt(body: dict[str, Any]) -> dict[str, Any]:
    body["success"]["orders"][ORDERS // 2]["side"] = "hold"
    return body


def _side(first: int, more: dict[str, str]) -> dict[str, Any]:
    orders = [
        {
            "uuid": f"9f2c1c0e-6a0b-4c0e-9f0e-{number:012x}",
            "identifier": f"order-number-{number}",
            "market": "SGD-BTC",
            "side": "bid" if number % 2 else "ask",
            "created": 1_719_304_561_000 + number,
            **more,
        }
        for number in range(first, first + ORDERS)
    ]
    return {"count": len(orders), "orders": orders}


if __name__ == "__main__":
    main(measure)

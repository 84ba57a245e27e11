"""A documented answer with two lists of orders, as big as a benchmark wants it."""

from __future__ import annotations

from conformance.model.operation import (
    Field,
    Invariant,
    Limits,
    Operation,
    Response,
    Stated,
    Value,
)
from conformance.model.span import Span

_HERE = Span("benchmark.md", 1, 1)


def cancellation(orders: int) -> Operation:
    """An operation whose answer holds ``orders`` orders in each of its two lists."""
    text = Value(span=_HERE, kind="string")
    order = _object(
        uuid=Value(span=_HERE, kind="string", format="uuid"),
        identifier=text,
        market=text,
        side=Value(span=_HERE, kind="string", enum=("bid", "ask")),
        created=Value(span=_HERE, kind="integer", unit="ms", epoch=True),
    )
    size = Limits(min_items=orders, max_items=orders)
    outcome = _object(
        count=Value(span=_HERE, kind="integer"),
        orders=Value(span=_HERE, kind="array", items=order, limits=size),
    )
    body = _object(success=outcome, failed=outcome)
    uuids = ("success.orders[].uuid", "failed.orders[].uuid")
    response = Response(
        status="200", stated=True, media_type="application/json", span=_HERE, value=body
    )
    return Operation(
        method="DELETE",
        path="/orders",
        page="benchmark.md",
        span=_HERE,
        responses=(response,),
        invariants=(
            Invariant(kind="count", paths=("success.count", "success.orders"), span=_HERE),
            Invariant(kind="count", paths=("failed.count", "failed.orders"), span=_HERE),
            Invariant(kind="disjoint", paths=uuids, span=_HERE),
        ),
    )


def _object(**members: Value) -> Value:
    fields = tuple(Field(name=n, value=v, required=Stated.YES) for n, v in members.items())
    return Value(span=_HERE, kind="object", fields=fields)

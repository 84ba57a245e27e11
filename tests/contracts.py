"""Strategies for whole contracts: everything a page can say, in small.

Each is built once: to build and validate one again takes longer than to draw from it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from conformance.model.operation import (
    Body,
    Field,
    Group,
    Invariant,
    Kind,
    Limits,
    Operation,
    Parameter,
    Response,
    Stated,
    Unit,
    Value,
)
from tests.builders import span

NAMES = st.sampled_from(
    [
        *("symbol", "side", "price", "origQty", "order_id", "orderId", "clientOid", "market"),
        *("createdAt", "createAt", "updated_at", "code", "data", "count", "total", "orders"),
        *("result", "leverage", "isIsolated", "fee", "feeRate", "state", "x"),
    ]
)
_SOME_NAMES = st.lists(NAMES, min_size=1, max_size=6, unique=True)
STATED = st.sampled_from([Stated.YES, Stated.NO, Stated.NOT_STATED, Stated.CONDITIONAL])
_PRESENT = st.sampled_from([Stated.YES, Stated.YES, Stated.NOT_STATED, Stated.NO])
_STATUSES = st.sampled_from([("200",), ("200", "400"), ("200", "4XX"), ("201", "default")])
_NULLABLE = st.sampled_from([Stated.NOT_STATED, Stated.NOT_STATED, Stated.YES, Stated.NO])


def value(kind: Kind | None, **facts: Any) -> Value:
    return Value(span=span(), kind=kind, **facts)


@cache
@st.composite
def strings(draw: st.DrawFn) -> Value:
    sort = draw(st.sampled_from(["plain", "enum", "constant", "format", "length", "moment"]))
    facts: dict[str, Any] = {"nullable": draw(_NULLABLE)}
    if sort == "enum":
        facts["enum"] = draw(
            st.sampled_from([("BUY", "SELL"), ("NEW", "PARTIALLY_FILLED", "DONE"), ("a", "b")])
        )
    elif sort == "constant":
        facts["constant"] = ("UTC",)
    elif sort == "format":
        facts["format"] = draw(
            st.sampled_from(["uuid", "date-time", "date", "decimal", "uri", "email"])
        )
    elif sort == "length":
        low = draw(st.none() | st.integers(0, 5))
        high = draw(st.none() | st.integers(low or 1, 12))
        facts["limits"] = Limits(min_length=low, max_length=high)
    elif sort == "moment":
        facts |= {"unit": "ms", "epoch": True}
    return value("string", **facts)


@cache
@st.composite
def numbers(draw: st.DrawFn) -> Value:
    kind: Kind = draw(st.sampled_from(["integer", "number"]))
    sort = draw(st.sampled_from(["plain", "enum", "limits", "moment", "duration", "format"]))
    facts: dict[str, Any] = {"nullable": draw(_NULLABLE)}
    units: SearchStrategy[Unit] = st.sampled_from(["s", "ms", "us", "ns"])
    if sort == "enum":
        facts["enum"] = draw(st.sampled_from([(0, 1), (1, 2, 3), (-1, 1)]))
    elif sort == "limits":
        facts["limits"] = draw(bounds(kind))
    elif sort in ("moment", "duration"):
        facts |= {"unit": draw(units), "epoch": sort == "moment"}
    elif sort == "format" and kind == "integer":
        facts["format"] = draw(st.sampled_from(["int32", "int64"]))
    return value(kind, **facts)


@cache
@st.composite
def bounds(draw: st.DrawFn, kind: Kind) -> Limits:
    numbers_of = st.integers(-50, 50)
    if kind == "number":
        numbers_of = numbers_of | st.sampled_from([0.1, 0.5, -2.25])
    low, high = sorted([draw(numbers_of), draw(numbers_of)])
    if draw(st.booleans()):
        return Limits(exclusive_minimum=low, maximum=high + 2)
    return Limits(minimum=low, exclusive_maximum=high + 2)


@cache
def scalars() -> SearchStrategy[Value]:
    plain = st.sampled_from([value("boolean"), value(None), value("string")])
    return st.one_of(strings(), numbers(), plain)


@cache
def _items(depth: int) -> SearchStrategy[Value | None]:
    return st.none() | values(depth)


@cache
@st.composite
def arrays(draw: st.DrawFn, depth: int) -> Value:
    item = draw(_items(depth - 1))
    low = draw(st.sampled_from([None, None, 1, 2]))
    high = draw(st.sampled_from([None, 3, 20]))
    limits = Limits(min_items=low, max_items=high)
    return value("array", items=item, limits=limits, nullable=draw(_NULLABLE))


@cache
def objects(depth: int) -> SearchStrategy[Value]:
    closed = st.sampled_from([Stated.NOT_STATED, Stated.NOT_STATED, Stated.YES])
    return st.builds(
        lambda fields, closed, null: value("object", fields=fields, closed=closed, nullable=null),
        members(depth),
        closed,
        _NULLABLE,
    )


@cache
def members(depth: int) -> SearchStrategy[tuple[Field, ...]]:
    return st.lists(
        st.builds(Field, name=NAMES, value=values(depth - 1), required=STATED),
        max_size=5,
        unique_by=lambda field: field.name,
    ).map(tuple)


@cache
def values(depth: int = 2) -> SearchStrategy[Value]:
    if depth <= 0:
        return scalars()
    return st.one_of(scalars(), arrays(depth), objects(depth))


@cache
def _any_body() -> SearchStrategy[Value | None]:
    return objects(3) | arrays(2) | st.none()


@cache
@st.composite
def responses(draw: st.DrawFn, status: str) -> Response:
    body = draw(_any_body() if draw(st.booleans()) else objects(3))
    return Response(
        status=status,
        stated=status != "200" or draw(st.booleans()),
        media_type="application/json",
        span=span(),
        value=body,
    )


@cache
@st.composite
def operations(draw: st.DrawFn) -> Operation:
    """Operations with answers to two statuses, and inputs in every place."""
    names = draw(_SOME_NAMES)
    held = names[: draw(st.integers(0, 2))]
    inputs = [(name, draw(_input())) for name in names if name not in held]
    groups = draw(_groups([name for name, (_, stated) in inputs if stated is not Stated.YES]))
    statuses = draw(_STATUSES)
    in_body = draw(st.booleans())
    fields = tuple(Field(name=n, value=v, required=s) for n, (v, s) in inputs)
    return Operation(
        method="POST" if in_body else "GET",
        path="/v1/things" + "".join("/{" + name + "}" for name in held),
        page="page.md",
        span=span(),
        parameters=(
            *(
                Parameter(
                    name=n, location="path", value=draw(_path_value()), required=Stated.YES
                )
                for n in held
            ),
            *(
                ()
                if in_body
                else (Parameter(name=n, location="query", value=v, required=s)
                      for n, (v, s) in inputs)
            ),
        ),
        body=Body(media_type="application/json", value=value("object", fields=fields))
        if in_body
        else None,
        responses=tuple(draw(responses(status)) for status in statuses),
        groups=groups,
    )  # fmt: skip


@cache
def _input() -> SearchStrategy[tuple[Value, Stated]]:
    lists = st.builds(
        lambda item, most: value("array", items=item, limits=Limits(max_items=most)),
        st.sampled_from([value("string"), value("integer"), None]),
        st.sampled_from([None, 3, 20]),
    )
    return st.tuples(st.one_of(strings(), numbers(), lists), _PRESENT)


@cache
def _path_value() -> SearchStrategy[Value]:
    return st.sampled_from([value("string"), value("integer"), value("string", enum=("A", "B"))])


@st.composite
def _groups(draw: st.DrawFn, names: list[str]) -> tuple[Group, ...]:
    if len(names) < 2 or draw(st.booleans()):
        return ()
    kind: Any = draw(st.sampled_from(["exactly-one", "at-most-one", "at-least-one"]))
    return (Group(kind=kind, names=tuple(names[: draw(st.integers(2, 3))]), span=span()),)


def outcome(required: Stated) -> Operation:
    """An operation on many things at once, with every kind of invariant."""
    item = value(
        "object",
        fields=(
            Field(name="orderId", value=value("string"), required=required),
            Field(name="market", value=value("string")),
        ),
    )
    side = value(
        "object",
        fields=(
            Field(name="count", value=value("integer"), required=required),
            Field(name="orders", value=value("array", items=item), required=required),
        ),
    )
    body = value(
        "object",
        fields=(
            Field(name="success", value=side, required=required),
            Field(name="failed", value=side, required=required),
        ),
    )
    ids = ("success.orders[].orderId", "failed.orders[].orderId")
    return Operation(
        method="DELETE",
        path="/orders",
        page="page.md",
        span=span(),
        parameters=(
            Parameter(
                name="orderIds",
                location="query",
                required=Stated.YES,
                value=value("array", items=value("string"), limits=Limits(max_items=20)),
            ),
        ),
        responses=(
            Response(
                status="200", stated=True, media_type="application/json", span=span(), value=body
            ),
        ),
        invariants=(
            Invariant(kind="count", paths=("success.count", "success.orders"), span=span()),
            Invariant(kind="count", paths=("failed.count", "failed.orders"), span=span()),
            Invariant(kind="disjoint", paths=ids, span=span()),
            Invariant(kind="within-request", paths=ids, span=span(), request_name="orderIds"),
        ),
    )

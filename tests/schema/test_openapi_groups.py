"""Inputs of a body that are bound together stay bound in OpenAPI."""

from __future__ import annotations

from conformance.model.contract import Contract
from conformance.model.operation import Body, Field, Group, Operation, Value
from conformance.model.span import Span
from conformance.schema.openapi import to_openapi

_HERE = Span("p.md", 1, 1)


def test_either_or_in_a_body() -> None:
    members = tuple(Field(name=n, value=Value(span=_HERE, kind="string")) for n in ("a", "b"))
    operation = Operation(
        method="POST",
        path="/x",
        page="p.md",
        span=_HERE,
        body=Body(
            media_type="application/json",
            value=Value(span=_HERE, kind="object", fields=members),
        ),
        groups=(Group(kind="exactly-one", names=("a", "b"), span=_HERE),),
    )
    document = to_openapi(Contract(operations=(operation,)))
    schema = document["paths"]["/x"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["allOf"] == [{"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}]

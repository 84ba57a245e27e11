from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from conformance.model.contract import Contract
from conformance.model.operation import (
    Auth,
    Body,
    Example,
    Group,
    Invariant,
    Operation,
    RateLimit,
    Response,
    Value,
)
from conformance.schema.openapi import to_openapi
from tests.builders import CONDITIONAL, YES, field, obj, operation, parameter, response, span, value
from tests.checks.worlds import NAMES, values
from tests.examples import many

RICH = operation(
    response(
        obj(field("id", "integer", required=YES)),
        examples=(
            Example(text="{}", span=span(20), parsed=True, value={}, title="none"),
            Example(text="{,}", span=span(21), parsed=False, error="line 1, column 2: no name"),
        ),
    ),
    response(obj(field("title", "string")), "490", media_type="appliction/json"),
    response(None, "default", description="anything else"),
    method="DELETE",
    path="/v1/orders/{orderId}",
    servers=("https://api.example", "https://{region}.example/base"),
    summary="Cancel an order",
    parameters=(
        parameter("orderId", location="path", line=3),
        parameter("uuids[]", "array", limits={"max_items": 20}, required=CONDITIONAL),
        parameter("identifiers[]", "array", items=value("string"), required=CONDITIONAL),
        parameter("X-Trace", location="header", required=YES),
    ),
    body=Body(media_type="application/json", value=obj(field("reason", "string")), required=YES),
    groups=(Group(kind="exactly-one", names=("uuids[]", "identifiers[]"), span=span(5)),),
    invariants=(Invariant(kind="count", paths=("count", "orders"), span=span(6)),),
    auth=(Auth(scheme="jwt", span=span(7)), Auth(scheme="api-key", span=span(8))),
    rate_limits=(RateLimit(count=2, seconds=1.0, scope="UID", span=span(9)),),
)


def rich() -> tuple[dict[str, Any], dict[str, Any]]:
    document = to_openapi(Contract(operations=(RICH,)), title="Orders")
    return document, document["paths"]["/v1/orders/{orderId}"]["delete"]


def test_is_valid_and_keeps_everything() -> None:
    document, told = rich()
    validate(document)
    assert document["info"]["title"] == "Orders"
    assert [s["url"] for s in document["servers"]] == list(RICH.servers)
    assert told["operationId"] == "delete-v1-orders-orderId"
    assert told["x-rate-limits"] == [
        {"count": 2, "seconds": 1.0, "scope": "UID", "x-documented-at": "en/page.md:9"}
    ]
    assert told["x-groups"][0]["names"] == ["uuids[]", "identifiers[]"]
    assert told["x-invariants"][0]["paths"] == ["count", "orders"]
    assert told["security"] == [{"jwt": []}, {"api-key": []}]
    assert set(document["components"]["securitySchemes"]) == {"jwt", "api-key"}


def test_parameters() -> None:
    _, told = rich()
    by_name = {p["name"]: p for p in told["parameters"]}
    assert list(by_name) == ["orderId", "uuids[]", "identifiers[]", "X-Trace"]
    assert [p["required"] for p in by_name.values()] == [True, False, False, True]
    assert by_name["uuids[]"]["schema"]["maxItems"] == 20
    assert by_name["uuids[]"]["x-required"] == "conditional"


def test_responses() -> None:
    _, told = rich()
    assert list(told["responses"]) == ["200", "490", "default"]
    assert all(r["description"] for r in told["responses"].values())
    assert list(told["responses"]["490"]["content"]) == ["appliction/json"]
    content = told["responses"]["200"]["content"]["application/json"]
    assert content["examples"] == {
        "example-1": {"summary": "none", "value": {}, "x-documented-at": "en/page.md:20"}
    }
    assert content["x-unread-examples"][0]["error"] == "line 1, column 2: no name"


def test_the_same_address_told_twice_is_one() -> None:
    twins = [
        operation(response(), path="/a/{id}", parameters=(parameter("id", location="path"),)),
        operation(response(), path="/a/{uuid}", span=span(4, page="ko/page.md")),
        operation(method="PUT", path="/a/{key}/", parameters=(parameter("key", location="path"),)),
    ]
    document = to_openapi(Contract(operations=tuple(twins)))
    validate(document)
    assert list(document["paths"]) == ["/a/{id}"]
    assert document["paths"]["/a/{id}"]["get"]["x-also-documented-at"] == ["ko/page.md:4"]
    assert document["paths"]["/a/{id}"]["put"]["parameters"][0]["name"] == "id"


def test_the_same_address_told_twice_has_what_either_place_documents() -> None:
    named = operation(method="POST", path="/a/{id}")
    told = operation(
        response(),
        method="POST",
        path="/a/{uuid}",
        parameters=(parameter("uuid", location="path"), parameter("limit")),
        span=span(4, page="other.md"),
    )
    document = to_openapi(Contract(operations=(named, told)))
    validate(document)
    post = document["paths"]["/a/{id}"]["post"]
    assert [(p["name"], p["in"]) for p in post["parameters"]] == [
        ("id", "path"),
        ("limit", "query"),
    ]
    assert (post["x-documented-at"], post["x-also-documented-at"]) == (
        "other.md:4",
        [str(named.span)],
    )


def test_a_body_told_twice_is_either() -> None:
    told = operation(response(obj(field("a", "string"))), response(obj(field("b", "string"))))
    document = to_openapi(Contract(operations=(told,)))
    validate(document)
    content = document["paths"]["/x"]["get"]["responses"]["200"]["content"]
    either = content["application/json"]["schema"]["anyOf"]
    assert [list(each["properties"]) for each in either] == [["a"], ["b"]]


def test_servers_of_their_own() -> None:
    told = [
        operation(path="/a", servers=("https://a",)),
        operation(path="/b", servers=("https://b",)),
    ]
    document = to_openapi(Contract(operations=tuple(told)))
    validate(document)
    assert "servers" not in document
    assert document["paths"]["/b"]["get"]["servers"] == [{"url": "https://b"}]


_PLAIN = ("/a/{id}", "/a/{uuid}", "/a/{id}/b/{id}", "/a/{id}/", "a", "", "/", "//", "/a b/{x.y}")
_ODD = ("/a/{", "/}{", "/{}", "/{a:b}/c", "/{{a}}", "/a?b={c}", "/{0}/{!r}")
PATHS = st.sampled_from([*_PLAIN, *_ODD])
SERVERS = st.sampled_from(["https://a", "wss://{x}/", "/v1"])


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    names = draw(st.lists(NAMES, max_size=3))
    where = st.sampled_from(["path", "query", "header", "cookie"])
    return operation(
        *(_response(draw, draw(values(2))) for _ in range(draw(st.integers(0, 2)))),
        method=draw(st.sampled_from(["GET", "POST", "DELETE", "SUBSCRIBE"])),
        path=draw(PATHS),
        servers=tuple(draw(st.lists(SERVERS, max_size=2))),
        parameters=tuple(parameter(n or "n", location=draw(where), span=span()) for n in names),
        body=draw(st.none() | values(1).map(_body)),
        auth=tuple(Auth(scheme=s, span=span()) for s in draw(st.lists(_SCHEMES, max_size=2))),
    )


_SCHEMES: st.SearchStrategy[Any] = st.sampled_from(
    ["api-key", "jwt", "hmac", "bearer", "none", "unspecified"]
)


def _body(told: Value) -> Body:
    return Body(media_type="application/json", value=told)


def _response(draw: st.DrawFn, told: Value) -> Response:
    status = draw(st.sampled_from(["200", "4XX", "4xx", "default", "490", "999", "weird"]))
    return response(told, status, media_type=draw(st.sampled_from(["application/json", "x", ""])))


@given(st.lists(operations(), max_size=4))
@settings(max_examples=many(0.5), suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_was_read_the_document_is_valid(told: list[Operation]) -> None:
    document = to_openapi(Contract(operations=tuple(told)))
    validate(json.loads(json.dumps(document)))
    ids = [item["operationId"] for path in document["paths"].values() for item in path.values()]
    assert len(ids) == len({name.casefold() for name in ids})
    assert all("x-documented-at" in node for node in schemas(document))


def schemas(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every parameter and every schema below a ``schema`` member."""
    waiting: list[Any] = [document["paths"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield from node.get("parameters", ()) if "operationId" in node else ()
            if isinstance(node.get("schema"), dict):
                yield node["schema"]
            if isinstance(node.get("properties"), dict) and "x-documented-at" in node:
                yield from node["properties"].values()
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def test_what_stands_in_a_path_is_text_where_no_type_is_stated() -> None:
    inputs = (parameter("path", None, "path"), parameter("query", None))
    stated = operation(path="/a/{path}", parameters=inputs)
    document = to_openapi(Contract(operations=(stated,)))
    types = [p["schema"].get("type") for p in document["paths"]["/a/{path}"]["get"]["parameters"]]
    assert types == ["string", None]

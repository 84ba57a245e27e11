"""Contracts by hand, in as few words as a test needs."""

from __future__ import annotations

import json
from typing import Any

from conformance.model.interaction import Interaction, Origin, Reply, Request
from conformance.model.operation import (
    Field,
    Kind,
    Limits,
    Operation,
    Parameter,
    Response,
    Stated,
    Value,
)
from conformance.model.span import Span

YES, NO, CONDITIONAL = Stated.YES, Stated.NO, Stated.CONDITIONAL


def span(line: int = 1, quote: str = "", page: str = "en/page.md") -> Span:
    return Span(page=page, line=line, end_line=line, quote=quote)


def value(kind: Kind | None = None, *, line: int = 1, **facts: Any) -> Value:
    """A value; ``limits`` may be given as a dict of :class:`Limits` members."""
    if isinstance(facts.get("limits"), dict):
        facts["limits"] = Limits(**facts["limits"])
    return Value(span=facts.pop("span", span(line)), kind=kind, **facts)


def field(name: str, kind: Kind | None = None, *, line: int = 1, **facts: Any) -> Field:
    """A member; facts of its presence go to the field, all others to its value."""
    own = {key: facts.pop(key) for key in ("required", "condition", "confidence") if key in facts}
    return Field(name=name, value=value(kind, line=line, **facts), **own)


def obj(*fields: Field, line: int = 1, **facts: Any) -> Value:
    return value("object", line=line, fields=fields, **facts)


def array(items: Value | None = None, *, line: int = 1, **facts: Any) -> Value:
    return value("array", line=line, items=items, **facts)


def parameter(
    name: str, kind: Kind | None = "string", location: Any = "query", *, line: int = 1, **facts: Any
) -> Parameter:
    own = {key: facts.pop(key) for key in ("required", "condition", "confidence") if key in facts}
    return Parameter(name=name, location=location, value=value(kind, line=line, **facts), **own)


def response(body: Value | None = None, status: str = "200", **facts: Any) -> Response:
    given = {"stated": True, "media_type": "application/json", "span": span(), **facts}
    return Response(status=status, value=body, **given)


def operation(
    *responses: Response, method: str = "GET", path: str = "/x", **facts: Any
) -> Operation:
    given = {"page": "en/page.md", "span": span(), **facts}
    return Operation(method=method, path=path, responses=responses, **given)


def seen(
    body: Any,
    *,
    status: int = 200,
    url: str | None = "https://api.example/x",
    method: str = "GET",
    where: str = "tape.json#0",
    content_type: str = "application/json",
    request_body: bytes = b"",
) -> Interaction:
    """An interaction; ``body`` is bytes as they are, anything else is written as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (("Content-Type", content_type),) if content_type else ()
    return Interaction(
        request=None if url is None else Request(method=method, url=url, body=request_body),
        reply=Reply(status=status, headers=headers, body=data),
        origin=Origin.CONSTRUCTED,
        where=where,
    )

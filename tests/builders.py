"""Contracts by hand, in as few words as a test needs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from conformance.model.interaction import Interaction, Origin, Reply, Request
from conformance.model.operation import (
    Body,
    Field,
    Invariant,
    Kind,
    Limits,
    Operation,
    Parameter,
    Response,
    Stated,
    Value,
)
from conformance.model.span import Span

_REPOSITORY = Path(__file__).parents[1]

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


def shown(name: str, value: Value) -> Field:
    """A member that only an example shows."""
    return Field(name=name, value=value, confidence="low", shown=True)


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
    request_headers: tuple[tuple[str, str], ...] = (),
    origin: Origin = Origin.CONSTRUCTED,
) -> Interaction:
    """An interaction; ``body`` is bytes as they are, anything else is written as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (("Content-Type", content_type),) if content_type else ()
    return Interaction(
        request=None
        if url is None
        else Request(method=method, url=url, headers=request_headers, body=request_body),
        reply=Reply(status=status, headers=headers, body=data),
        origin=origin,
        where=where,
    )


def documented(spec: Any, line: int = 1) -> Value:
    """A value from its short form, as fixture files have it.

    ``"integer"``, or an object of the facts: ``kind``, ``format``, ``unit``, ``epoch``, ``enum``,
    ``constant``, ``limits``, ``nullable``, ``closed``, ``items`` (short form), ``fields`` (short
    forms by name).  Objects and arrays need no ``kind``.  A field's name may end in ``!`` (always
    there), ``?`` (optional) or ``~`` (conditional).
    """
    if isinstance(spec, str):
        return value(None if spec == "unknown" else spec, line=line)  # type: ignore[arg-type]
    facts = dict(spec)
    kind = facts.pop(
        "kind", "object" if "fields" in facts else "array" if "items" in facts else None
    )
    if "items" in facts:
        facts["items"] = documented(facts["items"], line)
    facts["fields"] = tuple(
        _field(name, inner, line) for name, inner in facts.pop("fields", {}).items()
    )
    for stated in ("nullable", "closed"):
        if stated in facts:
            facts[stated] = Stated(facts[stated])
    for listed in ("enum", "constant", "default"):
        if listed in facts:
            facts[listed] = tuple(facts[listed])
    return value(None if kind == "unknown" else kind, line=line, **facts)


_MARKS = {"!": YES, "?": NO, "~": CONDITIONAL}


def _field(name: str, spec: Any, line: int) -> Field:
    required = _MARKS.get(name[-1:], Stated.NOT_STATED)
    confidence = "high"
    if isinstance(spec, dict):
        confidence = spec.get("confidence", confidence)
        spec = {key: fact for key, fact in spec.items() if key != "confidence"}
    return Field(
        name=name[:-1] if name[-1:] in _MARKS else name,
        value=documented(spec, line),
        required=required,
        confidence=confidence,  # type: ignore[arg-type]
    )


def documented_operation(case: dict[str, Any]) -> Operation:
    """The operation of a fixture: ``documented`` (the 200) or ``responses`` by status.

    ``parameters`` go into the query, ``takes`` is the body of its requests.
    """
    told = case.get("responses", {"200": {"value": case.get("documented")}})
    responses = []
    for status, facts in told.items():
        facts = dict(facts)
        body = facts.pop("value", None)
        responses.append(response(documented(body) if body is not None else None, status, **facts))
    invariants = tuple(
        Invariant(**{**facts, "paths": tuple(facts["paths"]), "span": span(9)})
        for facts in case.get("invariants", ())
    )
    inputs = documented({"fields": case.get("parameters", {})}).fields
    query = (
        Parameter(name=f.name, location="query", value=f.value, required=f.required) for f in inputs
    )
    body = documented(case["takes"]) if "takes" in case else None
    return operation(
        *responses,
        method=case.get("method", "GET"),
        servers=("https://api.example",) if "origin" in case else (),
        parameters=tuple(query),
        body=None if body is None else Body(media_type="application/json", value=body),
        invariants=invariants,
    )


def interactions(case: dict[str, Any]) -> list[Interaction]:
    """The interactions of a fixture: ``body``, ``bodies``, or ``seen`` with status, text, query.

    Those that are ``recorded`` (``origin``) have headers in the request, unless it is ``bare``.
    """
    told = case.get("seen") or [{"body": b} for b in case.get("bodies", [case.get("body")])]
    method = case.get("method", "GET")
    origin = Origin(case.get("origin", "constructed"))
    return [_seen(facts, number, method, origin) for number, facts in enumerate(told)]


def _seen(facts: dict[str, Any], number: int, method: str, origin: Origin) -> Interaction:
    query = f"?{facts['query']}" if "query" in facts else ""
    return seen(
        facts["text"].encode() if "text" in facts else facts.get("body"),
        status=facts.get("status", 200),
        method=facts.get("method", method),
        url=f"https://{facts.get('host', 'api.example')}{facts.get('path', '/x')}{query}",
        where=f"tape.json#{number}",
        content_type=facts.get("content_type", "application/json"),
        request_body=(
            json.dumps(facts["sent"]) if "sent" in facts else facts.get("form", "")
        ).encode(),
        request_headers=() if facts.get("bare") else (("Accept", "*/*"),),
        origin=Origin(facts["origin"]) if "origin" in facts else origin,
    )


def copy_project(folder: Path, *exchanges: str) -> Path:
    """The named exchanges of this repository in ``folder``, as if their answers were recorded.

    What is stored of them is constructed, which says nothing about an API and counts for nothing.
    """
    for exchange in exchanges:
        for room in ("docs_snapshot", "cassettes", "schemas"):
            shutil.copytree(_REPOSITORY / room / exchange, folder / room / exchange)
        for manifest in (folder / "cassettes" / exchange).glob("*/manifest.toml"):
            told = manifest.read_text("utf-8").replace(' "constructed"', ' "recorded"')
            manifest.write_text(told, "utf-8")
    return folder

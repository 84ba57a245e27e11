"""A request held against what is documented of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote

from conformance.checks.asked import bare
from conformance.checks.facts import (
    BadFormat,
    Extra,
    Fact,
    ManyExtra,
    Missing,
    NotListed,
    Null,
    OverLimit,
    Renamed,
    WrongType,
    WrongUnit,
)
from conformance.checks.plan import plan
from conformance.checks.registry import judges
from conformance.checks.routes import url_path
from conformance.checks.walk import Node, walk
from conformance.evidence.body import JsonError, load_json
from conformance.evidence.urls import path_matches, query_pairs
from conformance.model.interaction import Request
from conformance.model.operation import (
    Field,
    Group,
    Json,
    Location,
    Operation,
    Parameter,
    Stated,
    Value,
)
from conformance.schema.kinds import fits
from conformance.schema.pointers import member, parameter

ProblemKind: TypeAlias = Literal[
    "missing", "unknown", "type", "enum", "null", "format", "unit", "limit", "group", "body"
]

_KINDS: Final[dict[type[Fact], ProblemKind]] = {
    Missing: "missing",
    Extra: "unknown",
    ManyExtra: "unknown",
    Renamed: "unknown",
    WrongType: "type",
    NotListed: "enum",
    Null: "null",
    BadFormat: "format",
    WrongUnit: "unit",
    OverLimit: "limit",
}


@dataclass(frozen=True, slots=True)
class RequestProblem:
    """One way in which a request is not what the page asks for."""

    kind: ProblemKind
    subject: str
    """``parameters.ids``, ``body.name``."""
    message: str


def request_problems(operation: Operation, request: Request) -> tuple[RequestProblem, ...]:
    """Everything in ``request`` that the documentation of ``operation`` rules out.

    Path, query, documented headers and a JSON body are looked at; headers and cookies that are
    not documented are nobody's business.  Empty for a request that is valid as documented.
    """
    if url_path(request.url) is None:
        return (RequestProblem("unknown", "parameters", "the request's URL is none"),)
    given = _given(operation, request)
    return (
        *(p for place in ("path", "query", "header") for p in _inputs(operation, place, given)),
        *_body(operation, request),
        *_groups(operation, request, given),
    )


Given: TypeAlias = dict[str, dict[str, list[str]]]
"""Location, name without the mark of a list, the texts given."""


def _given(operation: Operation, request: Request) -> Given:
    query: defaultdict[str, list[str]] = defaultdict(list)
    for name, text in query_pairs(request.url):
        query[bare(name)].append(text)
    documented = {p.name.lower(): p.name for p in operation.parameters if p.location == "header"}
    headers: defaultdict[str, list[str]] = defaultdict(list)
    for name, text in request.headers:
        if name.lower() in documented:
            headers[documented[name.lower()]].append(text)
    return {"path": _path(operation, request), "query": query, "header": headers}


def _path(operation: Operation, request: Request) -> dict[str, list[str]]:
    path = url_path(request.url) or "/"
    for server in ("", *operation.servers):
        template = (url_path(server) or "").rstrip("/") + operation.path
        found = path_matches(template, path)
        if found is not None:
            return {name: [unquote(text)] for name, text in found.items()}
    return {}


def _inputs(operation: Operation, place: Location, given: Given) -> Iterator[RequestProblem]:
    """Problems of the parameters in one place, as those of an object's members."""
    documented = {bare(p.name): p for p in operation.parameters if p.location == place}
    if not documented and place != "query":
        return
    fields = tuple(_field(name, p, operation.groups) for name, p in documented.items())
    value = Value(span=operation.span, kind="object", fields=fields, closed=Stated.YES)
    seen: dict[str, Json] = {
        name: _typed(documented[name].value, texts) if name in documented else texts[0]
        for name, texts in given[place].items()
    }
    yield from _problems(_as_said(walk(Node(plan(value), seen, "", "parameters"))))


def _as_said(facts: Iterable[object]) -> Iterator[object]:
    """An input that is not documented is told as such: no page says that it has no others."""
    for fact in facts:
        yield replace(fact, closed=False) if isinstance(fact, Extra | ManyExtra) else fact


def _field(name: str, documented: Parameter, groups: Iterable[Group]) -> Field:
    """A parameter as a member; what a group binds is not needed by itself."""
    bound = any(bare(name) in map(bare, group.names) for group in groups)
    required = Stated.CONDITIONAL if bound else documented.required
    if documented.location == "path":
        required = Stated.YES
    return Field(name=name, value=documented.value, required=required)


def _typed(value: Value, texts: list[str]) -> Json:
    """Texts of a query as the documented value; a text that is none stays one."""
    if value.kind == "array":
        parts = texts[0].split(",") if len(texts) == 1 else texts
        return [_typed(value.items, [part]) if value.items else part for part in parts]
    return _decoded(texts[0]) if fits(value.kind, _decoded(texts[0])) else texts[0]


def _decoded(text: str) -> Json:
    try:
        decoded: Json = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
    return text if decoded is None else decoded


def _problems(facts: Iterable[object]) -> Iterator[RequestProblem]:
    rules = judges("check")
    for fact in facts:
        if isinstance(fact, Fact) and type(fact) in _KINDS:
            verdict = rules[type(fact)].judge(fact)
            yield RequestProblem(_KINDS[type(fact)], fact.subject, verdict.message)


def _body(operation: Operation, request: Request) -> Iterator[RequestProblem]:
    body = operation.body
    if body is None:
        if request.body:
            yield RequestProblem("body", "body", "a body was sent and none is documented")
        return
    if not request.body:
        if body.required is Stated.YES:
            yield RequestProblem("missing", "body", "documented as required, no body was sent")
        return
    if "json" not in body.media_type.lower():
        return
    try:
        sent = load_json(request.body)
    except JsonError as error:
        yield RequestProblem("body", "body", f"documented as JSON: {error}")
        return
    yield from _problems(walk(Node(plan(body.value), sent, "", "body")))


def _groups(operation: Operation, request: Request, given: Given) -> Iterator[RequestProblem]:
    names = {name for place in given.values() for name in place}
    names |= set(_members(request))
    for group in operation.groups:
        used = [name for name in group.names if bare(name) in names]
        if not _KEPT[group.kind](len(used)):
            said = group.kind.replace("-", " ")
            message = f"documented as {said} of {', '.join(group.names)}; {len(used)} were sent"
            yield RequestProblem("group", _subject(operation, group.names[0]), message)


def _subject(operation: Operation, name: str) -> str:
    """What an input is called, wherever it is documented to go."""
    if operation.body and name in {field.name for field in operation.body.value.fields}:
        return member("body", name)
    return parameter(name)


def _members(request: Request) -> Iterator[str]:
    try:
        sent = load_json(request.body) if request.body else None
    except JsonError:
        return
    if isinstance(sent, dict):
        yield from map(bare, sent)


_KEPT: Final[dict[str, Callable[[int], bool]]] = {
    "exactly-one": lambda used: used == 1,
    "at-most-one": lambda used: used <= 1,
    "at-least-one": lambda used: used >= 1,
}

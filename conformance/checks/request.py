"""A request checked against what is documented of it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from typing import Final, Literal, TypeAlias
from urllib.parse import parse_qsl

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks import facts
from conformance.checks.interactions import json_body, strip_mark
from conformance.checks.match import path_values, url_path
from conformance.checks.plan import Plan, plan
from conformance.checks.registry import map_judges
from conformance.checks.walk import BodyNode, walk
from conformance.evidence.body import JsonError, load_json
from conformance.evidence.urls import query_pairs
from conformance.live.secrets import SecretNames
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
from conformance.patterns import regex
from conformance.schema.json_schema import is_kept
from conformance.schema.kinds import fits, member, parameter

ProblemKind: TypeAlias = Literal[
    "missing", "unknown", "type", "enum", "null", "format", "unit", "limit", "group", "body"
]
_PLACES: Final[tuple[Location, ...]] = ("path", "query", "header")
KINDS: Final[dict[type[facts.Fact], ProblemKind]] = {
    facts.Missing: "missing",
    facts.Extra: "unknown",
    facts.ManyExtra: "unknown",
    facts.Renamed: "unknown",
    facts.WrongType: "type",
    facts.NotListed: "enum",
    facts.Null: "null",
    facts.BadFormat: "format",
    facts.WrongUnit: "unit",
    facts.OverLimit: "limit",
}
Given: TypeAlias = dict[str, dict[str, list[str]]]
"""Location, name without the mark of a list, the texts given."""
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
"""How a query writes them, in any case."""
_PLACEHOLDER: Final = regex(r"[<{\[$:*].*|.*[>}\]]|\.{2,}|…|[xX*]{2,}|.*\{\w+\}.*", re.DOTALL)
_SECRET: Final = SecretNames()
_MOMENTS: Final = frozenset(("timestamp", "nonce", "ts", "time"))


class RequestProblem(Struct, frozen=True):
    """One way in which a request is not what the page asks for."""

    kind: ProblemKind
    subject: str
    """``parameters.ids``, ``body.name``."""
    message: str


def find_request_problems(operation: Operation, request: Request) -> tuple[RequestProblem, ...]:
    """Everything in ``request`` that the documentation of ``operation`` rules out.  Path, query,
    documented headers and a JSON body are looked at; headers and cookies that are not documented
    are nobody's business.  Empty for a request that is valid as documented."""
    if url_path(request.url) is None:
        return (RequestProblem("unknown", "parameters", "the request's URL is none"),)
    contract = InputContract(operation)
    given = contract.read_given(request)
    return (
        *_make_problems(contract.facts(given)),
        *_check_body(operation, request),
        *_check_groups(operation, request, given),
    )


class InputContract(Struct):
    """The inputs of an operation outside of the body, prepared for many requests."""

    operation: Operation
    parameters: dict[Location, dict[str, Parameter]] = {}
    """By location and name without the mark of a list."""
    _headers: dict[str, str] = {}
    _plans: dict[Location, Plan] = {}

    def __post_init__(self) -> None:
        operation = self.operation
        self.parameters = {place: {} for place in _PLACES}
        for one in operation.parameters:
            if one.location in self.parameters:
                self.parameters[one.location][strip_mark(one.name)] = one
        self._headers = {name.lower(): name for name in self.parameters["header"]}
        self._plans = {}
        for place, documented in self.parameters.items():
            fields = tuple(_make_field(name, p, operation.groups) for name, p in documented.items())
            if fields or place == "query":
                all_of_it = Value(
                    span=operation.span, kind="object", fields=fields, closed=Stated.YES
                )
                self._plans[place] = plan(all_of_it)

    def read_given(self, request: Request, places: Container[Location] = _PLACES) -> Given:
        """The inputs of ``request``, by place; of its headers the documented ones."""
        query: defaultdict[str, list[str]] = defaultdict(list)
        for name, text in query_pairs(request.url):
            query[strip_mark(name)].append(text)
        headers: defaultdict[str, list[str]] = defaultdict(list)
        for name, text in request.headers:
            if name.lower() in self._headers:
                headers[self._headers[name.lower()]].append(text)
        path = path_values(self.operation, request.url) if "path" in places else {}
        return {"path": {n: [text] for n, text in path.items()}, "query": query, "header": headers}

    def facts(self, given: Given, places: Iterable[Location] = _PLACES) -> Iterator[facts.Fact]:
        """What in ``given`` is not as documented, as of the members of an object."""
        sure = self.operation.confidence
        for place in places:
            if place in self._plans:
                documented = self.parameters[place]
                observed: dict[str, Json] = {
                    name: _type_texts(documented[name].value, texts)
                    if name in documented
                    else texts[0]
                    for name, texts in given[place].items()
                }
                node = BodyNode(self._plans[place], observed, "", "parameters", sure)
                for fact in walk(node):
                    if isinstance(fact, facts.Extra | facts.ManyExtra):
                        fact = replace(fact, closed=False)  # no page says that it has no others
                    yield fact


def _make_field(name: str, documented: Parameter, groups: Iterable[Group]) -> Field:
    """A parameter as a member; what a group binds is not needed by itself."""
    bound = any(strip_mark(name) in map(strip_mark, group.names) for group in groups)
    required = Stated.CONDITIONAL if bound else documented.required
    if documented.location == "path":
        required = Stated.YES
    sure = documented.confidence
    return Field(name=name, value=documented.value, required=required, confidence=sure)


def read_form(request: Request, body: Plan | None) -> dict[str, Json] | None:
    """The members of a body that is a form, each as the documented value; None of another body."""
    try:
        pairs = parse_qsl(request.body.decode(), strict_parsing=True) if request.body else []
    except ValueError:
        return None
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        texts.setdefault(strip_mark(name), []).append(text)
    known = body.members if body else {}
    return {
        name: _type_texts(known[name][1].value, given) if name in known else given[0]
        for name, given in texts.items()
    }


def _type_texts(value: Value, texts: list[str]) -> Json:
    """Texts of a query as the documented value; a text that is none stays one."""
    text = texts[0]
    if value.kind == "array":
        decoded = _decode(text) if len(texts) == 1 and text[:1] == "[" else None
        if isinstance(decoded, list):
            return decoded
        parts = text.split(",") if len(texts) == 1 else texts
        return [_type_texts(value.items, [part]) if value.items else part for part in parts]
    if value.kind == "boolean" and text.lower() in _BOOLEANS:
        return _BOOLEANS[text.lower()]
    if value.kind == "string" and '"' not in text:
        return text
    decoded = _decode(text)
    return decoded if decoded is not None and fits(value.kind, decoded) else text


def _decode(text: str) -> Json:
    try:
        decoded: Json = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
    return decoded


def find_query_facts(operation: Operation, query: str) -> Iterator[facts.Fact]:
    """What the query of a sample request has that its table rules out.  A sample may leave inputs
    out, and where nothing is documented of the query, all of them are unknown: neither says
    anything.  Values that stand for any value are none."""
    contract = InputContract(operation)
    if not contract.parameters["query"]:
        return
    names = {strip_mark(one.name) for one in operation.parameters}
    names |= {strip_mark(f.name) for f in operation.body.value.fields} if operation.body else set()
    given: dict[str, list[str]] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        if text and (strip_mark(name) not in names or not is_placeholder(text)):
            given.setdefault(strip_mark(name), []).append(text)
    for fact in contract.facts({"query": given}, ("query",)):
        if isinstance(fact, facts.Extra) and (fact.name in names or is_for_access(fact.name)):
            continue  # documented elsewhere, or for access as such
        if not isinstance(fact, facts.Missing | facts.Empty):
            yield replace(fact, pointer="")


def is_placeholder(text: str) -> bool:
    """Whether a value of a query stands for any value: ``{id}``, ``<id>``, ``xxx``, ``...``."""
    return bool(_PLACEHOLDER.fullmatch(text))


def is_for_access(name: str) -> bool:
    """Whether an input is by its name for access as such: a key, a signature and its moment."""
    return name in _SECRET or "sign" in name.lower() or name.lower() in _MOMENTS


def _make_problems(found: Iterable[object]) -> Iterator[RequestProblem]:
    for fact in found:
        if isinstance(fact, facts.Fact) and type(fact) in KINDS:
            yield RequestProblem(KINDS[type(fact)], fact.subject, message_of(fact))


def message_of(fact: facts.Fact) -> str:
    """What a rule about responses says of the like in a request."""
    return map_judges("check")[type(fact)].judge(fact).message


def _check_body(operation: Operation, request: Request) -> Iterator[RequestProblem]:
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
    yield from _make_problems(walk(BodyNode(plan(body.value), sent, "", "body")))


def _check_groups(operation: Operation, request: Request, given: Given) -> Iterator[RequestProblem]:
    names = {name for place in given.values() for name in place}
    sent = json_body(request)
    names |= set(map(strip_mark, sent)) if isinstance(sent, dict) else set()
    for group in operation.groups:
        used = [name for name in group.names if strip_mark(name) in names]
        if not is_kept(group, len(used)):
            wording = group.kind.replace("-", " ")
            message = f"documented as {wording} of {', '.join(group.names)}; {len(used)} were sent"
            name, inputs = group.names[0], operation.body.value.fields if operation.body else ()
            of_body = any(field.name == name for field in inputs)
            subject = member("body", name) if of_body else parameter(name)
            yield RequestProblem("group", subject, message)

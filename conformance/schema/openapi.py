"""A contract as one OpenAPI 3.1 document.

Beside OpenAPI's own members: ``x-documented-at`` on every operation, parameter, response and
schema node, ``x-groups`` (inputs bound together), ``x-invariants``, ``x-rate-limits``,
``x-auth``, ``x-unplaced-parameters`` (stated to be in the path, which has no place for them) and
``x-unplaced-responses`` (of a status that is none), and
``x-also-documented-at`` where an operation is documented more than once.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.contract import Contract
from conformance.model.operation import (
    Auth,
    Body,
    Example,
    Operation,
    Parameter,
    Response,
    Stated,
    Value,
)
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.merging import merge_all
from conformance.schema.json_schema import (
    Schema,
    build_body_groups,
    build_either,
    describe_presence,
    to_schema,
)

_UNSAFE: Final = regex(r"[^A-Za-z0-9._~]+")
_PLACEHOLDER: Final = regex(r"\{[^{}]*\}")
_ODD: Final = regex(r"[^\w.~$@*+-]")
_LONGEST: Final = 120
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_STATUS: Final = regex(r"[1-5](?:[0-9]{2}|XX)|default")
_STANDS_IN: Final = "The name of the header stands in for one that was not read from the pages."
_SIGNED: Final = (
    "Every request is signed (HMAC) with a key that is not sent, for which OpenAPI has no word: "
    f"no API key goes here, and a client has to sign by itself. {_STANDS_IN}"
)
SECURITY: Final[dict[str, Schema]] = {
    "api-key": {"type": "apiKey", "in": "header", "name": "api-key", "description": _STANDS_IN},
    "jwt": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "hmac": {"type": "apiKey", "in": "header", "name": "signature", "description": _SIGNED},
    "bearer": {"type": "http", "scheme": "bearer"},
    "unspecified": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": _STANDS_IN,
    },
}
"""OpenAPI's nearest word for each :class:`Auth` scheme.

Where pages name no header, or several, the names here stand in for it, and say so.
"""


class Address(Struct, frozen=True):
    """A method at a path, and everything documented about it."""

    id: str
    """``delete-v1-orders-id``: safe in file names, unlike any other whatever
    the case, the same from run to run."""
    operation: Operation
    """What all places together document, its path parameters named as the path names them."""
    others: tuple[Span, ...] = ()
    """Where the same method and path is documented again; placeholders may have other names."""


def merge_addresses(operations: Iterable[Operation]) -> tuple[Address, ...]:
    """The addresses of ``operations``, in the order in which they are first documented.  Paths that
    differ only in the names of placeholders are one address, whose template is the first of them,
    also for other methods."""
    templates: dict[str, str] = {}
    by_address: dict[tuple[str, str], list[Operation]] = {}
    for operation in operations:
        path = _normalize_template(operation.path)
        template = templates.setdefault(strip_names(path), path)
        # The operation at ``template``, its path parameters renamed to the template's names
        names = dict(
            zip(list_placeholders(operation.path), list_placeholders(template), strict=True)
        )
        renamed = tuple(
            replace(parameter, name=names.get(parameter.name, parameter.name))
            if parameter.location == "path"
            else parameter
            for parameter in operation.parameters
        )
        named = replace(operation, path=template, parameters=renamed)
        by_address.setdefault((operation.method, template), []).append(named)
    used: set[str] = set()
    return tuple(
        Address(
            id=_find_free_name(
                f"{_make_safe(method).lower()}-{_make_safe(template)[:_LONGEST]}".strip("-."), used
            ),
            operation=(merged := merge_all(operations)),
            others=tuple(o.span for o in operations if o.span != merged.span),
        )
        for (method, template), operations in by_address.items()
    )


def strip_names(path: str) -> str:
    """A path with its placeholders' names taken out: two paths of one shape are one address."""
    return _PLACEHOLDER.sub("{}", path).rstrip("/") or "/"


def list_placeholders(path: str) -> list[str]:
    """The names in a path template, in order."""
    return [found[1:-1] for found in _PLACEHOLDER.findall(path)]


def _normalize_template(path: str) -> str:
    """A path as OpenAPI takes it: each placeholder with a plain name of its own, no stray brace."""
    used: set[str] = set()
    parts = ["/" + _PLACEHOLDER.split(path)[0].lstrip("/"), *_PLACEHOLDER.split(path)[1:]]
    plain = [part.replace("{", "%7B").replace("}", "%7D") for part in parts]
    named = [
        _find_free_name(_ODD.sub("_", name) or "value", used) for name in list_placeholders(path)
    ]
    return plain[0] + "".join(
        f"{{{name}}}{after}" for name, after in zip(named, plain[1:], strict=True)
    )


def _make_safe(text: str) -> str:
    return _UNSAFE.sub("-", text).strip("-.")


def _find_free_name(wanted: str, used: set[str]) -> str:
    name, number = wanted, 1
    while name.casefold() in used:
        number += 1
        name = f"{wanted}-{number}"
    used.add(name.casefold())
    return name


def to_openapi(contract: Contract, title: str = "Documented operations") -> Schema:
    """One document for all operations of ``contract``, its keys in a fixed order.  Two operations
    of one method whose paths differ only in the names of placeholders are one to OpenAPI and are
    merged; the lines of the others go to ``x-also-documented-at``."""
    found = merge_addresses(contract.operations)
    servers = {address.operation.servers for address in found}
    shared = servers.pop() if len(servers) == 1 else ()
    headers: dict[str, set[str]] = {}
    for auth in (auth for address in found for auth in address.operation.auth):
        headers.setdefault(auth.scheme, set()).add(auth.header)
    schemes = {n: _build_scheme(n, headers[n]) for n in SECURITY if n in headers}
    paths: dict[str, Schema] = {}
    for address in found:
        method = address.operation.method.lower()
        item = paths.setdefault(address.operation.path, {})
        key = method if method in _METHODS else f"x-{method}"
        item[key] = _build_operation(address, alone=not shared)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "documented"},
        **({"servers": [_build_server(url) for url in shared]} if shared else {}),
        "paths": paths,
        **({"components": {"securitySchemes": schemes}} if schemes else {}),
    }


def _build_operation(address: Address, *, alone: bool) -> Schema:
    operation = address.operation
    return {
        "operationId": address.id,
        **({"summary": operation.summary} if operation.summary else {}),
        **_build_inputs(operation),
        **({"requestBody": _build_body(operation, operation.body)} if operation.body else {}),
        **_build_outcomes(operation),
        **_build_security(operation.auth),
        **({"servers": [_build_server(u) for u in operation.servers]} if alone else {}),
        **_build_extensions(operation),
        "x-documented-at": str(operation.span),
        **_drop_empty({"x-also-documented-at": [str(span) for span in address.others]}),
    }


def _build_inputs(operation: Operation) -> Schema:
    """``parameters``; those stated to be in a path that has no place for them are kept apart.  A
    placeholder that the page does not explain is one, too."""
    places, text = list_placeholders(operation.path), Value(span=operation.span, kind="string")
    unexplained = (Parameter(name=name, location="path", value=text) for name in places)
    found: dict[tuple[str, str], Parameter] = {}
    for parameter in (*operation.parameters, *unexplained):
        found.setdefault((parameter.name, parameter.location), parameter)
    split: dict[bool, list[Schema]] = {False: [], True: []}
    for (name, where), parameter in found.items():
        split[where == "path" and name not in places].append(_build_parameter(parameter))
    return _drop_empty({"parameters": split[False], "x-unplaced-parameters": split[True]})


def _build_outcomes(operation: Operation) -> Schema:
    """``responses``; those of a status that OpenAPI cannot spell are kept apart."""
    by_status: dict[str, list[Response]] = {}
    for response in operation.responses:
        known = response.status if response.status == "default" else response.status.upper()
        spelt = known if _STATUS.fullmatch(known) else response.status
        by_status.setdefault(spelt, []).append(response)
    placed: Schema = {}
    unplaced: Schema = {}
    for status, responses in by_status.items():
        part = placed if _STATUS.fullmatch(status) else unplaced
        part[status] = _build_response(status, responses)
    return _drop_empty({"responses": placed, "x-unplaced-responses": unplaced})


def _drop_empty(members: Schema) -> Schema:
    """Those of ``members`` that hold something."""
    return {name: value for name, value in members.items() if value}


def _build_parameter(parameter: Parameter) -> Schema:
    """An input; what stands in a path is text where the page gives it no type."""
    is_text = parameter.location == "path" and parameter.value.kind is None
    schema = to_schema(replace(parameter.value, kind="string") if is_text else parameter.value)
    description = schema.pop("description", "")
    required = parameter.location == "path" or parameter.required is Stated.YES
    return {
        "name": parameter.name,
        "in": parameter.location,
        **({"description": description} if description else {}),
        "required": required,
        "schema": schema,
        **describe_presence(parameter.required, parameter.condition, parameter.confidence),
        "x-documented-at": str(parameter.span),
    }


def _build_body(operation: Operation, body: Body) -> Schema:
    media = _build_media([body.value], body.examples)
    media["schema"] = {**media["schema"], **build_body_groups(operation)}
    return {
        "required": body.required is Stated.YES,
        "content": {body.media_type: media},
        **describe_presence(body.required, "", "high"),
        "x-documented-at": str(body.value.span),
    }


def _build_response(status: str, responses: list[Response]) -> Schema:
    content = {
        media: _build_media(
            [r.value for r in responses if r.media_type == media and r.value is not None],
            tuple(example for r in responses if r.media_type == media for example in r.examples),
        )
        for media in {r.media_type: None for r in responses if r.value is not None or r.examples}
    }
    description = next((r.description for r in responses if r.description), "")
    return {
        # OpenAPI wants some words.
        "description": description or name_status(status, "Not described"),
        **({"content": content} if content else {}),
        **({} if any(r.stated for r in responses) else {"x-status-stated": False}),
        "x-documented-at": str(responses[0].span),
    }


def name_status(status: str | int, unknown: str) -> str:
    """The registered phrase of a status (RFC 9110, section 15)."""
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return unknown


def _render_location(span: Span, **facts: Any) -> Schema:
    known = {name: fact for name, fact in facts.items() if fact != ""}
    return {**known, "x-documented-at": str(span)}


def _build_media(values: list[Value], examples: tuple[Example, ...]) -> Schema:
    found: Schema = {"schema": build_either(values)} if values else {}
    shown = [e for e in examples if e.parsed]
    if shown:
        found["examples"] = {
            f"example-{n}": {
                **_drop_empty({"summary": example.title}),
                "value": example.value,
                "x-documented-at": str(example.span),
            }
            for n, example in enumerate(shown, 1)
        }
    unread = [_render_location(e.span, error=e.error) for e in examples if not e.parsed]
    return {**found, **_drop_empty({"x-unread-examples": unread})}


def _build_security(auth: tuple[Auth, ...]) -> Schema:
    if not auth:
        return {}
    schemes = dict.fromkeys(a.scheme for a in auth if a.scheme != "none")
    return {
        "security": [{scheme: []} for scheme in schemes],
        "x-auth": [{"scheme": a.scheme, "x-documented-at": str(a.span)} for a in auth],
    }


def _build_scheme(name: str, headers: set[str]) -> Schema:
    header = next(iter(headers)) if len(headers) == 1 else ""
    named = {"type": "apiKey", "in": "header", "name": header} if header else SECURITY[name]
    return {**named, "x-scheme": name}


def _build_server(url: str) -> Schema:
    variables = {name: {"default": name} for name in list_placeholders(url)}
    return {"url": url, **({"variables": variables} if variables else {})}


def _build_extensions(operation: Operation) -> Schema:
    """The ``x-`` lists of an operation, those that hold something."""
    lists: Schema = {
        "x-groups": [
            _render_location(g.span, kind=g.kind, names=list(g.names)) for g in operation.groups
        ],
        "x-invariants": [
            _render_location(i.span, kind=i.kind, paths=list(i.paths), requestName=i.request_name)
            for i in operation.invariants
        ],
        "x-rate-limits": [
            _render_location(r.span, count=r.count, seconds=r.seconds, scope=r.scope)
            for r in operation.rate_limits
        ],
    }
    return _drop_empty(lists)

"""What a request asks for, and what of it the pages rule out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias
from urllib.parse import unquote

from conformance.checks.interactions import bare, json_body
from conformance.checks.match import url_path
from conformance.checks.request import RequestProblem, request_problems
from conformance.evidence.urls import path_matches, query_pairs
from conformance.model.interaction import Request
from conformance.model.operation import Json, Operation, Stated, Value
from conformance.sandbox.book import as_text
from conformance.schema.json_schema import MAX_DEPTH, by_name
from conformance.schema.kinds import item_of
from conformance.schema.pointers import ITEMS, member, parameter
from conformance.strategies.requests import inputs_of

SentInputs: TypeAlias = Mapping[str, tuple[str, ...]]
"""Texts by the name of the documented input they were given for, each text once."""


def sent_inputs(operation: Operation, request: Request) -> SentInputs:
    """The documented inputs of ``operation`` that ``request`` gives.

    A single text with commas, given for a list, is a list.
    """
    documented = {bare(i.key[1]): i for i in inputs_of(operation)}
    found: dict[str, list[str]] = {}
    for name, text in _given_values(operation, request):
        if bare(name) in documented:
            found.setdefault(documented[bare(name)].key[1], []).append(text)
    lists = {i.key[1] for i in documented.values() if i.value.kind == "array"}
    return {
        name: tuple(dict.fromkeys(_parts(texts) if name in lists else texts))
        for name, texts in found.items()
    }


def _parts(texts: list[str]) -> list[str]:
    return texts[0].split(",") if len(texts) == 1 else texts


def _given_values(operation: Operation, request: Request) -> Iterator[tuple[str, str]]:
    yield from _in_path(operation, request)
    yield from query_pairs(request.url)
    body = json_body(request)
    for name, value in body.items() if isinstance(body, dict) else ():
        yield from ((name, text) for text in _texts(value))


def _in_path(operation: Operation, request: Request) -> Iterator[tuple[str, str]]:
    path = url_path(request.url) or "/"
    for server in ("", *operation.servers):
        base = (url_path(server) or "").rstrip("/")
        found = path_matches(base + "/" + operation.path.lstrip("/"), path)
        if found is not None:
            yield from ((name, unquote(text)) for name, text in found.items())
            return


def _texts(value: Json) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str | int | float):
            yield as_text(item)


def find_problems(operation: Operation, request: Request) -> tuple[RequestProblem, ...]:
    """The problems of ``request`` for which a server that keeps to the page says no.

    An input nobody documented is let by unless the page says that there are no others: it may
    be what signs the request.  So is a moment that seems to be in another unit: it is within
    what is documented.
    """
    closed = operation.body is not None and _is_closed(operation.body.value, 0)
    documented = frozenset(_subjects(operation))
    return tuple(
        problem
        for problem in request_problems(operation, request)
        if problem.kind != "unit"
        and (closed or problem.kind != "unknown" or problem.subject in documented)
    )


def _subjects(operation: Operation) -> Iterator[str]:
    """Every documented input; a problem of an unknown one that names it is of its misspelling."""
    for documented in operation.parameters:
        yield parameter(documented.name)
    if operation.body is not None:
        yield from _below(operation.body.value, "body", 0)


def _below(value: Value, root: str, depth: int) -> Iterator[str]:
    if depth >= MAX_DEPTH:
        return
    item = item_of(value)
    if item is not None:
        yield from _below(item, root + ITEMS, depth + 1)
    for name, found in by_name(value.fields).items():
        yield member(root, name)
        yield from _below(found.value, member(root, name), depth + 1)


def _is_closed(value: Value, depth: int) -> bool:
    parts = [field.value for field in value.fields] + [item for item in (item_of(value),) if item]
    deeper = depth < MAX_DEPTH and any(_is_closed(each, depth + 1) for each in parts)
    return value.closed is Stated.YES or deeper

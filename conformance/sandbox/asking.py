"""What a request asks for, in the order in which it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias
from urllib.parse import unquote

from conformance.checks.asked import bare, json_body
from conformance.checks.routes import url_path
from conformance.evidence.urls import path_matches, query_pairs
from conformance.model.interaction import Request
from conformance.model.operation import Json, Operation
from conformance.sandbox.book import as_text
from conformance.strategies.inputs import inputs_of

Asked: TypeAlias = Mapping[str, tuple[str, ...]]
"""Texts by the name of the documented input they were given for, each text once."""


def asked(operation: Operation, request: Request) -> Asked:
    """The documented inputs of ``operation`` that ``request`` gives.

    A single text with commas, given for a list, is a list.
    """
    documented = {bare(i.key[1]): i for i in inputs_of(operation)}
    found: dict[str, list[str]] = {}
    for name, text in _given(operation, request):
        if bare(name) in documented:
            found.setdefault(documented[bare(name)].key[1], []).append(text)
    lists = {i.key[1] for i in documented.values() if i.value.kind == "array"}
    return {
        name: tuple(dict.fromkeys(_parts(texts) if name in lists else texts))
        for name, texts in found.items()
    }


def _parts(texts: list[str]) -> list[str]:
    return texts[0].split(",") if len(texts) == 1 else texts


def _given(operation: Operation, request: Request) -> Iterator[tuple[str, str]]:
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

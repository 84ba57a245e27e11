"""Strategies for requests that keep to what an operation documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from conformance.model.interaction import Request
from conformance.model.operation import Json, Operation, Stated
from conformance.strategies.inputs import (
    WHOLE,
    Input,
    Inputs,
    Key,
    Place,
    bound,
    inputs_of,
    together,
)
from conformance.strategies.values import Taste, values

NOWHERE: Final = "https://api.example"
"""The server of an operation whose page names none (RFC 2606: it will never exist)."""


def requests(operation: Operation) -> SearchStrategy[Request]:
    """Strategy for valid requests: every value as documented, every group's words kept.

    Empty when the page contradicts itself so that no request is valid.  What proves who sends
    a request is not part of it.
    """
    return sent(operation).map(lambda inputs: request_of(operation, inputs))


def sent(operation: Operation, *, full: bool = False) -> SearchStrategy[Inputs]:
    """Strategy for the inputs of valid requests; ``full`` ones leave out only what they must."""
    every = inputs_of(operation)
    tied = bound(operation, every)
    sets = together(operation.groups, tied)
    if not sets:
        return st.nothing()
    free = [i for i in every if i not in tied]
    return st.builds(
        _chosen,
        _free(free, full=full),
        st.fixed_dictionaries(_made(tied, full=full)),
        st.sampled_from(sets),
    )


def complete(operation: Operation) -> SearchStrategy[Inputs]:
    """Strategy for a valid value of every input at once, whether they may be sent together."""
    return st.fixed_dictionaries(_made(inputs_of(operation)))


def _free(free: Iterable[Input], *, full: bool) -> SearchStrategy[Inputs]:
    always = [i for i in free if full or i.required is Stated.YES or i.key[0] == "path"]
    sometimes = [i for i in free if i not in always]
    return st.fixed_dictionaries(_made(always, full=full), optional=_made(sometimes))


def _made(inputs: Iterable[Input], *, full: bool = False) -> dict[Key, SearchStrategy[Json]]:
    taste = Taste(plain=True, full=full)
    return {i.key: values(i.value, taste) for i in inputs}


def _chosen(free: Inputs, tied: Inputs, keys: frozenset[Key]) -> Inputs:
    return {**free, **{key: value for key, value in tied.items() if key in keys}}


def request_of(operation: Operation, inputs: Inputs) -> Request:
    """The request that carries ``inputs``: lists as repeated names, anything nested as JSON."""
    headers = [*_named(inputs, "header"), *_cookies(inputs)]
    body = _body(operation, inputs)
    if body and operation.body is not None:
        headers.append(("Content-Type", operation.body.media_type))
    query = urlencode(list(_named(inputs, "query")), quote_via=quote)
    url = _server(operation) + _path(operation, inputs) + (f"?{query}" if query else "")
    return Request(method=operation.method, url=url, headers=tuple(headers), body=body)


def _server(operation: Operation) -> str:
    named = [s for s in operation.servers if s.startswith("http") and "{" not in s]
    return named[0].rstrip("/") if named else NOWHERE


def _path(operation: Operation, inputs: Inputs) -> str:
    path = operation.path
    for (place, name), value in inputs.items():
        if place == "path":
            path = path.replace("{" + name + "}", quote(_text(value), safe=""))
    return path


def _named(inputs: Inputs, place: Place) -> Iterator[tuple[str, str]]:
    for (where, name), value in inputs.items():
        if where == place:
            yield from ((name, _text(item)) for item in _each(value))


def _each(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _cookies(inputs: Inputs) -> Iterator[tuple[str, str]]:
    pairs = [f"{name}={value}" for name, value in _named(inputs, "cookie")]
    if pairs:
        yield "Cookie", "; ".join(pairs)


def _body(operation: Operation, inputs: Inputs) -> bytes:
    members = {name: value for (place, name), value in inputs.items() if place == "body"}
    if WHOLE in members:
        return json.dumps(members[WHOLE]).encode()
    return json.dumps(members).encode() if members or _needs_body(operation) else b""


def _needs_body(operation: Operation) -> bool:
    """Whether a body has to be sent even if there is nothing in it."""
    body = operation.body
    if body is None:
        return False
    return Stated.YES in (body.required, *(field.required for field in body.value.fields))

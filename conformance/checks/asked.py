"""What a request asked for, by the name of the input, wherever it was put."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl

from conformance.compare.wording import as_text
from conformance.evidence.body import JsonError, load_json
from conformance.evidence.urls import query_pairs
from conformance.model.interaction import Request
from conformance.model.operation import Json

_INDEX: Final = re.compile(r"\[[0-9]*\]\Z")
"""``ids[]`` and ``ids[0]`` are the input ``ids``."""


def asked_for(request: Request, name: str) -> frozenset[str] | None:
    """Everything given for input ``name`` as text, as it stands and in lower case.

    Looked for in the query, in a JSON body's members and in a form; a list separated by
    commas counts whole and in its parts.  None when the request has no such input.
    """
    wanted = bare(name)
    given = [text for found, text in _inputs(request) if bare(found) == wanted]
    if not given:
        return None
    parts = {part.strip() for text in given for part in (text, *text.split(","))}
    return frozenset(form for part in parts for form in (part, part.casefold()))


def bare(name: str) -> str:
    """The name of an input without the mark of a list."""
    return _INDEX.sub("", name)


def _inputs(request: Request) -> Iterator[tuple[str, str]]:
    yield from query_pairs(request.url)
    body = json_body(request)
    if isinstance(body, dict):
        for name, value in body.items():
            yield from ((name, text) for text in _texts(value))
    elif request.body and body is None:
        yield from _form(request.body)


def json_body(request: Request) -> Json:
    """The request's body where it is JSON; None when there is none or it is something else."""
    try:
        return load_json(request.body) if request.body else None
    except JsonError:
        return None


def _texts(value: Json) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str | int | float):
            yield as_text(item)


def _form(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True)
    except ValueError:
        return []

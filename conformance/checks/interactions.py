"""What an interaction says by itself: the inputs of its request, and whether it went well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl

from conformance.compare.wording import as_text
from conformance.evidence.body import JsonError, load_json
from conformance.evidence.urls import query_pairs
from conformance.model.interaction import Reply, Request
from conformance.model.operation import Json, Operation
from conformance.reading.examples import reports_failure
from conformance.reading.schema_from_examples import FAILED

_INDEX: Final = re.compile(r"\[[0-9]*\]\Z")
"""``ids[]`` and ``ids[0]`` are the input ``ids``."""


def requested_values(request: Request, name: str) -> frozenset[str] | None:
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


_OUTCOME: Final = re.compile(
    r"(?:.*_)?(?:ret|err|error|status|result|res|biz)?_?(?:code|no)|status|success|ok|result|errors?|err"
)
"""Names, folded, of members that say how a request went, where they are scalars."""
_WELL: Final = re.compile(r"0+|20+|ok|success(?:ful)?|succeed(?:ed)?|true|", re.IGNORECASE)


def succeeded(reply: Reply, operation: Operation) -> bool:
    """Whether every member of its body that says how a 2xx went says so."""
    if not reply.body.strip():
        return reply.status == 204
    try:
        body = load_json(reply.body)
    except JsonError:
        return False
    if not isinstance(body, dict):
        return True
    shown = [
        example.value
        for response in operation.responses
        if response.status.startswith("2")
        for example in response.examples
        if isinstance(example.value, dict)
    ]
    return not reports_failure(body) and all(
        _is_well(value)
        or any(value == one.get(name) for one in shown)
        or _is_state(name, value, operation)
        for name, value in body.items()
        if _OUTCOME.fullmatch(_folded(name))
    )


def _is_state(name: str, value: Json, operation: Operation) -> bool:
    """Whether a member is documented as a state of the record (open, filled), not as an outcome."""
    if not isinstance(value, str) or value.isdigit() or value.lower() in FAILED:
        return False
    answers = (r.value for r in operation.responses if r.status.startswith("2") and r.value)
    found = [field for answer in answers for field in answer.fields if field.name == name]
    return any(value in f.value.enum or _folded(name) == "status" for f in found)


def _is_well(value: Json) -> bool:
    if isinstance(value, list | dict) or value is None:
        return not value or isinstance(value, dict)
    return bool(_WELL.fullmatch(str(value)))


def _folded(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_").lower()


def is_json_success(reply: Reply) -> bool:
    """Whether a 2xx with JSON says nothing of a failure; what it is of is not known."""
    if not (200 <= reply.status < 300 and reply.body.lstrip()[:1] in (b"{", b"[")):
        return False
    try:
        return not reports_failure(load_json(reply.body))
    except JsonError:
        return False

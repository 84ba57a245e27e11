"""Strategies for a valid request together with a valid response to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from conformance.model.interaction import Interaction, Origin, Reply, Request
from conformance.model.operation import Json, Operation, Response
from conformance.strategies.inputs import Inputs
from conformance.strategies.relations import Asked, settle
from conformance.strategies.requests import request_of, sent
from conformance.strategies.values import Taste, anything, values

_UNSTATED: Final = (*range(500, 600), *range(400, 500), *range(200, 300))
"""Statuses that ``default`` is likely to stand for, the likeliest first."""


def interactions(
    operation: Operation, response: Response | None = None, *, full: bool = False
) -> SearchStrategy[Interaction]:
    """Strategy for valid requests with a valid ``response``, of whatever is documented if None.

    The response holds the operation's invariants, those with the request too.  ``full`` ones
    have every documented member, and some items in every list.
    """
    chosen = operation.responses if response is None else (response,)
    return st.one_of([_with(operation, each, full=full) for each in chosen])


def _with(operation: Operation, response: Response, *, full: bool) -> SearchStrategy[Interaction]:
    status = status_of(operation, response)
    value = response.value

    def join(inputs: Inputs, body: Json) -> Interaction:
        if value is not None and operation.invariants:
            settle(body, value, operation.invariants, asked(inputs))
        return interaction(request_of(operation, inputs), status, response.media_type, body)

    made = anything() if value is None else values(value, Taste(full=full))
    return st.builds(join, sent(operation, full=full), made)


def interaction(request: Request | None, status: int, media_type: str, body: Json) -> Interaction:
    """An interaction of one's own making."""
    return Interaction(
        request=request,
        reply=Reply(
            status=status,
            headers=(("Content-Type", media_type),),
            body=json.dumps(body, ensure_ascii=False).encode(),
        ),
        origin=Origin.CONSTRUCTED,
        where="generated#0",
        note="made from the documentation",
    )


def asked(inputs: Inputs) -> Asked:
    """What a request with ``inputs`` asks for, as text."""
    found: dict[str, tuple[str, ...]] = {}
    for (_, name), value in inputs.items():
        items = value if isinstance(value, list) else [value]
        found[name] = tuple(i if isinstance(i, str) else json.dumps(i) for i in items)
    return found


def status_of(operation: Operation, response: Response) -> int:
    """A status that the page documents by ``response`` and by nothing more exact."""
    if response.status.isdigit():
        return int(response.status)
    known = {r.status.upper() for r in operation.responses}
    hundred = response.status[0]
    if hundred.isdigit():
        alike = range(100 * int(hundred), 100 * int(hundred) + 100)
        return next(status for status in alike if str(status) not in known)
    free: Iterator[int] = (s for s in _UNSTATED if not {str(s), f"{s // 100}XX"} & known)
    return next(free)

"""Answers generated from the pages: the documented one where there is one, else as HTTP has it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from hypothesis.errors import UnsatisfiedAssumption

from conformance.checks.reply import is_json
from conformance.model.interaction import Interaction, Origin, Reply
from conformance.model.operation import Json, Operation, Response
from conformance.sandbox.book import speaks_of
from conformance.sandbox.values import generate, suits
from conformance.schema.json_schema import by_name
from conformance.strategies.invariants import recount, settle
from conformance.strategies.requests import (
    Inputs,
    bound,
    inputs_of,
    request_of,
    requested_values,
    status_of,
    together,
)

_MEDIA_TYPE: Final = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:; ?[\w-]+=[\w.-]+)*", re.ASCII)
_PROBLEM: Final = "application/problem+json"
"""RFC 9457: what a refusal looks like of whose body the page says nothing."""
_EXPLAINING: Final = ("message", "detail", "reason", "description")
_BODILESS: Final = (204, 205, 304)
_LONGEST: Final = 300


@dataclass(slots=True)
class Replies:
    """Makes the replies of all operations, each documented body only once."""

    seed: int = 0
    _bodies: dict[tuple[str, str], Json] = field(default_factory=dict, repr=False)

    def body(self, operation: Operation, response: Response) -> Json:
        """A body as the page has it, for the caller to change."""
        key = (operation.key, response.status)
        if key not in self._bodies:
            self._bodies[key] = self._generate(operation, response)
        return deepcopy(self._bodies[key])

    def _generate(self, operation: Operation, response: Response) -> Json:
        shown = tuple(example.value for example in response.examples if example.parsed)
        if response.value is None:
            return shown[0] if shown else {}
        return generate(response.value, f"{self.seed}/{operation.key}/{response.status}", shown)

    def refusal(self, operation: Operation, wanted: int, why: str) -> Reply:
        """The documented error nearest to the status ``wanted``, or a plain one."""
        response = error_for(operation, wanted)
        if response is None:
            return plain(wanted, why)
        status = status_for(operation, response, wanted)
        if response.value is None and not response.examples:
            return reply(response, status, _problem(status, why))
        return reply(response, status, self._with_reason(operation, response, status, why))

    def _with_reason(self, operation: Operation, response: Response, status: int, why: str) -> Json:
        """The documented error, saying ``why`` where it has a place for it."""
        body = self.body(operation, response)
        known = by_name(response.value.fields) if response.value else {}
        for name, member in known.items():
            says = speaks_of(name, _EXPLAINING)
            value: Json = why if says else status if name.lower() == "status" else None
            if isinstance(body, dict) and value is not None and suits(member.value, value):
                body[name] = value
        return body

    def specimen(self, operation: Operation, response: Response) -> Interaction:
        """A valid request that sends all it may, and a whole answer to it."""
        inputs = self.inputs(operation)
        body = self.body(operation, response)
        if response.value is not None:
            body = settled(operation, response, body, {**requested_values(inputs)})
        return Interaction(
            request=request_of(operation, inputs),
            reply=reply(response, status_of(operation, response), body),
            origin=Origin.SANDBOX,
            where="specimen#0",
        )

    def inputs(self, operation: Operation) -> Inputs:
        """A valid value for every input that may be sent together with the others."""
        every = inputs_of(operation)
        tied = bound(operation, every)
        sets = together(operation.groups, tied) or (frozenset(),)
        names = {i.request_name for i in operation.invariants}
        chosen = max(sets, key=lambda keys: (len({name for _, name in keys} & names), len(keys)))
        left_out = {i.key for i in tied} - chosen
        return {
            i.key: generate(i.value, f"{self.seed}/{operation.key}/{i.key[0]}/{i.key[1]}")
            for i in every
            if i.key not in left_out
        }


def settled(
    operation: Operation, response: Response, body: Json, given: dict[str, tuple[str, ...]]
) -> Json:
    """``body`` with the invariants of ``operation`` made true; those with the request only for
    what is ``given``."""
    if response.value is None or not operation.invariants:
        return body
    try:
        return settle(body, response.value, operation.invariants, given)
    except UnsatisfiedAssumption:  # the page wants more items than were requested
        recount(body, response.value, operation.invariants)
        return body


def success_of(operation: Operation) -> Response | None:
    """The documented answer to a valid request: the first of the successful ones."""
    found = [r for r in operation.responses if r.status.startswith("2")]
    others = [r for r in operation.responses if r.status.lower() == "default"]
    return next(iter((*found, *others)), None)


def error_for(operation: Operation, wanted: int) -> Response | None:
    """The documented error for ``wanted``: itself, its class, 400, any other of the class."""
    alike = _digits(operation.responses, f"{wanted // 100}")
    names = (str(wanted), f"{wanted // 100}XX", "400" if wanted < 500 else "500", *alike, "default")
    known = {r.status.upper(): r for r in reversed(operation.responses)}
    return next((known[name.upper()] for name in names if name.upper() in known), None)


def _digits(responses: Iterable[Response], hundred: str) -> list[str]:
    return sorted(r.status for r in responses if r.status.isdigit() and r.status[0] == hundred)


def status_for(operation: Operation, response: Response, wanted: int) -> int:
    """The status to send for ``response``: its own, or ``wanted`` where it stands for many."""
    if response.status.isdigit():
        return int(response.status)
    known = {r.status for r in operation.responses}
    return wanted if str(wanted) not in known else status_of(operation, response)


def reply(response: Response, status: int, body: Json) -> Reply:
    """``body`` sent as the page says."""
    content = b"" if status in _BODILESS else _content(response, body)
    named = _MEDIA_TYPE.fullmatch(response.media_type)
    media_type = response.media_type if named else "application/json"
    headers = (("Content-Type", media_type),) if content else ()
    return Reply(status=status, headers=headers, body=content)


def _content(response: Response, body: Json) -> bytes:
    if is_json(response) or not isinstance(body, str):
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return body.encode("utf-8", "replace")


def plain(status: int, why: str, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """A reply of which the pages say nothing."""
    content = json.dumps(_problem(status, why)).encode()
    return Reply(status=status, headers=(("Content-Type", _PROBLEM), *headers), body=content)


def _problem(status: int, why: str) -> Json:
    return {"title": phrase(status), "status": status, "detail": why[:_LONGEST]}


def phrase(status: int) -> str:
    """The registered phrase of a status (RFC 9110, section 15)."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unregistered"

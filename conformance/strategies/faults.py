"""Requests with one fault in them, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, Literal, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import Struct

from conformance.model.interaction import Request
from conformance.model.operation import Json, Kind, Operation, Stated
from conformance.schema.kinds import list_allowed
from conformance.schema.pointers import member, parameter
from conformance.strategies.damages import invent_name
from conformance.strategies.requests import (
    WHOLE,
    Inputs,
    Key,
    RequestInput,
    bound,
    complete,
    draw_inputs,
    inputs_of,
    request_of,
    together,
)

FaultKind: TypeAlias = Literal["missing", "unknown", "type", "enum", "limit", "group"]
"""What is wrong, in the words in which problems of a request are reported."""
_WRONG_TEXT: Final[dict[Kind, str]] = {"integer": "seven", "number": "seven", "boolean": "perhaps"}
"""What can be recognised as another type where everything is text."""
_WRONG: Final[dict[Kind, Json]] = {
    "string": 7, "integer": "seven", "number": "seven", "boolean": "perhaps",
    "object": "seven", "array": "seven",
}  # fmt: skip
_MOST: Final = 1000
"""Bounds beyond this are not exceeded: the request would be as large."""


class InvalidRequest(Struct, frozen=True):
    """A request with one fault."""

    kind: FaultKind
    subject: str
    """Dotted name of what the fault is in (``parameters.uuids``, ``body.symbol``)."""
    request: Request


class RequestFault(Struct, frozen=True):
    """One way to spoil a valid request."""

    kind: FaultKind
    subject: str
    spoil: Callable[[Inputs, Inputs], Inputs]
    """What it sends, from what a valid one does and a valid value of every input."""


def invalid_requests(operation: Operation) -> SearchStrategy[InvalidRequest]:
    """Strategy for requests that have one of the :func:`faults`; empty if there is none."""
    every = faults(operation)
    if not every:
        return st.nothing()

    def spoil_request(fault: RequestFault, valid: Inputs, whole: Inputs) -> InvalidRequest:
        inputs = fault.spoil(valid, whole)
        return InvalidRequest(fault.kind, fault.subject, request_of(operation, inputs))

    return st.builds(
        spoil_request, st.sampled_from(every), draw_inputs(operation), complete(operation)
    )


def faults(operation: Operation) -> tuple[RequestFault, ...]:
    """Every single fault a request to ``operation`` can have, in a fixed order.  What is sent as
    text has no wrong type unless a number or a boolean is documented."""
    every = inputs_of(operation)
    of_inputs = [fault for i in every for fault in _list_input_faults(operation, i, every)]
    return (*of_inputs, *_list_group_faults(operation, every), *_list_unknown(operation, every))


def _list_input_faults(
    operation: Operation, i: RequestInput, every: tuple[RequestInput, ...]
) -> Iterator[RequestFault]:
    tied = bound(operation, every)
    sets = together(operation.groups, tied) if i in tied else ()
    company = next((keys for keys in sets if i.key in keys), frozenset[Key]())
    put = partial(_with, key=i.key, keys=company, apart=frozenset(t.key for t in tied))
    subject = subject_of(i.key)
    needed = i.required is Stated.YES and i.key[0] != "path" and i not in tied
    if needed and i.key[1] != WHOLE:
        yield RequestFault("missing", subject, partial(_drop_both, (i.key,)))
    wrong = (_WRONG if i.key[0] == "body" else _WRONG_TEXT).get(i.value.kind or "object")
    if wrong is not None and i.value.kind is not None:
        yield RequestFault("type", subject, partial(put, change=lambda _: wrong))
    if list_allowed(i.value) and i.value.kind in ("string", "integer", "number", None):
        unlisted: Json = "NONE_OF_THESE" if i.value.kind in ("string", None) else 987_654_321
        yield RequestFault("enum", subject, partial(put, change=lambda _: unlisted))
    for change in _list_beyond(i):
        yield RequestFault("limit", subject, partial(put, change=change))


def subject_of(key: Key) -> str:
    """What problems with an input are about."""
    place, name = key
    if place != "body":
        return parameter(name)
    return member("body", name) if name else "body"


def _with(
    valid: Inputs,
    whole: Inputs,
    *,
    key: Key,
    change: Callable[[Json], Json],
    keys: frozenset[Key],
    apart: frozenset[Key],
) -> Inputs:
    """``valid`` with a changed value at ``key``, and what has to go with it."""
    kept = dict(valid)
    if keys:
        kept = {k: v for k, v in valid.items() if k not in apart or k in keys}
        kept |= {k: whole[k] for k in keys}
    return {**kept, key: change(whole[key])}


def _list_beyond(i: RequestInput) -> Iterator[Callable[[Json], Json]]:
    limits = i.value.limits
    if list_allowed(i.value) or i.value.epoch:
        return
    if i.value.kind == "array" and limits.max_items is not None and limits.max_items < _MOST:
        yield partial(_lengthen, to=limits.max_items + 1)
    if i.value.kind == "string" and limits.max_length is not None and limits.max_length < _MOST:
        yield lambda _: "x" * ((limits.max_length or 0) + 1)
    if i.value.kind in ("integer", "number") and i.value.format not in ("int32", "int64"):
        if limits.maximum is not None:
            yield lambda _: int(limits.maximum or 0) + 1
        if limits.minimum is not None:
            yield lambda _: int(limits.minimum or 0) - 1


def _lengthen(value: Json, *, to: int) -> Json:
    """A list with more of the same, each a little different."""
    items = list(value) if isinstance(value, list) and value else ["x"]
    more = (f"{items[-1]}{n}" if isinstance(items[-1], str) else items[-1] for n in range(to))
    return [*items, *more][:to]


def _list_group_faults(
    operation: Operation, every: tuple[RequestInput, ...]
) -> Iterator[RequestFault]:
    """Two of which only one may be sent; none of which one must be."""
    named = {i.key[1]: i.key for i in every}
    for group in operation.groups:
        keys = tuple(named[name] for name in group.names if name in named)
        subject, two = subject_of(keys[0]) if keys else "", keys[:2]
        if group.kind != "at-least-one" and len(keys) > 1:
            both = partial(_join_inputs, two)
            yield RequestFault("group", subject, both)
        if group.kind != "at-most-one" and keys:
            yield RequestFault("group", subject, partial(_drop_both, keys))


def _join_inputs(keys: tuple[Key, ...], valid: Inputs, whole: Inputs) -> Inputs:
    return {**valid, **{key: whole[key] for key in keys}}


def _drop_both(keys: tuple[Key, ...], valid: Inputs, _: Inputs) -> Inputs:
    return {key: value for key, value in valid.items() if key not in keys}


def _list_unknown(operation: Operation, every: tuple[RequestInput, ...]) -> Iterator[RequestFault]:
    name = invent_name(i.key[1] for i in every)
    if operation.body is None or operation.body.value.fields:
        key: Key = ("query" if operation.body is None else "body", name)
        yield RequestFault("unknown", subject_of(key), lambda valid, _: {**valid, key: "surprise"})

"""Strategies for requests that keep to what an operation documents, and for ones with one fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Final, Literal, TypeAlias
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import Struct

from conformance.model.interaction import Interaction, Origin, Reply, Request
from conformance.model.operation import (
    Group,
    Json,
    Kind,
    Location,
    Operation,
    Response,
    Stated,
    Value,
)
from conformance.schema.json_schema import index_by_name, is_kept
from conformance.schema.kinds import list_allowed, member, parameter
from conformance.schema.openapi import list_placeholders
from conformance.strategies.damages import invent_name
from conformance.strategies.invariants import RequestedValues, settle
from conformance.strategies.values import Taste, draw_anything, draw_values

InputLocation: TypeAlias = Location | Literal["body"]
Key: TypeAlias = tuple[InputLocation, str]
Inputs: TypeAlias = Mapping[Key, Json]
"""The inputs of one request, by place and name."""
WHOLE: Final = ""
"""The name under which a body stands that is no object with documented members."""
_MOST_BOUND: Final = 10
"""Inputs bound by groups of which every combination is tried."""
NOWHERE: Final = "https://api.example"
"""The server of an operation whose page names none (RFC 2606: it will never exist)."""
_UNSTATED: Final = (*range(500, 600), *range(400, 500), *range(200, 300))
"""Statuses that ``default`` is likely to stand for, the likeliest first."""
Change: TypeAlias = Callable[[Json], Json]
FaultKind: TypeAlias = Literal["missing", "unknown", "type", "enum", "limit", "group"]
"""What is wrong, in the words in which problems of a request are reported."""
_WRONG_TEXT: Final[dict[Kind, str]] = {"integer": "seven", "number": "seven", "boolean": "perhaps"}
"""What can be recognised as another type where everything is text."""
_WRONG: Final[dict[Kind, Json]] = {
    "string": 7,
    "integer": "seven",
    "number": "seven",
    "boolean": "perhaps",
    "object": "seven",
    "array": "seven",
}
_MOST: Final = 1000
"""Bounds beyond this are not exceeded: the request would be as large."""


class RequestInput(Struct, frozen=True):
    """A parameter, or a member of the body."""

    key: Key
    value: Value
    required: Stated


def inputs_of(operation: Operation) -> tuple[RequestInput, ...]:
    """Every input of ``operation``; a placeholder of the path without a parameter is one."""
    text, body = Value(span=operation.span, kind="string"), operation.body
    every = [RequestInput((p.location, p.name), p.value, p.required) for p in operation.parameters]
    every += [
        RequestInput(("path", n), text, Stated.YES) for n in list_placeholders(operation.path)
    ]
    if body is not None and not body.value.fields:
        every.append(RequestInput(("body", WHOLE), body.value, body.required))
    for name, field in index_by_name(body.value.fields).items() if body is not None else ():
        every.append(RequestInput(("body", name), field.value, field.required))
    found: dict[Key, RequestInput] = {}
    for one in every:
        found.setdefault(one.key, one)
    return tuple(found.values())


def bound(operation: Operation, inputs: Iterable[RequestInput]) -> tuple[RequestInput, ...]:
    """The inputs that some group speaks of."""
    names = {name for group in operation.groups for name in group.names}
    return tuple(i for i in inputs if i.key[1] in names)


def list_joint_keys(
    groups: Iterable[Group], inputs: Iterable[RequestInput]
) -> tuple[frozenset[Key], ...]:
    """Every set of the bound ``inputs`` that may be sent together, the smallest first.  Empty when
    the groups contradict each other, or a group what is stated as required."""
    keys = [i.key for i in inputs]
    always = {i.key for i in inputs if i.required is Stated.YES}
    every = tuple(groups)
    largest = len(keys) if len(keys) <= _MOST_BOUND else 2
    sets = (frozenset(s) for size in range(largest + 1) for s in combinations(keys, size))
    return tuple(s for s in sets if always <= s and all(allows(g, s) for g in every))


def allows(group: Group, sent: Iterable[Key]) -> bool:
    """Whether a group's words allow what is ``sent`` of it."""
    return is_kept(group, len({name for _, name in sent} & set(group.names)))


def draw_requests(operation: Operation) -> SearchStrategy[Request]:
    """Strategy for valid requests: every value as documented, every group's words kept.  Empty when
    the page contradicts itself so that no request is valid.  What proves who sends a request is not
    part of it."""
    return draw_inputs(operation).map(lambda inputs: request_of(operation, inputs))


def draw_inputs(operation: Operation, *, full: bool = False) -> SearchStrategy[Inputs]:
    """Strategy for the inputs of valid requests; ``full`` ones leave out only what they must."""
    every = inputs_of(operation)
    tied = bound(operation, every)
    sets = list_joint_keys(operation.groups, tied)
    if not sets:
        return st.nothing()
    free = [i for i in every if i not in tied]
    always = [i for i in free if full or i.required is Stated.YES or i.key[0] == "path"]
    sometimes = _build_strategies(i for i in free if i not in always)
    return st.builds(
        lambda free, tied, keys: {**free, **{k: v for k, v in tied.items() if k in keys}},
        st.fixed_dictionaries(_build_strategies(always, full=full), optional=sometimes),
        st.fixed_dictionaries(_build_strategies(tied, full=full)),
        st.sampled_from(sets),
    )


def draw_complete(operation: Operation) -> SearchStrategy[Inputs]:
    """Strategy for a valid value of every input at once, whether they may be sent together."""
    return st.fixed_dictionaries(_build_strategies(inputs_of(operation)))


def _build_strategies(
    inputs: Iterable[RequestInput], *, full: bool = False
) -> dict[Key, SearchStrategy[Json]]:
    taste = Taste(plain=True, full=full)
    return {i.key: draw_values(i.value, taste) for i in inputs}


def request_of(operation: Operation, inputs: Inputs) -> Request:
    """The request that carries ``inputs``: lists as repeated names, anything nested as JSON."""
    path = operation.path
    for (place, name), value in inputs.items():
        if place == "path":
            path = path.replace("{" + name + "}", quote(_render_text(value), safe=""))
    headers = [*_list_texts(inputs, "header")]
    if cookies := [f"{name}={value}" for name, value in _list_texts(inputs, "cookie")]:
        headers.append(("Cookie", "; ".join(cookies)))
    body = _build_body(operation, inputs)
    if body and operation.body is not None:
        headers.append(("Content-Type", operation.body.media_type))
    query = urlencode(list(_list_texts(inputs, "query")), quote_via=quote)
    servers = (s for s in operation.servers if s.startswith("http") and "{" not in s)
    url = next(servers, NOWHERE).rstrip("/") + path + (f"?{query}" if query else "")
    return Request(method=operation.method, url=url, headers=tuple(headers), body=body)


def _list_texts(inputs: Inputs, place: InputLocation) -> Iterator[tuple[str, str]]:
    for (where, name), value in inputs.items():
        if where == place:
            items = value if isinstance(value, list) else [value]
            yield from ((name, _render_text(item)) for item in items)


def _render_text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _build_body(operation: Operation, inputs: Inputs) -> bytes:
    members = {name: value for (place, name), value in inputs.items() if place == "body"}
    if WHOLE in members:
        return json.dumps(members[WHOLE]).encode()
    body = operation.body
    # A body may have to be sent even if there is nothing in it.
    needed = body is not None and Stated.YES in (
        body.required,
        *(field.required for field in body.value.fields),
    )
    return json.dumps(members).encode() if members or needed else b""


def draw_interactions(
    operation: Operation, response: Response | None = None, *, full: bool = False
) -> SearchStrategy[Interaction]:
    """Strategy for valid requests with a valid ``response``, of whatever is documented if None.
    The response keeps the operation's invariants, those with the request too.  ``full`` ones have
    every documented member, and some items in every list."""
    chosen = operation.responses if response is None else (response,)
    return st.one_of([_draw_interaction(operation, each, full=full) for each in chosen])


def _draw_interaction(
    operation: Operation, response: Response, *, full: bool
) -> SearchStrategy[Interaction]:
    status = status_of(operation, response)
    value = response.value

    def join(inputs: Inputs, body: Json) -> Interaction:
        if value is not None and operation.invariants:
            settle(body, value, operation.invariants, collect_requested_values(inputs))
        return make_interaction(request_of(operation, inputs), status, response.media_type, body)

    drawn = draw_anything() if value is None else draw_values(value, Taste(full=full))
    return st.builds(join, draw_inputs(operation, full=full), drawn)


def make_interaction(
    request: Request | None, status: int, media_type: str, body: Json
) -> Interaction:
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


def collect_requested_values(inputs: Inputs) -> RequestedValues:
    """What a request with ``inputs`` asks for, as text."""
    found: dict[str, tuple[str, ...]] = {}
    for (_, name), value in inputs.items():
        items = value if isinstance(value, list) else [value]
        found[name] = tuple(map(_render_text, items))
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


def draw_invalid_requests(operation: Operation) -> SearchStrategy[InvalidRequest]:
    """Strategy for requests that have one of the :func:`list_faults`; empty if there is none."""
    every = list_faults(operation)
    if not every:
        return st.nothing()

    def spoil_request(fault: RequestFault, valid: Inputs, whole: Inputs) -> InvalidRequest:
        inputs = fault.spoil(valid, whole)
        return InvalidRequest(fault.kind, fault.subject, request_of(operation, inputs))

    return st.builds(
        spoil_request, st.sampled_from(every), draw_inputs(operation), draw_complete(operation)
    )


def list_faults(operation: Operation) -> tuple[RequestFault, ...]:
    """Every single fault a request to ``operation`` can have, in a fixed order.  What is sent as
    text has no wrong type unless a number or a boolean is documented."""
    every = inputs_of(operation)
    found = [fault for i in every for fault in _list_input_faults(operation, i, every)]
    found += _list_group_faults(operation, every)
    if operation.body is None or operation.body.value.fields:
        place: InputLocation = "query" if operation.body is None else "body"
        key = place, invent_name(i.key[1] for i in every)
        added = {key: "surprise"}
        found.append(RequestFault("unknown", subject_of(key), lambda valid, _: {**valid, **added}))
    return tuple(found)


def _list_input_faults(
    operation: Operation, i: RequestInput, every: tuple[RequestInput, ...]
) -> Iterator[RequestFault]:
    tied = bound(operation, every)
    sets = list_joint_keys(operation.groups, tied) if i in tied else ()
    company = next((keys for keys in sets if i.key in keys), frozenset[Key]())
    put = partial(_change_input, i.key, company, frozenset(t.key for t in tied))
    subject = subject_of(i.key)
    needed = i.required is Stated.YES and i.key[0] != "path" and i not in tied
    if needed and i.key[1] != WHOLE:
        yield RequestFault("missing", subject, partial(_drop_both, (i.key,)))
    wrong = (_WRONG if i.key[0] == "body" else _WRONG_TEXT).get(i.value.kind or "object")
    if wrong is not None and i.value.kind is not None:
        yield RequestFault("type", subject, partial(put, lambda _: wrong))
    if list_allowed(i.value) and i.value.kind in ("string", "integer", "number", None):
        unlisted: Json = "NONE_OF_THESE" if i.value.kind in ("string", None) else 987_654_321
        yield RequestFault("enum", subject, partial(put, lambda _: unlisted))
    for change in _list_beyond(i):
        yield RequestFault("limit", subject, partial(put, change))


def subject_of(key: Key) -> str:
    """What problems with an input are about."""
    place, name = key
    if place != "body":
        return parameter(name)
    return member("body", name) if name else "body"


def _change_input(
    key: Key,
    company: frozenset[Key],
    apart: frozenset[Key],
    change: Change,
    valid: Inputs,
    whole: Inputs,
) -> Inputs:
    """``valid`` with a changed value at ``key``, and what has to go with it."""
    if company:
        valid = {k: v for k, v in valid.items() if k not in apart}
    return {**valid, **{k: whole[k] for k in company}, key: change(whole[key])}


def _list_beyond(i: RequestInput) -> Iterator[Change]:
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
        subject = subject_of(keys[0]) if keys else ""
        if group.kind != "at-least-one" and len(keys) > 1:
            yield RequestFault("group", subject, partial(_add_both, keys[:2]))
        if group.kind != "at-most-one" and keys:
            yield RequestFault("group", subject, partial(_drop_both, keys))


def _add_both(keys: tuple[Key, ...], valid: Inputs, whole: Inputs) -> Inputs:
    return {**valid, **{key: whole[key] for key in keys}}


def _drop_both(keys: tuple[Key, ...], valid: Inputs, _: Inputs) -> Inputs:
    return {key: value for key, value in valid.items() if key not in keys}

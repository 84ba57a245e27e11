"""Strategies for requests that keep to what an operation documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final, Literal, TypeAlias
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import Struct

from conformance.model.interaction import Interaction, Origin, Reply, Request
from conformance.model.operation import Group, Json, Location, Operation, Response, Stated, Value
from conformance.schema.json_schema import index_by_name, is_kept
from conformance.strategies.invariants import RequestedValues, settle
from conformance.strategies.values import Taste, anything, values

InputLocation: TypeAlias = Location | Literal["body"]
Key: TypeAlias = tuple[InputLocation, str]
Inputs: TypeAlias = Mapping[Key, Json]
"""The inputs of one request, by place and name."""
WHOLE: Final = ""
"""The name under which a body stands that is no object with documented members."""
_MOST_BOUND: Final = 10
"""Inputs bound by groups of which every combination is tried."""


class RequestInput(Struct, frozen=True):
    """A parameter, or a member of the body."""

    key: Key
    value: Value
    required: Stated


def inputs_of(operation: Operation) -> tuple[RequestInput, ...]:
    """Every input of ``operation``; a placeholder of the path without a parameter is one."""
    text, body = Value(span=operation.span, kind="string"), operation.body
    every = [RequestInput((p.location, p.name), p.value, p.required) for p in operation.parameters]
    names = placeholders(operation.path)
    every += [RequestInput(("path", name), text, Stated.YES) for name in names]
    if body is not None and not body.value.fields:
        every.append(RequestInput(("body", WHOLE), body.value, body.required))
    for name, field in index_by_name(body.value.fields).items() if body is not None else ():
        every.append(RequestInput(("body", name), field.value, field.required))
    found: dict[Key, RequestInput] = {}
    for one in every:
        found.setdefault(one.key, one)
    return tuple(found.values())


def placeholders(path: str) -> tuple[str, ...]:
    """The names in braces in a path, in order."""
    return tuple(part.split("}")[0] for part in path.split("{")[1:] if "}" in part)


def bound(operation: Operation, inputs: Iterable[RequestInput]) -> tuple[RequestInput, ...]:
    """The inputs that some group speaks of."""
    names = {name for group in operation.groups for name in group.names}
    return tuple(i for i in inputs if i.key[1] in names)


def together(groups: Iterable[Group], inputs: Iterable[RequestInput]) -> tuple[frozenset[Key], ...]:
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


NOWHERE: Final = "https://api.example"
"""The server of an operation whose page names none (RFC 2606: it will never exist)."""


def requests(operation: Operation) -> SearchStrategy[Request]:
    """Strategy for valid requests: every value as documented, every group's words kept.  Empty when
    the page contradicts itself so that no request is valid.  What proves who sends a request is not
    part of it."""
    return draw_inputs(operation).map(lambda inputs: request_of(operation, inputs))


def draw_inputs(operation: Operation, *, full: bool = False) -> SearchStrategy[Inputs]:
    """Strategy for the inputs of valid requests; ``full`` ones leave out only what they must."""
    every = inputs_of(operation)
    tied = bound(operation, every)
    sets = together(operation.groups, tied)
    if not sets:
        return st.nothing()
    free = [i for i in every if i not in tied]
    return st.builds(
        lambda free, tied, keys: {**free, **{k: v for k, v in tied.items() if k in keys}},
        _draw_free(free, full=full),
        st.fixed_dictionaries(_build_strategies(tied, full=full)),
        st.sampled_from(sets),
    )


def complete(operation: Operation) -> SearchStrategy[Inputs]:
    """Strategy for a valid value of every input at once, whether they may be sent together."""
    return st.fixed_dictionaries(_build_strategies(inputs_of(operation)))


def _draw_free(free: Iterable[RequestInput], *, full: bool) -> SearchStrategy[Inputs]:
    always = [i for i in free if full or i.required is Stated.YES or i.key[0] == "path"]
    sometimes = [i for i in free if i not in always]
    return st.fixed_dictionaries(
        _build_strategies(always, full=full), optional=_build_strategies(sometimes)
    )


def _build_strategies(
    inputs: Iterable[RequestInput], *, full: bool = False
) -> dict[Key, SearchStrategy[Json]]:
    taste = Taste(plain=True, full=full)
    return {i.key: values(i.value, taste) for i in inputs}


def request_of(operation: Operation, inputs: Inputs) -> Request:
    """The request that carries ``inputs``: lists as repeated names, anything nested as JSON."""
    headers = [*_name(inputs, "header")]
    if cookies := [f"{name}={value}" for name, value in _name(inputs, "cookie")]:
        headers.append(("Cookie", "; ".join(cookies)))
    body = _build_body(operation, inputs)
    if body and operation.body is not None:
        headers.append(("Content-Type", operation.body.media_type))
    query = urlencode(list(_name(inputs, "query")), quote_via=quote)
    url = (
        _choose_server(operation) + _build_path(operation, inputs) + (f"?{query}" if query else "")
    )
    return Request(method=operation.method, url=url, headers=tuple(headers), body=body)


def _choose_server(operation: Operation) -> str:
    named = [s for s in operation.servers if s.startswith("http") and "{" not in s]
    return named[0].rstrip("/") if named else NOWHERE


def _build_path(operation: Operation, inputs: Inputs) -> str:
    path = operation.path
    for (place, name), value in inputs.items():
        if place == "path":
            path = path.replace("{" + name + "}", quote(_render_text(value), safe=""))
    return path


def _name(inputs: Inputs, place: InputLocation) -> Iterator[tuple[str, str]]:
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


_UNSTATED: Final = (*range(500, 600), *range(400, 500), *range(200, 300))
"""Statuses that ``default`` is likely to stand for, the likeliest first."""


def interactions(
    operation: Operation, response: Response | None = None, *, full: bool = False
) -> SearchStrategy[Interaction]:
    """Strategy for valid requests with a valid ``response``, of whatever is documented if None.
    The response keeps the operation's invariants, those with the request too.  ``full`` ones have
    every documented member, and some items in every list."""
    chosen = operation.responses if response is None else (response,)
    return st.one_of([_with(operation, each, full=full) for each in chosen])


def _with(operation: Operation, response: Response, *, full: bool) -> SearchStrategy[Interaction]:
    status = status_of(operation, response)
    value = response.value

    def join(inputs: Inputs, body: Json) -> Interaction:
        if value is not None and operation.invariants:
            settle(body, value, operation.invariants, collect_requested_values(inputs))
        return interaction(request_of(operation, inputs), status, response.media_type, body)

    drawn = anything() if value is None else values(value, Taste(full=full))
    return st.builds(join, draw_inputs(operation, full=full), drawn)


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

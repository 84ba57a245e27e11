"""What may be sent to an operation: valid and invalid requests inside its harmless space."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import UsageError
from conformance.live.harmless import harmless
from conformance.live.targets import ambiguity, request_words, state_words, wire_url
from conformance.model.interaction import Request
from conformance.model.operation import Json, Operation, Stated
from conformance.pages.access import Probe
from conformance.strategies.requests import (
    WHOLE,
    Inputs,
    Key,
    RequestFault,
    draw_complete,
    draw_inputs,
    inputs_of,
    list_faults,
    request_of,
    subject_of,
)

_TURNS: Final = 4


class RequestPlan(Struct, frozen=True, eq=False):
    """A request in the making: what was drawn, and what to make of it when it is sent."""

    operation: Operation
    drawn: Inputs
    words: Mapping[str, str]
    """Input name -> the probe's word for it."""
    fault: str = ""
    """What is wrong with it; empty when it keeps to the page."""
    subject: str = ""
    statuses: tuple[str, ...] = ()
    """As good as a success."""
    once: bool = False
    """Whether the same request is sent a single time, as it might change something."""

    @property
    def vouched(self) -> bool:
        """Whether a probe says how it is answered."""
        return bool(self.words)

    @property
    def key(self) -> str:
        """Equal for draws that make the same request, but for a few of them: the time of sending is
        left out, and where nothing can change one request is worth sending in several turns."""
        drawn = json.dumps([[*key, value] for key, value in self.drawn.items()])
        sent = [[*key, self._choose_value(key, now=False)] for key in self.drawn]
        if self.once:  # in whatever order the inputs were drawn
            return json.dumps([self.fault, self.subject, sorted(sent, key=json.dumps)])
        turn = int.from_bytes(hashlib.sha256(drawn.encode()).digest()[:4], "big") % _TURNS
        return json.dumps([self.fault, self.subject, sent, turn])

    def request(self) -> Request:
        return request_of(self.operation, {key: self._choose_value(key) for key in self.drawn})

    def _choose_value(self, key: Key, *, now: bool = True) -> Json:
        """The probe's word for an input, or what was drawn; a faulty value stays so."""
        drawn, word = self.drawn[key], self.words.get(key[1], "")
        spoilt = self.fault in ("type", "enum", "limit") and self.subject == subject_of(key)
        if not word or (spoilt and not isinstance(drawn, list)):
            return drawn
        return word if word.startswith("now") and not now else harmless(word, drawn)

    def __repr__(self) -> str:
        request = self.request()
        return f"{request.method} {request.url} {request.body.decode(errors='replace')}".strip()


def valid_plans(
    operation: Operation, probes: Iterable[Probe], *, guarded: bool, is_read: bool = False
) -> SearchStrategy[RequestPlan]:
    """Strategy for requests that keep to the page, and to a probe where there is one.  Empty for an
    operation without a probe that is no read (``is_read``: sent without consent to change
    anything), and for a page that contradicts itself.  ``guarded`` requests go to an exchange."""
    own = _select_probes(operation, probes)
    if own:
        once = guarded and not is_read
        return st.one_of([_plan_by_probe(operation, probe, once=once) for probe in own])
    if guarded and not is_read:
        return st.nothing()
    asks = draw_inputs(operation).map(lambda drawn: RequestPlan(operation, drawn, {}))
    return asks.filter(_is_plain) if guarded else asks


def invalid_plans(
    operation: Operation, probes: Iterable[Probe], *, guarded: bool, is_read: bool = False
) -> tuple[SearchStrategy[RequestPlan], ...]:
    """One strategy for each single fault.  Undocumented inputs are no fault: servers ignore them.
    An exchange is only sent lists with too many items, which leave out and widen nothing."""
    own = _select_probes(operation, probes)
    words = {name: word for probe in own for name, word in probe.inputs}
    known = _narrow(operation, words) if own else operation
    if guarded and not own and not is_read:
        return ()
    chosen = [f for f in list_faults(known) if f.kind != "unknown"]
    if guarded:
        chosen = [f for f in chosen if f.kind == "limit" and _is_list(known, f)]
    asks = (_plan_spoilt(known, fault, words, once=guarded and not is_read) for fault in chosen)
    return tuple(each.filter(_is_plain) if guarded and not own else each for each in asks)


def _is_plain(build: RequestPlan) -> bool:
    request = build.request()
    words = (*request_words(request.url), *(w for _, v in request.headers for w in state_words(v)))
    return not words and not ambiguity(wire_url(request.url))


def _select_probes(operation: Operation, probes: Iterable[Probe]) -> tuple[Probe, ...]:
    return tuple(probe for probe in probes if probe.operation == operation.key)


def _plan_by_probe(
    operation: Operation, probe: Probe, *, once: bool
) -> SearchStrategy[RequestPlan]:
    known, words = _narrow(operation, dict(probe.inputs)), dict(probe.inputs)

    needed = [i.key[1] for i in inputs_of(operation) if i.required is Stated.YES]
    left_out = [name for name in needed if name not in words and name != WHOLE]
    if left_out:
        names = ", ".join(left_out)
        hint = "give each a word under its inputs in the manifest"
        raise UsageError(f"the probe of {probe.operation} leaves out {names}", hint=hint)

    def build(drawn: Inputs) -> RequestPlan:
        return RequestPlan(known, drawn, words, statuses=probe.statuses, once=once)

    return draw_inputs(known, full=True).map(build)


def _plan_spoilt(
    operation: Operation, fault: RequestFault, words: Mapping[str, str], *, once: bool
) -> SearchStrategy[RequestPlan]:
    def build(valid: Inputs, whole: Inputs) -> RequestPlan:
        drawn, kind, subject = fault.spoil(valid, whole), fault.kind, fault.subject
        return RequestPlan(operation, drawn, words, fault=kind, subject=subject, once=once)

    return st.builds(build, draw_inputs(operation, full=True), draw_complete(operation))


def _narrow(operation: Operation, words: Mapping[str, str]) -> Operation:
    body = operation.body
    if body is not None:
        fields = tuple(f for f in body.value.fields if f.name in words)
        body = replace(body, value=replace(body.value, fields=fields)) if fields else None
    parameters = tuple(
        p
        for p in operation.parameters
        if p.name in words or (p.location == "path" and p.required is Stated.YES)
    )
    return replace(operation, parameters=parameters, body=body)


def _is_list(operation: Operation, fault: RequestFault) -> bool:
    return any(
        i.value.kind == "array" and subject_of(i.key) == fault.subject for i in inputs_of(operation)
    )

"""What may be sent to an operation: valid and invalid requests inside its harmless space.

The words of a probe say what cannot harm an account, and how to tell that it is that.  Whatever is
sent carries its own proof, so that a request can be compared with its probe without knowing how it
was generated: half of every made-up name is a hash of the other half.
"""

from __future__ import annotations

import hashlib
import json
import re
import string
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import UsageError
from conformance.evidence.body import JsonError, load_json
from conformance.evidence.urls import path_matches, query_pairs
from conformance.live.targets import ambiguity, request_words, state_words, wire_url
from conformance.model.interaction import Request
from conformance.model.operation import Json, Operation, Stated
from conformance.pages.access import Probe
from conformance.patterns import regex
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

_SPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://docs-conformance.example/probe").bytes
_LETTERS: Final = 5
"""Letters of each half of an unknown name."""
_MADE: Final = regex(rf"([A-Z]{{{_LETTERS}}})([A-Z]{{{_LETTERS}}})\Z")
_A_DAY: Final = 86_400


class Word(Struct, frozen=True):
    """One way of saying what to send."""

    generate: Callable[[str, str], Json]
    matches: Callable[[str, str], bool]
    """Whether a text, the second, can have been generated from the argument."""


def harmless(word: str, drawn: Json) -> Json:
    """The same harmless value for the same draw, as the probe's word wants it; lists keep their
    length."""
    if isinstance(drawn, list):
        return [_generate(word, json.dumps(seed)) for seed in enumerate(drawn)]
    return _generate(word, json.dumps(drawn))


def is_harmless(word: str, text: str) -> bool:
    """Whether ``text`` is what the probe's word says."""
    name, _, argument = word.partition(":")
    return _WORDS[name].matches(argument, text)


def fits(probes: Iterable[Probe], request: Request, base: str = "") -> Probe | None:
    """The probe that ``request`` is one of: same inputs, each holding what its word says.  ``base``
    is the path of the server's address, without a slash at its end."""
    for probe in probes:
        given = inputs_given(probe, request, base)
        if given is not None and _is_of(probe, given):
            return probe
    return None


def inputs_given(probe: Probe, request: Request, base: str = "") -> dict[str, list[str]] | None:
    """All inputs of a request for the probe's operation as text, by name; None for another
    operation or a body that is no JSON object of plain values."""
    placed = _fill(probe, request, base)
    if placed is None:
        return None
    given: dict[str, list[str]] = {}
    for (_, name), value in placed:
        given.setdefault(name, []).append(value)
    return given


def _fill(probe: Probe, request: Request, base: str) -> list[tuple[Key, str]] | None:
    method, _, template = probe.operation.partition(" ")
    found = path_matches(base + template, urlsplit(request.url).path)
    members = _list_members(request.body)
    if request.method != method or found is None or members is None:
        return None
    in_path: list[tuple[Key, str]] = [(("path", name), value) for name, value in found.items()]
    in_query: list[tuple[Key, str]] = [(("query", n), v) for n, v in query_pairs(request.url)]
    return [*in_path, *in_query, *((("body", n), v) for n, v in members)]


def lasting_inputs(probe: Probe, given: Mapping[str, list[str]]) -> tuple[object, ...]:
    """The inputs of a request for ``probe`` but for the time of sending, comparable."""
    clocks = {name for name, word in probe.inputs if word.startswith("now-")}
    return tuple(sorted((n, tuple(values)) for n, values in given.items() if n not in clocks))


def _is_of(probe: Probe, given: dict[str, list[str]]) -> bool:
    words = dict(probe.inputs)
    return given.keys() == words.keys() and all(
        is_harmless(words[name], text) for name, texts in given.items() for text in texts
    )


def _list_members(body: bytes) -> list[tuple[str, str]] | None:
    if not body:
        return []
    try:
        tree = load_json(body)
        json.loads(body, object_pairs_hook=_read_unambiguous)
    except (JsonError, ValueError):
        return None
    if not isinstance(tree, dict):
        return None
    listed = {name: value if isinstance(value, list) else [value] for name, value in tree.items()}
    pairs = [(name, v) for name, values in listed.items() for v in values]
    if any(isinstance(value, dict | list) for _, value in pairs):
        return None
    return [(n, v if isinstance(v, str) else json.dumps(v)) for n, v in pairs]


def _read_unambiguous(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object that all servers read alike: of a name given twice some take the first."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _generate(word: str, seed: str) -> Json:
    name, _, argument = word.partition(":")
    return _WORDS[name].generate(argument, seed)


def _make_uuid(_: str, seed: str) -> str:
    return str(_make_uuid_from(hashlib.sha256(seed.encode()).digest()[:4]))


def _make_uuid_from(head: bytes) -> uuid.UUID:
    """A version 5 UUID whose first four octets are its name, in a name space of our own."""
    rest = hashlib.sha256(_SPACE + head).digest()[4:16]
    return uuid.UUID(bytes=head + rest, version=5)


def _is_uuid(_: str, text: str) -> bool:
    try:
        found = uuid.UUID(text)
    except ValueError:
        return False
    return found == _make_uuid_from(found.bytes[:4]) and text == str(found)


def _make_unknown(template: str, seed: str) -> str:
    head = _make_letters(seed)
    return template.replace("{}", head + _make_letters(f"proof of {head}"))


def _is_unknown(template: str, text: str) -> bool:
    before, _, after = template.partition("{}")
    if not (text.startswith(before) and text.endswith(after)):
        return False
    halves = _MADE.match(text[len(before) : len(text) - len(after)])
    return halves is not None and halves[2] == _make_letters(f"proof of {halves[1]}")


def _make_letters(seed: str) -> str:
    digest = hashlib.sha256(seed.encode()).digest()
    return "".join(string.ascii_uppercase[octet % 26] for octet in digest[:_LETTERS])


def _make_timestamp(scale: int) -> Word:
    def is_now(_: str, text: str) -> bool:
        number = float(text) if text.isdecimal() and len(text) < 20 else -1.0
        return abs(number / scale - time.time()) < _A_DAY

    return Word(lambda _argument, _seed: int(time.time() * scale), is_now)


_WORDS: Final[dict[str, Word]] = {
    "random-uuid": Word(_make_uuid, _is_uuid),
    "unknown": Word(_make_unknown, _is_unknown),
    "literal": Word(lambda argument, _: argument, lambda argument, text: text == argument),
    "now-ms": _make_timestamp(1000),
    "now-s": _make_timestamp(1),
}


_IGNORES_BODIES: Final = frozenset(("GET", "HEAD", "DELETE"))
"""Methods whose body means nothing (RFC 9110, sections 9.3.1, 9.3.2 and 9.3.5)."""
_JSON: Final = regex(r"application/(?:[\w.-]+\+)?json(?:;\s*charset=\"?utf-8\"?)?", re.I)


def disproof(
    probe: Probe, request: Request, documented: Iterable[Operation], base: str = ""
) -> str:
    """Why ``request`` is not proved harmless by ``probe``, which it fits; empty where it is.
    ``documented`` is every operation it may be one of, ``base`` the path of the server's address.
    """
    if not probe.narrows:
        return "narrows nothing"
    form = _explain_wrong_form(request)
    if form:
        return form
    operations = tuple(documented)
    known = [{i.key for i in inputs_of(operation)} for operation in operations]
    places = tuple(dict.fromkeys(key for key, _ in _fill(probe, request, base) or ()))
    unknown = [name for place, name in places if any((place, name) not in keys for keys in known)]
    if unknown or not operations:
        return f"sends what no page has there: {', '.join(unknown) or 'its operation'}"
    needed = {key for key in places if all(_requires(operation, key) for operation in operations)}
    return _explain_wide(probe, {name for _, name in needed})


def _explain_wrong_form(request: Request) -> str:
    headers = {name.lower(): value for name, value in request.headers}
    if headers.keys() - {"content-type"}:
        return "names no header, and one was to be sent"
    if request.body and request.method in _IGNORES_BODIES:
        return f"has a body, which servers may ignore at {request.method}"
    if request.body and not _JSON.fullmatch(headers.get("content-type", "")):
        return "has a body of JSON that would not be sent as JSON"
    return ""


def _requires(operation: Operation, key: Key) -> bool:
    return any(i.key == key and i.required is Stated.YES for i in inputs_of(operation))


def _explain_wide(probe: Probe, needed: set[str]) -> str:
    """What a server may do without, or take as leave to do more; ``needed`` are required names."""
    more = sorted(probe.literals - needed)
    if more:
        return f"sends what no page requires and no check asks for: {', '.join(more)}"
    if probe.check is None and not probe.removes and not probe.narrowing & needed:
        return "narrows by nothing that its page requires"
    return ""


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

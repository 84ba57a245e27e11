"""Answers generated from the pages: the documented one where there is one, else as HTTP has it.

The same seed gives the same value.  Examples of the page are used wherever they keep to what it
says; the rest is made up.  Hypothesis is for tests: a server has to answer the same question twice
in the same way, and at once.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, TypeAlias
from uuid import UUID

from hypothesis.errors import UnsatisfiedAssumption

from conformance.checks.facts import Fact
from conformance.checks.plan import plan
from conformance.checks.reply import is_json
from conformance.checks.walk import BodyNode, walk
from conformance.model.interaction import Interaction, Origin, Reply
from conformance.model.operation import Json, Kind, Operation, Response, Stated, Value
from conformance.patterns import regex
from conformance.schema.json_schema import MAX_DEPTH, index_by_name
from conformance.schema.kinds import item_of, list_allowed
from conformance.schema.openapi import name_status
from conformance.strategies.invariants import recount, settle
from conformance.strategies.requests import (
    Inputs,
    bound,
    collect_requested_values,
    inputs_of,
    list_joint_keys,
    request_of,
    status_of,
)
from conformance.strategies.values import SECOND, infer_kind, is_moment, range_of

Samples: TypeAlias = tuple[Json, ...]
"""Values the page prints for a place, the best first."""
_FEW: Final = 2
"""Items of a list of which the page says nothing more."""
_MOST: Final = 50
"""Items of a printed list that are used."""
_MOMENTS: Final = (1_704_067_200, 1_767_225_600)
"""2024 and 2025, in seconds since 1970: when things in the sandbox happened."""


def generate(value: Value, key: str, samples: Samples = (), depth: int = 0) -> Json:
    """A value that keeps to all that is stated of it, every documented member included.  ``key`` is
    what it is generated from: the seed and its path (``7/GET /orders/id``). Where a page
    contradicts itself the value is as near as can be."""
    kind = value.kind or infer_kind(value)
    shown = (*samples, *value.example)
    if kind == "object":
        return _make_object(value, key, shown, depth)
    if kind == "array":
        return _make_array(value, key, shown, depth)
    for sample in shown:
        if sample is not None and suits(value, sample):
            return sample
    listed = [member for member in list_allowed(value) if member is not None]
    if listed:
        return listed[pick(key, 0, len(listed) - 1)]
    if None in (*value.constant, *value.enum):
        return None
    return _SCALARS[kind or "string"](value, key)


def suits(value: Value, candidate: Json) -> bool:
    """Whether ``candidate`` is in all its parts what the page says of ``value``."""
    if candidate is None and not list_allowed(value):
        return False
    return not any(isinstance(f, Fact) for f in walk(BodyNode(plan(value), candidate, "", "")))


def pick(key: str, low: int, high: int) -> int:
    """An integer from ``low`` to ``high``, both included, that depends on ``key`` alone."""
    return low + int.from_bytes(_hash_key(key)) % (high - low + 1)


def _hash_key(key: str) -> bytes:
    return sha256(key.encode("utf-8", "replace")).digest()


def _make_object(value: Value, key: str, samples: Samples, depth: int) -> Json:
    shown = [sample for sample in samples if isinstance(sample, dict)]
    if depth >= MAX_DEPTH:
        return {}
    if not value.fields:
        return shown[0] if shown and value.closed is not Stated.YES else {}
    return {
        name: generate(
            field.value,
            f"{key}/{name}",
            tuple(sample[name] for sample in shown if name in sample),
            depth + 1,
        )
        for name, field in index_by_name(value.fields).items()
    }


def _make_array(value: Value, key: str, samples: Samples, depth: int) -> Json:
    if depth >= MAX_DEPTH:
        return []
    shown = next((sample for sample in samples if isinstance(sample, list)), None)
    item = item_of(value) or Value(span=value.span, kind=None if shown else "string")
    wanted = _FEW if shown is None else min(len(shown), _MOST)
    least, most = value.limits.min_items or 0, value.limits.max_items
    size = max(least, wanted if most is None else min(wanted, most))
    return [
        generate(item, f"{key}/{n}", tuple((shown or [])[n : n + 1]), depth + 1)
        for n in range(size)
    ]


def _make_text(value: Value, key: str) -> Json:
    if is_moment(value):
        return str(_make_integer(value, key))
    form = _FORMATS.get(value.format or "")
    if form is not None:
        return form(value, key)
    least, most = value.limits.min_length or 0, value.limits.max_length
    most = 1 << 16 if most is None else most
    text = f"{_name(key)}-{pick(key, 0, 16**8 - 1):08x}"
    return text[max(0, len(text) - most) :].ljust(min(least, most), "x")


def _name(key: str) -> str:
    """The last name in a key that is no index."""
    return next((step for step in reversed(key.split("/")) if step and not step.isdigit()), "text")


def _make_integer(value: Value, key: str) -> int:
    low, high = range_of(value)
    usual = (1, 10**9 if is_identity(_name(key)) else 1000)
    if is_moment(value) and value.unit:
        scale = SECOND[value.unit]
        usual = _MOMENTS[0] * scale, _MOMENTS[1] * scale
    least, most = max(low, usual[0]), min(high, usual[1])
    if least > most:
        least, most = low, max(low, min(high, low + 16))
    return pick(key, least, most)


def _make_number(value: Value, key: str) -> Json:
    low, high = range_of(value)
    limits = value.limits
    if low <= high or is_moment(value):
        return _make_integer(value, key)
    bounds = (limits.minimum, limits.exclusive_minimum, limits.maximum, limits.exclusive_maximum)
    stated = [bound for bound in bounds if bound is not None]
    return sum(stated) / len(stated)


def _make_moment(key: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(pick(key, *_MOMENTS), dt.UTC)


_SCALARS: Final[dict[Kind, Callable[[Value, str], Json]]] = {
    "string": _make_text,
    "integer": _make_integer,
    "number": _make_number,
    "boolean": lambda _, key: pick(key, 0, 1) == 1,
}
_FORMATS: Final[dict[str, Callable[[Value, str], Json]]] = {
    "uuid": lambda _, key: str(UUID(bytes=_hash_key(key)[:16], version=4)),
    "date-time": lambda _, key: f"{_make_moment(key):%Y-%m-%dT%H:%M:%SZ}",
    "date": lambda _, key: f"{_make_moment(key):%Y-%m-%d}",
    "decimal": lambda value, key: f"{_make_integer(value, key)}",
    "uri": lambda _, key: f"https://example.org/{pick(key, 1, 10**6)}",
    "email": lambda _, key: f"user{pick(key, 1, 10**6)}@example.org",
    "byte": lambda _, key: b64encode(f"{pick(key, 1, 10**6)}".encode()).decode(),
}
_MEDIA_TYPE: Final = regex(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:; ?[\w-]+=[\w.-]+)*", re.ASCII)
_PROBLEM: Final = "application/problem+json"
"""RFC 9457: what a refusal looks like of whose body the page says nothing."""
_EXPLAINING: Final = ("message", "detail", "reason", "description")
_BODILESS: Final = (204, 205, 304)
_LONGEST: Final = 300


@dataclass(slots=True)
class Replies:
    """Makes the replies of all operations, each documented body only once."""

    seed: int = 0
    _bodies: dict[str, Json] = field(default_factory=dict, repr=False)

    def body(self, operation: Operation, response: Response) -> Json:
        """A body as the page has it, for the caller to change."""
        key = f"{self.seed}/{operation.key}/{response.status}"
        if key not in self._bodies:
            shown = tuple(example.value for example in response.examples if example.parsed)
            fresh = shown[0] if shown else {}
            if response.value is not None:
                fresh = generate(response.value, key, shown)
            self._bodies[key] = fresh
        return deepcopy(self._bodies[key])

    def refusal(self, operation: Operation, wanted: int, why: str) -> Reply:
        """The documented error nearest to the status ``wanted``, or a plain one."""
        response = error_for(operation, wanted)
        if response is None:
            return make_reply(wanted, why)
        status = status_for(operation, response, wanted)
        if response.value is None and not response.examples:
            return reply(response, status, _make_problem(status, why))
        body = self.body(operation, response)
        known = index_by_name(response.value.fields) if response.value else {}
        for name, member in known.items():  # it says why where it has a place for it
            says = speaks_of(name, _EXPLAINING)
            value: Json = why if says else status if name.lower() == "status" else None
            if isinstance(body, dict) and value is not None and suits(member.value, value):
                body[name] = value
        return reply(response, status, body)

    def specimen(self, operation: Operation, response: Response) -> Interaction:
        """A valid request that sends all it may, and a whole answer to it."""
        inputs = self.inputs(operation)
        body = self.body(operation, response)
        if response.value is not None:
            body = settle_body(operation, response, body, {**collect_requested_values(inputs)})
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
        sets = list_joint_keys(operation.groups, tied) or (frozenset(),)
        names = {i.request_name for i in operation.invariants}
        chosen = max(sets, key=lambda keys: (len({name for _, name in keys} & names), len(keys)))
        left_out = {i.key for i in tied} - chosen
        return {
            i.key: generate(i.value, f"{self.seed}/{operation.key}/{i.key[0]}/{i.key[1]}")
            for i in every
            if i.key not in left_out
        }


def settle_body(
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
    hundred = str(wanted // 100)
    statuses = (r.status for r in operation.responses if r.status.isdigit())
    alike = sorted(status for status in statuses if status[0] == hundred)
    names = (str(wanted), f"{hundred}XX", "400" if wanted < 500 else "500", *alike, "DEFAULT")
    known = {r.status.upper(): r for r in reversed(operation.responses)}
    return next((known[name] for name in names if name in known), None)


def status_for(operation: Operation, response: Response, wanted: int) -> int:
    """The status to send for ``response``: its own, or ``wanted`` where it stands for many."""
    if response.status.isdigit():
        return int(response.status)
    known = {r.status for r in operation.responses}
    return wanted if str(wanted) not in known else status_of(operation, response)


def reply(response: Response, status: int, body: Json) -> Reply:
    """``body`` sent as the page says."""
    text = body if isinstance(body, str) and not is_json(response) else None
    text = json.dumps(body, ensure_ascii=False) if text is None else text
    content = b"" if status in _BODILESS else text.encode("utf-8", "replace")
    named = _MEDIA_TYPE.fullmatch(response.media_type)
    media_type = response.media_type if named else "application/json"
    headers = (("Content-Type", media_type),) if content else ()
    return Reply(status=status, headers=headers, body=content)


def make_reply(status: int, why: str, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """A reply of which the pages say nothing."""
    content = json.dumps(_make_problem(status, why)).encode()
    return Reply(status=status, headers=(("Content-Type", _PROBLEM), *headers), body=content)


def _make_problem(status: int, why: str) -> Json:
    return {
        "title": name_status(status, "Unregistered"),
        "status": status,
        "detail": why[:_LONGEST],
    }


_WORD: Final = regex(r"[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LISTS: Final = frozenset({"list", "array", "set"})
_IDENTITY: Final = regex(r"(?:order|ord|client|custom|user|cl)*(?:id|uuid|guid|identifier)")
"""An identity, after nothing but what an order is called and whose it is."""


def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, singular: ``orderIDList`` is ``order``, ``id``, ``list``.
    A name without Latin letters is one word."""
    found = [word.lower() for word in _WORD.findall(name)]
    return tuple(map(_make_singular, found)) or (name.casefold(),)


def stem(name: str) -> str:
    """A name by which an input, a member and a list of the same thing know each other.  ``ids[]``,
    ``id`` and ``id_list`` have one stem."""
    kept = [word for word in words(name) if word not in _LISTS]
    return "".join(kept) or name


def is_identity(name: str) -> bool:
    """Whether a member of this name tells one order from another."""
    return _IDENTITY.fullmatch(stem(name)) is not None


def speaks_of(text: str, beginnings: Iterable[str]) -> bool:
    """Whether a word of ``text`` begins with one of ``beginnings``."""
    return any(word.startswith(tuple(beginnings)) for word in words(text))


def _make_singular(word: str) -> str:
    plural = word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2
    return word[:-1] if plural else word

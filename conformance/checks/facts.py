"""What can be observed of a body or a request beside its documentation: facts, not judgements.

A rule makes a finding of a fact; the same facts serve a response and a printed example.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from conformance.model.operation import (
    Confidence,
    Field,
    Invariant,
    Json,
    Response,
    Stated,
    Unit,
    Value,
)
from conformance.model.span import Span
from conformance.vocabulary.similar_names import Similarity


class Fact(Struct, frozen=True, kw_only=True):
    """One thing observed at one place of one body."""

    subject: str
    """What the documentation calls the place."""
    span: Span
    """The line that says otherwise."""
    pointer: str = ""
    """JSON Pointer of the place; of the object itself for what is absent from it."""
    observed: Json = None
    """The value at the place."""
    present: bool = True
    """False when nothing is at the place, ``observed`` then says nothing."""
    confidence: Confidence = "high"
    """How sure the documented side is, and how sure the fact."""
    required: Stated = Stated.YES
    """What the page says of the presence of a value at the place."""


def describe_absent(subject: str, span: Span, confidence: Confidence = "high") -> dict[str, Any]:
    """What every fact about something that is at no place of a body begins with."""
    return {"subject": subject, "span": span, "present": False, "confidence": confidence}


class Missing(Fact, frozen=True, kw_only=True):
    """A member that is documented as always there is not."""

    field: Field


class Empty(Fact, frozen=True, kw_only=True):
    """An object has no members; the page lists some, and says of none that it is always there."""

    names: tuple[str, ...]


class Extra(Fact, frozen=True, kw_only=True):
    """A member that the documented object does not have."""

    name: str
    owner: str
    closed: bool
    """The page says that the object has no other members."""
    absent: tuple[str, ...] = ()
    """Members that only an example of the page shows, of the same type, and that are not there."""


class ManyExtra(Fact, frozen=True, kw_only=True):
    """So many undocumented members in one object, or in those of one kind, that they are hardly
    fields: a map, or noise."""

    names: tuple[str, ...]
    count: int
    """Different names, at least."""
    closed: bool


class Renamed(Fact, frozen=True, kw_only=True):
    """A documented member is absent, and one with nearly its name is there."""

    field: Field
    name: str
    similarity: Similarity


class ValueFact(Fact, frozen=True, kw_only=True):
    """A value that is there, and not as its documentation has it."""

    value: Value


class WrongType(ValueFact, frozen=True, kw_only=True):
    """A value of another JSON type than the documented one."""


class NotListed(ValueFact, frozen=True, kw_only=True):
    """A value beside the documented enumeration or constant."""


class Null(ValueFact, frozen=True, kw_only=True):
    """null, where the page does not say that it may be."""


class BadFormat(ValueFact, frozen=True, kw_only=True):
    """A value of the right type that is not written as documented."""


class WrongUnit(ValueFact, frozen=True, kw_only=True):
    """A moment that is one only in another unit than the documented one."""

    unit: Unit
    """The unit it is a moment of our time in."""


class OverLimit(Fact, frozen=True, kw_only=True):
    """A number, length or size outside a documented bound."""

    limit: str
    """Member of :class:`conformance.model.operation.Limits`."""
    bound: int | float
    size: str


class Enveloped(Fact, frozen=True, kw_only=True):
    """The documented record stands under a path that is not documented, or under none."""

    pattern: str
    """JSON Pointer of the record with ``*`` for any item or member: ``/data/orders/*``."""
    found: int
    """Documented members seen there; 0 when there is only room for a record."""
    known: int
    outside: tuple[str, ...]
    """The body's own members, which are the envelope's."""
    inside: str = ""
    """The documented member that the record is, where it is the whole body."""
    is_open: bool = False
    """Whether it is listed, and the page shows no body that says whether it is."""


class Unreadable(Fact, frozen=True, kw_only=True):
    """A body that is documented as JSON and is none."""

    reason: str
    line: int
    column: int
    looks_like: str
    """What it is instead, in words; empty when that is not known."""


class Repeated(Fact, frozen=True, kw_only=True):
    """A name that stands twice in one object: readers differ in which of the two counts."""

    name: str


class OtherMediaType(Fact, frozen=True, kw_only=True):
    """A body that is JSON, announced as something else."""

    documented: str
    announced: str


class OtherStatus(Fact, frozen=True, kw_only=True):
    """A status the page does not have."""

    status: int
    documented: tuple[Response, ...]
    stated: bool
    """Whether the page names any status at all."""


class Broken(Fact, frozen=True, kw_only=True):
    """A relation between values that the page promises does not hold."""

    invariant: Invariant
    other: str
    """Pointer of the other side, or the name of the request's input."""
    expected: str
    actual: str


class Accepted(Fact, frozen=True, kw_only=True):
    """A request that the page rules out had success."""

    fault: str
    """What was wrong with it: ``missing``, ``type``, ``enum``, ``limit``, ``group``, ``auth``."""
    status: int
    detail: str = ""
    """What was wrong with the value, in words, where it was observed in traffic."""


class Rejected(Fact, frozen=True, kw_only=True):
    """A request that keeps to the page was turned down."""

    status: int
    vouched: bool = True
    """Whether somebody says that it is to succeed; otherwise it is a request of other people."""
    named: str = ""
    """The input that the answer names, which is documented as one that may be left out."""


class UnknownInput(Fact, frozen=True, kw_only=True):
    """An input that was accepted and that no page speaks of."""

    name: str
    near: str = ""
    """The documented input that has nearly this name."""


class UnknownOperation(Fact, frozen=True, kw_only=True):
    """An operation that answered and that no page documents."""

    method: str
    status: int
    methods: tuple[str, ...]
    """Those that the pages document for the same path."""


class Failed(Fact, frozen=True, kw_only=True):
    """The server failed, or gave no whole answer."""

    status: int
    """0 where there was no whole answer."""
    reason: str = ""


class Unshown(Fact, frozen=True, kw_only=True):
    """A member of which the page does not say when it is there, in none of the examples."""

    field: Field


class Placeholder(Fact, frozen=True, kw_only=True):
    """A value that stands for any value."""

    whole: bool
    """Whether the example has no other values."""

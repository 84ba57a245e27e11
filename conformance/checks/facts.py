"""What can be seen of a body or a request beside its documentation: facts, not judgements.

A rule makes a finding of a fact; the same facts serve a response and a printed example.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing seen at one place of one body."""

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


def absent(subject: str, span: Span, confidence: Confidence = "high") -> dict[str, Any]:
    """What every fact about something that is at no place of a body begins with."""
    return {"subject": subject, "span": span, "present": False, "confidence": confidence}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing(Fact):
    """A member that is documented as always there is not."""

    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty(Fact):
    """An object has no members; the page lists some, and says of none that it is always there."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra(Fact):
    """A member that the documented object does not have."""

    name: str
    owner: str
    closed: bool
    """The page says that the object has no other members."""
    absent: tuple[str, ...] = ()
    """Members that only an example of the page shows, of the same type, and that are not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyExtra(Fact):
    """So many undocumented members in one object, or in those of one kind, that they are hardly
    fields: a map, or noise."""

    names: tuple[str, ...]
    count: int
    """Different names, at least."""
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Fact):
    """A documented member is absent, and one with nearly its name is there."""

    field: Field
    name: str
    similarity: Similarity


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueFact(Fact):
    """A value that is there, and not as its documentation has it."""

    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongType(ValueFact):
    """A value of another JSON type than the documented one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotListed(ValueFact):
    """A value beside the documented enumeration or constant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Null(ValueFact):
    """null, where the page does not say that it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFormat(ValueFact):
    """A value of the right type that is not written as documented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongUnit(ValueFact):
    """A moment that is one only in another unit than the documented one."""

    unit: Unit
    """The unit it is a moment of our time in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverLimit(Fact):
    """A number, length or size outside a documented bound."""

    limit: str
    """Member of :class:`conformance.model.operation.Limits`."""
    bound: int | float
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enveloped(Fact):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable(Fact):
    """A body that is documented as JSON and is none."""

    reason: str
    line: int
    column: int
    looks_like: str
    """What it is instead, in words; empty when that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated(Fact):
    """A name that stands twice in one object: readers differ in which of the two counts."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMediaType(Fact):
    """A body that is JSON, announced as something else."""

    documented: str
    announced: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherStatus(Fact):
    """A status the page does not have."""

    status: int
    documented: tuple[Response, ...]
    stated: bool
    """Whether the page names any status at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken(Fact):
    """A relation between values that the page promises does not hold."""

    invariant: Invariant
    other: str
    """Pointer of the other side, or the name of the request's input."""
    expected: str
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Fact):
    """A request that the page rules out had success."""

    fault: str
    """What was wrong with it: ``missing``, ``type``, ``enum``, ``limit``, ``group``, ``auth``."""
    status: int
    detail: str = ""
    """What was wrong with the value, in words, where it was observed in traffic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Fact):
    """A request that keeps to the page was turned down."""

    status: int
    vouched: bool = True
    """Whether somebody says that it is to succeed; otherwise it is a request of other people."""
    named: str = ""
    """The input that the answer names, which is documented as one that may be left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownInput(Fact):
    """An input that was accepted and that no page speaks of."""

    name: str
    near: str = ""
    """The documented input that has nearly this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownOperation(Fact):
    """An operation that answered and that no page documents."""

    method: str
    status: int
    methods: tuple[str, ...]
    """Those that the pages document for the same path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Fact):
    """The server failed, or gave no whole answer."""

    status: int
    """0 where there was no whole answer."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshown(Fact):
    """A member of which the page does not say when it is there, in none of the examples."""

    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder(Fact):
    """A value that stands for any value."""

    whole: bool
    """Whether the example has no other values."""

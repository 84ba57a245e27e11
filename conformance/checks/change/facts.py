"""What can be seen when two states of a page are held against each other: facts, not judgements.

Every fact says what happened to a set of values or to a promise, and on which side of the wire.
Whether that breaks a client is for :mod:`conformance.checks.change.effects` to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from conformance.checks.facts import Fact, Likeness
from conformance.model.finding import Observed, Tally
from conformance.model.operation import Stated
from conformance.model.span import Span

Side: TypeAlias = Literal["request", "response"]
"""Who writes what is documented: the client, or the exchange."""

Effect: TypeAlias = Literal["narrowed", "widened", "replaced", "stated", "unstated"]
"""What happened to the values allowed: fewer, more, others; told for the first time, no longer."""

Nearness: TypeAlias = Likeness | Literal["description", "place"]
"""How two names were found to be of one member; ``place``: between the same neighbours."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one state says about the fact."""

    text: str
    """As a message prints it; empty when the state says nothing."""
    span: Span
    """Where it says so, or where it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Fact):
    """Two states of a page do not say the same."""

    side: Side
    old: Said
    new: Said
    consequences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationAdded(Change):
    """Only the new pages have the operation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRemoved(Change):
    """Only the old pages have the operation, or the new ones have it by another name."""

    about: Literal["operation", "endpoint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAdded(Change):
    """Only the new page has the input, the member or the answer."""

    name: str
    required: Stated
    marked: bool = False
    """Whether the page has a place for marks, so that an empty one says something."""
    answer: bool = False
    """True for a response as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRemoved(Change):
    """Only the old page has the input, the member or the answer under this name and place."""

    about: Literal["presence", "name", "place"]
    name: str
    required: Stated
    nearness: Nearness | None = None
    now: str = ""
    """The new name of what was renamed."""
    positional: bool = False
    """True for a part of the path: its name never leaves the page."""
    answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeChanged(Change):
    """The type, its items, format or unit; the media type; the way to authenticate."""

    about: Literal["type", "format", "unit", "media type", "authentication"]
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredChanged(Change):
    """Whether it has to be sent or is always there, whether it may be null."""

    about: Literal["mark", "null"]
    before: Stated
    after: Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChanged(Change):
    """Inputs that are bound together, or authentication that is asked for."""

    about: Literal["group", "authentication"]
    effect: Effect
    names: frozenset[str] = frozenset()
    """Inputs bound together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumChanged(Change):
    """The values allowed, or the servers."""

    about: Literal["values", "constant", "servers"]
    effect: Effect
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChanged(Change):
    """A bound of a value, length or size; the default; the rate of requests."""

    about: Literal["lower limit", "upper limit", "default", "rate limit"]
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(Change):
    """Evidence that the old page disagreed with agrees with the new one."""

    rule: str
    """Id of the rule the change would have been told by."""
    message: str
    """The change in words."""
    disagreed: str
    """What was found against the old page, in words."""
    observed: Observed | None
    tallies: tuple[Tally, ...]
    """How much evidence it is."""

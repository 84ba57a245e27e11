"""What can be seen when twins are held against each other: facts, not judgements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from conformance.checks.facts import Fact, Likeness
from conformance.model.span import Span

Nearness: TypeAlias = Likeness | Literal["place", "moved"]
"""How two names, or two places of a name, belong together; ``place``: in the same row of both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one side says about the fact in dispute."""

    label: str
    """The side: a language or a folder."""
    key: str
    """Sides with one key say the same; empty when the side says nothing about it."""
    text: str
    """As a message prints it; empty when the side says nothing."""
    span: Span
    """Where it says so, or where it should."""

    @property
    def silent(self) -> bool:
        return not self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Another source's word on the fact: a printed example, a recorded response."""

    source: str
    where: str
    text: str
    supports: frozenset[str] = frozenset()
    """Keys of the words it agrees with; empty when it agrees with none, or decides nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart(Fact):
    """Twins that do not say the same; at least two different words."""

    words: tuple[Word, ...]
    """One for each side that has the thing at all, in the order of the sides."""
    witnesses: tuple[Witness, ...] = ()
    consequences: tuple[str, ...] = ()

    @property
    def one_sided(self) -> bool:
        """Whether those who say something all say the same, and another side is silent."""
        return len({word.key for word in self.words if not word.silent}) < 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationApart(Apart):
    """An operation, its servers, statuses or media types."""

    about: Literal["operation", "endpoint", "servers", "status", "media type"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldApart(Apart):
    """A member or parameter: there or not, under which name, in which place."""

    about: Literal["presence", "name", "place"]
    name: str
    nearness: Nearness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeApart(Apart):
    """The type, its format or its unit."""

    about: Literal["type", "format", "unit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredApart(Apart):
    """Whether it is always there or has to be sent."""

    about: Literal["mark", "group"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumApart(Apart):
    """The values allowed; each word names those the other sides lack."""

    about: Literal["values", "constant"]
    counted: bool = True
    """False when a side lists no values at all and mentions none of the others'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitApart(Apart):
    """A bound of a value, length or size, or of the rate of requests."""

    about: Literal["lower", "upper", "rate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultApart(Apart):
    """The value taken when none is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleApart(Apart):
    """A printed example."""

    about: Literal["value", "type", "member", "name", "items", "sample", "presence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProseApart(Apart):
    """What the words around the facts say."""

    about: Literal["statement", "bound", "numbers", "numbers missing", "mentions"]
    topic: str = ""

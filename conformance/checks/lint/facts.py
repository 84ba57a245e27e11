"""What can be seen on one page: facts, not judgements.

Examples are held against tables by the walk that also serves responses, and give its facts
(:mod:`conformance.checks.facts`); these are the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from conformance.checks.facts import Fact
from conformance.model.contract import Claim
from conformance.model.operation import Field, Scalar
from conformance.model.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshown(Fact):
    """A member of which the page does not say when it is there, in none of the examples."""

    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder(Fact):
    """A value that stands for any value."""

    whole: bool
    """Whether the example has no other values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFact(Fact):
    """Something the page says, against something else it says or against what is known."""

    operation: str = ""
    """``METHOD /path``; empty when the page as a whole is meant."""
    pointer: str = ""
    other: Span | None = None
    """The line that says otherwise, when it is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypesApart(PageFact):
    """One thing documented with two types."""

    first: Claim
    second: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksApart(PageFact):
    """One thing marked as required and as not required."""

    against: Literal["row", "other", "path"]
    """What contradicts the first mark: its own row, another line, or its place in the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BothRequired(PageFact):
    """Inputs of which only one may be given, several of them marked as required."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unvalued(PageFact):
    """A value said to be constant, and not which."""

    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyRange(PageFact):
    """Limits of one value that exclude everything, or its default."""

    bounds: tuple[tuple[str, int | float], ...]
    """Names of :class:`conformance.model.operation.Limits` with their numbers."""
    listed: bool
    """Whether the page lists the values."""
    default: tuple[Scalar, ...] = ()
    """The default, where it alone is excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOperation(PageFact):
    """A page on which no operation is documented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoResponse(PageFact):
    """An operation of which no page describes a response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlySampled(PageFact):
    """Method and path stand in sample code and nowhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMethod(PageFact):
    """A sample, or the line below a heading, calls the path with another method."""

    method: str
    other_method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPath(PageFact):
    """A sample of an operation calls a path that differs in one segment, by a slip."""

    path: str
    other_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPlace(PageFact):
    """An input that goes elsewhere than where its table puts it."""

    names: tuple[str, ...]
    tabled: str
    """Where the table puts it."""
    stated: str
    """Where it goes, or what it needs, by what else is known."""
    why: Literal["prose", "header", "placeholder", "no-placeholder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMediaType(PageFact):
    """A media type nobody registered, one letter away from one that is."""

    written: str
    registered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnregisteredStatus(PageFact):
    """A status code that is not in the registry."""

    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedSuccess(PageFact):
    """A success whose members are those of an error, and whose examples are rejections."""

    status: str
    error: str
    """Status of the error response with the same members."""
    sign: str
    """The word in the example that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignHeader(PageFact):
    """Header cells in a language that is neither the page's nor that of the cells below them."""

    words: tuple[str, ...]
    language: str
    page_language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact(PageFact):
    """Text that is no part of the documentation but of the site it was captured from."""

    what: str
    """Its kind, in words."""
    wording: str
    lines: tuple[int, ...]
    """Every line it stands on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLink(PageFact):
    """A link to a section of the same page that is not there."""

    target: str
    text: str

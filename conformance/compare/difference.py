"""What a difference of contracts is: an area, a direction, an action, and what each side states.

A difference says what is stated where.  Whether that breaks a client, or is worth a finding at
all, is for rules to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from conformance.compare.alignment import Nearness
from conformance.model.operation import Confidence, Stated
from conformance.model.span import Span

Direction: TypeAlias = Literal["request", "response"]
"""Who writes what is documented: the client, or the exchange."""
Action: TypeAlias = Literal[
    "added", "removed", "narrowed", "widened", "replaced", "stated", "unstated"
]
"""What became of it from one state to the next: it came or went; fewer values are allowed, more, or
others; it is stated for the first time, or no longer."""
Area: TypeAlias = Literal[
    "operation", "endpoint", "servers", "authentication", "authentication scheme", "status",
    "media type", "member", "name", "location", "place", "type", "format", "unit", "mark", "null",
    "group", "values", "constant", "default", "lower limit", "upper limit", "rate limit",
    "example value", "example type", "example member", "example name", "example items", "example",
    "claim", "bound", "numbers", "missing numbers", "mentions"
]  # fmt: skip
"""What of a contract is concerned."""


class SideStatement(Struct, frozen=True, kw_only=True):
    """What one side states."""

    text: str
    """As a message prints it; empty when the side states nothing."""
    span: Span
    """Where it states it, or where it should."""
    key: str = ""
    """Sides with one key state the same; empty when the side states nothing."""
    label: str = ""
    """The side: a language, a folder, a revision."""

    @property
    def silent(self) -> bool:
        return not self.key


class Difference(Struct, frozen=True, kw_only=True):
    """Sides that do not state the same; of two states the old one's statement is first."""

    area: Area
    subject: str
    span: Span
    """The line that a finding points to."""
    statements: tuple[SideStatement, ...]
    """One for each side that has the subject at all, in the order of the sides."""
    direction: Direction = "request"
    action: Action = "replaced"
    confidence: Confidence = "high"
    consequences: tuple[str, ...] = ()
    """What else differs for the same cause, one sentence each."""

    @property
    def old(self) -> SideStatement:
        return self.statements[0]

    @property
    def new(self) -> SideStatement:
        return self.statements[-1]

    @property
    def one_sided(self) -> bool:
        """Whether those who state something all state the same, and another side is silent."""
        return agree(self.statements)


class MemberDifference(Difference, frozen=True, kw_only=True):
    """An input, a member or an answer: there or not, under which name, in which place."""

    name: str
    other_name: str = ""
    """Of two states the new one's, where it has another name."""
    nearness: Nearness | None = None
    """How two names, or two places of one name, were found to be of one member."""
    required: Stated = Stated.NOT_STATED
    marked: bool = False
    """Whether the page has a place for marks, so that an empty one says something."""
    positional: bool = False
    """Whether it is a part of the path: its name never leaves the page."""


class ListDifference(Difference, frozen=True, kw_only=True):
    """The values allowed, or the servers."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    counted: bool = True
    """False when a side lists none at all and mentions none of the others'."""


class GroupDifference(Difference, frozen=True, kw_only=True):
    """Inputs that are bound together."""

    names: frozenset[str]


AnyDifference = TypeVar("AnyDifference", bound=Difference)


def differ(
    area: Area,
    subject: str,
    statements: Sequence[SideStatement],
    span: Span | None = None,
    direction: Direction = "request",
    action: Action = "replaced",
) -> Difference:
    """A difference, at the first side's line unless another is given."""
    return Difference(
        area=area,
        subject=subject,
        span=span or statements[0].span,
        statements=tuple(statements),
        direction=direction,
        action=action,
    )


def agree(statements: Sequence[SideStatement]) -> bool:
    """Whether all statements that state something state the same."""
    return len({s.key for s in statements if not s.silent}) < 2


def with_consequences(difference: AnyDifference, *consequences: str) -> AnyDifference:
    """The difference, with more that follows from it."""
    if not consequences:
        return difference
    return replace(difference, consequences=(*difference.consequences, *consequences))

"""What one side states of a member: type, format, unit, mark, values, default and limits.

Each facet is a key and a text.  Sides with one key state the same; the text is for messages.  Both
are empty where nothing is stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from conformance.compare.alignment import Aligned, Member
from conformance.compare.difference import Statement
from conformance.compare.page_text import PageText, RowText, mentions
from conformance.compare.prose import canonical, numbers, spelled
from conformance.compare.wording import LONGEST_NAME, as_text, cut, documented_type, listed, shown
from conformance.model.operation import Limits, Operation, Scalar, Value
from conformance.model.span import Span
from conformance.reading.facets.types import TypeReading, read_type

Facet: TypeAlias = tuple[str, str]
"""Key and text."""
Bound: TypeAlias = Literal["lower limit", "upper limit"]

_NESTING: Final = ("object", "array")
BOUNDS: Final[dict[Bound, tuple[str, ...]]] = {
    "lower limit": ("minimum", "exclusive_minimum", "min_length", "min_items"),
    "upper limit": ("maximum", "exclusive_maximum", "max_length", "max_items"),
}
"""Which bound of several kinds it is depends on the type, and another type is one cause."""


@dataclass(frozen=True, slots=True)
class OperationSide:
    """One side that documents an operation."""

    label: str
    operation: Operation
    text: PageText

    def state(self, key: str, text: str, span: Span | None = None) -> Statement:
        """What the side states; at the operation's own line unless another is given."""
        return Statement(label=self.label, key=key, text=text, span=span or self.operation.span)


@dataclass(frozen=True, slots=True)
class MemberSide:
    """One side that has a member, with the text of its page."""

    label: str
    member: Member
    page: PageText

    @property
    def value(self) -> Value:
        return self.member.value

    @property
    def row(self) -> RowText:
        """The row that documents the member."""
        return self.page.row(self.member.value)

    @property
    def words(self) -> str:
        """The describing cells of its row."""
        return self.row.described.plain

    @property
    def paragraphs(self) -> str:
        """What else the page says about the member; looked for only when it matters."""
        return self.page.about(self.member.name)

    def state(self, key: str, text: str) -> Statement:
        """What the side states, at the member's row."""
        return Statement(label=self.label, key=key, text=text, span=self.member.span)


def sides_of(aligned: Aligned, sides: Sequence[OperationSide]) -> list[MemberSide]:
    """The sides that have a member."""
    return [
        MemberSide(side.label, member, side.text)
        for side, member in zip(sides, aligned.sides, strict=True)
        if member
    ]


def type_of(value: Value) -> Facet:
    """``array of string``: JSON types from the outside in, as far as they are known."""
    kinds = kinds_of(value)
    if kinds == read_type(value.type_text).kind:
        return kinds, cut(value.type_text, LONGEST_NAME)
    text = documented_type(value)
    return kinds, "" if text == "no type" else text


def kinds_of(value: Value) -> str:
    """The key of a type; members below a scalar make it an object for all but its own row."""
    found: list[str] = []
    at: Value | None = value
    reading: TypeReading | None = read_type(value.type_text)
    while at is not None and at.kind is not None:
        own = reading.kind if reading else None
        found.append(own if own and own not in _NESTING else at.kind)
        inner = found[-1] == "array"
        at, reading = (at.items, reading.item if reading else None) if inner else (None, None)
    return " of ".join(found)


def innermost(value: Value) -> Value:
    """The items of an array, which the words of its row are about."""
    while value.kind == "array" and value.items is not None:
        value = value.items
    return value


def values_of(value: Value) -> tuple[str, ...]:
    """The values allowed, of the innermost items for an array, as the page prints them."""
    at = value
    while not (at.enum or at.constant) and at.items is not None:
        at = at.items
    return tuple(dict.fromkeys(map(_printed, at.constant or at.enum)))


def quoted(values: tuple[str, ...] | list[str]) -> str:
    """Values as a message lists them."""
    return listed([f"`{value}`" for value in values], 12)


def default_of(value: Value) -> Facet:
    """The value taken when none is sent."""
    key = _printed(value.default[0]) if value.default else ""
    return key, key and shown(value.default[0])


def limits_of(value: Value) -> Limits:
    """Its own limits, or those of its items."""
    at = value
    while at.limits == Limits() and at.items is not None:
        at = at.items
    return at.limits


def bound_of(limits: Limits, about: Bound) -> Facet:
    """The number on one side, and which limit it is."""
    found = exact_bound(limits, about)
    if found is None:
        return "", ""
    name, number = found
    return canonical(number), f"{name.replace('_', ' ')} {canonical(number)}"


def exact_bound(limits: Limits, about: Bound) -> tuple[str, int | float] | None:
    """Name and number of the limit on one side."""
    for name in BOUNDS[about]:
        number = getattr(limits, name)
        if number is not None:
            return name, number
    return None


def prints(text: str, value: str) -> bool:
    """Whether a value stands in a text, in digits, as a word, or spelled out."""
    return value in numbers(text) or mentions(text, value) or spelled(text, value)


def _printed(member: Scalar) -> str:
    if isinstance(member, int | float) and not isinstance(member, bool):
        return canonical(member)
    return as_text(member)

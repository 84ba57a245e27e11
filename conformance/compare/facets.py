"""What one side states of a member: type, format, unit, mark, values, default and limits.

Each facet is a key and a text.  Sides with one key state the same; the text is for messages.  Both
are empty where nothing is stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from conformance.compare.alignment import Aligned, Member
from conformance.compare.difference import Area, Difference, SideStatement, differ
from conformance.compare.page_text import PageText, RowText, mentions
from conformance.compare.prose import canonical, numbers, spelled
from conformance.compare.wording import LONGEST_NAME, as_text, cut, documented_type, listed, shown
from conformance.model.operation import Limits, Operation, Scalar, Value
from conformance.model.span import Span
from conformance.reading.facets.types import TypeReading, read_type

Facet: TypeAlias = tuple[str, str]
"""Key and text."""

_NESTING: Final = ("object", "array")
BOUNDS: Final[Mapping[Area, tuple[str, ...]]] = {
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

    def state(self, key: str, text: str, span: Span | None = None) -> SideStatement:
        """What the side states; at the operation's own line unless another is given."""
        return SideStatement(label=self.label, key=key, text=text, span=span or self.operation.span)


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

    def state(self, key: str, text: str) -> SideStatement:
        """What the side states, at the member's row."""
        return SideStatement(label=self.label, key=key, text=text, span=self.member.span)


def sides_of(aligned: Aligned, sides: Sequence[OperationSide]) -> list[MemberSide]:
    """The sides that have a member."""
    return [
        MemberSide(side.label, member, side.text)
        for side, member in zip(sides, aligned.sides, strict=True)
        if member
    ]


def compare_facets(
    subject: str, sides: Sequence[MemberSide], facets: Mapping[Area, Callable[[MemberSide], Facet]]
) -> Iterator[Difference]:
    """Each facet that the sides do not state alike; nothing is excused."""
    for area, facet in facets.items():
        statements = [side.state(*facet(side)) for side in sides]
        if len({s.key for s in statements}) > 1:
            yield differ(area, subject, statements)


def type_of(side: MemberSide) -> Facet:
    """``array of string``, and the word of the page for it."""
    value = side.value
    kinds = kinds_of(value)
    if kinds == read_type(value.type_text).kind:
        return kinds, cut(value.type_text, LONGEST_NAME)
    text = documented_type(value)
    return kinds, "" if text == "no type" else text


def kinds_of(value: Value) -> str:
    """JSON types from the outside in, as far as they are known.

    Members below a scalar make it an object for all but its own row.
    """
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


def unit_of(side: MemberSide) -> Facet:
    """The unit of time."""
    unit = innermost(side.value).unit or ""
    return unit, unit


def listed_values(side: MemberSide) -> Facet:
    """The values allowed."""
    values = values_of(side.value)
    return ",".join(values), quoted(values)


def default_of(side: MemberSide) -> Facet:
    """The value taken when none is sent."""
    default = side.value.default
    key = _printed(default[0]) if default else ""
    return key, key and shown(default[0])


def lower_limit(side: MemberSide) -> Facet:
    """``minimum 1``: also of a length or size."""
    return _bound(side, "lower limit")


def upper_limit(side: MemberSide) -> Facet:
    """``max length 36``: also of a value or size."""
    return _bound(side, "upper limit")


def bound_of(side: MemberSide, area: Area) -> tuple[str, int | float] | None:
    """Name and number of the limit on one side, of the value itself or its items."""
    at = side.value
    while at.limits == Limits() and at.items is not None:
        at = at.items
    bounds = ((name, getattr(at.limits, name)) for name in BOUNDS[area])
    return next(((name, number) for name, number in bounds if number is not None), None)


def _bound(side: MemberSide, area: Area) -> Facet:
    bound = bound_of(side, area)
    if bound is None:
        return "", ""
    text = f"{bound[0].replace('_', ' ')} {canonical(bound[1])}"
    return text, text


def prints(text: str, value: str) -> bool:
    """Whether a value stands in a text, in digits, as a word, or spelled out."""
    return value in numbers(text) or mentions(text, value) or spelled(text, value)


def _printed(member: Scalar) -> str:
    if isinstance(member, int | float) and not isinstance(member, bool):
        return canonical(member)
    return as_text(member)

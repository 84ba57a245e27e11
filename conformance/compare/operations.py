"""What sides state of an operation and of each of its members, and where they differ.

Each facet of a member is a key and a text.  Sides with one key state the same; the text is for
messages.  Both are empty where nothing is stated.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from conformance.compare.alignment import Aligned, Member, Place, align, fields_of, inputs_of
from conformance.compare.difference import (
    Area,
    Difference,
    GroupDifference,
    ListDifference,
    SideStatement,
    differ,
)
from conformance.compare.matching import shape_of
from conformance.compare.page_text import (
    PageText,
    RowText,
    count_numbers,
    is_spelled,
    mentions,
    write_canonical,
)
from conformance.compare.wording import (
    as_text,
    cut,
    format_documented_type,
    format_list,
    format_value,
)
from conformance.model.operation import Limits, Operation, Response, Scalar, Value
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
Moves: TypeAlias = "list[list[tuple[Aligned, Aligned]]]"
"""Groups of members that went the same way together, from one object to another."""


class OperationSide(Struct, frozen=True):
    """One side that documents an operation."""

    label: str
    operation: Operation
    text: PageText

    def state(self, key: str, text: str, span: Span | None = None) -> SideStatement:
        """What the side states; at the operation's own line unless another is given."""
        return SideStatement(label=self.label, key=key, text=text, span=span or self.operation.span)


class MemberSide(Struct, frozen=True):
    """One side that has a member, with the text of its page."""

    label: str
    member: Member
    page: PageText

    @property
    def value(self) -> Value:
        return self.member.value

    @property
    def row(self) -> RowText:
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
        return kinds, cut(value.type_text)
    text = format_documented_type(value)
    return kinds, "" if text == "no type" else text


def kinds_of(value: Value) -> str:
    """JSON types from the outside in, as far as they are known.  Members below a scalar make it an
    object for all but its own row."""
    found: list[str] = []
    at: Value | None = value
    reading: TypeReading | None = read_type(value.type_text)
    while at is not None and at.kind is not None:
        own = reading.kind if reading else None
        found.append(own if own and own not in _NESTING else at.kind)
        inner = found[-1] == "array"
        at, reading = (at.items, reading.item if reading else None) if inner else (None, None)
    return " of ".join(found)


def find_innermost(value: Value) -> Value:
    """The items of an array, which the words of its row are about."""
    while value.kind == "array" and value.items is not None:
        value = value.items
    return value


def values_of(value: Value) -> tuple[str, ...]:
    """The values allowed, of the innermost items for an array, as the page prints them."""
    at = value
    while not (at.enum or at.constant) and at.items is not None:
        at = at.items
    return tuple(dict.fromkeys(map(_print_member, at.constant or at.enum)))


def quote_values(values: tuple[str, ...] | list[str]) -> str:
    """Values as a message lists them."""
    return format_list([f"`{value}`" for value in values], 12)


def unit_of(side: MemberSide) -> Facet:
    """The unit of time."""
    unit = find_innermost(side.value).unit or ""
    return unit, unit


def read_listed_values(side: MemberSide) -> Facet:
    """The values allowed."""
    values = values_of(side.value)
    return ",".join(values), quote_values(values)


def default_of(side: MemberSide) -> Facet:
    """The value taken when none is sent."""
    default = side.value.default
    key = _print_member(default[0]) if default else ""
    return key, key and format_value(default[0])


def bound_of(side: MemberSide, area: Area) -> tuple[str, int | float] | None:
    """Name and number of the limit on one side, of the value itself or its items."""
    at = side.value
    while at.limits == Limits() and at.items is not None:
        at = at.items
    bounds = ((name, getattr(at.limits, name)) for name in BOUNDS[area])
    return next(((name, number) for name, number in bounds if number is not None), None)


def limit_of(side: MemberSide, area: Area) -> Facet:
    """``minimum 1``, ``max length 36``: of a value, its length or its size."""
    bound = bound_of(side, area)
    text = f"{bound[0].replace('_', ' ')} {write_canonical(bound[1])}" if bound else ""
    return text, text


def prints(text: str, value: str) -> bool:
    """Whether a value stands in a text, in digits, as a word, or spelled out."""
    return value in count_numbers(text) or mentions(text, value) or is_spelled(text, value)


def _print_member(member: Scalar) -> str:
    if isinstance(member, int | float) and not isinstance(member, bool):
        return write_canonical(member)
    return as_text(member)


def compare_endpoints(sides: Sequence[OperationSide]) -> Iterator[Difference]:
    """Nothing when a side names no endpoint: the name it goes by is not the page's word."""
    shapes = [shape_of(side.operation) for side in sides]
    if len(set(shapes)) > 1 and not any(s.operation.confidence == "low" for s in sides):
        pairs = zip(sides, shapes, strict=True)
        statements = [side.state(shape, side.operation.key) for side, shape in pairs]
        yield differ("endpoint", "endpoint", statements)


def compare_servers(sides: Sequence[OperationSide]) -> Iterator[ListDifference]:
    """Servers, where every side names some."""
    lists = [
        tuple(dict.fromkeys(s.rstrip("/").lower() for s in side.operation.servers))
        for side in sides
    ]
    if all(lists) and len(set(map(frozenset, lists))) > 1:
        pairs = zip(sides, lists, strict=True)
        statements = [side.state(" ".join(sorted(s)), format_list(s)) for side, s in pairs]
        yield ListDifference(
            area="servers",
            subject="servers",
            span=statements[0].span,
            statements=tuple(statements),
            removed=tuple(s for s in lists[0] if s not in lists[-1]),
            added=tuple(s for s in lists[-1] if s not in lists[0]),
        )


def compare_groups(sides: Sequence[OperationSide]) -> Iterator[GroupDifference]:
    """Inputs that are bound together, in another way or not on every side."""
    groups = [{frozenset(g.names): g for g in side.operation.groups} for side in sides]
    for names in dict.fromkeys(names for own in groups for names in own):
        pairs = [(side, own.get(names)) for side, own in zip(sides, groups, strict=True)]
        if len({group.kind if group else "" for _, group in pairs}) > 1:
            statements = tuple(
                side.state(
                    group.kind,
                    f"{group.kind.replace('-', ' ')} of {', '.join(group.names)}",
                    group.span,
                )
                if group
                else side.state("", "")
                for side, group in pairs
            )
            subject = f"parameters.{'|'.join(sorted(names))}"
            span = statements[0].span
            yield GroupDifference(
                area="group", subject=subject, span=span, statements=statements, names=names
            )


def compare_media_types(
    subject: str, pairs: Sequence[tuple[OperationSide, Response]]
) -> Iterator[Difference]:
    """The media type of one answer."""
    if len({response.media_type.lower() for _, response in pairs}) > 1:
        statements = [side.state(r.media_type.lower(), r.media_type, r.span) for side, r in pairs]
        yield differ("media type", f"{subject}.mediaType", statements, direction="response")


def input_places(sides: Sequence[OperationSide]) -> list[Place]:
    """What each side sends."""
    return [Place("", s.operation.span, inputs_of(s.operation)) for s in sides]


def answer_place(subject: str, response: Response) -> Place:
    """What a side gets as one answer."""
    span = response.value.span if response.value else response.span
    return Place(subject, span, fields_of(response.value))


def is_list(response: Response) -> bool:
    """Whether the body of an answer is an array."""
    return response.value is not None and response.value.kind == "array"


class MemberComparison(Struct):
    """The inputs, or one answer, of an operation on all sides: each cause is one difference, what
    follows from it stands beside it."""

    sides: Sequence[OperationSide]
    found: list[Difference] = []
    lone: list[Aligned] = []
    """Members that a side lacks, topmost first."""
    levels: list[tuple[Aligned, ...]] = []
    """The members of each object, where some side lacks each of them."""
    clashes: dict[int, list[Aligned]] = {}
    """Members that are not on a side where the object has another type: by the place of that
    difference among those found."""

    def differences(
        self, places: Sequence[Place], *, one_language: bool = False
    ) -> list[Difference]:
        """Every difference of one object."""
        self._walk(align(places, one_language=one_language))
        return self.settle()

    def compare(self, aligned: Aligned) -> list[Difference]:
        """What differs of a member that at least two sides have, apart from its members."""
        raise NotImplementedError

    def settle(self) -> list[Difference]:
        """What was found, and the members that some sides lack: moved, gone with another, or a
        cause of their own."""
        raise NotImplementedError

    def _walk(self, members: Sequence[Aligned]) -> None:
        if members and all(m.missing for m in members):
            self.levels.append(tuple(members))
        for aligned in members:
            if aligned.missing:
                self.lone.append(aligned)
            if sum(map(bool, aligned.sides)) > 1:
                differences = self.compare(aligned)
                clash = next((n for n, d in enumerate(differences) if d.area == "type"), None)
                gone = [c for c in aligned.children if clash is not None and c.missing]
                if clash is not None and gone:
                    self.clashes[len(self.found) + clash] = gone
                self.found += differences
                absorbed = {id(child) for child in gone}
                self._walk([child for child in aligned.children if id(child) not in absorbed])


def find_moves(
    members: Iterable[Aligned],
    key: Callable[[Aligned], Hashable],
    subject_of: Callable[[Aligned], str],
    *,
    old_first: bool = False,
) -> Moves:
    """Two members with one key, of which each side has exactly one, by the objects they are in."""
    alike: dict[Hashable, list[Aligned]] = {}
    for aligned in members:
        alike.setdefault(key(aligned), []).append(aligned)
    groups: dict[tuple[str, ...], list[tuple[Aligned, Aligned]]] = {}
    for one, *others in alike.values():
        if len(others) == 1 and all(
            (a is None) is not (b is None) for a, b in zip(one.sides, others[0].sides, strict=True)
        ):
            swapped = old_first and one.sides[0] is None
            pair = (others[0], one) if swapped else (one, others[0])
            parents = tuple(subject_of(aligned).rpartition(".")[0] for aligned in pair)
            groups.setdefault(parents, []).append(pair)
    return list(groups.values())

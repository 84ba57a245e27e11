"""One member in several languages: what its rows do not agree about, translation excused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from conformance.compare.difference import Area, Difference, ListDifference, SideStatement, agree
from conformance.compare.facets import (
    Facet,
    MemberSide,
    compare_facets,
    default_of,
    kinds_of,
    listed_values,
    lower_limit,
    prints,
    quoted,
    type_of,
    unit_of,
    upper_limit,
    values_of,
)
from conformance.compare.page_text import mentions
from conformance.compare.prose import numbers
from conformance.model.operation import Stated
from conformance.reading.facets.types import read_type
from conformance.vocabulary import normal

_MARKS: Final = {
    Stated.YES: "required",
    Stated.NO: "not required",
    Stated.NOT_STATED: "not required",
    Stated.CONDITIONAL: "conditional",
}
"""A mark by its meaning: what is not marked need not be there."""
_UNITS: Final = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
}


def compare_values(subject: str, sides: Sequence[MemberSide]) -> Iterator[Difference]:
    """Every facet that the sides that have the member do not agree about."""
    for found in compare_facets(subject, sides, _FACETS):
        left = _EXCUSES[found.area](found, sides)
        if left is not None:
            yield left


def _named_format(side: MemberSide) -> Facet:
    """By the word for the type alone: what else a row says of a format is translated."""
    return read_type(side.value.type_text).format or "", type_of(side)[1]


def _mark_of_row(side: MemberSide) -> Facet:
    """The mark as it stands in the table."""
    mark = side.row.mark
    key = _MARKS[mark] if mark else ""
    return key, "no mark" if mark is Stated.NOT_STATED else key


def _named_unit(side: MemberSide) -> Facet:
    unit, _ = unit_of(side)
    return unit, _UNITS.get(unit, "")


def _type(found: Difference, sides: Sequence[MemberSide]) -> Difference | None:
    """An array without an item type is any array; a column without types says nothing."""
    statements = found.statements
    if found.one_sided:
        statements = tuple(map(_unknown_type, sides, statements))
        if not all(side.row.has_types or side.value.kind for side in sides):
            return None
    return replace(found, statements=statements) if _clash([s.key for s in statements]) else None


def _unknown_type(side: MemberSide, statement: SideStatement) -> SideStatement:
    """An empty type cell, or one with a word that is no type in the letters of code."""
    text = side.value.type_text
    if not statement.silent or (text and not text.isascii()):
        return statement
    return side.state("?" + normal(text), text and f"`{text}`")


def _clash(keys: Sequence[str]) -> bool:
    """Whether two of the types differ."""
    stated = [key for key in keys if key]
    return any(
        not (a == b or a.startswith(b + " of ") or b.startswith(a + " of "))
        for n, a in enumerate(stated)
        for b in stated[n + 1 :]
    )


def _format(found: Difference, sides: Sequence[MemberSide]) -> Difference | None:
    """Values of one type may have another format."""
    kinds = {kinds_of(side.value) for side in sides}
    return found if len(kinds) == 1 and "" not in kinds else None


def _mark(found: Difference, sides: Sequence[MemberSide]) -> Difference | None:
    """A table without a place for marks says nothing."""
    return None if any(s.silent for s in found.statements) else found


def _values(found: Difference, sides: Sequence[MemberSide]) -> Difference | None:
    """Values in another order, or that the row names in another way, are the same."""
    if any(side.value.kind == "boolean" for side in sides):
        return None
    lists = [values_of(side.value) for side in sides]
    every = list(dict.fromkeys(value for values in lists for value in values))
    lacking = [
        [v for v in every if v not in values and not mentions(side.words, v)]
        for side, values in zip(sides, lists, strict=True)
    ]
    disputed = {value for lacks in lacking for value in lacks}
    own = [[v for v in every if v in disputed and v not in lacks] for lacks in lacking]
    statements = tuple(
        side.state(",".join(values) or "-", quoted(values))
        for side, values in zip(sides, own, strict=True)
    )
    if agree(statements):
        return None
    pairs = zip(lists, lacking, strict=True)
    return ListDifference(
        area="constant" if any(side.value.constant for side in sides) else "values",
        subject=found.subject,
        span=found.span,
        statements=statements,
        counted=all(values or len(lacks) < len(every) for values, lacks in pairs),
    )


def _default(found: Difference, sides: Sequence[MemberSide]) -> Difference | None:
    """A default that the row prints all the same is not left out."""
    codes = [_as_code(*pair) for pair in zip(sides, found.statements, strict=True)]
    return _unless_printed(found, sides, codes)


def _as_code(side: MemberSide, default: SideStatement) -> str:
    """The default, unless it may be a mere word of the page's language (``Default: all``)."""
    key = default.key
    set_apart = key in side.row.described.codes or f'"{key}"' in side.words
    return "" if key.isalpha() and key.islower() and not set_apart else key


def _limit(found: Difference, sides: Sequence[MemberSide]) -> Difference | None:
    """Which bound of several kinds it is depends on the type: numbers alone are compared."""
    statements = tuple(replace(s, key=s.key.rpartition(" ")[2]) for s in found.statements)
    numbered = replace(found, statements=statements)
    return _unless_printed(numbered, sides, [s.key for s in statements])


def _unless_printed(
    found: Difference, sides: Sequence[MemberSide], stated: Sequence[str]
) -> Difference | None:
    """Nothing where each side that states nothing prints the others' value anywhere."""
    statements = _as_printed(sides, found.statements)
    values = {key for key in stated if key}
    left_out = any(
        not key and not prints(side.words, value) and not prints(side.paragraphs, value)
        for side, key in zip(sides, stated, strict=True)
        for value in values
    )
    if agree(statements) and not left_out:
        return None
    return replace(found, statements=statements)


def _as_printed(
    sides: Sequence[MemberSide], statements: tuple[SideStatement, ...]
) -> tuple[SideStatement, ...]:
    """The statements, with the number a silent side prints where the others print theirs."""
    keys = {s.key for s in statements if not s.silent}
    if len(keys) != 1 or not any(s.silent for s in statements):
        return statements
    (key,) = keys
    pairs = list(zip(sides, statements, strict=True))
    known = {n for side, s in pairs if s.key for n in numbers(side.words)}
    return tuple(_with_number(side, s, key, known) if s.silent else s for side, s in pairs)


def _with_number(
    side: MemberSide, statement: SideStatement, stated: str, known: set[str]
) -> SideStatement:
    """The one number of the row that the others do not print; silent where they print the same."""
    others = numbers(side.words).keys() - known
    if len(others) != 1 or prints(side.words, stated):
        return statement
    (other,) = others
    return side.state(other, other)


def _unit(found: Difference, sides: Sequence[MemberSide]) -> Difference | None:
    return None if any(s.key == "percent" for s in found.statements) else found


_FACETS: Final[dict[Area, Callable[[MemberSide], Facet]]] = {
    "type": type_of,
    "format": _named_format,
    "mark": _mark_of_row,
    "values": listed_values,
    "default": default_of,
    "lower limit": lower_limit,
    "upper limit": upper_limit,
    "unit": _named_unit,
}
_EXCUSES: Final[dict[Area, Callable[[Difference, Sequence[MemberSide]], Difference | None]]] = {
    "type": _type,
    "format": _format,
    "mark": _mark,
    "values": _values,
    "default": _default,
    "lower limit": _limit,
    "upper limit": _limit,
    "unit": _unit,
}
"""What is no difference between languages."""

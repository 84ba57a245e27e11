"""One member in several languages: what its rows do not agree about, translation excused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from conformance.compare.difference import (
    Difference,
    ListDifference,
    Statement,
    agree,
    differ,
)
from conformance.compare.facets import (
    BOUNDS,
    MemberSide,
    bound_of,
    default_of,
    innermost,
    limits_of,
    prints,
    quoted,
    type_of,
    values_of,
)
from conformance.compare.page_text import mentions
from conformance.compare.prose import numbers
from conformance.model.operation import Stated, Unit
from conformance.reading.facets.types import read_type
from conformance.vocabulary import normal

_MARKS: Final = {
    Stated.YES: "required",
    Stated.NO: "not required",
    Stated.NOT_STATED: "not required",
    Stated.CONDITIONAL: "conditional",
}
"""A mark by its meaning: what is not marked need not be there."""
_UNITS: Final[dict[Unit | None, str]] = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
}


def compare_values(subject: str, sides: Sequence[MemberSide]) -> Iterator[Difference]:
    """Every facet that the sides that have the member do not agree about."""
    if len(sides) > 1:
        for facet in _FACETS:
            yield from facet(subject, sides)


def _types(subject: str, sides: Sequence[MemberSide]) -> Iterator[Difference]:
    statements = [side.state(*type_of(side.value)) for side in sides]
    silent = [s.silent for s in statements]
    if any(silent) and not all(silent) and agree(statements):
        statements = [_unknown_type(*pair) for pair in zip(sides, statements, strict=True)]
        if not all(side.row.has_types or side.value.kind for side in sides):
            statements = []
    if _clash([s.key for s in statements]):
        yield differ("type", subject, statements)
    elif agree(statements):
        yield from _formats(subject, sides)


def _formats(subject: str, sides: Sequence[MemberSide]) -> Iterator[Difference]:
    """By the words for the types alone: what else a row says of a format is translated."""
    formats = [read_type(side.value.type_text).format or "" for side in sides]
    if len(set(formats)) > 1 and all(side.value.kind for side in sides):
        texts = [type_of(side.value)[1] for side in sides]
        pairs = zip(sides, formats, texts, strict=True)
        yield differ("format", subject, [side.state(*stated) for side, *stated in pairs])


def _unknown_type(side: MemberSide, statement: Statement) -> Statement:
    """An empty type cell, or one with a word that is no type in the letters of code."""
    text = side.value.type_text
    if not statement.silent or (text and not text.isascii()):
        return statement
    return side.state("?" + normal(text), text and f"`{text}`")


def _clash(keys: Sequence[str]) -> bool:
    """Whether two of the types differ, where an array without an item type is any array."""
    stated = [key for key in keys if key]
    return any(
        not (a == b or a.startswith(b + " of ") or b.startswith(a + " of "))
        for n, a in enumerate(stated)
        for b in stated[n + 1 :]
    )


def _marks(subject: str, sides: Sequence[MemberSide]) -> Iterator[Difference]:
    marks = [side.row.mark for side in sides]
    stated = [(_MARKS[mark], mark) for mark in marks if mark is not None]
    if len(stated) == len(marks) and len({key for key, _ in stated}) > 1:
        statements = [
            side.state(key, "no mark" if mark is Stated.NOT_STATED else key)
            for side, (key, mark) in zip(sides, stated, strict=True)
        ]
        yield differ("mark", subject, statements)


def _values(subject: str, sides: Sequence[MemberSide]) -> Iterator[ListDifference]:
    lists = [values_of(side.value) for side in sides]
    if not any(lists) or any(side.value.kind == "boolean" for side in sides):
        return
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
        return
    pairs = zip(lists, lacking, strict=True)
    yield ListDifference(
        area="constant" if any(side.value.constant for side in sides) else "values",
        subject=subject,
        span=statements[0].span,
        statements=statements,
        counted=all(values or len(lacks) < len(every) for values, lacks in pairs),
    )


def _defaults(subject: str, sides: Sequence[MemberSide]) -> Iterator[Difference]:
    facets = [default_of(side.value) for side in sides]
    statements = _as_printed(sides, [side.state(*f) for side, f in zip(sides, facets, strict=True)])
    codes = [_as_code(side, key) for side, (key, _) in zip(sides, facets, strict=True)]
    if not agree(statements) or _is_left_out(sides, codes):
        yield differ("default", subject, statements)


def _as_code(side: MemberSide, default: str) -> str:
    """The default, unless it may be a mere word of the page's language (``Default: all``)."""
    set_apart = default in side.row.described.codes or f'"{default}"' in side.words
    return "" if default.isalpha() and default.islower() and not set_apart else default


def _bounds(subject: str, sides: Sequence[MemberSide]) -> Iterator[Difference]:
    for area in BOUNDS:
        stated = [side.state(*bound_of(limits_of(side.value), area)) for side in sides]
        statements = _as_printed(sides, stated)
        if not agree(statements) or _is_left_out(sides, [s.key for s in stated]):
            yield differ(area, subject, statements)


def _is_left_out(sides: Sequence[MemberSide], stated: Sequence[str]) -> bool:
    """Whether a side that states nothing does not print the others' value anywhere."""
    values = {key for key in stated if key}
    return any(
        not key and not prints(side.words, value) and not prints(side.paragraphs, value)
        for side, key in zip(sides, stated, strict=True)
        for value in values
    )


def _as_printed(sides: Sequence[MemberSide], statements: list[Statement]) -> list[Statement]:
    """The statements, with the number a silent side prints where the others print theirs."""
    keys = {s.key for s in statements if not s.silent}
    if len(keys) != 1 or not any(s.silent for s in statements):
        return statements
    (key,) = keys
    pairs = list(zip(sides, statements, strict=True))
    known = {n for side, s in pairs if s.key for n in numbers(side.words)}
    return [_with_number(side, s, key, known) if s.silent else s for side, s in pairs]


def _with_number(side: MemberSide, statement: Statement, stated: str, known: set[str]) -> Statement:
    """The one number of the row that the others do not print; silent where they print the same."""
    others = numbers(side.words).keys() - known
    if len(others) != 1 or prints(side.words, stated):
        return statement
    (other,) = others
    return side.state(other, other)


def _units(subject: str, sides: Sequence[MemberSide]) -> Iterator[Difference]:
    units = [innermost(side.value).unit for side in sides]
    if "percent" not in units and len(set(units)) > 1:
        pairs = zip(sides, units, strict=True)
        statements = [side.state(unit or "", _UNITS.get(unit, "")) for side, unit in pairs]
        yield differ("unit", subject, statements)


_FACETS: Final[tuple[Callable[[str, Sequence[MemberSide]], Iterator[Difference]], ...]] = (
    _types,
    _marks,
    _values,
    _defaults,
    _bounds,
    _units,
)

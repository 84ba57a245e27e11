"""Inputs and members of answers in several languages: what disagrees, translation excused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import Final, TypeAlias

from msgspec.structs import replace

from conformance.checks.parity.prose import Passage, compare_words
from conformance.compare import operations as ops
from conformance.compare.alignment import Aligned, Member
from conformance.compare.difference import (
    Area,
    Difference,
    ListDifference,
    MemberDifference,
    SideStatement,
    agree,
    with_consequences,
)
from conformance.compare.page_text import count_numbers, mentions
from conformance.compare.wording import UNITS, format_list, format_name
from conformance.model.operation import Stated
from conformance.reading.facets.types import read_type
from conformance.vocabulary import normalize_text

_MARKS: Final = {
    Stated.YES: "required",
    Stated.NO: "not required",
    Stated.NOT_STATED: "not required",
    Stated.CONDITIONAL: "conditional",
}
"""A mark by its meaning: what is not marked need not be there."""


def compare_values(subject: str, sides: Sequence[ops.MemberSide]) -> Iterator[Difference]:
    """Every facet that the sides that have the member do not agree about."""
    facets = {area: facet for area, (facet, _) in _FACETS.items()}
    for found in ops.compare_facets(subject, sides, facets):
        left = _FACETS[found.area][1](found, sides)
        if left is not None:
            yield left


def _mark_of_row(side: ops.MemberSide) -> ops.Facet:
    """The mark as it stands in the table."""
    mark = side.row.mark
    key = _MARKS[mark] if mark else ""
    return key, "no mark" if mark is Stated.NOT_STATED else key


def _compare_type(found: Difference, sides: Sequence[ops.MemberSide]) -> Difference | None:
    """An array without an item type is any array; a column without types says nothing."""
    statements = found.statements
    if found.one_sided:
        statements = tuple(map(_find_unknown_type, sides, statements))
        if not all(side.row.has_types or side.value.kind for side in sides):
            return None
    keys = [s.key for s in statements if s.key]
    clash = any(
        not (a == b or a.startswith(b + " of ") or b.startswith(a + " of "))
        for a, b in combinations(keys, 2)
    )
    return replace(found, statements=statements) if clash else None


def _find_unknown_type(side: ops.MemberSide, statement: SideStatement) -> SideStatement:
    """An empty type cell, or one with a word that is no type in the letters of code."""
    text = side.value.type_text
    if not statement.silent or (text and not text.isascii()):
        return statement
    return side.state("?" + normalize_text(text), text and f"`{text}`")


def _have_one_type(sides: Sequence[ops.MemberSide]) -> bool:
    kinds = {ops.kinds_of(side.value) for side in sides}
    return len(kinds) == 1 and "" not in kinds


def _compare_values(found: Difference, sides: Sequence[ops.MemberSide]) -> Difference | None:
    """Values in another order, or that the row names in another way, are the same."""
    if any(side.value.kind == "boolean" for side in sides):
        return None
    lists = [ops.values_of(side.value) for side in sides]
    every = list(dict.fromkeys(value for values in lists for value in values))
    lacking = [
        [v for v in every if v not in values and not mentions(side.words, v)]
        for side, values in zip(sides, lists, strict=True)
    ]
    disputed = {value for lacks in lacking for value in lacks}
    own = [[v for v in every if v in disputed and v not in lacks] for lacks in lacking]
    statements = tuple(
        side.state(",".join(values) or "-", ops.quote_values(values))
        for side, values in zip(sides, own, strict=True)
    )
    if agree(statements):
        return None
    pairs = zip(lists, lacking, strict=True)
    area: Area = "constant" if any(side.value.constant for side in sides) else "values"
    counted = all(values or len(lacks) < len(every) for values, lacks in pairs)
    return ListDifference(
        area=area, subject=found.subject, span=found.span, statements=statements, counted=counted
    )


def _as_code(side: ops.MemberSide, default: SideStatement) -> str:
    """The default, unless it may be a mere word of the page's language (``Default: all``)."""
    key = default.key
    set_apart = key in side.row.described.codes or f'"{key}"' in side.words
    return "" if key.isalpha() and key.islower() and not set_apart else key


def _compare_limit(found: Difference, sides: Sequence[ops.MemberSide]) -> Difference | None:
    """Which bound of several kinds it is depends on the type: numbers alone are compared."""
    statements = tuple(replace(s, key=s.key.rpartition(" ")[2]) for s in found.statements)
    numbered = replace(found, statements=statements)
    return _drop_printed(numbered, sides, [s.key for s in statements])


def _drop_printed(
    found: Difference, sides: Sequence[ops.MemberSide], stated: Sequence[str]
) -> Difference | None:
    """Nothing where each side that states nothing prints the others' value anywhere."""
    statements = _as_printed(sides, found.statements)
    values = {key for key in stated if key}
    left_out = any(
        not key and not ops.prints(side.words, value) and not ops.prints(side.paragraphs, value)
        for side, key in zip(sides, stated, strict=True)
        for value in values
    )
    if agree(statements) and not left_out:
        return None
    return replace(found, statements=statements)


def _as_printed(
    sides: Sequence[ops.MemberSide], statements: tuple[SideStatement, ...]
) -> tuple[SideStatement, ...]:
    """The statements, with the number a silent side prints where the others print theirs."""
    keys = {s.key for s in statements if not s.silent}
    if len(keys) != 1 or not any(s.silent for s in statements):
        return statements
    (key,) = keys
    pairs = list(zip(sides, statements, strict=True))
    known = {n for side, s in pairs if s.key for n in count_numbers(side.words)}
    found = []
    for side, s in pairs:
        others = count_numbers(side.words).keys() - known if s.silent else set()
        own = others.pop() if len(others) == 1 and not ops.prints(side.words, key) else ""
        found.append(side.state(own, own) if own else s)
    return tuple(found)


_Excuse: TypeAlias = Callable[[Difference, Sequence[ops.MemberSide]], Difference | None]
_FACETS: Final[dict[Area, tuple[Callable[[ops.MemberSide], ops.Facet], _Excuse]]] = {
    "type": (ops.type_of, _compare_type),
    # By the word for the type alone: what else a row says of a format is translated.
    "format": (
        lambda side: (read_type(side.value.type_text).format or "", ops.type_of(side)[1]),
        # Values of one type may have another format.
        lambda found, sides: found if _have_one_type(sides) else None,
    ),
    # A table without a place for marks says nothing.
    "mark": (
        _mark_of_row,
        lambda found, _: None if any(s.silent for s in found.statements) else found,
    ),
    "values": (ops.read_listed_values, _compare_values),
    "default": (  # one that the row prints all the same is not left out
        ops.default_of,
        lambda found, sides: _drop_printed(
            found, sides, list(map(_as_code, sides, found.statements))
        ),
    ),
    "lower limit": (partial(ops.limit_of, area="lower limit"), _compare_limit),
    "upper limit": (partial(ops.limit_of, area="upper limit"), _compare_limit),
    "unit": (
        lambda side: (ops.unit_of(side)[0], UNITS.get(ops.unit_of(side)[0], "")),
        lambda found, _: None if any(s.key == "percent" for s in found.statements) else found,
    ),
}
"""What each facet states, and what of it is no difference between languages."""


class TwinMembers(ops.MemberComparison, kw_only=True):
    """Members in several languages."""

    names: frozenset[str]
    """Those of the operation's members anywhere."""

    def compare(self, aligned: Aligned) -> list[Difference]:
        sides = ops.sides_of(aligned, self.sides)
        found: list[Difference] = []
        if len({side.member.implied for side in sides}) > 1:
            found.append(self._compare_absence(aligned))
        if len({side.member.name for side in sides}) > 1:
            found.append(self._name_difference(aligned, "name", lambda m: m.name))
        if len({side.member.where for side in sides}) > 1:
            found.append(self._name_difference(aligned, "location", lambda m: m.where))
        found += compare_values(aligned.subject, sides)
        passages = [
            Passage(s.label, s.row.described, s.member.span, s.page, s.member.name) for s in sides
        ]
        return [*found, *compare_words(aligned.subject, passages, found, self.names)]

    def _name_difference(
        self, aligned: Aligned, area: Area, state: Callable[[Member], str]
    ) -> MemberDifference:
        pairs = zip(self.sides, aligned.sides, strict=True)
        statements = [side.state(state(m), state(m), m.span) for side, m in pairs if m]
        nearness = aligned.nearness if area == "name" else None
        unsure = nearness in ("place", "word-order")
        found = _make_difference(area, aligned, statements)
        return replace(found, nearness=nearness, confidence="medium" if unsure else "high")

    def settle(self) -> list[Difference]:
        found = list(self.found)
        causes = {
            member.first.name: place
            for place, gone in reversed(self.clashes.items())
            for child in gone
            for member in (child, *child.descendants)
        }
        moves = ops.find_moves(self.lone, lambda m: m.first.name, lambda m: m.subject)
        moved = {id(aligned) for group in moves for both in group for aligned in both}
        rest = [aligned for aligned in self.lone if id(aligned) not in moved]
        for group in moves:
            statements = [
                side.state(at.subject, at.subject, own.span)
                for number, side in enumerate(self.sides)
                for at in group[0]
                if (own := at.sides[number])
            ]
            likewise = (f"likewise {format_name(a.first.name)}" for a, _ in group[1:])
            moved_on = _make_difference("place", group[0][0], statements)
            found.append(with_consequences(moved_on, *likewise))
        for aligned in rest:
            if aligned.children:
                for member in aligned.descendants:
                    causes.setdefault(member.first.name, len(found))
                found.append(self._compare_absence(aligned))
        followers: dict[int, list[str]] = {}
        for aligned in rest:
            cause = causes.get(aligned.first.name)
            if not aligned.children and cause is None:
                found.append(self._compare_absence(aligned))
            elif not aligned.children and cause is not None:
                pairs = zip(self.sides, aligned.sides, strict=True)
                having = ", ".join(side.label for side, member in pairs if member)
                where = f"{having} has {format_name(aligned.first.name)} as {aligned.subject}"
                followers.setdefault(cause, []).append(where)
        return [with_consequences(d, *followers.get(n, ())) for n, d in enumerate(found)]

    def _compare_absence(self, aligned: Aligned) -> MemberDifference:
        only_shown = all(member.implied for member in aligned.sides if member)
        statements = []
        for side, member, home in zip(self.sides, aligned.sides, aligned.homes, strict=True):
            if span := member.span if member else home:
                name = member.name if member and member.implied is only_shown else ""
                statements.append(side.state(name, name and format_name(name), span))
        below = [format_name(m.first.name) for m in aligned.descendants] if aligned.missing else []
        with_it = (f"and its members {format_list(below)}",) if below else ()
        span = next(s.span for s in statements if not s.silent)
        found = _make_difference("member", aligned, statements)
        return replace(found, span=span, consequences=with_it)


def _make_difference(
    area: Area, aligned: Aligned, statements: Sequence[SideStatement]
) -> MemberDifference:
    subject = aligned.subject
    span = statements[0].span
    return MemberDifference(
        area=area, subject=subject, span=span, statements=tuple(statements), name=aligned.first.name
    )

"""Pages of several sides, and their operations brought together.

A side is one language of the pages, one folder, or one state of them.  Operations are matched by
the place of their page, by method and path, and at last by what is left alone on one page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from msgspec import Struct, field

from conformance.compare.alignment import fields_of, inputs_of
from conformance.compare.page_text import PageText, read_page_text
from conformance.model.document import CodeBlock, Document, Table, walk
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading import PageReading

_FEW_WORDS: Final = 5
"""A page without tables and code that has no more is no page: it failed to load."""
_PLACEHOLDER: Final = regex(r"\{[^{}]*\}")
_VERSION: Final = regex(r"/v\d+(?:\.\d+)*(?=/)", re.IGNORECASE)
_WORD: Final = regex(r"[^\W\d_]{4,}")


class SidePage(Struct, frozen=True, kw_only=True):
    """One page of one side."""

    place: str
    """Path within the side, the same on every side but for the suffix."""
    reading: PageReading
    text: PageText
    exchange: str = ""
    language: str = ""
    unread: dict[Span, str] = field(default_factory=dict)
    """What stands in the lines of each gap."""
    blank: bool = False
    """Whether there is next to nothing on it."""

    @property
    def stem(self) -> str:
        return _cut_stem(self.place)

    @property
    def home(self) -> Span:
        """Where it would document one operation more."""
        operations = self.reading.operations
        return operations[0].span if operations else Span(self.reading.page, 1, 1)


class Side(Struct, frozen=True, kw_only=True):
    """All pages in one language, of one folder, or at one time."""

    label: str
    """How messages call it: a language, a folder, a revision."""
    pages: tuple[SidePage, ...]
    unread: tuple[str, ...] = ()

    @property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(o for page in self.pages for o in page.reading.operations)

    def page_at(self, stem: str) -> SidePage | None:
        return next((page for page in self.pages if page.stem == stem), None)


class PlacedOperation(Struct, frozen=True):
    """One operation as one page documents it."""

    operation: Operation
    page: SidePage

    @property
    def shape(self) -> str:
        return shape_of(self.operation)

    @property
    def named(self) -> bool:
        """Whether the page says method and path, so that they are more than its own name."""
        return self.operation.confidence != "low"


Match: TypeAlias = "tuple[PlacedOperation | None, ...]"
"""One operation on each side, in the order of the sides; None where one does not have it."""
Key: TypeAlias = Callable[[PlacedOperation], Hashable]


def build_side_page(
    place: str, document: Document, reading: PageReading, exchange: str = "", language: str = ""
) -> SidePage:
    """What is kept of a page to compare it."""
    lines = document.lines
    shaped = any(isinstance(block, Table | CodeBlock) for block in walk(document.blocks))
    return SidePage(
        place=place,
        reading=reading,
        text=read_page_text(document),
        exchange=exchange,
        language=language,
        unread={
            gap.span: "\n".join(lines[gap.span.line - 1 : gap.span.end_line])
            for gap in reading.gaps
        },
        blank=not shaped and sum(len(line.split()) for line in lines) <= _FEW_WORDS,
    )


def shape_of(operation: Operation) -> str:
    """Method and path without the names of placeholders."""
    return f"{operation.method} {_PLACEHOLDER.sub('{}', operation.path)}"


def match_twins(sides: Sequence[Side]) -> list[Match]:
    """Every operation once: by place of its page, failing that by method and path.  What is left
    alone on the twins of one page, once on each of two sides, is one operation whose method or path
    they document differently."""
    stems = {page.stem: None for side in sides for page in side.pages}
    places = {stem: number for number, stem in enumerate(stems)}
    singles = [single for number in range(len(sides)) for single in _make_singles(sides, number)]
    matches = sorted(singles, key=lambda single: places[_find_first(single).page.stem])
    matches = _merge_matches(matches, lambda one: (one.page.stem, one.shape))
    matches = _merge_matches(matches, lambda one: one.shape)
    return _merge_lone_matches(matches)


def match_states(old: Side, new: Side) -> list[Match]:
    """Every operation of both states, those of the new one first.  By place of the page and name;
    by name within exchange and language, when its page is another; then, on one page, by what is
    left of method and path."""
    sides = (old, new)
    matches = [*_make_singles(sides, 1), *_make_singles(sides, 0)]
    keys: tuple[Key, ...] = (
        lambda one: (one.page.stem, one.shape),
        lambda one: (one.page.exchange, one.page.language, one.shape),
        # ``POST /v1/orders`` and ``POST /v2/orders`` of one page.
        lambda one: (one.page.stem, one.operation.method, _VERSION.sub("", one.shape)),
        lambda one: (one.page.stem, one.shape.partition(" ")[2]),
    )
    for key in keys:
        matches = _merge_matches(matches, key)
    return _merge_lone_matches(matches, _may_be_one)


def collect_documented_shapes(side: Side) -> frozenset[tuple[str, str]]:
    """Exchange, method and path of every operation, on any page in any language."""
    return frozenset(
        (page.exchange, shape_of(operation))
        for page in side.pages
        for operation in page.reading.operations
    )


def describe_lost(side: Side, counterpart: SidePage) -> str:
    """Why a side can say nothing of what another has on a page, in words; empty where it can."""
    if counterpart.stem in map(_cut_stem, side.unread):
        return "the page was not read"
    page = side.page_at(counterpart.stem)
    if page is None:
        return ""
    if any(gap.kind == "specification-invalid" for gap in page.reading.gaps):
        return "only a part of the page could be read"
    if page.reading.operations:
        return ""
    gaps = any(gap.kind != "example-not-json" for gap in page.reading.gaps)
    return "nothing on it could be read as an operation" if page.blank or gaps else ""


def _cut_stem(place: str) -> str:
    return PurePosixPath(place).with_suffix("").as_posix()


def _make_singles(sides: Sequence[Side], number: int) -> Iterator[Match]:
    """The operations of one side, each without a counterpart yet."""
    before, after = (None,) * number, (None,) * (len(sides) - number - 1)
    for page in sides[number].pages:
        for operation in page.reading.operations:
            yield (*before, PlacedOperation(operation, page), *after)


def _find_first(match: Match) -> PlacedOperation:
    return next(found for found in match if found)


def _merge_matches(
    matches: Sequence[Match], key: Key, may_be_one: Callable[[Match, Match], bool] = lambda *_: True
) -> list[Match]:
    """Matches of one key whose sides do not overlap made one, in the first one's place.  The n-th
    of one key on one side is the n-th on another; what has the key None stays alone."""
    merged: list[Match] = []
    waiting: dict[Hashable, list[int]] = {}
    for match in matches:
        own = key(_find_first(match))
        same = waiting.get(own, []) if own is not None else []
        # No side has both.
        fitting = (n for n in same if all(None in p for p in zip(merged[n], match, strict=True)))
        known = next(fitting, None)
        if known is not None and may_be_one(merged[known], match):
            merged[known] = tuple(a or b for a, b in zip(merged[known], match, strict=True))
            continue
        merged.append(match)
        if own is not None and None in match:
            waiting.setdefault(own, []).append(len(merged) - 1)
    return merged


def _merge_lone_matches(
    matches: Sequence[Match], may_be_one: Callable[[Match, Match], bool] = lambda *_: True
) -> list[Match]:
    """The only operation each of two sides is left with on one page: its method or path differs."""
    alone: dict[tuple[str, int], list[PlacedOperation]] = {}
    for match in matches:
        if sum(map(bool, match)) == 1:
            found = _find_first(match)
            alone.setdefault((found.page.stem, match.index(found)), []).append(found)
    lone = {id(same[0]): stem for (stem, _), same in alone.items() if len(same) == 1}
    return _merge_matches(matches, lambda found: lone.get(id(found)), may_be_one)


def _may_be_one(one: Match, other: Match) -> bool:
    """Whether two operations may be one: a word of the path, or half of the names."""
    old, new = _find_first(one).operation, _find_first(other).operation
    if "low" in (old.confidence, new.confidence):
        return True
    before, after = (set(_WORD.findall(_PLACEHOLDER.sub("", o.path))) for o in (old, new))
    if before & after:
        return True
    names, others = set(_list_names(old)), set(_list_names(new))
    return 2 * len(names & others) > max(len(names), len(others))


def _list_names(operation: Operation) -> Iterator[str]:
    """Its inputs, and the members of its answers."""
    yield from (member.name for member in inputs_of(operation))
    for response in operation.responses:
        yield from (member.name for member in fields_of(response.value))

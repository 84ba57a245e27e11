"""Sides and twins: the same pages in several languages, brought together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from conformance.checks.parity.prose import PageWords
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.reading import PageReading

_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationOnPage:
    """One page of one side."""

    place: str
    """Path within the side: twins have the same, but for the suffix."""
    reading: PageReading
    words: PageWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """All pages in one language, or of one folder."""

    label: str
    """How messages call it."""
    tellings: tuple[OperationOnPage, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One operation as one page tells it."""

    operation: Operation
    words: PageWords
    place: str = ""
    """As :attr:`OperationOnPage.place`, without suffix."""


Twins: TypeAlias = tuple[Told | None, ...]
"""One operation as each side tells it, in the order of the sides; None where one does not."""


def page_of(side: Side, place: str) -> Span | None:
    """Where ``side`` would tell an operation of the page at ``place``; None without that page."""
    for telling in side.tellings:
        if _place(telling) == place:
            told = telling.reading.operations
            return told[0].span if told else Span(telling.reading.page, 1, 1)
    return None


def shape(operation: Operation) -> str:
    """Method and path without the names of its placeholders."""
    return f"{operation.method} {_PLACEHOLDER.sub('{}', operation.path)}"


def bring_together(sides: Sequence[Side]) -> list[Twins]:
    """Every operation once: by relative path of its page, failing that by method and path.

    What is left alone on the twins of one page, once on each of two sides, is one operation
    whose method or path they tell differently.
    """
    groups = [group for place in _places(sides) for group in _on_one_page(sides, place)]
    groups = _merged(groups, lambda group: _first(group).shape)
    lone = Counter(_lone(group) for group in groups)
    groups = _merged(groups, lambda group: _only_on(group, lone))
    return [tuple(found.told if found else None for found in group) for group in groups]


@dataclass(frozen=True, slots=True)
class _Found:
    """An operation and where it was found."""

    told: Told
    place: str
    shape: str


_Group: TypeAlias = "tuple[_Found | None, ...]"


def _places(sides: Iterable[Side]) -> list[str]:
    return list(dict.fromkeys(_place(t) for side in sides for t in side.tellings))


def _place(telling: OperationOnPage) -> str:
    return PurePosixPath(telling.place).with_suffix("").as_posix()


def _on_one_page(sides: Sequence[Side], place: str) -> Iterator[_Group]:
    """The operations of one page and its twins, by shape; the n-th of a shape is the n-th."""
    groups: dict[tuple[str, int], list[_Found | None]] = {}
    for number, side in enumerate(sides):
        count: dict[str, int] = {}
        for telling in side.tellings:
            if _place(telling) != place:
                continue
            for operation in telling.reading.operations:
                key = shape(operation)
                count[key] = count.get(key, 0) + 1
                group = groups.setdefault((key, count[key]), [None] * len(sides))
                group[number] = _Found(Told(operation, telling.words, place), place, key)
    yield from map(tuple, groups.values())


def _first(group: _Group) -> _Found:
    return next(found for found in group if found)


def _lone(group: _Group) -> tuple[str, int]:
    """Page and side of an operation that only one side tells; the side is -1 for others."""
    told = [number for number, found in enumerate(group) if found]
    return _first(group).place, told[0] if len(told) == 1 else -1


def _only_on(group: _Group, lone: Counter[tuple[str, int]]) -> str | None:
    """The page, when this is the only operation its side leaves without a twin there."""
    place, side = _lone(group)
    return place if side >= 0 and lone[place, side] == 1 else None


def _merged(groups: list[_Group], key: Callable[[_Group], str | None]) -> list[_Group]:
    """Groups of one key whose sides do not overlap made one, in the first one's place."""
    merged: list[list[_Found | None]] = []
    waiting: dict[str, list[_Found | None]] = {}
    for group in groups:
        told = key(group)
        known = waiting.get(told) if told is not None else None
        if known and all(None in pair for pair in zip(known, group, strict=True)):
            known[:] = [a or b for a, b in zip(known, group, strict=True)]
            continue
        merged.append(list(group))
        if told is not None and None in group:
            waiting.setdefault(told, merged[-1])
    return [tuple(group) for group in merged]

"""Pages of two states brought together: by path, failing that by what they document."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, Literal, TypeAlias

from conformance.checks.parity.align import inputs, members_of
from conformance.checks.parity.prose import PageWords, read_words
from conformance.checks.parity.sides import shape
from conformance.model.contract import Gap
from conformance.model.document import CodeBlock, Document, Table, walk
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.reading import PageReading

_FEW_WORDS: Final = 5
"""A page without tables and code that has no more is no page: it failed to load."""
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")
_VERSION: Final = re.compile(r"/v\d+(?:\.\d+)*(?=/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationOnPage:
    """One page of one state."""

    place: str
    """Path within the state: a page keeps it from one state to the next."""
    reading: PageReading
    words: PageWords
    exchange: str = ""
    language: str = ""
    unread: dict[Span, str] = field(default_factory=dict)
    """What stands in the lines of each gap."""
    blank: bool = False
    """Whether there is next to nothing on it."""

    @property
    def edition(self) -> tuple[str, str]:
        """Exchange and language: what is held against itself only."""
        return self.exchange, self.language


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All pages at one time."""

    label: str
    """How messages call it: a folder, a revision."""
    tellings: tuple[OperationOnPage, ...]
    unread: tuple[str, ...] = ()
    """Places of pages that could not be read at all."""


@dataclass(frozen=True, slots=True)
class Told:
    """One operation as one page tells it."""

    operation: Operation
    telling: OperationOnPage

    @property
    def shape(self) -> str:
        return shape(self.operation)

    @property
    def named(self) -> bool:
        """Whether the page says method and path, so that they are more than its own name."""
        return self.operation.confidence != "low"


@dataclass(frozen=True, slots=True)
class Both:
    """One operation in both states, or in one."""

    old: Told | None
    new: Told | None

    @property
    def either(self) -> Told:
        """The new telling, else the old one."""
        told = self.new or self.old
        if told is None:
            raise ValueError("neither state has it")
        return told


def telling(
    place: str,
    document: Document,
    reading: PageReading,
    exchange: str = "",
    language: str = "",
) -> OperationOnPage:
    """What is kept of a page."""
    return OperationOnPage(
        place=place,
        reading=reading,
        words=read_words(document),
        exchange=exchange,
        language=language,
        unread={gap.span: _lines(document, gap.span) for gap in reading.gaps},
        blank=_is_blank(document),
    )


def _lines(document: Document, span: Span) -> str:
    return "\n".join(document.lines[span.line - 1 : span.end_line])


def _is_blank(document: Document) -> bool:
    if any(isinstance(block, Table | CodeBlock) for block in walk(document.blocks)):
        return False
    return sum(len(line.split()) for line in document.lines) <= _FEW_WORDS


Kind: TypeAlias = Literal["no-page", "unread", "lost", "gone"]
"""Why a state lacks an operation: its page is not there, could not be read, says nothing that
could be read any more, or says other things."""


def bring_together(old: State, new: State) -> list[Both]:
    """Every operation of both states, each with itself as far as it can be told.

    By path of the page and name; by name within exchange and language, when its page is
    another; then, on one page, by what is left of method and path.
    """
    before, after = list(_told(old)), list(_told(new))
    joined: dict[int, Told] = {}
    for key in (_by_place, _by_edition, _unversioned, _by_path):
        joined |= _joined(_left(before, joined.values()), _unjoined(after, joined), key)
    joined |= _alone(_left(before, joined.values()), _unjoined(after, joined))
    gone = (Both(told, None) for told in _left(before, joined.values()))
    return [*(Both(joined.get(id(told)), told) for told in after), *gone]


def why_lacking(state: State, told: Told) -> tuple[Kind, OperationOnPage | None]:
    """Why ``state`` has no counterpart of an operation, and the page that should have it."""
    place = _place(told.telling.place)
    if any(_place(unread) == place for unread in state.unread):
        return "unread", None
    page = next((t for t in state.tellings if _place(t.place) == place), None)
    if page is None:
        return "no-page", None
    if not page.reading.operations and (page.blank or _gaps(page.reading.gaps)):
        return "lost", page
    return "gone", page


def documented(state: State) -> frozenset[tuple[str, str]]:
    """Exchange, method and path of every operation of a state, on any page in any language."""
    return frozenset((told.telling.exchange, told.shape) for told in _told(state))


def _told(state: State) -> Iterator[Told]:
    for telling in state.tellings:
        for operation in telling.reading.operations:
            yield Told(operation, telling)


def _left(before: Sequence[Told], joined: Iterable[Told]) -> list[Told]:
    taken = {id(told) for told in joined}
    return [told for told in before if id(told) not in taken]


def _unjoined(after: Sequence[Told], joined: Mapping[int, Told]) -> list[Told]:
    return [told for told in after if id(told) not in joined]


def _joined(
    before: Sequence[Told], after: Sequence[Told], key: Callable[[Told], Hashable]
) -> dict[int, Told]:
    """The old telling for new ones, by identity: the n-th of one key in each state."""
    waiting: dict[Hashable, deque[Told]] = {}
    for told in before:
        waiting.setdefault(key(told), deque()).append(told)
    return {id(told): same.popleft() for told in after if (same := waiting.get(key(told)))}


def _alone(before: Sequence[Told], after: Sequence[Told]) -> dict[int, Told]:
    """The only operation a page has left in each state: one whose method and path changed."""
    counts = [Counter(_by_page(t) for t in told) for told in (before, after)]
    lone = {_by_page(t): t for t in before if counts[0][_by_page(t)] == 1}
    return {
        id(told): lone[place]
        for told in after
        if (place := _by_page(told)) in lone
        and counts[1][place] == 1
        and _akin(lone[place].operation, told.operation)
    }


def _akin(old: Operation, new: Operation) -> bool:
    """Whether two operations of one page may be one: a word of the path, or half of the names."""
    if "low" in (old.confidence, new.confidence):
        return True
    before, after = (set(_WORD.findall(_PLACEHOLDER.sub("", o.path))) for o in (old, new))
    if before & after:
        return True
    known, told = (set(_names(o)) for o in (old, new))
    return 2 * len(known & told) > max(len(known), len(told))


def _names(operation: Operation) -> Iterator[str]:
    """Its inputs, and the members of its answers."""
    yield from (told.name for told in inputs(operation))
    for response in operation.responses:
        if response.value:
            yield from (told.name for told in members_of(response.value))


def _by_page(told: Told) -> str:
    return _place(told.telling.place)


def _by_place(told: Told) -> Hashable:
    return _place(told.telling.place), told.shape


def _by_edition(told: Told) -> Hashable:
    return told.telling.edition, told.shape


def _unversioned(told: Told) -> Hashable:
    """``POST /v1/orders`` and ``POST /v2/orders`` of one page."""
    return _place(told.telling.place), told.operation.method, _VERSION.sub("", told.shape)


def _by_path(told: Told) -> Hashable:
    return _place(told.telling.place), told.shape.partition(" ")[2]


def _place(place: str) -> str:
    return PurePosixPath(place).with_suffix("").as_posix()


def _gaps(gaps: Iterable[Gap]) -> bool:
    return any(gap.kind != "example-not-json" for gap in gaps)

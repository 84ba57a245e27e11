"""The pages of a folder: each prepared by itself, then completed with what the others know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias, TypeVar

from conformance.errors import ConformanceError
from conformance.model.contract import Gap
from conformance.model.span import Span
from conformance.pages.exchange import read_bytes
from conformance.pages.sources import SourcePage
from conformance.parse import parse_page
from conformance.reading import FolderIndex, build_index
from conformance.reading.endpoints import EndpointCandidate
from conformance.reading.preparation import PreparedPage, prepare_page
from conformance.reading.references import PageIndex
from conformance.reading.tracing import PageTrace, complete_page

S = TypeVar("S")
T = TypeVar("T")
Progress = Callable[[int, int, str], None]
"""Called with (done, all, name) after each page."""

_KEPT: Final = 24 * 1024 * 1024
"""Characters of pages that are kept between the two passes; others are prepared again."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the index of a folder needs of a page, without the page."""

    page: str
    sections: PageIndex
    names: frozenset[str]
    routes: tuple[EndpointCandidate, ...]


_First: TypeAlias = PreparedPage | _Known | Gap


def read_folder(
    finish: Callable[[PageTrace], T],
    pages: Sequence[SourcePage],
    progress: Progress | None,
    jobs: int,
) -> list[T | Gap]:
    """``finish`` of each page, read with what the others know; a gap for one that is unreadable."""
    prepare = _prepare_known if jobs > 1 else _Keeper().prepare
    first = list(_each(prepare, pages, [page.page for page in pages], progress, jobs))
    library = build_index(known for known in first if not isinstance(known, Gap))
    complete = partial(_complete, finish, library)
    work = [
        (page, known if isinstance(known, PreparedPage) else None)
        for page, known in zip(pages, first, strict=True)
        if not isinstance(known, Gap)
    ]
    names = [page.page for page, _ in work]
    done = _each(complete, work, names, progress, jobs)
    return [known if isinstance(known, Gap) else next(done) for known in first]


class _Keeper:
    """Prepares pages and keeps as many as there is room for."""

    def __init__(self) -> None:
        self._room = _KEPT

    def prepare(self, page: SourcePage) -> _First:
        """The page itself while there is room, else what the others need of it."""
        prepared = _prepare(page)
        if isinstance(prepared, Gap):
            return prepared
        self._room -= sum(map(len, prepared.source.lines))
        return prepared if self._room > 0 else _known(prepared)


def _prepare(page: SourcePage) -> PreparedPage | Gap:
    try:
        return prepare_page(parse_page(read_bytes(page.path), page.page))
    except ConformanceError as error:
        return unreadable(page.page, str(error))


def _prepare_known(page: SourcePage) -> _First:
    prepared = _prepare(page)
    return prepared if isinstance(prepared, Gap) else _known(prepared)


def _known(page: PreparedPage) -> _Known:
    return _Known(page.page, page.sections, page.names, page.routes)


def _complete(
    finish: Callable[[PageTrace], T],
    library: FolderIndex,
    work: tuple[SourcePage, PreparedPage | None],
) -> T | Gap:
    page, kept = work
    prepared = kept or _prepare(page)
    if isinstance(prepared, Gap):
        return prepared
    return finish(complete_page(prepared, library))


def unreadable(page: str, why: str) -> Gap:
    """The gap of a page that cannot be read at all."""
    return Gap(kind="page-unreadable", span=Span(page, 1, 1), subject=page, detail=why)


def _each(
    work: Callable[[S], T],
    items: Sequence[S],
    names: Sequence[str],
    progress: Progress | None,
    jobs: int,
) -> Iterator[T]:
    """Each item in turn, or by ``jobs`` processes at once; results in order."""
    if jobs > 1 and len(items) > 1:
        with ProcessPoolExecutor(jobs) as pool:
            yield from _counted(pool.map(work, items, chunksize=4), names, progress)
    else:
        yield from _counted(map(work, items), names, progress)


def _counted(results: Iterable[T], names: Sequence[str], progress: Progress | None) -> Iterator[T]:
    for done, (result, name) in enumerate(zip(results, names, strict=True), 1):
        if progress:
            progress(done, len(names), name)
        yield result

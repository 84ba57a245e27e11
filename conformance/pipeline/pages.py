"""Pages read: each prepared by itself, then completed with what the others of its folder state."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import ConformanceError
from conformance.model.contract import Contract, Gap
from conformance.model.document import Document
from conformance.model.span import Span
from conformance.pages.exchange import Exchange, read_bytes, read_page
from conformance.pages.sources import SourcePage, Sources, find_sources
from conformance.parse import parse_page
from conformance.reading import (
    FolderIndex,
    PageReading,
    build_index,
    combine,
    read_document,
    read_documents,
)
from conformance.reading.endpoints import EndpointCandidate
from conformance.reading.pages import summarize
from conformance.reading.preparation import PreparedPage, prepare_page
from conformance.reading.references import PageIndex
from conformance.reading.specification import SyntaxFault, find_syntax_fault
from conformance.reading.tracing import PageTrace, complete_page

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

S = TypeVar("S")
T = TypeVar("T")
Progress = Callable[[int, int, str], None]
"""Called with (done, all, name) after each page."""

_KEPT: Final = 24 * 1024 * 1024
"""Characters of pages that are kept between the two passes; others are prepared again."""


class _Known(Struct, frozen=True):
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
    # several processes keep nothing: what one of them has, another cannot see
    prepare = _Keeper(0 if jobs > 1 else _KEPT).prepare
    first = list(_map_each(prepare, pages, [page.page for page in pages], progress, jobs))
    library = build_index(known for known in first if not isinstance(known, Gap))
    complete = partial(_complete, finish, library)
    work = [
        (page, known if isinstance(known, PreparedPage) else None)
        for page, known in zip(pages, first, strict=True)
        if not isinstance(known, Gap)
    ]
    names = [page.page for page, _ in work]
    done = _map_each(complete, work, names, progress, jobs)
    return [known if isinstance(known, Gap) else next(done) for known in first]


class _Keeper:
    """Prepares pages and keeps as many as there is room for."""

    def __init__(self, room: int) -> None:
        self._room = room

    def prepare(self, page: SourcePage) -> _First:
        """The page itself while there is room, else what the others need of it."""
        prepared = _prepare(page)
        if isinstance(prepared, Gap):
            return prepared
        self._room -= sum(map(len, prepared.source.lines))
        if self._room > 0:
            return prepared
        return _Known(prepared.page, prepared.sections, prepared.names, prepared.routes)


def _prepare(page: SourcePage) -> PreparedPage | Gap:
    try:
        document = parse_page(read_bytes(page.path), page.page)
        if fault := _find_lost_page(document):
            return unreadable(page.page, str(fault), fault.line)
        return prepare_page(document)
    except ConformanceError as error:
        return unreadable(page.page, str(error))


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


def _find_lost_page(document: Document) -> SyntaxFault | None:
    """The fault that leaves nothing to read of a page that should be JSON or YAML."""
    fault = find_syntax_fault(document)
    return fault if fault and not read_document(document).operations else None


def unreadable(page: str, why: str, line: int = 1) -> Gap:
    """The gap of a page that cannot be read at all."""
    return Gap(kind="page-unreadable", span=Span(page, line, line), subject=page, detail=why)


@contextmanager
def start_workers(
    jobs: int, begin: Callable[..., None] | None = None, *given: Any
) -> Iterator[ProcessPoolExecutor]:
    """``jobs`` processes, each of which begins with ``begin(*given)``.  Where this one is
    interrupted or fails, they end in the middle of their work."""
    from concurrent.futures import ProcessPoolExecutor  # slow to import
    from multiprocessing import active_children

    others = active_children()
    with ProcessPoolExecutor(jobs, initializer=_begin_work, initargs=(begin, *given)) as pool:
        try:
            yield pool
        except BaseException:
            for worker in active_children():
                if worker not in others:
                    worker.kill()  # a handler of this process may keep it from being terminated
            raise


def _begin_work(begin: Callable[..., None] | None, *given: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started the workers ends them
    if begin:
        begin(*given)


def _map_each(
    work: Callable[[S], T],
    items: Sequence[S],
    names: Sequence[str],
    progress: Progress | None,
    jobs: int,
) -> Iterator[T]:
    """Each item in turn, or by ``jobs`` processes at once; results in order."""
    if jobs > 1 and len(items) > 1:
        with start_workers(jobs) as pool:
            yield from _count_results(pool.map(work, items, chunksize=4), names, progress)
    else:
        yield from _count_results(map(work, items), names, progress)


def _count_results(
    results: Iterable[T], names: Sequence[str], progress: Progress | None
) -> Iterator[T]:
    for done, (result, name) in enumerate(zip(results, names, strict=True), 1):
        if progress:
            progress(done, len(names), name)
        yield result


class Pages(Struct, frozen=True, kw_only=True):
    """Everything read from a set of pages."""

    readings: tuple[PageReading, ...]
    gaps: tuple[Gap, ...] = ()
    """Pages that could not be read at all."""
    skipped: tuple[str, ...] = ()
    """Files that are no documentation by their form, with the reason."""
    files: tuple[tuple[str, Path], ...] = ()
    """Every page by its name, and the file it was read from."""

    @property
    def unread(self) -> Iterator[str]:
        """A line on each page that could not be read, or perhaps not to its end."""
        for gap in self.gaps:
            yield f"{gap.span}: not read: {gap.detail}"
        for gap in (gap for reading in self.readings for gap in reading.gaps):
            if gap.kind == "specification-invalid":
                yield f"{gap.span}: {gap.detail}; read as far as it goes"

    @property
    def contract(self) -> Contract:
        combined = combine(self.readings)
        return replace(combined, gaps=(*self.gaps, *combined.gaps))


def read_paths(paths: Sequence[Path], progress: Progress | None = None, jobs: int = 1) -> Pages:
    """Read every page under ``paths``; what cannot be read is a gap.  Memory grows with what the
    pages state, not with their size.  Raises InputError: a path does not exist."""
    sources = find_sources(paths)
    read = read_folder(summarize, sources.pages, progress, jobs)
    return pages_of(sources, [r for r in read if isinstance(r, PageReading)], gaps_of(read))


def read_exchange(exchange: Exchange, language: str | None = None) -> Pages:
    """Read the pages of an exchange, or one language.  Raises InputError: a page is missing or
    changed."""
    readings = tuple(reading for _, reading in read_documents_of(exchange, language))
    return Pages(readings=readings)


def read_documents_of(
    exchange: Exchange, language: str | None = None
) -> Iterator[tuple[Document, PageReading]]:
    """Every page of an exchange, or those in one language, each with its reading."""
    pages = [p for p in exchange.pages if language is None or p.language == language]
    documents = [parse_page(read_page(exchange, page), page.path) for page in pages]
    yield from zip(documents, read_documents(documents), strict=True)


def pages_of(sources: Sources, readings: Iterable[PageReading], gaps: Iterable[Gap]) -> Pages:
    """What was read of ``sources``, beside what of them could not be."""
    return Pages(
        readings=tuple(readings),
        gaps=(*gaps, *(unreadable(p.page, p.reason) for p in sources.problems)),
        skipped=tuple(f"{s.path}: {s.reason}" for s in sources.skipped),
        files=tuple((page.page, page.path) for page in sources.pages),
    )


def gaps_of(read: Iterable[object]) -> list[Gap]:
    """Those of the results that say why a page could not be read."""
    return [result for result in read if isinstance(result, Gap)]

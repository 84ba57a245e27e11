"""Pages read one after the other or at once, and once more where they point to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TypeVar, cast

from conformance.model.contract import Gap
from conformance.model.span import Span
from conformance.reading import FolderIndex, PageReading, build_index
from conformance.snapshot.sources import SourcePage

T = TypeVar("T")
Progress = Callable[[int, int, str], None]
"""Told (done, all, name) after each page."""


def in_two_passes(
    read: Callable[[FolderIndex, SourcePage], T | Gap],
    pages: Sequence[SourcePage],
    progress: Progress | None,
    jobs: int,
    reading_of: Callable[[T], PageReading],
) -> list[T | Gap]:
    """Each page by itself, then once more those that gain from what the others know."""
    first = list(_read_each(partial(read, FolderIndex()), pages, progress, jobs))
    readings = [None if isinstance(r, Gap) else reading_of(r) for r in first]
    library = build_index(reading for reading in readings if reading is not None)
    again = [n for n, r in enumerate(readings) if r is not None and r.gains_from(library)]
    better = _read_each(partial(read, library), [pages[n] for n in again], progress, jobs)
    for n, result in zip(again, better, strict=True):
        first[n] = result
    return first


def unreadable(page: str, why: str) -> Gap:
    return Gap(kind="page-unreadable", span=Span(page, 1, 1), subject=page, detail=why)


def _read_each(
    read: Callable[[SourcePage], T],
    pages: Sequence[SourcePage],
    progress: Progress | None,
    jobs: int,
) -> Iterator[T]:
    """Each page in turn, or by ``jobs`` processes at once; results in page order."""
    if jobs > 1 and len(pages) > 1:
        with ProcessPoolExecutor(jobs, initializer=_install, initargs=(read,)) as pool:
            results = cast("Iterable[T]", pool.map(_read_installed, pages, chunksize=4))
            yield from _told(results, pages, progress)
    else:
        yield from _told(map(read, pages), pages, progress)


_installed: Callable[[SourcePage], object] | None = None
"""What a worker process reads pages with: sent once, for it knows all pages of the folder."""


def _install(read: Callable[[SourcePage], object]) -> None:
    global _installed
    _installed = read


def _read_installed(page: SourcePage) -> object:
    if _installed is None:
        raise RuntimeError("the worker was not set up")
    return _installed(page)


def _told(
    results: Iterable[T], pages: Sequence[SourcePage], progress: Progress | None
) -> Iterator[T]:
    for done, (result, page) in enumerate(zip(results, pages, strict=True), 1):
        if progress:
            progress(done, len(pages), page.page)
        yield result

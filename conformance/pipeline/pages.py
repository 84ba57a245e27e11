"""Pages read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from conformance.model.contract import Contract, Gap
from conformance.model.document import Document
from conformance.pages.exchange import Exchange, read_page
from conformance.pages.sources import Sources, find_sources
from conformance.parse import parse_page
from conformance.pipeline.passes import Progress, read_folder, unreadable
from conformance.reading import PageReading, combine, read_documents
from conformance.reading.pages import summarize


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Everything read from a set of pages."""

    readings: tuple[PageReading, ...]
    gaps: tuple[Gap, ...] = ()
    """Pages that could not be read at all."""
    skipped: tuple[str, ...] = ()
    """Files that are no documentation by their form, with the reason."""
    files: tuple[tuple[str, Path], ...] = ()
    """Every page by its name, and the file it was read from."""

    @property
    def contract(self) -> Contract:
        """One contract over all pages."""
        combined = combine(self.readings)
        return replace(combined, gaps=(*self.gaps, *combined.gaps))


def read_paths(paths: Sequence[Path], progress: Progress | None = None, jobs: int = 1) -> Pages:
    """Read every page under ``paths``; what cannot be read is a gap, and the others go on.

    Each is prepared by itself and completed when all are known.  Memory grows with what the
    pages say, not with their size.

    Raises:
        InputError: one of ``paths`` does not exist.
    """
    sources = find_sources(paths)
    read = read_folder(summarize, sources.pages, progress, jobs)
    return pages_of(sources, [r for r in read if isinstance(r, PageReading)], gaps_of(read))


def read_exchange(exchange: Exchange, language: str | None = None) -> Pages:
    """Read the pages of an exchange, or those in one language.

    Raises:
        InputError: a page is missing or is not the one the manifest describes.
    """
    readings = tuple(reading for _, reading in read_documents_of(exchange, language))
    return Pages(readings=readings)


def read_documents_of(
    exchange: Exchange, language: str | None
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

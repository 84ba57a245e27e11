"""Pages read, and each checked against itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from conformance.checks.lint.page import LintedPage, lint_operations, lint_page
from conformance.checks.reading import gap_findings
from conformance.model.contract import Contract, Gap
from conformance.model.document import Document
from conformance.model.finding import Finding
from conformance.pages.exchange import Exchange, read_page
from conformance.pages.sources import Sources, find_sources
from conformance.parse import parse_page
from conformance.pipeline.passes import Progress, read_folder, unreadable
from conformance.reading import PageReading, combine, read_documents
from conformance.reading.pages import summarize
from conformance.reading.tracing import PageTrace


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """A set of pages, read and each checked against itself."""

    pages: Pages
    of_pages: tuple[LintedPage, ...]
    across: tuple[Finding, ...] = ()
    """Pages that could not be read, operations that two pages document differently, and those of
    which no page describes a response."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, page by page."""
        return (*(f for page in self.of_pages for f in page.findings), *self.across)


def read_paths(paths: Sequence[Path], progress: Progress | None = None, jobs: int = 1) -> Pages:
    """Read every page under ``paths``; what cannot be read is a gap, and the others go on.

    Each is prepared by itself and completed when all are known.  Memory grows with what the
    pages say, not with their size.

    Raises:
        InputError: one of ``paths`` does not exist.
    """
    sources = find_sources(paths)
    read = read_folder(summarize, sources.pages, progress, jobs)
    return _pages(sources, [r for r in read if isinstance(r, PageReading)], _gaps(read))


def lint_paths(paths: Sequence[Path], progress: Progress | None = None, jobs: int = 1) -> Linted:
    """Read every page under ``paths`` as :func:`read_paths` does, and hold it against itself.

    Raises:
        InputError: one of ``paths`` does not exist.
    """
    sources = find_sources(paths)
    read = read_folder(_lint, sources.pages, progress, jobs)
    linted = [page for page in read if isinstance(page, LintedPage)]
    return _collect_lint(_pages(sources, [page.reading for page in linted], _gaps(read)), linted)


def read_exchange(exchange: Exchange, language: str | None = None) -> Pages:
    """Read the pages of an exchange, or those in one language.

    Raises:
        InputError: a page is missing or is not the one the manifest describes.
    """
    readings = tuple(reading for _, reading in _documents(exchange, language))
    return Pages(readings=readings)


def lint_exchange(exchange: Exchange, language: str | None = None) -> Linted:
    """Read the pages of an exchange, or those in one language, and hold each against itself.

    Raises:
        InputError: a page is missing or is not the one the manifest describes.
    """
    linted = [lint_page(d, reading) for d, reading in _documents(exchange, language)]
    return _collect_lint(Pages(readings=tuple(page.reading for page in linted)), linted)


def _documents(exchange: Exchange, language: str | None) -> Iterator[tuple[Document, PageReading]]:
    pages = [p for p in exchange.pages if language is None or p.language == language]
    documents = [parse_page(read_page(exchange, page), page.path) for page in pages]
    yield from zip(documents, read_documents(documents), strict=True)


def _pages(sources: Sources, readings: Iterable[PageReading], gaps: Iterable[Gap]) -> Pages:
    return Pages(
        readings=tuple(readings),
        gaps=(*gaps, *(unreadable(p.page, p.reason) for p in sources.problems)),
        skipped=tuple(f"{s.path}: {s.reason}" for s in sources.skipped),
        files=tuple((page.page, page.path) for page in sources.pages),
    )


def _collect_lint(pages: Pages, linted: Iterable[LintedPage]) -> Linted:
    """Each page with its own findings, and those that no page has alone."""
    own = {id(gap) for reading in pages.readings for gap in reading.gaps}
    contract = pages.contract
    across = gap_findings(gap for gap in contract.gaps if id(gap) not in own)
    return Linted(
        pages=pages,
        of_pages=tuple(linted),
        across=(*across, *lint_operations(contract.operations)),
    )


def _gaps(read: Iterable[object]) -> list[Gap]:
    return [result for result in read if isinstance(result, Gap)]


def _lint(trace: PageTrace) -> LintedPage:
    return lint_page(trace.prepared.source, summarize(trace))

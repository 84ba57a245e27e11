"""Pages read, and each checked against itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.checks.lint.page import LintedPage, lint_operations, lint_page
from conformance.checks.registry import gap_findings
from conformance.model.finding import Finding
from conformance.pages.exchange import Exchange
from conformance.pages.sources import find_sources
from conformance.pipeline.pages import Pages, gaps_of, pages_of, read_documents_of
from conformance.pipeline.passes import Progress, read_folder
from conformance.reading.pages import summarize
from conformance.reading.tracing import PageTrace


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


def lint_paths(paths: Sequence[Path], progress: Progress | None = None, jobs: int = 1) -> Linted:
    """Read every page under ``paths`` as :func:`read_paths` does, and check it against itself.

    Raises:
        InputError: one of ``paths`` does not exist.
    """
    sources = find_sources(paths)
    read = read_folder(_lint, sources.pages, progress, jobs)
    linted = [page for page in read if isinstance(page, LintedPage)]
    return _linted(pages_of(sources, [page.reading for page in linted], gaps_of(read)), linted)


def lint_exchange(exchange: Exchange, language: str | None = None) -> Linted:
    """Read the pages of an exchange, or those in one language, and check each against itself.

    Raises:
        InputError: a page is missing or is not the one the manifest describes.
    """
    linted = [lint_page(d, reading) for d, reading in read_documents_of(exchange, language)]
    return _linted(Pages(readings=tuple(page.reading for page in linted)), linted)


def _linted(pages: Pages, linted: Iterable[LintedPage]) -> Linted:
    """Each page with its own findings, and those that no page has alone."""
    own = {id(gap) for reading in pages.readings for gap in reading.gaps}
    contract = pages.contract
    across = gap_findings(gap for gap in contract.gaps if id(gap) not in own)
    return Linted(
        pages=pages,
        of_pages=tuple(linted),
        across=(*across, *lint_operations(contract.operations)),
    )


def _lint(trace: PageTrace) -> LintedPage:
    return lint_page(trace.prepared.source, summarize(trace))

"""Pages checked against themselves, against twins and against an earlier state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from conformance.checks.change.runner import ChangeResult, compare_states
from conformance.checks.lint import LintedPage, lint_operations, lint_page
from conformance.checks.parity.runner import ParityResult, compare_sides
from conformance.checks.registry import make_gap_findings
from conformance.compare.matching import Side, build_side_page
from conformance.errors import ConformanceError
from conformance.model.contract import Coverage, Gap
from conformance.model.document import Document
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.pages.exchange import SNAPSHOT, Exchange, has_manifest, load_exchange
from conformance.pages.revisions import StateSources
from conformance.pages.sources import SideSources, find_sources
from conformance.pipeline.pages import (
    Pages,
    Progress,
    gaps_of,
    pages_of,
    read_documents_of,
    read_folder,
    unreadable,
)
from conformance.reading import PageReading
from conformance.reading.pages import summarize
from conformance.reading.tracing import PageTrace


class LintResult(Struct, frozen=True, kw_only=True):
    """A set of pages, read and each checked against itself."""

    pages: Pages
    of_pages: tuple[LintedPage, ...]
    across: tuple[Finding, ...] = ()
    """Unreadable pages, operations documented differently by two pages or without any response."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*(f for page in self.of_pages for f in page.findings), *self.across)


def lint_trace(trace: PageTrace) -> LintedPage:
    return lint_page(trace.prepared.source, summarize(trace))


def lint_paths(
    paths: Sequence[Path], progress: Progress | None = None, jobs: int = 1
) -> LintResult:
    """Read every page under ``paths`` and check it against itself.  Raises InputError: a path does
    not exist."""
    sources = find_sources(paths)
    read = read_folder(lint_trace, sources.pages, progress, jobs)
    linted = [page for page in read if isinstance(page, LintedPage)]
    return _lint_states(pages_of(sources, [page.reading for page in linted], gaps_of(read)), linted)


def lint_exchange(exchange: Exchange) -> LintResult:
    """Read the pages of an exchange and check each against itself.  Raises InputError: a page is
    missing or changed."""
    linted = [lint_page(d, reading) for d, reading in read_documents_of(exchange)]
    return _lint_states(Pages(readings=tuple(page.reading for page in linted)), linted)


def _lint_states(pages: Pages, linted: Iterable[LintedPage]) -> LintResult:
    own = {id(gap) for reading in pages.readings for gap in reading.gaps}
    contract = pages.contract
    across = make_gap_findings(gap for gap in contract.gaps if id(gap) not in own)
    return LintResult(
        pages=pages, of_pages=tuple(linted), across=(*across, *lint_operations(contract.operations))
    )


class Sides(Struct, frozen=True, kw_only=True):
    """The same pages in several languages, or those of one state, read."""

    sides: tuple[Side, ...]
    gaps: tuple[Gap, ...] = ()
    """Pages that could not be read at all."""
    skipped: tuple[str, ...] = ()
    files: tuple[tuple[str, Path], ...] = ()
    """Every page by its name, and its file, in the work tree where it is one of a revision."""

    @property
    def coverage(self) -> Coverage:
        """How much of all sides was read."""
        read = (page.reading.coverage for side in self.sides for page in side.pages)
        return sum(read, Coverage())

    @property
    def state(self) -> Side:
        """The pages of the one state that was read."""
        (side,) = self.sides
        return side


def read_sides(sources: Sequence[SideSources], progress: Progress | None = None) -> Sides:
    """Read every page of each side; what cannot be read is a gap, and the others go on."""
    gaps: list[Gap] = []
    sides = [_read_side(source, progress, gaps) for source in sources]
    return Sides(
        sides=tuple(sides),
        gaps=tuple(gaps),
        skipped=tuple(f"{s.path}: {s.reason}" for source in sources for s in source.skipped),
        files=tuple((p.source.page, source.file_of(p)) for source in sources for p in source.pages),
    )


def compare_all(sides: Sequence[Side], interactions: Sequence[Interaction] = ()) -> ParityResult:
    """Compare twins with each other, with the answers of the API as witnesses."""
    return compare_sides(sides, _select_api_evidence(interactions))


def compare_all_states(
    old: Side, new: Side, interactions: Sequence[Interaction] = ()
) -> ChangeResult:
    """Compare the new pages with the old ones, with the answers of the API as evidence."""
    return compare_states(old, new, _select_api_evidence(interactions))


def exchanges_of(files: Iterable[tuple[str, Path]]) -> tuple[Exchange, ...]:
    """The exchanges of ``docs_snapshot/`` that any of the files are kept in, but for broken
    manifests."""
    folders = dict.fromkeys(
        parent
        for _, path in files
        for parent in path.absolute().parents
        if parent.parent.name == SNAPSHOT and has_manifest(parent)
    )
    found = []
    for folder in folders:
        with suppress(ConformanceError):
            found.append(load_exchange(folder))
    return tuple(found)


def _select_api_evidence(interactions: Sequence[Interaction]) -> list[Interaction]:
    return [interaction for interaction in interactions if interaction.origin.is_of_api]


def _read_side(source: SideSources, progress: Progress | None, gaps: list[Gap]) -> Side:
    gaps += (unreadable(problem.page, problem.reason) for problem in source.problems)
    read = read_folder(_read_page, [page.source for page in source.pages], progress, jobs=1)
    pages, unread = [], list(source.unread)
    for page, found in zip(source.pages, read, strict=True):
        if isinstance(found, Gap):
            gaps.append(found)
            unread.append(page.place)
            continue
        document, reading = found
        own = page.source
        kept = (own.exchange, own.language or reading.language)
        # a state's pages keep both; twins are of one exchange, and a side has its own language
        named = kept if isinstance(source, StateSources) else ()
        pages.append(build_side_page(page.place, document, reading, *named))
    return Side(label=source.label, pages=tuple(pages), unread=tuple(unread))


def _read_page(trace: PageTrace) -> tuple[Document, PageReading]:
    return trace.prepared.source, summarize(trace)

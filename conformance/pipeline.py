"""The stages in order, one function each, no logic of their own.

sources -> read -> contract -> check -> report
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from conformance.checks.lint.page import LintedPage, lint_page
from conformance.checks.parity.prose import PageWords, read_words
from conformance.checks.parity.runner import ParityResult, compare_sides
from conformance.checks.parity.sides import Side, Telling
from conformance.checks.reading import gap_findings
from conformance.checks.runner import CheckResult, check
from conformance.checks.weighing import check_weights, weigh
from conformance.drift.known import KnownDrift, load_known
from conformance.errors import ConformanceError
from conformance.extract import Library, PageReading, build_library, combine, read_document
from conformance.model.contract import Contract, Coverage, Gap
from conformance.model.document import Document
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.observe.evidence import Evidence, Problem, read_evidence
from conformance.observe.manifest import Cassette, read_manifest
from conformance.parse import parse_page
from conformance.schema.files import render_files
from conformance.snapshot.exchange import MANIFEST, Exchange, load_exchange, read_bytes, read_page
from conformance.snapshot.roots import exchange_folder, known_exchanges
from conformance.snapshot.sources import SourcePage, Sources, find_sources
from conformance.snapshot.twins import SideSources, TwinPage, sides_of_exchange, sides_of_paths

T = TypeVar("T")
Progress = Callable[[int, int, str], None]
"""Told (done, all, name) after each page."""

SCHEMAS = "schemas"
CASSETTES = "cassettes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The same pages in several languages, read."""

    sides: tuple[Side, ...]
    gaps: tuple[Gap, ...] = ()
    """Pages that could not be read at all."""
    skipped: tuple[str, ...] = ()
    files: tuple[tuple[str, Path], ...] = ()
    """Every page by its name, and the file it was read from."""

    @property
    def coverage(self) -> Coverage:
        """How much of all sides was read."""
        told = (t.reading.coverage for side in self.sides for t in side.tellings)
        return sum(told, Coverage())


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
        told = combine(self.readings)
        return replace(told, gaps=(*self.gaps, *told.gaps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """A set of pages, read and each held against itself."""

    pages: Pages
    of_pages: tuple[LintedPage, ...]
    across: tuple[Finding, ...] = ()
    """Pages that could not be read, and operations that two pages tell differently."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, page by page."""
        return (*(f for page in self.of_pages for f in page.findings), *self.across)


def read_paths(paths: Sequence[Path], progress: Progress | None = None, jobs: int = 1) -> Pages:
    """Read every page under ``paths``; what cannot be read is a gap, and the others go on.

    Pages that point to sections of others are read a second time, when all are known.
    Memory grows with what is said on the pages, not with their size.

    Raises:
        InputError: one of ``paths`` does not exist.
    """
    sources = find_sources(paths)
    read = _in_two_passes(_read, sources.pages, progress, jobs, lambda reading: reading)
    return _pages(sources, [r for r in read if isinstance(r, PageReading)], _gaps(read))


def lint_paths(paths: Sequence[Path], progress: Progress | None = None, jobs: int = 1) -> Linted:
    """Read every page under ``paths`` as :func:`read_paths` does, and hold it against itself.

    Raises:
        InputError: one of ``paths`` does not exist.
    """
    sources = find_sources(paths)
    read = _in_two_passes(_lint, sources.pages, progress, jobs, lambda page: page.reading)
    linted = [page for page in read if isinstance(page, LintedPage)]
    return _linted(_pages(sources, [page.reading for page in linted], _gaps(read)), linted)


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
    return _linted(Pages(readings=tuple(page.reading for page in linted)), linted)


def load_exchanges(root: Path, names: Sequence[str]) -> tuple[Exchange, ...]:
    """The named exchanges under ``root``; all of them when none is named.

    Raises:
        UsageError: a name is unknown; the message lists the known ones.
        InputError: a page is missing or is not the one its manifest describes.
    """
    found = tuple(load_exchange(exchange_folder(root, n)) for n in names or known_exchanges(root))
    for exchange in found:
        for page in exchange.pages:
            read_page(exchange, page)
    return found


def languages(exchange: Exchange) -> tuple[str, ...]:
    """The languages of its pages, in manifest order."""
    return tuple(dict.fromkeys(page.language for page in exchange.pages))


def schema_files(exchange: Exchange) -> dict[str, str]:
    """Every file that belongs under ``schemas/<exchange>/``, by relative path."""
    files: dict[str, str] = {}
    for language in languages(exchange):
        contract = read_exchange(exchange, language).contract
        rendered = render_files(contract, title=f"{exchange.title} ({language})")
        files |= {f"{language}/{name}": content for name, content in rendered.items()}
    return files


def read_all_evidence(paths: Sequence[Path], root: Path | None = None) -> Evidence:
    """Interactions of all ``paths``, with one problem for each file or entry that is none."""
    found = [_evidence(path, root) for path in paths]
    return Evidence(
        interactions=tuple(i for e in found for i in e.interactions),
        problems=tuple(p for e in found for p in e.problems),
    )


def known_drift(exchange: Exchange) -> KnownDrift:
    """The findings of an exchange that are accepted for now."""
    return load_known(exchange.root / "known_drift.toml")


def weighed(
    findings: Iterable[Finding], exchanges: Sequence[Exchange], files: Iterable[tuple[str, Path]]
) -> tuple[Finding, ...]:
    """``findings`` with the severities that the manifest of each page's exchange gives.

    Raises:
        UsageError: a manifest weighs a rule there is none of.
    """
    for exchange in exchanges:
        check_weights(dict(exchange.severity), str(exchange.root / MANIFEST))
    weights = {
        page: dict(exchange.severity)
        for page, path in files
        for exchange in exchanges
        if exchange.severity and path.is_relative_to(exchange.root)
    }
    return tuple(weigh(findings, weights))


def cassettes_of(folder: Path) -> tuple[Cassette, ...]:
    """The cassettes that the manifest in ``folder`` lists."""
    return read_manifest(folder).cassettes


def by_origin(interactions: Iterable[Interaction]) -> tuple[tuple[str, int], ...]:
    """How many interactions there are of each origin."""
    return tuple(sorted(Counter(i.origin.value for i in interactions).items()))


def check_all(operations: Sequence[Operation], interactions: Sequence[Interaction]) -> CheckResult:
    """Hold interactions against the operations they belong to."""
    return check(operations, interactions)


def read_sides(paths: Sequence[Path], progress: Progress | None = None) -> Sides:
    """Read each of ``paths`` as one side; what cannot be read is a gap, and the others go on.

    Raises:
        InputError: one of ``paths`` does not exist.
    """
    return _sides(sides_of_paths(paths), progress)


def read_languages(exchange: Exchange, progress: Progress | None = None) -> Sides:
    """Read the pages of an exchange, one side for each language."""
    return _sides(sides_of_exchange(exchange), progress)


def compare_all(sides: Sequence[Side], interactions: Sequence[Interaction] = ()) -> ParityResult:
    """Hold twins against each other, with recorded interactions as witnesses."""
    return compare_sides(sides, interactions)


def _sides(sources: Sequence[SideSources], progress: Progress | None) -> Sides:
    gaps: list[Gap] = []
    sides = []
    for source in sources:
        gaps += (_unreadable(p.page, p.reason) for p in source.problems)
        read = [(page.place, _words(page.source)) for page in _counted_twins(source, progress)]
        gaps += (found for _, found in read if isinstance(found, Gap))
        sides.append(_side(source.label, [(p, f) for p, f in read if not isinstance(f, Gap)]))
    skipped = tuple(f"{s.path}: {s.reason}" for source in sources for s in source.skipped)
    files = tuple((p.source.page, p.source.path) for source in sources for p in source.pages)
    return Sides(sides=tuple(sides), gaps=tuple(gaps), skipped=skipped, files=files)


def _side(label: str, read: Sequence[tuple[str, tuple[PageReading, Document, PageWords]]]) -> Side:
    """One side, its pages read once more where others of it tell what they point to."""
    library = build_library(reading for _, (reading, _, _) in read)
    tellings = []
    for place, (reading, document, words) in read:
        better = read_document(document, library) if reading.gains_from(library) else reading
        tellings.append(Telling(place=place, reading=better, words=words))
    return Side(label=label, tellings=tuple(tellings))


def _words(page: SourcePage) -> tuple[PageReading, Document, PageWords] | Gap:
    try:
        document = parse_page(read_bytes(page.path), page.page)
    except ConformanceError as error:
        return _unreadable(page.page, str(error))
    return read_document(document), document, read_words(document)


def _counted_twins(source: SideSources, progress: Progress | None) -> Iterator[TwinPage]:
    for done, page in enumerate(source.pages, 1):
        yield page
        if progress:
            progress(done, len(source.pages), page.source.page)


def _evidence(path: Path, root: Path | None) -> Evidence:
    try:
        return read_evidence(path, root=root)
    except ConformanceError as error:
        return Evidence(interactions=(), problems=(Problem(str(path), str(error)),))


def _documents(exchange: Exchange, language: str | None) -> Iterator[tuple[Document, PageReading]]:
    pages = [p for p in exchange.pages if language is None or p.language == language]
    documents = [parse_page(read_page(exchange, page), page.path) for page in pages]
    readings = [read_document(document) for document in documents]
    library = build_library(readings)
    for document, reading in zip(documents, readings, strict=True):
        better = reading.gains_from(library)
        yield document, read_document(document, library) if better else reading


def _pages(sources: Sources, readings: Iterable[PageReading], gaps: Iterable[Gap]) -> Pages:
    return Pages(
        readings=tuple(readings),
        gaps=(*gaps, *(_unreadable(p.page, p.reason) for p in sources.problems)),
        skipped=tuple(f"{s.path}: {s.reason}" for s in sources.skipped),
        files=tuple((page.page, page.path) for page in sources.pages),
    )


def _linted(pages: Pages, linted: Iterable[LintedPage]) -> Linted:
    """Each page with its own findings, and those that no page has alone."""
    own = {id(gap) for reading in pages.readings for gap in reading.gaps}
    across = (gap for gap in pages.contract.gaps if id(gap) not in own)
    return Linted(pages=pages, of_pages=tuple(linted), across=tuple(gap_findings(across)))


def _gaps(read: Iterable[object]) -> list[Gap]:
    return [result for result in read if isinstance(result, Gap)]


def _in_two_passes(
    read: Callable[[Library, SourcePage], T | Gap],
    pages: Sequence[SourcePage],
    progress: Progress | None,
    jobs: int,
    reading_of: Callable[[T], PageReading],
) -> list[T | Gap]:
    """Each page by itself, then once more those that gain from what the others know."""
    first = list(_read_each(partial(read, Library()), pages, progress, jobs))
    readings = [None if isinstance(r, Gap) else reading_of(r) for r in first]
    library = build_library(reading for reading in readings if reading is not None)
    again = [n for n, r in enumerate(readings) if r is not None and r.gains_from(library)]
    better = _read_each(partial(read, library), [pages[n] for n in again], progress, jobs)
    for n, result in zip(again, better, strict=True):
        first[n] = result
    return first


def _read_each(
    read: Callable[[SourcePage], T],
    pages: Sequence[SourcePage],
    progress: Progress | None,
    jobs: int,
) -> Iterator[T]:
    """Each page in turn, or by ``jobs`` processes at once; results in page order."""
    if jobs > 1 and len(pages) > 1:
        with ProcessPoolExecutor(jobs) as pool:
            yield from _told(pool.map(read, pages, chunksize=4), pages, progress)
    else:
        yield from _told(map(read, pages), pages, progress)


def _told(
    results: Iterable[T], pages: Sequence[SourcePage], progress: Progress | None
) -> Iterator[T]:
    for done, (result, page) in enumerate(zip(results, pages, strict=True), 1):
        if progress:
            progress(done, len(pages), page.page)
        yield result


def _read(library: Library, page: SourcePage) -> PageReading | Gap:
    try:
        return read_document(parse_page(read_bytes(page.path), page.page), library)
    except ConformanceError as error:
        return _unreadable(page.page, str(error))


def _lint(library: Library, page: SourcePage) -> LintedPage | Gap:
    try:
        document = parse_page(read_bytes(page.path), page.page)
    except ConformanceError as error:
        return _unreadable(page.page, str(error))
    return lint_page(document, read_document(document, library))


def _unreadable(page: str, why: str) -> Gap:
    return Gap(kind="page-unreadable", span=Span(page, 1, 1), subject=page, detail=why)

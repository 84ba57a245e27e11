"""The same pages in several languages, read and compared with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.checks.parity.runner import ParityResult, compare_sides
from conformance.compare.matching import Side, side_page
from conformance.errors import ConformanceError
from conformance.model.contract import Coverage, Gap
from conformance.model.document import Document
from conformance.model.interaction import Interaction
from conformance.pages.exchange import Exchange, read_bytes
from conformance.pages.sources import (
    SideSources,
    SourcePage,
    TwinPage,
    sides_of_exchange,
    sides_of_paths,
)
from conformance.parse import parse_page
from conformance.pipeline.passes import Progress, unreadable
from conformance.reading import read_documents


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
        read = (page.reading.coverage for side in self.sides for page in side.pages)
        return sum(read, Coverage())


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
    """Hold twins against each other, with the answers of the API as witnesses."""
    return compare_sides(sides, [one for one in interactions if one.origin.is_of_api])


def _sides(sources: Sequence[SideSources], progress: Progress | None) -> Sides:
    gaps: list[Gap] = []
    sides = []
    for source in sources:
        gaps += (unreadable(p.page, p.reason) for p in source.problems)
        read = [(page.place, _parse(page.source)) for page in _counted_twins(source, progress)]
        gaps += (found for _, found in read if isinstance(found, Gap))
        sides.append(_side(source.label, [(p, f) for p, f in read if not isinstance(f, Gap)]))
    skipped = tuple(f"{s.path}: {s.reason}" for source in sources for s in source.skipped)
    files = tuple((p.source.page, p.source.path) for source in sources for p in source.pages)
    return Sides(sides=tuple(sides), gaps=tuple(gaps), skipped=skipped, files=files)


def _side(label: str, read: Sequence[tuple[str, Document]]) -> Side:
    """One side, each page read with what the others of it know."""
    readings = read_documents(document for _, document in read)
    pages = (
        side_page(place, document, reading)
        for (place, document), reading in zip(read, readings, strict=True)
    )
    return Side(label=label, pages=tuple(pages))


def _parse(page: SourcePage) -> Document | Gap:
    try:
        return parse_page(read_bytes(page.path), page.page)
    except ConformanceError as error:
        return unreadable(page.page, str(error))


def _counted_twins(source: SideSources, progress: Progress | None) -> Iterator[TwinPage]:
    for done, page in enumerate(source.pages, 1):
        yield page
        if progress:
            progress(done, len(source.pages), page.source.page)

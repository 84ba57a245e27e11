"""Two states of the same pages, read and compared with each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.checks.change.runner import ChangeResult, compare_states
from conformance.compare.matching import Side, SidePage, side_page
from conformance.errors import ConformanceError
from conformance.model.contract import Coverage, Gap
from conformance.model.document import Document
from conformance.model.interaction import Interaction
from conformance.pages.exchange import Exchange, has_manifest, load_exchange, read_bytes
from conformance.pages.revisions import StateSources
from conformance.pages.roots import SNAPSHOT
from conformance.pages.sources import TwinPage
from conformance.parse import parse_page
from conformance.pipeline.passes import Progress, unreadable
from conformance.reading import read_documents


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadState:
    """The pages of one state, read."""

    state: Side
    gaps: tuple[Gap, ...] = ()
    """Pages that could not be read at all."""
    skipped: tuple[str, ...] = ()
    files: tuple[tuple[str, Path], ...] = ()
    """Every page by its name, and its file in the work tree."""

    @property
    def coverage(self) -> Coverage:
        """How much of it was read."""
        return sum((page.reading.coverage for page in self.state.pages), Coverage())


def read_state(sources: StateSources, progress: Progress | None = None) -> ReadState:
    """Read every page of one state; what cannot be read is a gap, and the others go on."""
    read = list(_each(sources, progress))
    gaps = [unreadable(p.page, p.reason) for p in sources.problems]
    gaps += [found for _, found in read if isinstance(found, Gap)]
    places = [page.place for page, found in read if isinstance(found, Gap)]
    kept = [(page, found) for page, found in read if not isinstance(found, Gap)]
    return ReadState(
        state=Side(
            label=sources.label,
            pages=tuple(_pages(kept)),
            unread=(*sources.unread, *places),
        ),
        gaps=tuple(gaps),
        skipped=tuple(f"{s.path}: {s.reason}" for s in sources.skipped),
        files=tuple((p.source.page, sources.file_of(p)) for p in sources.pages),
    )


def compare_all_states(
    old: Side, new: Side, interactions: Sequence[Interaction] = ()
) -> ChangeResult:
    """Hold the new pages against the old ones, with the answers of the API as evidence."""
    return compare_states(old, new, [one for one in interactions if one.origin.is_of_api])


def exchanges_of(files: Iterable[tuple[str, Path]]) -> tuple[Exchange, ...]:
    """The exchanges of a project's ``docs_snapshot/`` that any of the files are kept in.

    One whose manifest cannot be read, as it is being edited, is left out.
    """
    folders = dict.fromkeys(
        parent
        for _, path in files
        for parent in path.absolute().parents
        if parent.parent.name == SNAPSHOT and has_manifest(parent)
    )
    return tuple(exchange for folder in folders if (exchange := _load(folder)))


def _load(folder: Path) -> Exchange | None:
    try:
        return load_exchange(folder)
    except ConformanceError:
        return None


def _each(
    sources: StateSources, progress: Progress | None
) -> Iterator[tuple[TwinPage, Document | Gap]]:
    for done, page in enumerate(sources.pages, 1):
        try:
            yield page, parse_page(read_bytes(page.source.path), page.source.page)
        except ConformanceError as error:
            yield page, unreadable(page.source.page, str(error))
        if progress:
            progress(done, len(sources.pages), page.source.page)


def _pages(read: Sequence[tuple[TwinPage, Document]]) -> Iterator[SidePage]:
    """Every page, read with what the others know."""
    readings = read_documents(document for _, document in read)
    for (page, document), reading in zip(read, readings, strict=True):
        language = page.source.language or reading.language
        yield side_page(page.place, document, reading, page.source.exchange, language)

"""What a page has before anything is stated of its operations: blocks, rows, samples, index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Document,
    Paragraph,
    Text,
    rewrite_blocks,
    rewrite_runs,
)
from conformance.reading.classification import (
    find_common_tables,
    find_wanted_objects,
    object_tables,
    read_tables,
)
from conformance.reading.common_parts import find_general_unit
from conformance.reading.context import LocatedBlock, locate_blocks
from conformance.reading.endpoints import EndpointCandidate, Endpoints, find_endpoints
from conformance.reading.endpoints.announcements import split_announcements
from conformance.reading.endpoints.bases import with_placeholders
from conformance.reading.endpoints.routes import Route
from conformance.reading.engines import rewrite_document
from conformance.reading.examples import LocatedExample, find_examples
from conformance.reading.outline import mend_outline, spread_tabs
from conformance.reading.references import CommonTable, FolderIndex, PageIndex
from conformance.reading.returns import body_links, find_returned_anchors
from conformance.reading.rows.attributes import split_attributes
from conformance.reading.rows.flat import FlatSection, read_flat
from conformance.reading.rows.header_lines import split_header_lines, split_joined_cells
from conformance.reading.rows.inline import split_inline_fields
from conformance.reading.rows.labelled import join_labelled_fields, split_labelled_code
from conformance.reading.rows.row import FieldRow, ReadRows
from conformance.reading.rows.section_rows import join_headers, split_section_rows
from conformance.reading.rows.sheets import split_sheet
from conformance.reading.sections import index_page
from conformance.reading.servers import find_auth
from conformance.reading.shared_answers import find_shared_answers
from conformance.reading.viewer_json import fence_viewer_json


class PreparedPage(Struct, frozen=True, kw_only=True):
    """One page read as far as it can be by itself."""

    source: Document
    """The page as it was parsed."""
    document: Document
    """The page as plain blocks."""
    engine: str
    """Name of the documentation engine whose markup it carried; empty for plain markup."""
    pieces: tuple[LocatedBlock, ...]
    tables: tuple[ReadRows, ...]
    examples: tuple[LocatedExample, ...]
    flat: tuple[FlatSection, ...]
    endpoints: Endpoints
    """Method and path, wherever the page says them."""
    objects: Mapping[str, int]
    """Anchors and names that rows point to as objects, with the place of the first such row."""
    sections: PageIndex
    """What rows of this or other pages may point to."""
    common: tuple[CommonTable, ...]
    """What words say is about every operation."""

    @property
    def page(self) -> str:
        """Its path, as in every span of it."""
        return self.document.page

    @property
    def names(self) -> frozenset[str]:
        """Names read beyond doubt."""
        return frozenset(row.name.name for row in self.rows if row.confidence == "high")

    @property
    def rows(self) -> tuple[FieldRow, ...]:
        """Every documented name, in the order of the tables."""
        tables = (*(t.table for t in self.tables), *(s.table for s in self.flat))
        return tuple(row for table in tables for row in table.fields)

    @property
    def routes(self) -> tuple[EndpointCandidate, ...]:
        """Rows of an index that lead to other pages."""
        places = self.endpoints.places
        return tuple(c for c in places if c.target and c.standing == "index")

    def with_names(self, names: frozenset[str]) -> PreparedPage:
        """The same where names cut out of running text are looked up in ``names``, too."""
        if self.document.markup != "flat" or all(r.confidence == "high" for r in self.rows):
            return self
        return replace(self, flat=read_flat(self.document, names))


class IndexedPage(Protocol):
    """What the index of a folder needs of a page."""

    @property
    def page(self) -> str: ...
    @property
    def sections(self) -> PageIndex: ...
    @property
    def names(self) -> frozenset[str]: ...
    @property
    def routes(self) -> tuple[EndpointCandidate, ...]: ...


_SPLITS: Final = (
    split_labelled_code,
    split_header_lines,
    split_joined_cells,
    split_inline_fields,
    split_sheet,
    split_section_rows,
)
"""What makes several blocks of one, in this order."""


def prepare_page(source: Document) -> PreparedPage:
    """Blocks, rows, samples and index of one page."""
    document, engine = rewrite_document(source)
    document = rewrite_runs(rewrite_runs(document, spread_tabs), fence_viewer_json)
    document = rewrite_runs(split_announcements(document), join_headers)
    document = rewrite_runs(document, mend_outline)
    document = rewrite_runs(split_attributes(document), join_labelled_fields)
    for split in _SPLITS:
        document = rewrite_blocks(document, split)
    pieces = locate_blocks(document)
    endpoints = find_endpoints(document, pieces)
    tables = read_tables(_without_routes(pieces, endpoints.routes))
    names = {row.name.name for t in tables for row in t.table.fields}
    endpoints = replace(endpoints, places=with_placeholders(endpoints.places, names, pieces))
    anchors = _list_anchors(endpoints.places, pieces)
    links = tuple(body_links(pieces))
    objects = find_wanted_objects(tables, find_returned_anchors(links), anchors)
    common = tuple(find_common_tables(tables, objects))
    first = min((c.index for c in endpoints.places), default=len(pieces))
    examples = find_examples(pieces, tables)
    about_all = not endpoints.places and len(tables) == len(common)
    return PreparedPage(
        source=source,
        document=document,
        engine=engine,
        pieces=pieces,
        tables=tables,
        examples=examples,
        common=common,
        flat=read_flat(document, frozenset()) if document.markup == "flat" else (),
        endpoints=endpoints,
        objects=objects,
        sections=replace(
            index_page(pieces, tables, object_tables(tables, objects), anchors),
            common=tuple(part for part in common if part.index < first),
            unit=find_general_unit(pieces[:first]),
            answers=find_shared_answers(examples) if about_all else (),
            auth=() if endpoints.places else find_auth(pieces),
            leads_to=frozenset(_find_targets(tables, links)),
            places=tuple(sorted(place.span.line for place in endpoints.places)),
        ),
    )


def _find_targets(
    tables: tuple[ReadRows, ...], links: tuple[tuple[str, int], ...]
) -> Iterator[str]:
    """Where rows and ``links`` in words about bodies point to on other pages."""
    targets = (row.type_target for t in tables for row in t.table.fields)
    linked = (target for target, _ in links)
    yield from (target for target in (*targets, *linked) if target and target[0] != "#")


def _without_routes(
    pieces: tuple[LocatedBlock, ...], routes: frozenset[int]
) -> tuple[LocatedBlock, ...]:
    """The blocks with nothing in place of tables of routes: every block keeps its position."""
    if not routes:
        return pieces
    return tuple(
        replace(p, block=Paragraph(Text("", p.block.span), p.block.span))
        if p.place.index in routes
        else p
        for p in pieces
    )


def build_index(pages: Iterable[IndexedPage]) -> FolderIndex:
    """What the pages of a folder know of each other."""
    kept = tuple(pages)
    index = FolderIndex(
        pages={p.page: p.sections for p in kept},
        names=frozenset(name for p in kept for name in p.names),
    )
    routes: dict[str, list[Route]] = {}
    for page in kept:
        for candidate in page.routes:
            if found := index.page_of(page.page, candidate.target):
                routes.setdefault(found[0], []).append(Route(candidate, found[1]))
    return replace(index, routes={page: tuple(found) for page, found in routes.items()})


def _list_anchors(
    candidates: Iterable[EndpointCandidate], pieces: tuple[LocatedBlock, ...]
) -> frozenset[str]:
    """Anchors of the headings that operations stand under: no object is documented there."""
    headings = (pieces[candidate.index].place.headings for candidate in candidates)
    return frozenset(heading[-1].anchor for heading in headings if heading)

"""Every stage of reading one page, kept for whoever wants to know why it was read so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.contract import Statement
from conformance.model.document import Document, SpecificationBlock
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.reading.classification import (
    ClassifiedTable,
    classify_tables,
    select_used_tables,
)
from conformance.reading.common_parts import find_general_unit, with_general_unit
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints import EndpointCandidate
from conformance.reading.endpoints.fallback import fallback_endpoints
from conformance.reading.endpoints.routes import follow_routes
from conformance.reading.examples import (
    LocatedExample,
    examples_within,
)
from conformance.reading.ledger import Ledger, PageParts, build_ledger
from conformance.reading.nesting import TreeBuilder
from conformance.reading.operations import Reader, build_operation
from conformance.reading.preparation import PreparedPage, build_index, prepare_page
from conformance.reading.references import (
    CommonTable,
    FolderIndex,
    ReferenceResolver,
)
from conformance.reading.request_kinds import with_selectors
from conformance.reading.responses import allow_single_record
from conformance.reading.same_as import SameAsLinks, read_same_as
from conformance.reading.scopes import Scope, is_member_path, preamble_end, split_scopes
from conformance.reading.servers import base_urls, find_auth, without_operations
from conformance.reading.shared_answers import (
    find_general_failures,
    find_general_frames,
    open_frame,
)
from conformance.reading.specification import read_specification
from conformance.reading.statements import resolve_methods


class PageTrace(Struct, frozen=True, kw_only=True, dict=True):
    """Every stage of reading one page, for whoever wants to know why it was read so."""

    prepared: PreparedPage
    scopes: tuple[Scope, ...]
    shares: tuple[tuple[ClassifiedTable, ...], ...]
    """The tables of each scope, with their roles."""
    unassigned: tuple[ClassifiedTable, ...]
    """Tables that stand in no operation's section."""
    operations: tuple[Operation, ...]
    """One for each scope, before those of one method and path are merged."""
    same_as: SameAsLinks
    specified: tuple[Operation, ...]
    """Those of the OpenAPI documents that the page carries."""
    methods: tuple[Statement, ...]
    """Methods that contradict the one an operation was read with."""
    servers: tuple[str, ...]
    """Base URLs the page names apart from any operation."""

    @cached_property
    def ledger(self) -> Ledger:
        """What became of every row and block."""
        return build_ledger(
            PageParts(
                blocks=self.prepared.pieces,
                classified=self.classified,
                further=frozenset(id(block) for t in self.prepared.tables for block in t.blocks),
                examples=self.prepared.examples,
                scopes=self.scopes,
                operations=(*self.operations, *self.specified),
                index=self.prepared.sections,
                routes=self.prepared.endpoints.routes,
            )
        )

    @property
    def classified(self) -> tuple[ClassifiedTable, ...]:
        """All tables of the page with their roles, one that operations share once."""
        found: dict[tuple[int, Span], ClassifiedTable] = {}
        for table in (*(t for share in self.shares for t in share), *self.unassigned):
            found.setdefault((table.piece.place.index, table.table.span), table)
        return tuple(found.values())


def complete_page(page: PreparedPage, library: FolderIndex) -> PageTrace:
    """The operations of a prepared page, with what the other pages of its folder know."""
    page = page.with_names(library.names)
    document, pieces = page.document, page.pieces
    references = ReferenceResolver(document.page, page.sections, library)
    specified = tuple(_find_specified(pieces))
    places = follow_routes(page.endpoints.places, library.routes.get(page.page, ()), pieces)
    guessed = not specified and page.page not in library.object_pages
    found = places or (_find_fallback(page) if guessed else ())
    candidates, methods = resolve_methods(found, pieces)
    scopes = split_scopes(candidates, pieces)
    shares, unassigned = classify_tables(
        page.tables, scopes, page.examples, page.objects, page.common
    )
    first = preamble_end(scopes)
    reader = Reader(
        document=document,
        pieces=pieces,
        build=TreeBuilder(references, frozenset(row.name.name for row in page.rows)),
        servers=without_operations(base_urls(pieces), (s.mention.path for s in scopes)),
        auth=find_auth(pieces[:first]),
        auth_beside=library.auth_beside(page.page),
        common=(*_select_common(page, unassigned), *library.common_beside(page.page)),
    )
    operations = tuple(_build_operations(page, reader, scopes, shares, first, library))
    taken, same_as = read_same_as(operations, scopes, pieces, library)
    return PageTrace(
        prepared=page,
        scopes=scopes,
        shares=shares,
        unassigned=unassigned,
        operations=with_selectors(taken),
        same_as=same_as,
        specified=specified,
        methods=methods,
        servers=reader.servers,
    )


def _build_operations(
    page: PreparedPage,
    reader: Reader,
    scopes: Sequence[Scope],
    shares: Sequence[Sequence[ClassifiedTable]],
    first: int,
    library: FolderIndex,
) -> Iterator[Operation]:
    """The operation of each scope; samples before piece ``first``, or else on a page beside, are of
    all of them, and moments are in the unit of all where nothing says otherwise."""
    unit, beside = library.unit_beside(page.page), library.answers_beside(page.page)
    before = examples_within(page.examples, 0, first)
    general = find_general_failures(before) or find_general_failures(beside)
    frames = find_general_frames(before) or find_general_frames(beside)
    for scope, share in zip(scopes, shares, strict=True):
        own = examples_within(page.examples, scope.start, scope.end)
        tables = select_used_tables(share)
        around = frames if _shows_no_answer(own) and _has_answer(tables) else ()
        operation = build_operation(reader, scope, tables, page.flat, (*own, *general, *around))
        operation = open_frame(operation) if around else operation
        if is_member_path(scope, scopes):
            responses = allow_single_record(operation.responses)
            operation = replace(operation, responses=responses)
        own_unit = find_general_unit(page.pieces[scope.start : scope.end])
        yield with_general_unit(operation, own_unit or unit)


def _select_common(
    page: PreparedPage, unassigned: Iterable[ClassifiedTable]
) -> Iterator[CommonTable]:
    """What words say is about every operation, unless it stands in the part of one."""
    apart = {t.piece.place.index for t in unassigned}
    yield from (part for part in page.common if part.index in apart)


def _shows_no_answer(examples: Iterable[LocatedExample]) -> bool:
    return all(e.side == "request" or (e.status or "2")[0] != "2" for e in examples)


def _has_answer(tables: Iterable[ClassifiedTable]) -> bool:
    return any(t.role.kind == "response" and t.table.fields for t in tables)


def trace_page(document: Document, library: FolderIndex | None = None) -> PageTrace:
    """Read one page by itself, or with what other pages know (:func:`build_index`)."""
    page = prepare_page(document)
    return complete_page(page, build_index([page]) if library is None else library)


def _find_specified(pieces: Iterable[LocatedBlock]) -> Iterator[Operation]:
    for piece in pieces:
        if isinstance(piece.block, SpecificationBlock):
            yield from read_specification(piece.block)


def _find_fallback(page: PreparedPage) -> tuple[EndpointCandidate, ...]:
    """The operations of a page that documents some and names no method and path."""
    _, unassigned = classify_tables(page.tables, (), page.examples, {})
    common = {part.index for part in page.common}
    own = (t for t in unassigned if t.piece.place.index not in common)
    sure = [t for t in own if not t.from_paragraphs and _is_stated(t)]
    roles = [t.role for t in sure] + [s.role for s in page.flat]
    places = {t.piece.place.index for t in page.tables} - common
    places |= {e.index for e in page.examples if e.example.parsed}
    sent = {t.piece.place.index for t in sure if t.role.where == "body"}
    sent |= {e.index for e in page.examples if e.example.parsed and e.side == "request"}
    return fallback_endpoints(page.document, page.pieces, roles, places, sent)


def _is_stated(table: ClassifiedTable) -> bool:
    """Whether words, an engine or a column of places say what the table documents."""
    return table.ranking.confidence == "high" and any(
        cue.place in ("words", "engine") or cue.feature == "column:location"
        for cue in table.ranking.cues
    )

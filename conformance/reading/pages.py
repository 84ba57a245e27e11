"""One document -> what it says and what of it could not be read; many -> one contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from conformance.model.contract import Claim, Contract, Coverage, Gap, Statement
from conformance.model.document import Document
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.reading.access import find_auth
from conformance.reading.claims import find_claims
from conformance.reading.classification import (
    ClassifiedTable,
    classify_tables,
    object_tables,
    read_tables,
    used_tables,
    wanted_objects,
)
from conformance.reading.context import LocatedBlock, locate_blocks
from conformance.reading.endpoints import EndpointCandidate, find_endpoints
from conformance.reading.endpoints.announcements import split_announcements
from conformance.reading.endpoints.fallback import fallback_endpoint
from conformance.reading.endpoints.places import KnownPaths
from conformance.reading.endpoints.routes import Route, follow_routes
from conformance.reading.engines import rewrite_document
from conformance.reading.examples import (
    LocatedExample,
    examples_within,
    find_examples,
    general_failures,
)
from conformance.reading.gaps import find_gaps
from conformance.reading.ledger import Ledger, PageParts, build_ledger
from conformance.reading.merging import Disagreements, merge_all
from conformance.reading.nesting import TreeBuilder
from conformance.reading.operations import Reader, build_operation
from conformance.reading.references import (
    FolderIndex,
    PageIndex,
    ReferenceResolver,
    links_of,
    object_names_of,
)
from conformance.reading.returns import returned_anchors, returned_links
from conformance.reading.rows.flat import FlatSection, read_flat
from conformance.reading.rows.readers import ReadRows
from conformance.reading.rows.row import FieldRow
from conformance.reading.scopes import Scope, preamble_end, split_scopes
from conformance.reading.sections import index_page
from conformance.reading.servers import base_urls, by_folder, servers_near, without_path
from conformance.reading.statements import find_statements, resolve_methods


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What one page says; small enough to keep for thousands of pages."""

    page: str
    language: str
    engine: str
    """Name of the documentation engine whose markup the page carries; empty for plain markup."""
    operations: tuple[Operation, ...]
    gaps: tuple[Gap, ...]
    coverage: Coverage
    sections: PageIndex
    """What rows of this or other pages may point to."""
    links: frozenset[str]
    """Links to sections of other pages."""
    objects: frozenset[str]
    """Objects that rows name and the page has no section for."""
    names: frozenset[str]
    """Names told beyond doubt."""
    doubtful: bool
    """Whether a name had to be cut out of other words."""
    claims: tuple[Claim, ...] = ()
    """Every row that tells something of an operation, as it stands."""
    statements: tuple[Statement, ...] = ()
    """What prose and samples say of the operations."""
    servers: tuple[str, ...] = ()
    """Base URLs the page names apart from any operation."""
    routes: tuple[EndpointCandidate, ...] = ()
    """Rows of an index that lead to other pages."""
    sampled: frozenset[str] = frozenset()
    """Keys of operations that only a sample calls or a sentence mentions."""

    def gains_from(self, library: FolderIndex) -> bool:
        """Whether the page would be read better with what other pages know."""
        if self.doubtful or self.page in library.routes:
            return True
        return any(library.lookup(self.page, link) for link in self.links) or any(
            library.named(name) for name in self.objects
        )


@dataclass(frozen=True, kw_only=True)
class PageTrace:
    """Every stage of reading one page, for whoever wants to know why it was read so."""

    document: Document
    """The page as plain blocks."""
    engine: str
    """Name of the documentation engine whose markup it carried; empty for plain markup."""
    pieces: tuple[LocatedBlock, ...]
    tables: tuple[ReadRows, ...]
    examples: tuple[LocatedExample, ...]
    flat: tuple[FlatSection, ...]
    scopes: tuple[Scope, ...]
    shares: tuple[tuple[ClassifiedTable, ...], ...]
    """The tables of each scope, with their roles."""
    unassigned: tuple[ClassifiedTable, ...]
    """Tables that stand in no operation's section."""
    operations: tuple[Operation, ...]
    """One for each scope, before those of one method and path are merged."""
    index: PageIndex
    """What rows of this or other pages may point to."""
    methods: tuple[Statement, ...]
    """Methods that contradict the one an operation was read with."""
    servers: tuple[str, ...]
    """Base URLs the page names apart from any operation."""
    routes: frozenset[int]
    """Indices of tables of methods and paths."""

    @cached_property
    def ledger(self) -> Ledger:
        """What became of every row and block."""
        return build_ledger(
            PageParts(
                blocks=self.pieces,
                classified=self.classified,
                further=frozenset(id(block) for t in self.tables for block in t.blocks),
                examples=self.examples,
                scopes=self.scopes,
                operations=self.operations,
                index=self.index,
                routes=self.routes,
            )
        )

    @property
    def classified(self) -> tuple[ClassifiedTable, ...]:
        """All tables of the page with their roles, one that operations share once."""
        found: dict[tuple[int, Span], ClassifiedTable] = {}
        for table in (*(t for share in self.shares for t in share), *self.unassigned):
            found.setdefault((table.piece.place.index, table.table.span), table)
        return tuple(found.values())

    @property
    def rows(self) -> tuple[FieldRow, ...]:
        """Every documented name, in the order of the tables."""
        tables = (*(t.table for t in self.tables), *(s.table for s in self.flat))
        return tuple(row for table in tables for row in table.fields)


def trace_page(document: Document, library: FolderIndex = FolderIndex()) -> PageTrace:  # noqa: B008
    """Read one page, stage by stage.

    ``library`` is what the other pages of its folder know (:func:`build_index`).
    """
    document, engine = rewrite_document(document)
    document = split_announcements(document)
    pieces = locate_blocks(document)
    endpoints = find_endpoints(document, pieces)
    tables = read_tables(tuple(p for p in pieces if p.place.index not in endpoints.routes))
    examples = find_examples(pieces)
    flat = read_flat(document, library.names) if document.markup == "flat" else ()
    anchors = _anchors(endpoints.places, pieces)
    objects = wanted_objects(tables, returned_anchors(pieces), anchors)
    own = index_page(pieces, tables, object_tables(tables, objects), anchors)
    fields = [*(t.table for t in tables), *(s.table for s in flat)]
    names = frozenset(row.name.name for table in fields for row in table.fields)
    references = ReferenceResolver(document.page, own, library)
    places = follow_routes(endpoints.places, library.routes.get(document.page, ()), pieces)
    found = places or _fallback(document, tables, examples, flat)
    candidates, methods = resolve_methods(found, pieces)
    scopes = split_scopes(candidates, pieces)
    shares, unassigned = classify_tables(tables, scopes, examples, objects)
    first = preamble_end(scopes)
    general = general_failures(examples_within(examples, 0, first))
    reader = Reader(
        document=document,
        pieces=pieces,
        build=TreeBuilder(references, names),
        servers=base_urls(pieces),
        auth=find_auth(pieces[:first]),
    )
    return PageTrace(
        document=document,
        engine=engine,
        pieces=pieces,
        tables=tables,
        examples=examples,
        flat=flat,
        scopes=scopes,
        shares=shares,
        unassigned=unassigned,
        operations=tuple(
            build_operation(
                reader,
                scope,
                used_tables(share),
                flat,
                (*examples_within(examples, scope.start, scope.end), *general),
            )
            for scope, share in zip(scopes, shares, strict=True)
        ),
        index=own,
        methods=methods,
        servers=reader.servers,
        routes=endpoints.routes,
    )


def _anchors(
    candidates: Iterable[EndpointCandidate], pieces: tuple[LocatedBlock, ...]
) -> frozenset[str]:
    """Anchors of the headings that operations stand under: no object is documented there."""
    headings = (pieces[candidate.index].place.headings for candidate in candidates)
    return frozenset(heading[-1].anchor for heading in headings if heading)


def read_document(document: Document, library: FolderIndex = FolderIndex()) -> PageReading:  # noqa: B008
    """Extract every operation of a page, and every gap.

    ``library`` is what the other pages of its folder know (:func:`build_index`).
    """
    return summarize(trace_page(document, library))


def summarize(trace: PageTrace) -> PageReading:
    """What is kept of a page once it is read."""
    operations, conflicts = merge_by_key(trace.operations)
    document, rows = trace.document, trace.rows
    others = tuple(p for p in trace.pieces if p.place.index not in trace.routes)
    return PageReading(
        page=document.page,
        language=document.language,
        engine=trace.engine,
        operations=operations,
        gaps=(*find_gaps(document, others, trace.classified, operations), *conflicts),
        coverage=trace.ledger.coverage,
        sections=trace.index,
        links=links_of(rows) | frozenset(returned_links(trace.pieces)),
        objects=object_names_of(rows, trace.index),
        names=frozenset(row.name.name for row in rows if row.confidence == "high"),
        doubtful=any(row.confidence != "high" for row in rows),
        claims=tuple(_claims(trace.operations, trace.shares, trace.flat)),
        statements=(*trace.methods, *_statements(trace.scopes, trace.pieces)),
        servers=trace.servers,
        routes=tuple(s.mention for s in trace.scopes if s.mention.target and not s.is_documented),
        sampled=_sampled(trace.scopes),
    )


def _sampled(scopes: Iterable[Scope]) -> frozenset[str]:
    """Keys of operations that only a sample calls or a sentence mentions."""
    weak = {s.mention.key for s in scopes if s.mention.standing in ("sample", "sentence")}
    return frozenset(weak - {s.mention.key for s in scopes if s.mention.standing == "place"})


def _claims(
    read: Sequence[Operation],
    shares: Sequence[Sequence[ClassifiedTable]],
    flat: tuple[FlatSection, ...],
) -> Iterator[Claim]:
    for occurrence, (operation, share) in enumerate(zip(read, shares, strict=True)):
        used = used_tables(share)
        yield from find_claims(operation, occurrence, used, _left(share, used), flat)


def _left(
    share: Sequence[ClassifiedTable], used: tuple[ClassifiedTable, ...]
) -> list[ClassifiedTable]:
    """Tables of a scope that its operation was not built of, and those that make no sense."""
    built = {id(p.table) for p in used if p.role.kind != "garbled"}
    return [p for p in share if id(p.table) not in built]


def _statements(scopes: tuple[Scope, ...], pieces: tuple[LocatedBlock, ...]) -> Iterator[Statement]:
    sampled = all(scope.mention.in_example for scope in scopes)
    for scope in scopes:
        yield from find_statements(scope, pieces, only_sampled=sampled)


def _fallback(
    document: Document,
    tables: Sequence[ReadRows],
    examples: Sequence[LocatedExample],
    flat: tuple[FlatSection, ...],
) -> tuple[EndpointCandidate, ...]:
    """The operation of a page that documents one and names no method and path."""
    _, unassigned = classify_tables(tables, (), examples, {})
    sure = [t for t in unassigned if not t.from_paragraphs and _is_stated(t)]
    roles = [t.role for t in sure] + [s.role for s in flat]
    candidate = fallback_endpoint(document, roles)
    return (candidate,) if candidate else ()


def _is_stated(table: ClassifiedTable) -> bool:
    """Whether words, an engine or a column of places say what the table documents."""
    return table.ranking.confidence == "high" and any(
        cue.place in ("words", "engine") or cue.feature == "column:location"
        for cue in table.ranking.cues
    )


def build_index(readings: Iterable[PageReading]) -> FolderIndex:
    """What the pages of a folder know of each other, after a first reading of each."""
    kept = tuple(readings)
    index = FolderIndex(
        pages={r.page: r.sections for r in kept},
        names=frozenset(name for r in kept for name in r.names),
    )
    routes: dict[str, list[Route]] = {}
    for reading in kept:
        for candidate in reading.routes:
            if found := index.page_of(reading.page, candidate.target):
                page, anchor = found
                routes.setdefault(page, []).append(Route(candidate, anchor))
    return replace(index, routes={page: tuple(found) for page, found in routes.items()})


def combine(readings: Iterable[PageReading]) -> Contract:
    """One contract over all pages; an operation told on several pages is told once.

    Where pages of one language disagree about it, a gap says so; whether twins in several
    languages agree is for parity to say.
    """
    kept = tuple(readings)
    language = {r.page: r.language for r in kept}
    documented = _documented(kept)
    unnamed = {o.key for r in kept for o in r.operations} - {o.key for o in documented}
    operations, conflicts = merge_by_key(_with_servers(documented, kept), language)
    gaps = (gap for r in kept for gap in r.gaps)
    missing = ("endpoint-missing", "operation-conflict")
    return Contract(
        operations=operations,
        gaps=(
            *(g for g in gaps if g.kind not in missing or g.operation not in unnamed),
            *conflicts,
        ),
        coverage=sum((r.coverage for r in kept), Coverage()),
    )


def _documented(readings: tuple[PageReading, ...]) -> list[Operation]:
    """The operations of all pages that are no echo of what another page documents.

    Left out are samples of operations documented elsewhere, and beside pages that name their
    operations the page of an object, which documents one side and no method and path.
    """
    named = [o for r in readings for o in r.operations if not _is_weak(o, r)]
    known = KnownPaths(o.path for o in named)
    found = []
    for reading in readings:
        for operation in reading.operations:
            if operation.key.rstrip("/") in reading.sampled:
                if known.match(operation.path):
                    continue
            elif named and _is_weak(operation, reading) and not _has_both_sides(operation):
                continue
            found.append(operation)
    return found


def _is_weak(operation: Operation, reading: PageReading) -> bool:
    """Whether no place of the page names the operation."""
    return operation.confidence == "low" or operation.key.rstrip("/") in reading.sampled


def _has_both_sides(operation: Operation) -> bool:
    return bool(operation.parameters or operation.body) and bool(operation.responses)


def _with_servers(
    operations: Iterable[Operation], readings: Iterable[PageReading]
) -> Iterator[Operation]:
    """Operations of pages that name no server, with the one that the pages beside them name."""
    named = by_folder((r.page, r.servers) for r in readings)
    for operation in operations:
        if operation.servers or not named:
            yield operation
        else:
            near = without_path(servers_near(operation.page, named), operation.path)
            yield replace(operation, servers=near)


def merge_by_key(
    told: Iterable[Operation], language: Mapping[str, str] | None = None
) -> tuple[tuple[Operation, ...], tuple[Gap, ...]]:
    """Each operation once, and a gap for every two tellings in one language that disagree."""
    tellings: dict[str, list[Operation]] = {}
    for operation in told:
        tellings.setdefault(operation.key.rstrip("/"), []).append(operation)
    gaps: list[Gap] = []
    for first, *others in tellings.values():
        stated = Disagreements(first) if others else None
        for other in others:
            alike = language is None or language.get(first.page) == language.get(other.page)
            if stated and alike:
                gaps.extend(_conflict(first, other, list(stated.of(other))))
    return tuple(map(merge_all, tellings.values())), tuple(gaps)


def _conflict(first: Operation, second: Operation, found: Sequence[str]) -> Iterator[Gap]:
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        yield Gap(
            kind="operation-conflict",
            span=first.span,
            operation=first.key,
            subject="operation",
            detail=f"told again at {second.span}, differently: {'; '.join(found[:3])}{more}",
        )

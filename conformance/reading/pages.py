"""One page, or all of a folder -> what they document and what of them could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from conformance.model.contract import Claim, Coverage, Gap, Statement
from conformance.model.document import Document
from conformance.model.operation import Operation
from conformance.reading.claims import find_claims
from conformance.reading.classification import (
    ClassifiedTable,
    select_used_tables,
)
from conformance.reading.combining import merge_by_key
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints import EndpointCandidate
from conformance.reading.gaps import find_gaps
from conformance.reading.preparation import build_index, prepare_page
from conformance.reading.references import (
    FolderIndex,
    PageIndex,
)
from conformance.reading.rows.flat import FlatSection
from conformance.reading.same_as import SameAsLinks
from conformance.reading.scopes import Scope
from conformance.reading.statements import find_statements
from conformance.reading.tracing import PageTrace, complete_page, trace_page


class PageReading(Struct, frozen=True, kw_only=True):
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
    names: frozenset[str]
    """Names stated beyond doubt."""
    claims: tuple[Claim, ...] = ()
    """Every row that tells something of an operation, as it stands."""
    statements: tuple[Statement, ...] = ()
    """What prose and samples say of the operations."""
    servers: tuple[str, ...] = ()
    """Base URLs the page names apart from any operation."""
    routes: tuple[EndpointCandidate, ...] = ()
    """Rows of an index that lead to other pages."""
    same_as: SameAsLinks = SameAsLinks()
    sampled: frozenset[str] = frozenset()
    """Keys of operations that only a sample calls or a sentence mentions."""


def read_document(document: Document, library: FolderIndex | None = None) -> PageReading:
    """Extract every operation of a page, and every gap.

    ``library`` is what the other pages of its folder know; without it, the page stands alone.
    """
    return summarize(trace_page(document, library))


def read_documents(documents: Iterable[Document]) -> tuple[PageReading, ...]:
    """The pages of one folder, each read with what the others know."""
    prepared = [prepare_page(document) for document in documents]
    library = build_index(prepared)
    return tuple(summarize(complete_page(page, library)) for page in prepared)


def summarize(trace: PageTrace) -> PageReading:
    """What is kept of a page once it is read."""
    operations, conflicts = merge_by_key((*trace.operations, *trace.specified))
    page = trace.prepared
    others = tuple(p for p in page.pieces if p.place.index not in page.endpoints.routes)
    return PageReading(
        page=page.page,
        language=page.document.language,
        engine=page.engine,
        operations=operations,
        gaps=(*find_gaps(page.document, others, trace.classified, operations), *conflicts),
        coverage=trace.ledger.coverage,
        sections=page.sections,
        names=page.names,
        claims=tuple(_collect_claims(trace.operations, trace.shares, page.flat)),
        statements=(*trace.methods, *_collect_statements(trace.scopes, page.pieces)),
        servers=trace.servers,
        routes=page.routes,
        same_as=trace.same_as,
        sampled=_find_sampled(trace.scopes) - {_make_key(o) for o in trace.specified},
    )


def _make_key(operation: Operation) -> str:
    return operation.key.rstrip("/")


def _find_sampled(scopes: Iterable[Scope]) -> frozenset[str]:
    """Keys of operations that only a sample calls or a sentence mentions."""
    weak = {s.mention.key for s in scopes if s.mention.standing in ("sample", "sentence")}
    return frozenset(weak - {s.mention.key for s in scopes if s.mention.standing == "place"})


def _collect_claims(
    read: Sequence[Operation],
    shares: Sequence[Sequence[ClassifiedTable]],
    flat: tuple[FlatSection, ...],
) -> Iterator[Claim]:
    for occurrence, (operation, share) in enumerate(zip(read, shares, strict=True)):
        used = select_used_tables(share)
        yield from find_claims(operation, occurrence, used, _list_left(share, used), flat)


def _list_left(
    share: Sequence[ClassifiedTable], used: tuple[ClassifiedTable, ...]
) -> list[ClassifiedTable]:
    """Tables of a scope that its operation was not built of, and those that make no sense."""
    built = {id(p.table) for p in used if p.role.kind != "garbled"}
    return [p for p in share if id(p.table) not in built]


def _collect_statements(
    scopes: tuple[Scope, ...], pieces: tuple[LocatedBlock, ...]
) -> Iterator[Statement]:
    sampled = all(scope.mention.in_example for scope in scopes)
    for scope in scopes:
        yield from find_statements(scope, pieces, only_sampled=sampled)

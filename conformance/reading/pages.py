"""One document -> what it says and what of it could not be read; many -> one contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from conformance.model.contract import Claim, Contract, Coverage, Gap, Statement
from conformance.model.document import Document
from conformance.model.operation import Operation
from conformance.reading.claims import find_claims
from conformance.reading.context import LocatedBlock, locate_blocks
from conformance.reading.endpoints import EndpointCandidate, base_urls, find_endpoints
from conformance.reading.endpoints.fallback import fallback_endpoint
from conformance.reading.engines import rewrite_document
from conformance.reading.gaps import find_gaps, measure
from conformance.reading.merging import disagreements, merge_operations
from conformance.reading.nesting import TreeBuilder
from conformance.reading.operations import Reader, build_operation
from conformance.reading.references import (
    FolderIndex,
    PageIndex,
    ReferenceResolver,
    enumerated_values,
    links_of,
    value_sections,
)
from conformance.reading.roles import Role
from conformance.reading.rows.flat import FlatSection, read_flat
from conformance.reading.scopes import (
    ClassifiedTable,
    Scope,
    assign_to_operations,
    classify_tables,
    object_tables,
    split_scopes,
)
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
    names: frozenset[str]
    """Names told beyond doubt."""
    doubtful: bool
    """Whether a name had to be cut out of other words."""
    claims: tuple[Claim, ...] = ()
    """Every row that tells something of an operation, as it stands."""
    statements: tuple[Statement, ...] = ()
    """What prose and samples say of the operations."""

    def gains_from(self, library: FolderIndex) -> bool:
        """Whether the page would be read better with what other pages know."""
        if self.doubtful:
            return True
        return any(library.lookup(self.page, link) for link in self.links)


def read_document(document: Document, library: FolderIndex = FolderIndex()) -> PageReading:  # noqa: B008
    """Extract every operation of a page, and every gap.

    ``library`` is what the other pages of its folder know (:func:`build_index`).
    """
    document, engine = rewrite_document(document)
    pieces = locate_blocks(document)
    placed = classify_tables(pieces)
    flat = read_flat(document, library.names) if document.markup == "flat" else ()
    tables = [*(p.table for p in placed), *(s.table for s in flat)]
    own = PageIndex(
        tables=object_tables(placed),
        values=value_sections(pieces),
        enumerated=enumerated_values(pieces),
    )
    elsewhere = ReferenceResolver(document.page, own, library)
    names = frozenset(raw.name.name for table in tables for raw in table.fields)
    reader = Reader(document, pieces, TreeBuilder(elsewhere, names), base_urls(pieces))
    mentions, said = resolve_methods(_endpoints(document, pieces, placed, flat), pieces)
    scopes = split_scopes(mentions, pieces)
    shares = assign_to_operations(placed, scopes)
    settled = [_resolve_roles(share) for share in shares]
    told = [build_operation(reader, s, p, flat) for s, p in zip(scopes, settled, strict=True)]
    operations, conflicts = merge_by_key(told)
    return PageReading(
        page=document.page,
        language=document.language,
        engine=engine,
        operations=operations,
        gaps=(*find_gaps(document, pieces, placed, operations), *conflicts),
        coverage=measure(pieces, placed),
        sections=own,
        links=links_of(tables),
        names=frozenset(r.name.name for t in tables for r in t.fields if r.confidence == "high"),
        doubtful=any(r.confidence != "high" for t in tables for r in t.fields),
        claims=tuple(_claims(told, settled, shares, flat)),
        statements=(*said, *_statements(scopes, pieces)),
    )


def _claims(
    told: list[Operation],
    settled: list[tuple[ClassifiedTable, ...]],
    shares: list[list[ClassifiedTable]],
    flat: tuple[FlatSection, ...],
) -> Iterator[Claim]:
    for occurrence, (operation, used) in enumerate(zip(told, settled, strict=True)):
        yield from find_claims(operation, occurrence, used, _left(shares[occurrence], used), flat)


def _statements(scopes: tuple[Scope, ...], pieces: tuple[LocatedBlock, ...]) -> Iterator[Statement]:
    sampled = all(scope.mention.in_example for scope in scopes)
    for scope in scopes:
        yield from find_statements(scope, pieces, only_sampled=sampled)


def build_index(readings: Iterable[PageReading]) -> FolderIndex:
    """What the pages of a folder know of each other, after a first reading of each."""
    kept = tuple(readings)
    return FolderIndex(
        pages={r.page: r.sections for r in kept},
        names=frozenset(name for r in kept for name in r.names),
    )


def _endpoints(
    document: Document,
    pieces: tuple[LocatedBlock, ...],
    placed: tuple[ClassifiedTable, ...],
    flat: tuple[FlatSection, ...],
) -> tuple[EndpointCandidate, ...]:
    """Said by the page, else implied by it."""
    if found := find_endpoints(document, pieces):
        return found
    roles = [p.role for p in placed if not p.from_paragraphs] + [s.role for s in flat]
    implied = fallback_endpoint(document, roles)
    return (implied,) if implied else ()


def _resolve_roles(own: list[ClassifiedTable]) -> tuple[ClassifiedTable, ...]:
    """A scope's tables with every role decided; runs only for what no table tells."""
    tables = [p for p in own if not p.from_paragraphs]
    settled: list[ClassifiedTable] = []
    for number, p in enumerate(tables):
        if p.role.kind == "unknown":
            p = replace(p, role=_by_order(p, settled, tables[number + 1 :]))
        settled.append(p)
    told = {p.role.kind for p in settled}
    names = {raw.name.name for p in tables for raw in p.table.fields}
    for p in own:
        fresh = not names & {raw.name.name for raw in p.table.fields}
        if p.from_paragraphs and fresh and p.role.kind not in told:
            settled.append(
                replace(p, role=_by_order(p, settled, [])) if p.role.kind == "unknown" else p
            )
    return tuple(settled)


def _left(share: list[ClassifiedTable], used: tuple[ClassifiedTable, ...]) -> list[ClassifiedTable]:
    """Tables of a scope that its operation was not built of, and those that make no sense."""
    built = {id(p.table) for p in used if p.role.kind != "garbled"}
    return [p for p in share if id(p.table) not in built]


def _by_order(
    p: ClassifiedTable, before: list[ClassifiedTable], after: list[ClassifiedTable]
) -> Role:
    """Without a word about it: inputs come first, and only inputs are marked as required."""
    asked = any(b.role.kind == "request" for b in before)
    if not asked and (
        "required" in p.table.columns or any(a.role.kind == "unknown" for a in after)
    ):
        return Role(kind="request")
    return (
        Role(kind="response")
        if asked or "required" not in p.table.columns
        else Role(kind="request")
    )


def combine(readings: Iterable[PageReading]) -> Contract:
    """One contract over all pages; an operation told on several pages is told once.

    Where pages of one language disagree about it, a gap says so; whether twins in several
    languages agree is for parity to say.
    """
    kept = tuple(readings)
    language = {r.page: r.language for r in kept}
    operations, conflicts = merge_by_key([o for r in kept for o in r.operations], language)
    return Contract(
        operations=operations,
        gaps=(*(gap for r in kept for gap in r.gaps), *conflicts),
        coverage=sum((r.coverage for r in kept), Coverage()),
    )


def merge_by_key(
    told: Iterable[Operation], language: Mapping[str, str] | None = None
) -> tuple[tuple[Operation, ...], tuple[Gap, ...]]:
    """Each operation once, and a gap for every two tellings in one language that disagree."""
    merged: dict[str, Operation] = {}
    gaps: list[Gap] = []
    for operation in told:
        key = operation.key.rstrip("/")
        first = merged.setdefault(key, operation)
        if first is operation:
            continue
        merged[key] = merge_operations(first, operation)
        if language is None or language.get(first.page) == language.get(operation.page):
            gaps.extend(_conflict(first, operation))
    return tuple(merged.values()), tuple(gaps)


def _conflict(first: Operation, second: Operation) -> Iterator[Gap]:
    found = list(disagreements(first, second))
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        yield Gap(
            kind="operation-conflict",
            span=first.span,
            operation=first.key,
            subject="operation",
            detail=f"told again at {second.span}, differently: {'; '.join(found[:3])}{more}",
        )

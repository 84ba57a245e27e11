"""Why a page was read as it was: every stage of the trace, block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.contract import Claim
from conformance.model.document import Document
from conformance.model.operation import Confidence, Operation, Value, members
from conformance.model.span import Span
from conformance.reading.classification import ClassifiedTable
from conformance.reading.context import LocatedBlock
from conformance.reading.examples import examples_within
from conformance.reading.ledger import LedgerEntry, Outcome
from conformance.reading.pages import PageReading, summarize
from conformance.reading.roles import SIDES, Cue, Ranking
from conformance.reading.tracing import PageTrace

_SPECIFICATION: Final = "specification"


class CueExplanation(Struct, frozen=True, kw_only=True):
    """One cue, and what it says for and against the role that won."""

    where: str
    """Kind of place it was found in: words, column, engine, order, content."""
    feature: str
    text: str
    weights: tuple[tuple[str, float], ...]
    """Weight by role, those of nothing left out."""


class RowExplanation(Struct, frozen=True, kw_only=True):
    """One documented name, and what became of it."""

    name: str
    """Of a specification, whose names stand in their operations, the operation."""
    span: Span
    confidence: Confidence
    subject: str = ""
    """Dotted name in the contract; empty when nothing of the contract stands on this row."""
    facts: tuple[str, ...] = ()
    """What the row states, as ``facet: value``."""


class BlockExplanation(Struct, frozen=True, kw_only=True):
    """One block: where it stands, what it is taken for and why, and what was made of it."""

    kind: str
    span: Span
    outcome: Outcome
    detail: str
    section: tuple[str, ...]
    """Words around it, the nearest first."""
    operation: str = ""
    role: str = ""
    confidence: Confidence | None = None
    probability: float = 1.0
    runner_up: str = ""
    cues: tuple[CueExplanation, ...] = ()
    rows: tuple[RowExplanation, ...] = ()
    unread: tuple[tuple[Span, str], ...] = ()


class Explanation(Struct, frozen=True, kw_only=True):
    """Everything about one page."""

    page: str
    markup: str
    language: str
    engine: str
    operations: tuple[tuple[str, Span, Confidence], ...]
    """Key, place and confidence of each operation."""
    blocks: tuple[BlockExplanation, ...]
    gaps: tuple[tuple[Span, str], ...]
    prose: tuple[tuple[Span, str], ...] = ()
    """What sentences, headings and rows say of operations: authentication, rate limits."""

    def select_near(self, line: int) -> Explanation:
        """The same with only the blocks and gaps that touch ``line``, and their operations."""
        blocks = tuple(_cut_block(b, line) for b in self.blocks if _touches(b.span, line))
        keys = {key for b in blocks for key in (b.operation, *(row.name for row in b.rows))}
        return Explanation(
            page=self.page,
            markup=self.markup,
            language=self.language,
            engine=self.engine,
            operations=tuple(o for o in self.operations if o[0] in keys or _touches(o[1], line)),
            blocks=blocks,
            gaps=tuple(g for g in self.gaps if _touches(g[0], line)),
            prose=tuple(p for p in self.prose if _touches(p[0], line)),
        )


def explain(trace: PageTrace) -> Explanation:
    """What every stage of reading made of one page."""
    reading = summarize(trace)
    return Explanation(
        page=trace.prepared.document.page,
        markup=_name_markup(trace.prepared.source),
        language=trace.prepared.document.language,
        engine=trace.prepared.engine,
        operations=tuple((o.key, o.span, o.confidence) for o in reading.operations),
        blocks=tuple(_explain_blocks(trace, reading)),
        gaps=tuple((g.span, f"{g.kind}: {g.detail}") for g in reading.gaps),
        prose=tuple(dict.fromkeys(_list_prose(reading.operations, trace.prepared.document.page))),
    )


def _name_markup(document: Document) -> str:
    if document.markup in ("json", "yaml"):
        return f"OpenAPI document in {document.markup.upper()}"
    return document.markup


def _list_prose(operations: Sequence[Operation], page: str) -> Iterator[tuple[Span, str]]:
    for operation in operations:
        for auth in operation.auth:
            if auth.span.page == page:
                yield auth.span, f"authentication: {auth.scheme}"
        for limit in operation.rate_limits:
            if limit.span.page == page:
                scope = f" per {limit.scope}" if limit.scope else ""
                yield limit.span, f"rate limit: {limit.count} in {limit.seconds:g} s{scope}"


def _touches(span: Span, line: int) -> bool:
    return span.line <= line <= span.end_line


def _cut_block(block: BlockExplanation, line: int) -> BlockExplanation:
    """``block``; of a whole specification only what it states at ``line``."""
    if block.kind != _SPECIFICATION:
        return block
    return replace(block, rows=tuple(r for r in block.rows if _touches(r.span, line)))


def _explain_blocks(trace: PageTrace, reading: PageReading) -> Iterator[BlockExplanation]:
    """One for each block in the ledger; the rows of a table stand in it."""
    tables = {t.piece.place.index: t for t in trace.classified}
    places = {piece.place.index: piece for piece in trace.prepared.pieces}
    owners = {
        example.index: scope.mention.key
        for scope in trace.scopes
        for example in examples_within(trace.prepared.examples, scope.start, scope.end)
    } | {
        t.piece.place.index: scope.mention.key
        for scope, share in zip(trace.scopes, trace.shares, strict=True)
        for t in share
    }
    facts = _Facts(trace.prepared.document, reading)
    for entries in _group_by_block(trace.ledger.entries):
        index = entries[0].index
        block = _explain_block(entries, places[index], owners.get(index, ""))
        table = tables.get(index)
        if block.kind == _SPECIFICATION:
            block = replace(block, rows=tuple(facts.rows_within(block.span)))
        yield _with_table(block, table, facts) if table else block


def _explain_block(
    entries: list[LedgerEntry], piece: LocatedBlock, operation: str
) -> BlockExplanation:
    return BlockExplanation(
        kind=entries[0].kind.split()[0],
        span=piece.block.span,
        outcome=entries[0].outcome,
        detail=entries[0].detail,
        section=tuple(piece.place.words()),
        operation=operation,
        unread=tuple((e.span, e.detail) for e in entries if e.outcome == "unread"),
    )


def _with_table(block: BlockExplanation, table: ClassifiedTable, facts: _Facts) -> BlockExplanation:
    ranking = table.ranking
    return replace(
        block,
        role=_describe_role(ranking),
        confidence=ranking.confidence,
        probability=ranking.probability,
        runner_up=ranking.runner_up or "",
        cues=tuple(map(_explain_cue, ranking.cues)),
        rows=tuple(facts.row(r.name.name, r.span, r.confidence) for r in table.table.fields),
    )


def _group_by_block(entries: tuple[LedgerEntry, ...]) -> Iterator[list[LedgerEntry]]:
    run: list[LedgerEntry] = []
    for entry in entries:
        if run and run[0].index != entry.index:
            yield run
            run = []
        run.append(entry)
    if run:
        yield run


def _describe_role(ranking: Ranking) -> str:
    role = ranking.best
    parts = (role.kind, role.where, role.status, role.name)
    return " ".join(part for part in parts if part)


def _explain_cue(cue: Cue) -> CueExplanation:
    weights = tuple((side, w) for side, w in zip(SIDES, cue.weights, strict=True) if w)
    return CueExplanation(where=cue.place, feature=cue.feature, text=cue.text, weights=weights)


class _Facts:
    """What the contract has of each line of the page."""

    def __init__(self, document: Document, reading: PageReading) -> None:
        self._claims: dict[Span, Claim] = {c.span: c for c in reversed(reading.claims)}
        self._walk_values: dict[tuple[str, str], Value] = {
            (o.key, name): value for o in reading.operations for name, value in _walk_values(o)
        }

    def row(self, name: str, span: Span, confidence: Confidence) -> RowExplanation:
        claim = self._claims.get(span)
        value = self._walk_values.get((claim.operation, claim.subject)) if claim else None
        return RowExplanation(
            name=name,
            span=span,
            confidence=confidence,
            subject=claim.subject if claim else "",
            facts=tuple(_list_facts(value)) if value else (),
        )

    def rows_within(self, block: Span) -> Iterator[RowExplanation]:
        for (key, subject), value in self._walk_values.items():
            if value.span.page == block.page and _touches(block, value.span.line):
                yield RowExplanation(
                    name=key,
                    span=value.span,
                    confidence="high",
                    subject=subject,
                    facts=tuple(_list_facts(value)),
                )


def _walk_values(operation: Operation) -> Iterator[tuple[str, Value]]:
    for name, (value, _) in members(operation):
        yield name, value


def _list_facts(value: Value) -> Iterator[str]:
    yield f"kind: {value.kind or 'not stated'}"
    for facet in ("type_text", "format", "unit", "enum", "constant", "default"):
        if stated := getattr(value, facet):
            yield f"{facet.replace('_text', ' cell')}: {_format_stated(stated)}"
    for bound in value.limits.__struct_fields__:
        if (limit := getattr(value.limits, bound)) is not None:
            yield f"{bound.replace('_', ' ')}: {limit}"
    if value.nullable.value != "not-stated":
        yield f"nullable: {value.nullable.value}"


def _format_stated(stated: object) -> str:
    return ", ".join(map(str, stated)) if isinstance(stated, tuple) else str(stated)

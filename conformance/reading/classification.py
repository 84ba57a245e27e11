"""Every table of fields on a page, with its role and the operation it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.operation import Confidence
from conformance.reading.bodies import BODY_METHODS
from conformance.reading.common_parts import is_about_all
from conformance.reading.context import LocatedBlock
from conformance.reading.examples import (
    LocatedExample,
    collect_shown_names,
    examples_within,
    find_shown_side,
)
from conformance.reading.references import CommonTable, find_wanted, object_key
from conformance.reading.role_features import OperationContext, Side, announces_response
from conformance.reading.roles import Ranking, Role, classify_table
from conformance.reading.rows.readers import read_rows
from conformance.reading.rows.row import FieldRow, FieldTable, ReadRows
from conformance.reading.scopes import Scope, assign_to_operations
from conformance.reading.sections import join_tables

_ORDER: Final[tuple[Confidence, ...]] = ("low", "medium", "high")


class ClassifiedTable(Struct, frozen=True):
    """A table of fields where it stands, and what it documents."""

    piece: LocatedBlock
    table: FieldTable
    ranking: Ranking
    from_paragraphs: bool = False
    """Read from bare paragraphs: trusted only where nothing better is there."""

    @property
    def role(self) -> Role:
        """What it documents."""
        return self.ranking.best


def read_tables(pieces: tuple[LocatedBlock, ...]) -> tuple[ReadRows, ...]:
    """Every table of fields on the page, read once; runs of paragraphs last."""
    return tuple(sorted(read_rows(pieces), key=lambda t: t.from_paragraphs))


def find_wanted_objects(
    tables: Iterable[ReadRows], returned: Mapping[str, int], operations: frozenset[str]
) -> dict[str, int]:
    """Anchors and names of the objects that rows or prose point to, with the place that does.

    A link to a heading that only titles its sections means the first of them.  ``returned``
    are the anchors that prose says come back; those of ``operations`` are no objects.
    """
    kept = [t for t in tables if not t.from_paragraphs]
    wanted = find_wanted((t.piece.place.index, t.table) for t in kept)
    for anchor, index in returned.items():
        if anchor not in operations:
            wanted.setdefault(anchor, index)
    own = {t.piece.place.headings[-1].anchor for t in kept if t.piece.place.headings}
    for table in kept:
        headings = table.piece.place.headings
        if len(headings) < 2:
            continue
        above = headings[-2].anchor
        if above in wanted and above not in own | operations:
            own.add(above)
            wanted.setdefault(headings[-1].anchor, wanted[above])
    return {anchor: index for anchor, index in wanted.items() if anchor not in operations}


def classify_tables(
    tables: Sequence[ReadRows],
    scopes: Sequence[Scope],
    examples: Sequence[LocatedExample],
    objects: Mapping[str, int],
    common: Iterable[CommonTable] = (),
) -> tuple[tuple[tuple[ClassifiedTable, ...], ...], tuple[ClassifiedTable, ...]]:
    """The tables of each scope with their roles, runs of paragraphs last, and those of no scope;
    ``common`` ones before the first of several operations are of none."""
    first = scopes[0].mention.index if len(scopes) > 1 else 0
    apart = {part.index for part in common if part.index < first}
    shares = assign_to_operations((t for t in tables if t.piece.place.index not in apart), scopes)
    assigned = {id(t) for share in shares for t in share}
    rest = [t for t in tables if id(t) not in assigned]
    writing = {s.start for s in scopes if s.is_documented and s.mention.method in BODY_METHODS}
    classified = []
    for share, scope in zip(shares, scopes, strict=True):
        found = _classify_scope(share, operation_context(scope, examples), objects)
        beside = scope.start in writing and scope.mention.method not in BODY_METHODS
        classified.append(tuple(_split_written_inputs(found, scope) if beside else found))
    return tuple(classified), tuple(_classify_scope(rest, OperationContext(), objects))


def _split_written_inputs(
    found: Iterable[ClassifiedTable], scope: Scope
) -> Iterator[ClassifiedTable]:
    """Inputs of one part for several methods: those outside the path may be of the others alone,
    which send a body."""
    for t in found:
        if t.role.kind == "request":
            fields = tuple(
                row
                if f"{{{row.name.name}}}" in scope.mention.path
                else _limit_confidence(row, "medium")
                for row in t.table.fields
            )
            t = replace(t, table=replace(t.table, fields=fields))
        yield t


def operation_context(scope: Scope, examples: Sequence[LocatedExample]) -> OperationContext:
    """What the samples of a scope show, before any of its tables is classified."""
    own = examples_within(examples, scope.start, scope.end)
    has_body = scope.mention.method in BODY_METHODS
    by_side: dict[str, set[str]] = defaultdict(set)
    for e in own:
        by_side[find_shown_side(e, has_body=has_body)] |= collect_shown_names(e.example)
    answers = (e.index for e in own if e.is_sure and e.side == "response")
    return OperationContext(
        path=scope.mention.path,
        sends=has_body or scope.mention.method == "DELETE",
        title=scope.title,
        response_names=frozenset(by_side["response"]),
        request_names=frozenset(by_side["request"]),
        other_names=frozenset(by_side[""]),
        last_answer=max(answers, default=-1),
    )


def table_contexts(
    tables: Sequence[ReadRows | ClassifiedTable], context: OperationContext
) -> Iterator[OperationContext]:
    """What is known at each table of an operation, but for the roles of those before it."""
    answers = (
        n for n, t in enumerate(tables) if announces_response(t.piece, t.table, context.title)
    )
    last_answer = max(answers, default=-1)
    for number in range(len(tables)):
        remaining = len(tables) - number - 1
        yield replace(context, remaining=remaining, answer_follows=number < last_answer)


def _classify_scope(
    share: Sequence[ReadRows], context: OperationContext, objects: Mapping[str, int]
) -> list[ClassifiedTable]:
    tables = [t for t in share if not t.from_paragraphs]
    found: list[ClassifiedTable] = []
    before: tuple[Side, ...] = ()
    for t, here in zip(tables, table_contexts(tables, context), strict=True):
        ranking = classify_table(t.piece, t.table, replace(here, before=before), objects)
        counted = all(row.name.position is not None for row in t.table.fields)
        if counted and t.table.fields and ranking.best.kind == "request":  # no input is counted
            ranking = replace(ranking, best=Role(kind="response"))
        found.append(ClassifiedTable(t.piece, _doubt_table(t.table, ranking), ranking))
        if ranking.best.kind in ("request", "response"):
            before = (*before, ranking.best.kind)
    context = replace(context, before=before)
    for t in share:
        if t.from_paragraphs:
            ranking = classify_table(t.piece, t.table, context, objects)
            found.append(
                ClassifiedTable(
                    t.piece, _doubt_table(t.table, ranking), ranking, from_paragraphs=True
                )
            )
    return found


def _doubt_table(table: FieldTable, ranking: Ranking) -> FieldTable:
    """No row is read more surely than the role of its table."""
    if ranking.confidence == "high":
        return table
    fields = tuple(_limit_confidence(row, ranking.confidence) for row in table.fields)
    return replace(table, fields=fields)


def _limit_confidence(row: FieldRow, confidence: Confidence) -> FieldRow:
    return replace(row, confidence=min(row.confidence, confidence, key=_ORDER.index))


def select_used_tables(share: Iterable[ClassifiedTable]) -> tuple[ClassifiedTable, ...]:
    """The tables an operation is built of: runs of paragraphs only for what no table documents.

    A table without types that repeats names of one with types is a guide to it.
    """
    kept = [t for t in share if not t.from_paragraphs]
    tables = [t for t in kept if not _repeats(t, kept)]
    documented = {t.role.kind for t in tables}
    names = {row.name.name for t in tables for row in t.table.fields}
    runs = [
        t
        for t in share
        if t.from_paragraphs
        and t.role.kind not in documented
        and not names & {row.name.name for row in t.table.fields}
    ]
    return (*tables, *runs)


def _repeats(table: ClassifiedTable, others: Iterable[ClassifiedTable]) -> bool:
    if any(row.type_text for row in table.table.fields):
        return False
    names = {row.name.name for row in table.table.fields}
    return any(
        other is not table
        and other.role.kind == table.role.kind
        and other.role.status == table.role.status
        and names <= {row.name.name for row in other.table.fields if row.type_text}
        for other in others
    )


def find_common_tables(
    tables: Iterable[ReadRows], objects: Mapping[str, int]
) -> Iterator[CommonTable]:
    """The tables that words say are about every operation."""
    for t in tables:
        if not t.from_paragraphs and is_about_all(t.piece.place.words()):
            role = classify_table(t.piece, t.table, OperationContext(), objects).best
            if (role.kind == "request" or role.kind == "response") and not role.status:
                yield CommonTable(t.piece.place.index, role.kind, role.where, t.table)


def object_tables(
    tables: Iterable[ReadRows], wanted: Mapping[str, int]
) -> dict[str, tuple[FieldTable, ...]]:
    """The object sections among them in page order, by anchor and by the words that name them."""
    kept = [t for t in tables if not t.from_paragraphs]
    sections: dict[tuple[str, str], FieldTable] = {}
    for t in kept:
        role = classify_table(t.piece, t.table, OperationContext(), wanted).best
        if role.kind == "object":
            heading = next(reversed(t.piece.place.headings), None)
            anchor = heading.anchor if heading else role.name
            key = object_key(heading.text.plain) if heading and role.name == anchor else role.name
            section = (anchor, key)
            sections[section] = join_tables(sections.get(section), t.table)
    objects: dict[str, list[FieldTable]] = defaultdict(list)
    for (anchor, key), table in sections.items():
        for name in {anchor, key}:
            objects[name].append(table)
    return {name: tuple(tables) for name, tables in objects.items()}

"""What became of every block and row of a page: read, about something else, or unread.

Nothing is lost silently: each row of a table, item of a list, code block, component, and field of
an engine or of paragraphs has one entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from conformance.model.contract import Coverage
from conformance.model.document import (
    CodeBlock,
    Component,
    EndpointBlock,
    FieldBlock,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    SpecificationBlock,
    Table,
)
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.classification import ClassifiedTable
from conformance.reading.context import LocatedBlock
from conformance.reading.examples import LocatedExample, collect_shown_names
from conformance.reading.references import PageIndex
from conformance.reading.rows.columns import lacks_names, table_columns
from conformance.reading.scopes import Scope
from conformance.reading.topics import nearest_topics

Outcome: TypeAlias = Literal["read", "other", "unread"]
EntryKind: TypeAlias = Literal[
    "table row", "list item", "code block", "component", "field", "specification"
]

_NAMED_SHARE: Final = 0.6
_SIDES: Final = frozenset(f"about {topic}" for topic in ("path", "query", "body", "response"))
"""Topics under which a table of names and descriptions is expected to be one of fields."""
_NAME: Final = regex(r"[A-Za-z_$@][\w$@.\-]*(?:\[\])?")
_CALL: Final = regex(
    r"\bcurl\b|^\s{0,8}(?:GET|POST|PUT|DELETE|PATCH|HTTP/)|\bimport\b|\brequire\(|;\s*$|=>|\$ ",
    re.MULTILINE,
)


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """One row or block, and what became of it."""

    kind: EntryKind
    span: Span
    outcome: Outcome
    detail: str = ""
    """What it was read as, what else it is about, or why it was not read."""
    index: int = -1
    """Of the block it stands in."""


class Ledger(Struct, frozen=True):
    """The entries of one page, in page order."""

    entries: tuple[LedgerEntry, ...] = ()

    def count(self, outcome: Outcome | None = None, kind: EntryKind | None = None) -> int:
        """How many entries there are, of one outcome or one kind where given."""
        return sum(
            (outcome is None or e.outcome == outcome) and (kind is None or e.kind == kind)
            for e in self.entries
        )

    @property
    def coverage(self) -> Coverage:
        """The counts that reports give."""
        rows, unread = self.count(kind="table row"), self.count("unread", "table row")
        return Coverage(
            pages=1,
            rows=rows,
            rows_unread=unread,
            blocks=self.count() - rows,
            blocks_unread=self.count("unread") - unread,
        )


class PageParts(Struct, frozen=True, kw_only=True):
    """What the stages of reading made of a page."""

    blocks: tuple[LocatedBlock, ...]
    classified: tuple[ClassifiedTable, ...]
    further: frozenset[int]
    """Identities of blocks that were read together with the one a table begins with."""
    examples: tuple[LocatedExample, ...]
    scopes: tuple[Scope, ...]
    operations: tuple[Operation, ...]
    index: PageIndex
    routes: frozenset[int] = frozenset()
    """Indices of tables of methods and paths."""


def build_ledger(parts: PageParts) -> Ledger:
    """One entry for every row and block of a page that documents operations; else none."""
    if not parts.operations:
        return Ledger(tuple(e for e in _enter_parts(parts) if e.kind == "table row"))
    return Ledger(tuple(_enter_parts(parts)))


def _enter_parts(parts: PageParts) -> Iterator[LedgerEntry]:
    tables = {t.piece.place.index: t for t in parts.classified}
    examples = {e.index: e for e in parts.examples}
    endpoints = {scope.mention.index for scope in parts.scopes}
    for piece in parts.blocks:
        block, index = piece.block, piece.place.index
        found = tables.get(index)
        if isinstance(block, Table):
            if index in parts.routes:
                yield from _enter_routes(block, index)
            else:
                yield from _enter_table(block, piece, found, parts.index)
        elif isinstance(block, ListBlock):
            read = found is not None or id(block) in parts.further
            yield from _enter_list(block, piece, found, read=read, endpoints=endpoints)
        elif found and isinstance(block, FieldBlock | Heading | Paragraph):
            yield from _enter_fields(found, index)
        elif isinstance(block, CodeBlock):
            yield _enter_code(block, piece, examples.get(index), parts, index in endpoints)
        elif isinstance(block, Component | EndpointBlock):
            is_field = found is not None or id(block) in parts.further
            yield _enter_component(block, index, index in endpoints, is_field=is_field)
        elif isinstance(block, SpecificationBlock):
            yield _enter_specification(block, index, parts.operations)


def _enter_routes(block: Table, index: int) -> Iterator[LedgerEntry]:
    for row in block.rows:
        detail = "method and path of an operation"
        yield LedgerEntry(
            kind="table row", span=row.span, outcome="read", detail=detail, index=index
        )


def _enter_table(
    block: Table, piece: LocatedBlock, found: ClassifiedTable | None, index: PageIndex
) -> Iterator[LedgerEntry]:
    unread = {row.span: row.detail for row in found.table.unread} if found else {}
    outcome, detail = _judge_table(block, piece, found, index)
    spans = {row.span for row in found.table.fields} if found else set()
    for row in block.rows:
        reason = unread.get(row.span, "") if outcome == "read" else ""
        repeated = bool(spans) and outcome == "read" and not reason and row.span not in spans
        yield LedgerEntry(
            kind="table row",
            span=row.span,
            outcome="unread" if reason else outcome,
            detail=reason or ("goes on with the row above" if repeated else detail),
            index=piece.place.index,
        )


def _judge_table(
    block: Table, piece: LocatedBlock, found: ClassifiedTable | None, index: PageIndex
) -> tuple[Outcome, str]:
    if found:
        if found.role.kind == "garbled":
            return "unread", "a table of inputs under the status of a response"
        if found.role.kind == "other":
            return "other", _describe_topic(piece) or "not about the operation"
        return "read", _describe_role(found)
    if lacks_names(block):
        return "unread", "no column of this table holds names"
    heading = piece.place.headings[-1].anchor if piece.place.headings else ""
    topic = _describe_topic(piece)
    if {"name", "description"} <= set(table_columns(block)) and topic in _SIDES:
        return "unread", "its names do not look like names of fields"
    if heading in index.values and topic in ("", "about enum"):
        return "read", "values of an enumeration"
    return "other", topic or _describe_shape(block)


def _describe_role(found: ClassifiedTable) -> str:
    role = found.role
    if role.kind == "request":
        return f"request inputs{f' in the {role.where}' if role.where else ''}"
    if role.kind == "response":
        return f"members of the response{f' {role.status}' if role.status else ''}"
    return f"members of the object {role.name}".rstrip()


def _describe_topic(piece: LocatedBlock) -> str:
    """The nearest topic of the words around a block, in words."""
    named = nearest_topics(piece.place.words())
    return f"about {named[0]}" if named else ""


def _describe_shape(block: Table) -> str:
    headers = [cell.plain.strip() for cell in block.header if cell.plain.strip()]
    return f"no fields: columns {', '.join(headers[:4])}" if headers else "no fields"


def _enter_list(
    block: ListBlock,
    piece: LocatedBlock,
    found: ClassifiedTable | None,
    *,
    read: bool,
    endpoints: set[int],
) -> Iterator[LedgerEntry]:
    unread = {row.span: row.detail for row in found.table.unread} if found else {}
    named = sum(map(_begins_with_name, block.items)) >= _NAMED_SHARE * len(block.items)
    for item in block.items:
        outcome: Outcome = "other"
        detail = _describe_topic(piece) or "prose"
        if item.span in unread:
            outcome, detail = "unread", unread[item.span]
        elif found and found.role.kind not in ("other", "garbled"):
            outcome, detail = "read", _describe_role(found)
        elif read:
            outcome, detail = "read", "part of the fields above"
        elif piece.place.index in endpoints:
            outcome, detail = "read", "method and path"
        elif named and len(block.items) > 1 and not _describe_topic(piece):
            outcome, detail = "unread", "begins with a name; nothing says of what"
        yield LedgerEntry(
            kind="list item",
            span=item.span,
            outcome=outcome,
            detail=detail,
            index=piece.place.index,
        )


def _begins_with_name(item: ListItem) -> bool:
    text = item.text
    return any(
        mark.kind == "code"
        and not text.plain[: mark.start].strip()
        and _NAME.fullmatch(text.plain[mark.start : mark.end].strip())
        for mark in text.marks
    )


def _enter_fields(found: ClassifiedTable, index: int) -> Iterator[LedgerEntry]:
    is_read = found.role.kind not in ("other", "garbled")
    outcome: Outcome = "read" if is_read else "other"
    detail = (
        _describe_role(found)
        if is_read
        else _describe_topic(found.piece) or "not about the operation"
    )
    for row in found.table.fields:
        yield LedgerEntry(kind="field", span=row.span, outcome=outcome, detail=detail, index=index)
    for unread in found.table.unread:
        yield LedgerEntry(
            kind="field", span=unread.span, outcome="unread", detail=unread.detail, index=index
        )


def _enter_code(
    block: CodeBlock,
    piece: LocatedBlock,
    example: LocatedExample | None,
    parts: PageParts,
    is_endpoint: bool,
) -> LedgerEntry:
    outcome: Outcome = "other"
    if is_endpoint:
        outcome, detail = "read", "method and path"
    elif example is not None:
        outcome, detail = _judge_example(example, parts.scopes)
    elif (block.language and block.language not in ("json", "text")) or _CALL.search(block.text):
        detail = f"sample code{f' ({block.language})' if block.language else ''}"
    else:
        detail = _describe_topic(piece) or "text"
    return LedgerEntry(
        kind="code block",
        span=block.span,
        outcome=outcome,
        detail=detail,
        index=piece.place.index,
    )


def _judge_example(example: LocatedExample, scopes: Iterable[Scope]) -> tuple[Outcome, str]:
    shown = example.example
    if not shown.parsed and not collect_shown_names(shown):
        return "unread", f"no JSON: {shown.error}"
    if any(scope.start <= example.index < scope.end for scope in scopes):
        kind = f"sample of a {example.side or 'request or response'}"
        return "read", kind if shown.parsed else f"{kind} that is no JSON, as far as it goes"
    return "other", "a sample outside of every operation"


def _enter_specification(
    block: SpecificationBlock, index: int, operations: Iterable[Operation]
) -> LedgerEntry:
    span = block.span
    count = sum(span.line <= o.span.line <= span.end_line for o in operations)
    return LedgerEntry(
        kind="specification",
        span=span,
        outcome="read" if count else "other",
        detail=f"{count} operation{'s' * (count > 1)}" if count else "schemas without operations",
        index=index,
    )


def _enter_component(
    block: Component | EndpointBlock, index: int, is_endpoint: bool, *, is_field: bool
) -> LedgerEntry:
    named = isinstance(block, Component) and dict(block.attributes).get("name")
    if is_endpoint or isinstance(block, EndpointBlock):
        outcome: Outcome = "read"
        detail = "method and path"
    elif is_field:
        outcome, detail = "read", "a field"
    elif named:
        outcome, detail = "unread", f"the component {block.name} names {named!r}"
    else:
        outcome, detail = "other", "layout"
    return LedgerEntry(
        kind="component", span=block.span, outcome=outcome, detail=detail, index=index
    )

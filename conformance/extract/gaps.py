"""What of a page could not be read, and how much of it was: no row is lost silently."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.extract.outline import Piece
from conformance.extract.rows import FieldTable, RawField
from conformance.extract.scopes import Placed
from conformance.extract.tables import table_columns
from conformance.extract.types import read_type
from conformance.model.contract import Coverage, Gap, GapKind
from conformance.model.document import Document, Table
from conformance.model.operation import Operation
from conformance.model.span import Span


def find_gaps(
    document: Document,
    pieces: tuple[Piece, ...],
    placed: tuple[Placed, ...],
    operations: tuple[Operation, ...],
) -> Iterator[Gap]:
    """Every gap of one page, in page order within each kind."""
    key = operations[0].key if len(operations) == 1 else ""
    for p in placed:
        if not p.is_run:
            yield from _table_gaps(p, key)
    yield from _unread_tables(pieces, key)
    yield from _bad_examples(operations)
    if not operations and any(
        p.role.kind in ("request", "response") for p in placed if not p.is_run
    ):
        yield Gap(
            kind="endpoint-missing",
            span=_top(document),
            detail="the page documents parameters but names no method and path",
        )


def measure(pieces: tuple[Piece, ...], gaps: tuple[Gap, ...]) -> Coverage:
    """Rows on the page and rows reported as unread."""
    tables = [p.block for p in pieces if isinstance(p.block, Table)]
    unread: set[int] = set()
    for gap in gaps:
        if gap.kind in ("row-unread", "table-garbled"):
            unread.update(
                row.span.line
                for table in tables
                for row in table.rows
                if gap.span.line <= row.span.line <= gap.span.end_line
            )
    return Coverage(pages=1, rows=sum(len(t.rows) for t in tables), rows_unread=len(unread))


def _table_gaps(placed: Placed, key: str) -> Iterator[Gap]:
    table = placed.table
    if placed.role.kind == "garbled":
        yield Gap(
            kind="table-garbled",
            span=table.span,
            operation=key,
            subject=f"table {_heading(placed.piece)!r}",
            detail="a table of inputs stands under the status of an answer: its rows belong to neither",
        )
        return
    for row in table.unread:
        yield Gap(
            kind="row-unread",
            span=row.span,
            operation=key,
            subject=_heading(placed.piece),
            detail=row.detail,
        )
    for header in table.unknown_headers:
        detail = f"the column {header.plain.strip()!r} means nothing known"
        yield Gap(
            kind="header-unknown",
            span=header.span,
            operation=key,
            subject=header.plain.strip(),
            detail=detail,
        )
    if placed.role.kind in ("request", "response", "object"):
        yield from _type_gaps(table, key)


def _type_gaps(table: FieldTable, key: str) -> Iterator[Gap]:
    typed = [raw for raw in table.fields if raw.type_text]
    for raw in table.fields:
        if not raw.type_text and raw.has_type_cell and typed:
            yield _type_gap(
                "type-missing", raw, key, "the type cell is empty where the rows beside it have one"
            )
        elif raw.type_text and not read_type(raw.type_text).known and not _told_elsewhere(raw):
            yield _type_gap(
                "type-unknown",
                raw,
                key,
                f"{raw.type_text!r} is no known type and nothing on the page tells it",
            )


def _told_elsewhere(raw: RawField) -> bool:
    """A link or a plain name may be an object or enumeration of another page."""
    return bool(raw.type_target) or bool(read_type(raw.type_text).object_name)


def _type_gap(kind: GapKind, raw: RawField, key: str, detail: str) -> Gap:
    return Gap(kind=kind, span=raw.span, operation=key, subject=raw.name.name, detail=detail)


def _unread_tables(pieces: tuple[Piece, ...], key: str) -> Iterator[Gap]:
    """Tables that tell types or marks but have no column of names."""
    for piece in pieces:
        if not isinstance(piece.block, Table) or not piece.block.rows:
            continue
        told = set(table_columns(piece.block))
        if "name" not in told and told & {"type", "required"} and "code" not in told:
            yield Gap(
                kind="table-garbled",
                span=piece.block.span,
                operation=key,
                subject=f"table {_heading(piece)!r}",
                detail="no column of this table holds names",
            )


def _bad_examples(operations: tuple[Operation, ...]) -> Iterator[Gap]:
    for operation in operations:
        for response in operation.responses:
            for example in response.examples:
                if not example.parsed:
                    subject = f"responses.{response.status}"
                    yield Gap(
                        kind="example-not-json",
                        span=example.span,
                        operation=operation.key,
                        subject=subject,
                        detail=example.error,
                    )
        for example in operation.body.examples if operation.body else ():
            if not example.parsed:
                yield Gap(
                    kind="example-not-json",
                    span=example.span,
                    operation=operation.key,
                    subject="requestBody",
                    detail=example.error,
                )


def _heading(piece: Piece) -> str:
    return next(piece.place.words(), "")


def _top(document: Document) -> Span:
    first = next((n for n, line in enumerate(document.lines, 1) if line.strip()), 1)
    return Span(
        document.page,
        first,
        first,
        document.lines[first - 1].strip()[:160] if document.lines else "",
    )

"""What of a page could not be read, and how much of it was: no row is lost silently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conformance.model.contract import Gap
from conformance.model.document import Document, Paragraph, Table
from conformance.model.operation import Operation, members
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.classification import ClassifiedTable
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints.fallback import find_top
from conformance.reading.facets.enum_words import read_type_cell_values
from conformance.reading.facets.types import read_type
from conformance.reading.rows.columns import lacks_names
from conformance.reading.rows.row import FieldRow, FieldTable
from conformance.reading.schema_from_examples import declares_types
from conformance.reading.specification import find_syntax_fault
from conformance.reading.topics import topics_of

_ROW = regex(r"[>\s]*\|(?:[^|]*\|){2,}$")


def find_gaps(
    document: Document,
    pieces: tuple[LocatedBlock, ...],
    placed: tuple[ClassifiedTable, ...],
    operations: tuple[Operation, ...],
) -> Iterator[Gap]:
    """Every gap of one page, in page order within each kind."""
    key = operations[0].key if len(operations) == 1 else ""
    if fault := find_syntax_fault(document):
        yield Gap(
            kind="specification-invalid",
            span=Span(document.page, fault.line, fault.line, document.lines[fault.line - 1][:160]),
            subject=document.page,
            detail=str(fault),
        )
    named: dict[Span, str] = {}
    typed: set[Span] = set()
    for operation in operations:
        for name, (value, _) in members(operation):
            named[value.span] = name
            if value.kind is not None:
                typed.add(value.span)
    for p in placed:
        if not p.from_paragraphs:
            yield from _find_table_gaps(p, key, named, typed)
    read = {id(p.piece.block) for p in placed}
    yield from _find_unread_tables((p for p in pieces if id(p.block) not in read), key)
    yield from _find_rows_in_prose(document, pieces, key)
    yield from _find_bad_examples(operations)
    yield from _find_undocumented_placeholders(operations)
    for operation in operations:
        if operation.confidence == "low":
            whole = operation.span == find_top(document)
            yield Gap(
                kind="endpoint-missing",
                span=operation.span,
                operation=operation.key,
                detail="the page documents an operation but names no method"
                f"{' and path' if whole else ''}; {operation.key} is only a guess",
            )


def _find_table_gaps(
    placed: ClassifiedTable, key: str, named: dict[Span, str], typed: set[Span]
) -> Iterator[Gap]:
    table = placed.table
    if placed.role.kind == "garbled":
        yield Gap(
            kind="table-garbled",
            span=table.span,
            operation=key,
            subject=f"table {_describe_heading(placed.piece)!r}",
            detail="a table of inputs stands under the status of an answer: its rows belong to "
            "neither",
        )
        return
    for row in table.unread:
        yield Gap(
            kind="row-unread",
            span=row.span,
            operation=key,
            subject=_describe_heading(placed.piece),
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
        yield from _type_gaps(table, key, named, typed)


def _type_gaps(
    table: FieldTable, key: str, named: dict[Span, str], typed: set[Span]
) -> Iterator[Gap]:
    stated = any(raw.type_text for raw in table.fields)
    for raw in table.fields:
        subject = named.get(raw.span, raw.name.name)
        if not raw.type_text and raw.has_type_cell and stated and not raw.name.any_case:
            detail = "the type cell is empty where the rows beside it have one"
            yield Gap(
                kind="type-missing", span=raw.span, operation=key, subject=subject, detail=detail
            )
        elif (
            raw.type_text
            and not read_type(raw.type_text).known
            and not _is_documented_elsewhere(raw, named, typed)
        ):
            detail = f"{raw.type_text!r} is no known type and nothing on the page tells it"
            yield Gap(
                kind="type-unknown", span=raw.span, operation=key, subject=subject, detail=detail
            )


def _is_documented_elsewhere(raw: FieldRow, named: dict[Span, str], typed: set[Span]) -> bool:
    """A link may lead to another page; a plain name is known where it gave the value a type."""
    if raw.type_target or read_type_cell_values(raw.type_text):
        return True
    return bool(read_type(raw.type_text).object_name) and (
        raw.span not in named or raw.span in typed
    )


def _find_unread_tables(pieces: Iterable[LocatedBlock], key: str) -> Iterator[Gap]:
    """Tables that tell types or marks but have no column of names."""
    for piece in pieces:
        if not isinstance(piece.block, Table) or not piece.block.rows:
            continue
        if lacks_names(piece.block) and "auth" not in topics_of(_describe_heading(piece)):
            yield Gap(
                kind="table-garbled",
                span=piece.block.span,
                operation=key,
                subject=f"table {_describe_heading(piece)!r}",
                detail="no column of this table holds names",
            )


def _find_rows_in_prose(
    document: Document, pieces: tuple[LocatedBlock, ...], key: str
) -> Iterator[Gap]:
    """Lines written as table rows that ended up in a paragraph: no table took them."""
    if document.markup != "markdown":
        return
    for piece in pieces:
        if not isinstance(piece.block, Paragraph):
            continue
        span = piece.block.span
        numbered = [(n, document.lines[n - 1].strip()) for n in range(span.line, span.end_line + 1)]
        loose = [line for _, line in numbered if line.count(" | ") >= 2]
        for number, line in numbered:
            if _ROW.match(line) or (line in loose and len(loose) > 1):
                yield Gap(
                    kind="row-unread",
                    span=Span(document.page, number, number, line[:160]),
                    operation=key,
                    subject=_describe_heading(piece) or f"line {number}",
                    detail="a line written as a table row stands in no table",
                )


def _find_undocumented_placeholders(operations: tuple[Operation, ...]) -> Iterator[Gap]:
    for operation in operations:
        described = {p.name for p in operation.parameters if p.documented}
        if operation.body:
            described.update(field.name for field in operation.body.value.fields)
        key = operation.key
        for parameter in operation.parameters:
            if not parameter.documented and parameter.name not in described:
                yield Gap(
                    kind="placeholder-undocumented",
                    span=operation.span,
                    operation=key,
                    subject=f"parameters.{parameter.name}",
                    detail="no row describes this placeholder of the path",
                )


def _find_bad_examples(operations: tuple[Operation, ...]) -> Iterator[Gap]:
    for operation in operations:
        for response in operation.responses:
            for example in response.examples:
                if not example.parsed and not declares_types(example.text):
                    subject = f"responses.{response.status}"
                    yield Gap(
                        kind="example-not-json",
                        span=example.span,
                        operation=operation.key,
                        subject=subject,
                        detail=example.error,
                    )
        for example in operation.body.examples if operation.body else ():
            if not example.parsed and not declares_types(example.text):
                yield Gap(
                    kind="example-not-json",
                    span=example.span,
                    operation=operation.key,
                    subject="requestBody",
                    detail=example.error,
                )


def _describe_heading(piece: LocatedBlock) -> str:
    return next(piece.place.words(), "")

"""Documented answers of one operation, by status."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from conformance.model.document import Heading, Table, Text
from conformance.model.operation import Field, Response, Value
from conformance.model.span import Span
from conformance.reading.classification import ClassifiedTable
from conformance.reading.context import LocatedBlock, status_of, topics_of
from conformance.reading.endpoints import EndpointCandidate
from conformance.reading.examples import LocatedExample
from conformance.reading.merging import merge_fields
from conformance.reading.rows.flat import FlatSection
from conformance.reading.rows.row import FieldRow, RowName
from conformance.reading.rows.tables import table_columns
from conformance.reading.schema_from_examples import value_of_examples

JSON = "application/json"
_STATUS = re.compile(r"[1-5](?:\d\d|XX|xx)|default")
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


def build_responses(
    placed: tuple[ClassifiedTable, ...],
    sections: tuple[FlatSection, ...],
    examples: tuple[LocatedExample, ...],
    pieces: tuple[LocatedBlock, ...],
    mention: EndpointCandidate,
    build: Callable[[tuple[FieldRow, ...]], tuple[Field, ...]],
) -> tuple[Response, ...]:
    """Answers from tables, from bare status headings, from examples; ordered by status."""
    found: dict[str, Response] = {}
    for p in placed:
        if p.role.kind == "response":
            _add(found, p.role.status, p.table.span, build(p.table.fields))
    for section in sections:
        if section.role.kind == "response" and section.role.status:
            fields = build(section.table.fields)
            _add(found, section.role.status, section.table.span, fields)
            found[section.role.status] = _with_section(found[section.role.status], section)
    for status, raw in _status_rows(pieces):
        _add(found, status, raw.span, build((raw,))[0].value.fields)
    for status, span in _bare_statuses(pieces):
        _add(found, status, span, ())
    for placed_example in examples:
        _attach(found, placed_example, mention)
    return tuple(_shown(_shaped(found[s])) for s in sorted(found))


def _add(
    found: dict[str, Response], status: str | None, span: Span, fields: tuple[Field, ...]
) -> None:
    key = status or "200"
    value = Value(span=span, kind="object", fields=fields) if fields else None
    known = found.get(key)
    if known is None:
        found[key] = Response(
            status=key, stated=status is not None, media_type=JSON, span=span, value=value
        )
    elif known.value is None:
        found[key] = replace(known, value=value, stated=known.stated or status is not None)
    elif value:
        merged = replace(known.value, fields=merge_fields(known.value.fields, value.fields))
        found[key] = replace(known, value=merged, stated=known.stated or status is not None)
    elif status is not None:
        found[key] = replace(known, stated=True)


def _with_section(response: Response, section: FlatSection) -> Response:
    return replace(
        response,
        media_type=section.media_type or response.media_type,
        description=section.description,
        examples=(section.example,) if section.example else (),
    )


def _status_rows(pieces: Iterable[LocatedBlock]) -> Iterator[tuple[str, FieldRow]]:
    """Rows of a table of answers: a status each, and the object it comes with if one is named."""
    for piece in pieces:
        table = piece.block
        if not isinstance(table, Table) or not _tells_answers(table, piece):
            continue
        columns = table_columns(table)
        at = columns.index("type") if "type" in columns else None
        for row in table.rows:
            kind = row.cells[at] if at is not None and at < len(row.cells) else Text("", row.span)
            yield (
                row.cells[0].plain.strip().upper(),
                FieldRow(
                    name=RowName(name="body"),
                    span=row.span,
                    description=Text("", row.span),
                    type_text=kind.plain.strip(),
                    type_target=next((m.target for m in kind.marks if m.kind == "link"), ""),
                ),
            )


def _tells_answers(table: Table, piece: LocatedBlock) -> bool:
    """Whether every row begins with a status and the place is about answers."""
    if table_columns(table)[:1] != ("code",) or not table.rows:
        return False
    told = next((t for words in piece.place.words() if (t := topics_of(words))), ())
    firsts = [row.cells[0].plain.strip() if row.cells else "" for row in table.rows]
    return "response" in told and all(map(_STATUS.fullmatch, firsts))


def _bare_statuses(pieces: Iterable[LocatedBlock]) -> Iterator[tuple[str, Span]]:
    """Headings that are a status and nothing else: an answer nobody described."""
    for piece in pieces:
        if isinstance(piece.block, Heading):
            said = piece.block.text.plain
            status = status_of(said)
            if status and len(said) <= 40 and not {"example", "request"} & set(topics_of(said)):
                yield status, piece.block.span


def _attach(found: dict[str, Response], placed: LocatedExample, mention: EndpointCandidate) -> None:
    """An example belongs to the status its place names, else to the first success."""
    if placed.side == "request" or (
        not placed.side and mention.method in BODY_METHODS and not found
    ):
        return
    status = placed.status or next((s for s in sorted(found) if s[0] == "2"), "200")
    if status not in found:
        _add(found, placed.status, placed.example.span, ())
        status = placed.status or "200"
    response = found[status]
    found[status] = replace(response, examples=(*response.examples, placed.example))


def _shown(response: Response) -> Response:
    """An answer without a table is as its examples show it."""
    if response.value is not None:
        return response
    return replace(response, value=value_of_examples(response.examples))


def _shaped(response: Response) -> Response:
    """A list where every example is a list of such records."""
    values = [e.value for e in response.examples if e.parsed]
    if response.value is None or not values or not all(isinstance(v, list) for v in values):
        return response
    told = {f.name for f in response.value.fields}
    records = [r for v in values if isinstance(v, list) for r in v]
    if records and all(isinstance(r, dict) and told & r.keys() for r in records):
        inner = response.value
        return replace(response, value=Value(span=inner.span, kind="array", items=inner))
    return response

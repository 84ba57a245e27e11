"""What pages document once for all operations: the inputs of every request, the frame of every
answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec.structs import replace

from conformance.model.operation import Field, Response, Stated, Value
from conformance.reading.merging import merge_fields
from conformance.reading.nesting import TreeBuilder
from conformance.reading.references import CommonTable
from conformance.reading.roles import Role
from conformance.reading.rows.row import FieldRow, FieldTable
from conformance.vocabulary import phrases, word_set

_NEAR = 3
"""Words about a table that may say that it is about all operations, the nearest first."""


def is_about_all(words: Iterable[str]) -> bool:
    """Whether one of the nearest ``words`` about a table says that it is about all operations."""
    about = phrases("headings.common")
    return any(about.found_in(text) for text in islice(words, _NEAR))


def list_common_inputs(
    common: Iterable[CommonTable], known: Iterable[str]
) -> Iterator[tuple[Role, tuple[FieldRow, ...]]]:
    """The inputs of every request whose names are not ``known``, whatever their case."""
    names = {name.lower() for name in known}
    for part in common:
        if part.side == "request":
            rows = [row for row in part.table.fields if row.name.name.lower() not in names]
            names.update(row.name.name.lower() for row in rows)
            yield (
                Role(kind="request", where=part.where),
                tuple(_lower_confidence(row) for row in rows),
            )


def _lower_confidence(row: FieldRow) -> FieldRow:
    return replace(row, confidence="medium") if row.confidence == "high" else row


def frame_answers(
    responses: tuple[Response, ...],
    common: Iterable[CommonTable],
    build: TreeBuilder,
    stated: FieldTable | None = None,
) -> tuple[Response, ...]:
    """The successful answers with the frame that is ``stated`` for them, or for all by a table."""
    table = stated or next((part.table for part in common if part.side == "response"), None)
    rows = tuple(map(_lower_confidence, table.fields)) if table else ()
    frame = build.body(rows, table.span, None) if table else None
    place = _find_place(frame) if frame else ""
    if frame is None or not place:
        return responses
    return tuple(
        replace(r, value=_put_into(frame, place, r.value, shown=bool(r.examples)))
        if r.value and r.status[0] == "2"
        else r
        for r in responses
    )


def _find_place(frame: Value) -> str:
    """The member of a frame that holds what each operation answers with; empty for none."""
    empty = [f for f in frame.fields if not (f.value.fields or f.value.items)]
    named = [f.name for f in empty if f.name.lower() in word_set("names.payload")]
    named = named or [f.name for f in empty if f.value.kind == "object"]
    return named[0] if len(named) == 1 and len(frame.fields) > 1 else ""


def _put_into(frame: Value, place: str, value: Value, *, shown: bool) -> Value:
    """``value`` at its place in the frame; or, where it has the frame, with the frame's words."""
    own = {field.name for field in value.fields}
    stated = {field.name for field in frame.fields}
    if place in own:
        further = tuple(
            f if f.name in own else replace(f, required=Stated.NOT_STATED)
            for f in frame.fields
            if f.name != place
        )
        kept = tuple(replace(f, shown=f.shown and f.name != place) for f in value.fields)
        return replace(value, fields=merge_fields(kept, further))
    if shown or own & stated:
        return value
    return replace(frame, fields=tuple(_fill(field, place, value) for field in frame.fields))


def _fill(field: Field, place: str, value: Value) -> Field:
    if field.name != place:
        return field
    return replace(field, value=replace(value, span=field.span, nullable=field.value.nullable))

"""What pages document once for all operations: the inputs of every request, the frame of every
answer, the unit of every moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec.structs import replace

from conformance.model.operation import Field, Operation, Response, Stated, Unit, Value
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.facets.units import names_moment, read_general_unit
from conformance.reading.merging import merge_fields
from conformance.reading.nesting import TreeBuilder
from conformance.reading.references import CommonTable
from conformance.reading.returns import list_prose
from conformance.reading.roles import Role
from conformance.reading.rows.row import FieldRow, FieldTable
from conformance.vocabulary import phrases, word_set

_SENTENCE = regex(r"[.。;；\n]")
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


def find_general_unit(pieces: Iterable[LocatedBlock]) -> Unit | None:
    """The one unit that sentences state for all moments ("All timestamps are in milliseconds")."""
    texts = (text.plain for piece in pieces for text in list_prose(piece))
    general = phrases("time.general")
    found = {
        unit
        for plain in texts
        if general.may_stand_in(plain)
        for sentence in _SENTENCE.split(plain)
        if (unit := read_general_unit(sentence))
    }
    return found.pop() if len(found) == 1 else None


def with_general_unit(operation: Operation, unit: Unit | None) -> Operation:
    """The operation with the unit of all moments of which neither words nor a sample give one."""
    if unit is None:
        return operation
    body, responses = operation.body, operation.responses
    return replace(
        operation,
        parameters=tuple(
            replace(p, value=_with_unit(p.value, p.name, unit)) for p in operation.parameters
        ),
        body=replace(body, value=_with_unit(body.value, "", unit)) if body else None,
        responses=tuple(
            replace(r, value=_with_unit(r.value, "", unit)) if r.value else r for r in responses
        ),
    )


def _with_unit(value: Value, name: str, unit: Unit) -> Value:
    if value.kind in ("integer", "number") and not value.unit:
        states = names_moment(name) and value.shown_unit in (None, unit)
        return replace(value, unit=unit, epoch=True, shown_unit=None) if states else value
    fields = tuple(replace(f, value=_with_unit(f.value, f.name, unit)) for f in value.fields)
    items = _with_unit(value.items, name, unit) if value.items else None
    members = _with_unit(value.members, "", unit) if value.members else None
    return replace(value, fields=fields, items=items, members=members)


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

"""The body of a request: from its rows, its samples, or both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import Heading, Paragraph
from conformance.model.operation import Body, Field, Parameter, Stated, Value
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.examples import LocatedExample
from conformance.reading.facets.presence import read_location
from conformance.reading.facets.types import read_type
from conformance.reading.nesting import TreeBuilder
from conformance.reading.rows.flat import FlatSection, media_types
from conformance.reading.rows.row import FieldRow
from conformance.reading.schema_from_examples import value_of_examples
from conformance.vocabulary import phrases

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
_WHOLE = frozenset({"body", "requestbody", "request_body", "payload"})
"""Names of a row that is the body itself."""


_FEW = 2
"""Members below which a body is hardly one record of a list."""
_NEAR = 80
"""Characters in which a sentence says what the list is of."""
_NAME_WORD = regex(r"[A-Z]?[a-z]{2,}")


class BodyRows(Struct, frozen=True):
    """The rows of a request's body, and the row that is the body itself, if there is one."""

    rows: tuple[FieldRow, ...]
    whole: FieldRow | None = None


def read_body(
    rows: Sequence[FieldRow],
    samples: Iterable[LocatedExample],
    build: TreeBuilder,
    parameters: Collection[str],
) -> Value | None:
    """What ``rows`` and the samples of the request say of its body; None when neither does.

    A sample may show the inputs that go elsewhere, too: ``parameters`` are their names.
    """
    named = {row.name.name for row in rows}
    shown = value_of_examples((s.example for s in samples if s.side == "request"), named)
    if not rows:
        holds = shown and (members_of_body(shown) or shown.members)
        return shown if shown and holds and shown.kind in ("object", "array") else None
    body = find_whole(rows, shown)
    if body.whole is not None and not any(row.name.depth for row in body.rows):
        (field,) = build.fields((body.whole,), is_input=True)
        if field.value.fields or field.value.items:
            return field.value
        is_named = body.whole.name.name.lower() in _WHOLE or _is_named_as_its_object(body.whole)
        if not body.rows and is_named:
            return shown or replace(field.value, kind=field.value.kind or "object")
        if not body.rows:
            return Value(span=field.span, kind="object", fields=(field,))
    value = build.body(body.rows, rows[0].span, shown, is_input=True)
    if value is None:
        return None
    fields = (f for f in value.fields if not (f.shown and f.name in parameters))
    return replace(value, fields=tuple(fields))


def read_shown_inputs(samples: Iterable[LocatedExample], method: str) -> Iterator[Parameter]:
    """What the samples of a request without a body show: inputs of its query.

    What a command sends is a body, and so may be an object that a method other than GET is shown
    with.
    """
    asked = (s for s in samples if s.side == "request" and not s.path)
    queries = (s.example for s in asked if s.is_form or method == "GET")
    shown = value_of_examples(queries, set())
    for field in shown.fields if shown and shown.kind == "object" else ():
        if field.value.kind not in ("object", "array"):
            yield Parameter(name=field.name, location="query", value=field.value, confidence="low")


def find_whole(rows: Sequence[FieldRow], shown: Value | None) -> BodyRows:
    """A row whose place is ``body`` may be the body itself (Swagger 2.0, "Parameter Object").

    It is where it stands alone and is no plain value, where its name says so, and where the sample
    has its members.
    Without a word on its place it is where it is named as the object that it links to.
    """
    base = min(row.name.depth for row in rows)
    marked = [row for row in rows if read_location(row, "") == "body"]
    if len(marked) == 1 and (marked[0].name.name.lower() in _WHOLE or marked[0].type_target):
        rows = [*marked, *(row for row in rows if row is not marked[0])]
        if not any(read_location(row, "") for row in rows[1:]) and not _holds_scalars(rows[0]):
            return BodyRows(tuple(rows[1:]), rows[0])
    first, *rest = rows
    alone = first.name.depth == base and all(row.name.depth > base for row in rest)
    if alone and not rest and _is_named_as_its_object(first):
        return BodyRows((), first)
    if not alone or read_location(first, "") != "body":
        return BodyRows(tuple(rows))
    name = first.name.name
    names = {f.name for f in members_of_body(shown)}
    members = {row.name.name for row in rest}
    is_whole = name.lower() in _WHOLE or bool(members & names and name not in names)
    is_whole = is_whole or (not rest and not _holds_scalars(first))
    return BodyRows(tuple(rest), first) if is_whole else BodyRows(tuple(rows))


def _holds_scalars(row: FieldRow) -> bool:
    """Whether its type is plain, or a list of plain values: then it is a member of the body."""
    reading = read_type(row.type_text)
    while reading.kind == "array" and reading.item is not None:
        reading = reading.item
    return reading.kind not in (None, "object", "array") and not row.type_target


def _is_named_as_its_object(row: FieldRow) -> bool:
    """``new_order`` of type [NewOrder](NewOrder.md), or ``body`` of any linked type."""
    if not row.type_target:
        return False
    name, kind = row.name.name, row.type_text.strip("`* ")
    page = PurePosixPath(row.type_target.partition("#")[0]).stem
    same = name.replace("_", "").lower() == kind.lower()
    return name.lower() in _WHOLE or name == kind or (same and page == kind)


def list_body(value: Value, pieces: Iterable[LocatedBlock]) -> Value:
    """``value`` as the items of an array, where prose says that the request takes a list of it.

    Not where the list may be a member: one that is a list and shares a word with the sentence.
    """
    if value.kind != "object" or len(value.fields) < _FEW or any(f.shown for f in value.fields):
        return value
    for piece in pieces:
        wording = piece.block.text.plain if isinstance(piece.block, Paragraph) else ""
        if hit := phrases("references.listed_body").search(wording):
            listed = wording[hit.end : hit.end + _NEAR].lower()
            lists = (f.name for f in value.fields if f.value.kind == "array")
            if not any(word in listed for name in lists for word in _list_stems(name)):
                return Value(span=value.span, kind="array", items=value)
    return value


def list_answer(value: Value, pieces: Iterable[LocatedBlock]) -> Value:
    """``value`` as the items of an array, where prose above it says that a list comes back.

    Less surely; and not where a member holds something, which may be the list.
    """
    plain = not any(f.value.kind in ("object", "array") for f in value.fields)
    if value.kind != "object" or len(value.fields) < _FEW or not plain:
        return value
    above = (p.block for p in pieces if p.block.span.line < value.span.line)
    sentences = (block.text.plain for block in above if isinstance(block, Paragraph))
    if not any(map(phrases("references.listed_answer").found_in, sentences)):
        return value
    fields = (
        replace(f, confidence="medium") if f.confidence == "high" else f for f in value.fields
    )
    return Value(span=value.span, kind="array", items=replace(value, fields=tuple(fields)))


def _list_stems(name: str) -> Iterator[str]:
    """The words of a name without the ending of a plural."""
    return (word.lower().removesuffix("s") for word in _NAME_WORD.findall(name))


def members_of_body(value: Value | None) -> tuple[Field, ...]:
    """Members of a body, or of the items of a body that is an array."""
    while value is not None and value.kind == "array":
        value = value.items
    return value.fields if value is not None else ()


def with_members_of_body(value: Value, members: tuple[Field, ...]) -> Value:
    """``value`` with other members in place of its own."""
    if value.kind == "array" and value.items is not None:
        return replace(value, items=with_members_of_body(value.items, members))
    return replace(value, fields=members)


def build_body(
    value: Value | None,
    pieces: tuple[LocatedBlock, ...],
    sections: tuple[FlatSection, ...],
    examples: tuple[LocatedExample, ...],
) -> Body | None:
    """The body with its media type, its mark, and its samples."""
    if value is None:
        return None
    section = next((s for s in sections if s.role.where == "body"), None)
    stated = section.required if section else Stated.NOT_STATED
    members = members_of_body(value)
    if stated is Stated.NOT_STATED and any(f.required is Stated.YES for f in members):
        stated = Stated.YES
    media = section.media_type if section else ""
    prose = " ".join(p.block.text.plain for p in pieces if isinstance(p.block, Paragraph | Heading))
    sent_as_form = any(e.is_form for e in examples)
    return Body(
        media_type=media or next(iter(media_types(prose)), FORM if sent_as_form else JSON),
        value=value,
        required=stated,
        examples=tuple(e.example for e in examples if e.side == "request"),
    )

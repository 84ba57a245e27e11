"""Documented answers of one operation, by status."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.model.document import CodeBlock, Heading, ListBlock, Paragraph, Table, Text
from conformance.model.operation import Json, Response, Value
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.bodies import BODY_METHODS, JSON, list_answer
from conformance.reading.classification import ClassifiedTable
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints import EndpointCandidate
from conformance.reading.examples import LocatedExample, collect_shown_names
from conformance.reading.http_messages import read_messages
from conformance.reading.merging import merge_shown, merge_values
from conformance.reading.nesting import TreeBuilder
from conformance.reading.positional import nest_positions, number_rows, with_records
from conformance.reading.returns import (
    ERROR_STATUSES,
    STATUSES,
    ReturnedObject,
    find_returned,
    is_status_table,
    status_in,
)
from conformance.reading.rows.columns import table_columns
from conformance.reading.rows.flat import FlatSection
from conformance.reading.rows.row import FieldRow, FieldTable, RowName, cut_text
from conformance.reading.rows.type_cells import read_declared
from conformance.reading.schema_from_examples import value_of_examples
from conformance.reading.topics import nearest_topics, status_of, topics_of
from conformance.vocabulary import phrases

_TITLE, _LINE = 40, 24
"""Characters of a heading, and of a line of its own, that names a status."""
_DIGITS = 3
_SENTENCE = regex(r"[^.。]+(?:\.(?!\s)[^.。]*)*")
_THREE_DIGITS = regex(r"(?a:(?<![\w./-])[2-5]\d\d(?![\w%]|[.,]\d))")
_OPENING = " :-–—(（[\"'“`*"
"""What may stand between a status and its reason phrase."""
_LINKED_STATUS = regex(r"\s*(?P<status>[1-5]\d\d) \((?P<kind>[^()\n]{1,80})\)\s*(?:[:：]|$)")
"""A line with the status of an answer and the object it comes with: ``200 (Order): OK``."""
_LISTED_STATUS = regex(r"\s*([1-5](?:\d\d|XX|xx))(?![\w.])")


class _AnswerParts(Struct):
    """One answer while its tables and examples are collected."""

    response: Response
    tables: list[FieldTable] = field(default_factory=list)
    objects: list[FieldRow] = field(default_factory=list)
    """Rows that name the object of the body as a whole."""
    returned: ReturnedObject | None = None
    """What prose says comes back."""


def build_responses(
    placed: tuple[ClassifiedTable, ...],
    sections: tuple[FlatSection, ...],
    examples: tuple[LocatedExample, ...],
    pieces: tuple[LocatedBlock, ...],
    mention: EndpointCandidate,
    build: TreeBuilder,
) -> tuple[Response, ...]:
    """Answers from tables, from bare status headings, from examples; ordered by status."""
    found: dict[str, _AnswerParts] = {}
    listed, bare = list(_find_status_rows(pieces)), list(_find_bare_statuses(pieces))
    only = _find_only_success(
        [*(status for status, _, _ in listed), *(status for status, _ in bare)]
    )
    for p in placed:
        if p.role.kind == "response" and p.table.fields:
            _add_answer(found, p.role.status or only, p.table.span).tables.append(p.table)
    for section in sections:
        if section.role.kind == "response" and section.role.status:
            answer = _add_answer(found, section.role.status, section.table.span)
            answer.tables.append(section.table)
            answer.response = _with_section(answer.response, section)
    for status, raw, members in listed:
        answer = _add_answer(found, status, raw.span)
        answer.objects.append(raw)
        answer.tables.extend(members)
    for status, span in bare:
        _add_answer(found, status, span)
    rows = [f for a in found.values() for table in a.tables for f in table.fields]
    names = frozenset(row.name.name for row in rows if not row.name.depth)
    for located in examples:
        _attach(found, _in_member(located, names, pieces), mention)
    _attach_returned(found, find_returned(pieces, build.elsewhere))
    return tuple(_build_response(found[status], build, pieces) for status in sorted(found))


def allow_single_record(responses: Iterable[Response]) -> tuple[Response, ...]:
    """The responses of a member, where the list that is shown of the whole collection may be one
    record alone."""
    return tuple(
        replace(r, value=replace(r.value, stated_kind="object"))
        if r.value and r.value.kind == "array" and r.examples
        else r
        for r in responses
    )


def _find_only_success(statuses: Iterable[str]) -> str | None:
    stated = {status for status in statuses if status.startswith("2")}
    return stated.pop() if len(stated) == 1 else None


def _add_answer(found: dict[str, _AnswerParts], status: str | None, span: Span) -> _AnswerParts:
    """The answer of that status, begun at ``span`` unless it is known."""
    key = status or "200"
    if key not in found:
        stated = status is not None
        found[key] = _AnswerParts(Response(status=key, stated=stated, media_type=JSON, span=span))
    elif status is not None:
        known = found[key]
        known.response = replace(known.response, stated=True)
    return found[key]


def _build_response(
    answer: _AnswerParts, build: TreeBuilder, pieces: tuple[LocatedBlock, ...]
) -> Response:
    """The body of an answer: its tables at the places its examples show, else the examples."""
    named = {row.name.name for table in answer.tables for row in table.fields}
    shown = value_of_examples(answer.response.examples, named)
    value: Value | None = None
    for stated in nest_positions(answer.tables, pieces):
        table = number_rows(stated, answer.response.examples)
        rows = tuple(row for row in table.fields if row.side != "request")
        rows = rows if value is None else tuple(_lower_confidence(rows, shown))
        body = build.body(rows, table.span, shown, root=table.root)
        if body and shown and table is not stated:
            body = with_records(shown, body)
        value = merge_values(value, body) if value and body else value or body
    for raw in answer.objects:
        documented = build.fields((raw,))[0].value
        if value is None and (documented.fields or documented.items):
            value = merge_shown(documented, shown) if shown else documented
    if value is None and answer.returned:
        value = build.build_returned(answer.returned, shown)
    if value and not shown:
        value = list_answer(value, pieces)
    return replace(answer.response, value=value or shown)


def _lower_confidence(rows: Iterable[FieldRow], shown: Value | None) -> Iterator[FieldRow]:
    """Rows of a further table beside the first: where no sample has them, they may be about
    something else."""
    names = _collect_names(shown)
    for row in rows:
        doubtful = row.confidence == "high" and row.name.name not in names
        yield replace(row, confidence="medium") if doubtful else row


def _collect_names(value: Value | None) -> set[str]:
    """The names of all members, however deep."""
    names: set[str] = set()
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if here is not None:
            names |= {f.name for f in here.fields}
            waiting += [here.items, here.members, *(f.value for f in here.fields)]
    return names


def _attach_returned(found: dict[str, _AnswerParts], returned: ReturnedObject | None) -> None:
    """What prose says comes back is the body of the first success."""
    if returned is None:
        return
    known = next((s for s in sorted(found) if s[0] == "2"), None)
    answer = found[known] if known else _add_answer(found, None, returned.span)
    answer.returned = returned


def _with_section(response: Response, section: FlatSection) -> Response:
    return replace(
        response,
        media_type=section.media_type or response.media_type,
        description=section.description,
        examples=(section.example,) if section.example else (),
    )


def _find_status_rows(
    pieces: Iterable[LocatedBlock],
) -> Iterator[tuple[str, FieldRow, Sequence[FieldTable]]]:
    """Rows of a table of answers: a status each, and the object it comes with if one is named or
    written out."""
    for piece in pieces:
        table = piece.block
        if isinstance(table, Paragraph) and (hit := _LINKED_STATUS.match(table.text.plain)):
            kind = cut_text(table.text, *hit.span("kind"))
            if any(mark.kind == "link" for mark in kind.marks):
                yield hit["status"], _make_body_row(kind), ()
        if not isinstance(table, Table) or not is_status_table(table, piece):
            continue
        columns = table_columns(table)
        at = columns.index("type") if "type" in columns else None
        for row in table.rows:
            kind = row.cells[at] if at is not None and at < len(row.cells) else Text("", row.span)
            declared = tuple(filter(None, [read_declared(kind)]))
            yield status_in(row.cells[0].plain).upper(), _make_body_row(kind), declared


def _make_body_row(kind: Text) -> FieldRow:
    """The row about a body whose type a cell or a line names."""
    return FieldRow(
        name=RowName(name="body"),
        span=kind.span,
        description=Text("", kind.span),
        type_text=kind.plain.strip(),
        type_target=next((m.target for m in kind.marks if m.kind == "link"), ""),
    )


def _find_bare_statuses(pieces: Iterable[LocatedBlock]) -> Iterator[tuple[str, Span]]:
    """Headings, lines and lists that name statuses and nothing else: answers nobody described."""
    for piece in pieces:
        if isinstance(piece.block, Heading | Paragraph):
            wording = piece.block.text.plain
            longest = _TITLE if isinstance(piece.block, Heading) else _LINE
            status = status_of(wording) if len(wording) <= longest else None
            if status and not {"example", "request"} & set(topics_of(wording)):
                yield status, piece.block.span
            elif isinstance(piece.block, Paragraph):
                yield from ((s, piece.block.span) for s in _find_spoken_statuses(piece.block.text))
        elif isinstance(piece.block, ListBlock):
            yield from _find_listed_statuses(piece.block, piece)
        elif isinstance(piece.block, CodeBlock):
            for message in read_messages(piece.block):
                if message.status:
                    yield message.status, message.body.span


def _find_spoken_statuses(text: Text) -> Iterator[str]:
    """The statuses that sentences name: ``responds with HTTP 200``, ``404 Not Found``, ``returns
    404``, and errors in code where they are about answers: ``Errors: `404` for no such order``.
    """
    coded = [m for m in text.marks if m.kind == "code" and m.end - m.start == _DIGITS]
    for sentence in _SENTENCE.finditer(text.plain) if _THREE_DIGITS.search(text.plain) else ():
        plain = sentence[0]
        yield from (hit[0] for hit in _THREE_DIGITS.finditer(plain) if _has_phrase(hit))
        if phrases("limits.maximum").found_in(plain):
            continue
        named = phrases("references.status").finditer(plain)
        yield from (hit["n"] for hit in named if hit["n"] in STATUSES)
        errors = [hit["n"] for hit in phrases("references.answers").finditer(plain)]
        about_answers = not {"error", "response"}.isdisjoint(topics_of(plain))
        if about_answers or phrases("references.returns").found_in(plain):
            inside = (m for m in coded if sentence.start() <= m.start < sentence.end())
            errors += [text.plain[m.start : m.end] for m in inside]
        yield from (number for number in errors if number in ERROR_STATUSES)


def _has_phrase(hit: re.Match[str]) -> bool:
    """Whether a number is followed by the reason phrase that HTTP has for it."""
    after = hit.string[hit.end() : hit.end() + _TITLE].lstrip(_OPENING).lower()
    return hit[0] in STATUSES and after.startswith(STATUSES[hit[0]])


def _find_listed_statuses(block: ListBlock, piece: LocatedBlock) -> Iterator[tuple[str, Span]]:
    """``- **404** - no such thing``, where every item begins so and the place is about answers."""
    near = nearest_topics(piece.place.words())
    if not {"response", "error"} & set(near):
        return
    hits = [_LISTED_STATUS.match(item.text.plain) for item in block.items]
    if hits and all(hits):
        for hit, item in zip(hits, block.items, strict=True):
            if hit:
                yield hit[1].upper(), item.span


def _in_member(
    located: LocatedExample, names: frozenset[str], pieces: tuple[LocatedBlock, ...]
) -> LocatedExample:
    """The example as the member that the words above say it is of, where it shows none of the
    ``names`` that are documented beside that: ``Example (`data` field)``.  Of one that is stated to
    be a text with JSON in it the sample shows what is in the text."""
    at = located.index - pieces[0].place.index if pieces else -1
    wording = next(pieces[at].place.words(), "") if names and 0 <= at < len(pieces) else ""
    hits = phrases("example.of-member").finditer(wording) if wording else ()
    member = next((hit["name"] for hit in hits if hit["name"] in names), "")
    if not member or not names.isdisjoint(collect_shown_names(located.example)):
        return located
    shown = located.example
    if phrases("example.as-text").found_in(wording):
        value: Json = {member: shown.text}
        inside = replace(shown, text=json.dumps(value), value=value, parsed=True)
    else:
        value = {member: shown.value} if shown.parsed else None
        inside = replace(shown, text=f'{{"{member}": {shown.text}}}', value=value)
    return replace(located, example=inside)


def _attach(
    found: dict[str, _AnswerParts], located: LocatedExample, mention: EndpointCandidate
) -> None:
    """An example belongs to the status its place names, else to the first success."""
    if located.side == "request" or (
        not located.side and mention.method in BODY_METHODS and not found
    ):
        return
    known = next((s for s in sorted(found) if s[0] == "2"), None)
    if located.status is None and known:
        answer = found[known]
    else:
        answer = _add_answer(found, located.status, located.example.span)
    response = answer.response
    answer.response = replace(response, examples=(*response.examples, located.example))

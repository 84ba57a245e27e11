"""The evidence about a table's role: the words around it, its columns, its names, its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from conformance.model.document import Component, Table
from conformance.model.operation import Location, Stated
from conformance.patterns import regex
from conformance.reading.context import LONE_STATUS, LocatedBlock
from conformance.reading.facets.presence import read_stated
from conformance.reading.rows.columns import table_columns
from conformance.reading.rows.row import FieldRow, FieldTable
from conformance.reading.topics import status_of, topics_in_turn, topics_of
from conformance.vocabulary import Topic, phrases, word_set

Where: TypeAlias = Location | Literal["body"]
Side: TypeAlias = Literal["request", "response", "other"]
CuePlace: TypeAlias = Literal["words", "column", "engine", "order", "content"]
PLACES: dict[Topic, Where] = {"path": "path", "query": "query", "header": "header", "body": "body"}
_RANKS = ("near", "next", "far")
_PLACEHOLDER = regex(r"\{([^{}]+)\}")
_TITLE_WORDS: Final = 5
"""A longer title is a sentence."""
_MENTIONED: Final = 0.25
"""What a mention is worth of an announcement."""


class OperationContext(Struct, frozen=True, kw_only=True):
    """What is known of the operation whose section a table stands in."""

    path: str = ""
    sends: bool = False
    """Whether its method is one that sends a body."""
    title: str = ""
    """Its heading, which says what it does: ``Return an order`` announces no answer."""
    response_names: frozenset[str] = frozenset()
    """Member names, at any depth, of the response samples of the section."""
    request_names: frozenset[str] = frozenset()
    """Member names of its request samples."""
    other_names: frozenset[str] = frozenset()
    """Member names of samples that nothing says the side of."""
    last_answer: int = -1
    """Where the last sample that words announce as the response stands; -1 where there is none."""
    before: tuple[Side, ...] = ()
    """Roles of the tables before, in page order."""
    remaining: int = 0
    """How many tables follow in the section."""
    answer_follows: bool = False
    """Whether one of them is announced as the response."""


def announces_response(located: LocatedBlock, table: FieldTable, title: str = "") -> bool:
    """Whether the nearest words about a table that say anything call it a response."""
    words = (w for w in words_about(located, table) if w and w != title)
    near = next((topics for _, topics in topics_in_turn(words) if topics), ())
    return "response" in near


def words_about(located: LocatedBlock, table: FieldTable) -> tuple[str, ...]:
    """The words around a table, the nearest first.

    The name of a component is the site's own word for any field: it says less than a section
    of a response, or of inputs with a place.
    """
    words = tuple(located.place.words())
    topics = next((t for t in map(topics_of, words) if t), ())
    apart = topics[:1] == ("response",) or not PLACES.keys().isdisjoint(topics)
    if isinstance(located.block, Component) and apart:
        return *words, table.caption
    return table.caption, *words


Feature: TypeAlias = tuple[str, CuePlace, str, float]
"""Name, where it was found, its words, and its strength from 0 to 1."""


def features(
    located: LocatedBlock, table: FieldTable, words: Sequence[str], context: OperationContext
) -> Iterator[Feature]:
    """Every piece of evidence about the role of ``table``."""
    yield "bias", "order", "", 1.0
    headings = frozenset(h.text.plain for h in located.place.headings)
    yield from _find_word_features(words, headings, context.title)
    yield from _find_column_features(located, table)
    yield from _find_mark_features(table)
    yield from _find_name_features(table, context)
    yield from _find_order_features(context)
    if announces_response(located, table, context.title):
        return
    if context.answer_follows:
        yield "order:answer-follows", "order", "a later table is announced as the response", 1.0
    elif located.place.index < context.last_answer and not any(map(status_of, words)):
        yield "order:sample-follows", "order", "a later sample is announced as the response", 1.0
    if not any(map(topics_of, words)):
        yield from _find_default_features(table, context)
        nearest = next((wording for wording in words if wording), context.title)
        if context.sends and not context.before and nearest == context.title:
            yield (
                "order:first-of-sending",
                "order",
                "what is sent stands before what is answered",
                1.0,
            )


def _find_word_features(
    words: Sequence[str], headings: frozenset[str], title: str
) -> Iterator[Feature]:
    """Topics of the words around the table, by how near they are among those that have any.

    A title that is a sentence mentions what it does not announce: "Creates it, returns its number".
    """
    rank = 0
    for wording, topics in topics_in_turn(words):
        if wording == title:
            topics = tuple(topic for topic in topics if topic != "response")
        if "response" in topics:  # "Response Parameters" asks for nothing
            topics = tuple(topic for topic in topics if topic != "request")
        status = status_of(wording)
        if status and not topics and LONE_STATUS.fullmatch(wording.strip()):
            topics = ("response",)
        for topic in topics:
            strength = _MENTIONED if wording in headings and _is_mentioned(topic, wording) else 1.0
            yield f"{_RANKS[min(rank, 2)]}:{topic}", "words", wording, strength
        if status:
            success = status.startswith(("2", "3"))
            yield f"status:{'success' if success else 'error'}", "words", wording, 1.0
        rank += bool(topics or status)
    if not rank:
        yield "words:none", "words", "", 1.0


def _is_mentioned(topic: Topic, title: str) -> bool:
    """Whether a long title has the topic neither in its first nor in its last words."""
    words = title.split()
    if len(words) <= _TITLE_WORDS:
        return False
    return not any(topic in topics_of(" ".join(ends)) for ends in (words[:2], words[-2:]))


def _find_column_features(located: LocatedBlock, table: FieldTable) -> Iterator[Feature]:
    columns = table.columns | ({"required"} if "optional" in table.columns else set())
    for column in ("location", "required", "type", "code", "example"):
        if column in columns:
            yield f"column:{column}", "column", column, 1.0
    if "required" not in columns:
        yield "column:no-required", "column", "", 1.0
    if isinstance(located.block, Table):
        headers = " | ".join(cell.plain for cell in located.block.header)
        yield from _find_name_header_features(located.block)
        for topic in dict.fromkeys(t for c in located.block.header for t in topics_of(c.plain)):
            if topic in ("request", "response", "error", "enum"):
                yield f"header:{topic}", "column", headers, 1.0


def _find_name_header_features(table: Table) -> Iterator[Feature]:
    """The side that the header over the names is about: ``Response Field``."""
    wording = name_header(table)
    if table_columns(table) == ("name", "example"):
        yield "header:names-request", "column", wording, 1.0
        return
    sides = [s for s in ("response", "request") if phrases(f"header-sides.{s}").found_in(wording)]
    if sides or "query" in topics_of(wording):
        yield f"header:names-{(*sides, 'request')[0]}", "column", wording, 1.0


def name_header(table: Table) -> str:
    headers = zip(table.header, table_columns(table), strict=False)
    return next((cell.plain for cell, column in headers if column == "name"), "")


def _find_mark_features(table: FieldTable) -> Iterator[Feature]:
    """Required marks beside names or in prose, where no column has them."""
    if not table.fields or "required" in table.columns or "optional" in table.columns:
        return
    marked = sum(_is_marked(row) for row in table.fields)
    if marked:
        share = marked / len(table.fields)
        yield "rows:marked", "content", f"{share:.0%} say whether required", share


def _is_marked(row: FieldRow) -> bool:
    if row.name.required is Stated.YES:
        return True
    return read_stated(row.description.plain) is not Stated.NOT_STATED


def _find_name_features(table: FieldTable, context: OperationContext) -> Iterator[Feature]:
    names = [row.name.name for row in table.fields]
    if not names:
        return
    holes = set(_PLACEHOLDER.findall(context.path))
    if placeholders := holes.intersection(names):
        yield "names:placeholder", "content", ", ".join(sorted(placeholders)), 1.0
    steps = [name.removesuffix("[]").rpartition(".")[2] for name in names]
    for side, known in (
        ("response", context.response_names),
        ("request", context.request_names),
        ("other", context.other_names),
    ):
        if known:
            share = sum(step in known for step in steps) / len(steps)
            yield f"names:in-{side}-sample", "content", f"{share:.0%} of the names", share
            yield f"names:not-in-{side}-sample", "content", f"{1 - share:.0%}", 1 - share


def _find_default_features(table: FieldTable, context: OperationContext) -> Iterator[Feature]:
    """Rows whose words or cells name a default, and names that part a list into pages: only inputs
    have them, but for answers that say again what was asked."""
    paging = {row.name.name.lower() for row in table.fields} & word_set("paging.inputs")
    if paging and paging.isdisjoint({*context.response_names, *context.other_names}):
        yield "names:paging", "content", ", ".join(sorted(paging)), 1.0
    words = phrases("default.value")
    if "default" in table.columns or any(words.found_in(r.description.plain) for r in table.fields):
        yield "rows:default", "content", "rows name a default", 1.0


def _find_order_features(context: OperationContext) -> Iterator[Feature]:
    if not context.before:
        yield "order:first", "order", "the first table of its operation", 1.0
        if context.remaining:
            yield "order:first-of-several", "order", "others follow", 1.0
    else:
        yield f"order:after-{context.before[-1]}", "order", "the table before it", 1.0
    if "request" in context.before:
        yield "order:request-before", "order", "inputs stand before it", 1.0
    if not context.remaining:
        yield "order:last", "order", "the last table of its operation", 1.0

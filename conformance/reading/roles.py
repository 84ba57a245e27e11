"""What a table of fields documents: a request, a response, or something else.

Evidence adds up: every word around the table, its columns, the names in it and its place among
the others is a cue with a weight for each role.  The weights stand in ``role_weights.toml``; they
are judged on pages with an official specification (``benchmarks/roles``).
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias

from conformance.model.document import Component, FieldBlock, Table
from conformance.model.operation import Confidence, Location, Stated
from conformance.reading.context import (
    ERRORS,
    BlockContext,
    LocatedBlock,
    announces_failure,
    status_of,
    topics_in_turn,
    topics_of,
)
from conformance.reading.facets.presence import read_stated
from conformance.reading.references import object_key
from conformance.reading.rows.columns import table_columns
from conformance.reading.rows.row import FieldRow, FieldTable
from conformance.vocabulary import Topic, phrases

Where: TypeAlias = Location | Literal["body"]
Side: TypeAlias = Literal["request", "response", "other"]
CuePlace: TypeAlias = Literal["words", "column", "engine", "order", "content"]

SIDES: Final[tuple[Side, ...]] = ("request", "response", "other")
_PLACES: dict[Topic, Where] = {"path": "path", "query": "query", "header": "header", "body": "body"}
_RANKS = ("near", "next", "far")
_REMARK = re.compile(r"\s[(（][^()（）]{0,80}[)）]$")
_BARE_STATUS = re.compile(r"\W*[1-5](?:\d\d|[Xx]{2})\W*")
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_TITLE_WORDS: Final = 5
"""A longer title is a sentence."""
_MENTIONED: Final = 0.25
"""What a mention is worth of an announcement."""
_HIGH, _MEDIUM = 0.95, 0.75
"""Probability of a role from which it is read with high, with medium confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a table documents, and of what."""

    kind: Literal["request", "response", "object", "garbled", "other"]
    where: Where | None = None
    """For a request: where its inputs go, when the page says so."""
    with_path: bool = False
    """Whether those the path has a placeholder for stand among them."""
    status: str | None = None
    """For a response: the status, when the page says so."""
    name: str = ""
    """For an object: the anchor of its heading, or the name that a line above it gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One piece of evidence for or against a role."""

    feature: str
    """Its row in the table of weights."""
    place: CuePlace
    text: str
    """The words, names or columns it was found in."""
    weights: tuple[float, float, float]
    """For request, response and other, in the order of :data:`SIDES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """A role with the evidence that decided."""

    best: Role
    runner_up: Side | None = None
    probability: float = 1.0
    """Of the best role, by the weights of all cues."""
    cues: tuple[Cue, ...] = ()

    @property
    def confidence(self) -> Confidence:
        """How sure the role is."""
        if self.probability >= _HIGH:
            return "high"
        return "medium" if self.probability >= _MEDIUM else "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationContext:
    """What is known of the operation whose section a table stands in."""

    path: str = ""
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


def classify_table(
    located: LocatedBlock, table: FieldTable, context: OperationContext, objects: Mapping[str, int]
) -> Ranking:
    """The role of ``table`` by all evidence, with the runner-up and every cue.

    ``objects`` are anchors and names that rows of the page point to, with the place of the
    first such row: an object stands after the row that names it.
    """
    place = located.place
    if name := _object_name(place, objects):
        return Ranking(best=Role(kind="object", name=name))
    if isinstance(located.block, FieldBlock) and located.block.side:
        return _stated_by_engine(located.block)
    words = [w for w in _words_about(located, table) if w]
    cues = tuple(_cues(located, table, words, context))
    scores = [sum(cue.weights[side] for cue in cues) for side in range(len(SIDES))]
    order = sorted(range(len(SIDES)), key=lambda side: -scores[side])
    best, second = SIDES[order[0]], SIDES[order[1]]
    if best == "response" and _names_headers(words, table):
        best, second = "other", best
    return Ranking(
        best=_role(best, words, _place_by_header(located)),
        runner_up=second,
        probability=_softmax(scores, order[0]),
        cues=cues,
    )


def _names_headers(words: Sequence[str], table: FieldTable) -> bool:
    """Whether the fields are headers of an answer: the nearest words say so and all names are
    written as headers are."""
    near = next((topics for _, topics in topics_in_turn(words) if topics), ())
    names = [field.name.name for field in table.fields]
    alike = all("_" not in name and ("-" in name or name[:1].isupper()) for name in names)
    return {"header", "response"} <= set(near) and "body" not in near and bool(names) and alike


def announces_response(located: LocatedBlock, table: FieldTable, title: str = "") -> bool:
    """Whether the nearest words about a table that say anything call it a response."""
    words = (w for w in _words_about(located, table) if w and w != title)
    near = next((topics for _, topics in topics_in_turn(words) if topics), ())
    return "response" in near


def _words_about(located: LocatedBlock, table: FieldTable) -> tuple[str, ...]:
    """The words around a table, the nearest first.

    The name of a component is the site's own word for any field: it says less than a section
    of a response, or of inputs with a place.
    """
    words = tuple(located.place.words())
    topics = next((t for t in map(topics_of, words) if t), ())
    apart = topics[:1] == ("response",) or not _PLACES.keys().isdisjoint(topics)
    if isinstance(located.block, Component) and apart:
        return *words, table.caption
    return table.caption, *words


def _softmax(scores: Sequence[float], of: int) -> float:
    return 1 / sum(math.exp(min(score - scores[of], 700)) for score in scores)


def _stated_by_engine(block: FieldBlock) -> Ranking:
    where: Where | None = block.location or None  # type: ignore[assignment]
    role = Role(kind=block.side or "other", where=where, status=block.status or None)
    cue = Cue(feature="engine", place="engine", text=block.caption, weights=(0, 0, 0))
    return Ranking(best=role, cues=(cue,))


def _role(side: Side, words: Sequence[str], stated: Where | None = None) -> Role:
    status = next((s for w in words if (s := status_of(w))), None)
    if side == "response":
        return Role(kind="response", status=status or _error_status(words))
    if side == "other":
        return Role(kind="other")
    places = _locations(words)
    if stated and len(places) != 1:  # the words around a table say more than a header over names
        places = [stated]
    with_path = set(places) == {"path", "query"}
    where: Where | None = "query" if with_path else next(iter(places), None)
    if _stands_under_status(words):
        return Role(kind="garbled", where=where, status=status)
    return Role(kind="request", where=where, with_path=with_path, status=status)


def _place_by_header(located: LocatedBlock) -> Where | None:
    """Where the inputs go by the header over their names: ``Header``, ``Query parameter``."""
    said = _name_header(located.block) if isinstance(located.block, Table) else ""
    places = [_PLACES[topic] for topic in topics_of(said) if topic in _PLACES]
    return places[0] if len(places) == 1 else None


def _error_status(words: Sequence[str]) -> str | None:
    """The status of a table whose nearest words say that a request failed."""
    near = next((w for w in words if topics_of(w)), "")
    return ERRORS if announces_failure(near) else None


def _locations(words: Sequence[str]) -> list[Where]:
    """Where the inputs go, by the nearest words that say they are inputs."""
    for said in words:
        topics = topics_of(said)
        places = [_PLACES[topic] for topic in topics if topic in _PLACES]
        if places or "request" in topics:
            return [] if {"query", "body"} <= set(places) else places
    return []


def _stands_under_status(words: Sequence[str]) -> bool:
    """Inputs cannot stand under a response's status: such a table is an artefact of a capture."""
    return any(status_of(w) is not None and not topics_of(w) for w in words[1:])


def _object_name(place: BlockContext, objects: Mapping[str, int]) -> str:
    """The anchor of a heading, or the words of a line, that names an object; empty for none."""
    if not place.headings:
        return ""
    heading = place.headings[-1]
    if heading.anchor in objects:
        return heading.anchor if objects[heading.anchor] != place.index else ""
    if objects.get(object_key(heading.text.plain), place.index) < place.index:
        return heading.anchor
    caption = _REMARK.sub("", place.caption.rstrip(" :："))
    key = object_key(caption) if caption and not topics_of(caption) else ""
    return key if key and objects.get(key, place.index) < place.index else ""


def _cues(
    located: LocatedBlock, table: FieldTable, words: Sequence[str], context: OperationContext
) -> Iterator[Cue]:
    weights = load_weights()
    for feature, place, text, strength in features(located, table, words, context):
        row = weights.get(feature)
        if row and strength:
            yield Cue(
                feature=feature,
                place=place,
                text=text,
                weights=(row[0] * strength, row[1] * strength, row[2] * strength),
            )


@cache
def load_weights() -> dict[str, tuple[float, float, float]]:
    """The weight of every feature for each of :data:`SIDES`."""
    text = (files("conformance.reading") / "role_weights.toml").read_text("utf-8")
    table = tomllib.loads(text)["weights"]
    return {name: (row[0], row[1], row[2]) for name, row in table.items()}


Feature: TypeAlias = tuple[str, CuePlace, str, float]
"""Name, where it was found, its words, and its strength from 0 to 1."""


def features(
    located: LocatedBlock, table: FieldTable, words: Sequence[str], context: OperationContext
) -> Iterator[Feature]:
    """Every piece of evidence about the role of ``table``."""
    yield "bias", "order", "", 1.0
    headings = frozenset(h.text.plain for h in located.place.headings)
    yield from _of_words(words, headings, context.title)
    yield from _of_columns(located, table)
    yield from _of_marks(table)
    yield from _of_names(table, context)
    yield from _of_order(context)
    if announces_response(located, table, context.title):
        return
    if context.answer_follows:
        yield "order:answer-follows", "order", "a later table is announced as the response", 1.0
    elif located.place.index < context.last_answer and not any(map(status_of, words)):
        yield "order:sample-follows", "order", "a later sample is announced as the response", 1.0
    if not any(map(topics_of, words)):
        yield from _of_defaults(table)


def _of_words(words: Sequence[str], headings: frozenset[str], title: str) -> Iterator[Feature]:
    """Topics of the words around the table, by how near they are among those that have any.

    A title that is a sentence mentions what it does not announce: "Creates it, returns its number".
    """
    rank = 0
    for said, topics in topics_in_turn(words):
        if said == title:
            topics = tuple(topic for topic in topics if topic != "response")
        if "response" in topics:  # "Response Parameters" asks for nothing
            topics = tuple(topic for topic in topics if topic != "request")
        status = status_of(said)
        if status and not topics and _BARE_STATUS.fullmatch(said.strip()):
            topics = ("response",)
        for topic in topics:
            strength = _MENTIONED if said in headings and _is_mentioned(topic, said) else 1.0
            yield f"{_RANKS[min(rank, 2)]}:{topic}", "words", said, strength
        if status:
            success = status.startswith(("2", "3"))
            yield f"status:{'success' if success else 'error'}", "words", said, 1.0
        rank += bool(topics or status)
    if not rank:
        yield "words:none", "words", "", 1.0


def _is_mentioned(topic: Topic, title: str) -> bool:
    """Whether a long title has the topic neither in its first nor in its last words."""
    words = title.split()
    if len(words) <= _TITLE_WORDS:
        return False
    return not any(topic in topics_of(" ".join(ends)) for ends in (words[:2], words[-2:]))


def _of_columns(located: LocatedBlock, table: FieldTable) -> Iterator[Feature]:
    columns = table.columns | ({"required"} if "optional" in table.columns else set())
    for column in ("location", "required", "type", "code", "example"):
        if column in columns:
            yield f"column:{column}", "column", column, 1.0
    if "required" not in columns:
        yield "column:no-required", "column", "", 1.0
    if isinstance(located.block, Table):
        headers = " | ".join(cell.plain for cell in located.block.header)
        yield from _of_name_header(located.block)
        for topic in dict.fromkeys(t for c in located.block.header for t in topics_of(c.plain)):
            if topic in ("request", "response", "error", "enum"):
                yield f"header:{topic}", "column", headers, 1.0


def _of_name_header(table: Table) -> Iterator[Feature]:
    """The side that the header over the names is about: ``Response Field``."""
    said = _name_header(table)
    if table_columns(table) == ("name", "example"):
        yield "header:names-request", "column", said, 1.0
        return
    sides = [s for s in ("response", "request") if phrases(f"header-sides.{s}").found_in(said)]
    if sides or "query" in topics_of(said):
        yield f"header:names-{(*sides, 'request')[0]}", "column", said, 1.0


def _name_header(table: Table) -> str:
    headers = zip(table.header, table_columns(table), strict=False)
    return next((cell.plain for cell, column in headers if column == "name"), "")


def _of_marks(table: FieldTable) -> Iterator[Feature]:
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


def _of_names(table: FieldTable, context: OperationContext) -> Iterator[Feature]:
    names = [row.name.name for row in table.fields]
    if not names:
        return
    holes = set(_PLACEHOLDER.findall(context.path))
    if held := holes.intersection(names):
        yield "names:placeholder", "content", ", ".join(sorted(held)), 1.0
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


def _of_defaults(table: FieldTable) -> Iterator[Feature]:
    """Rows whose words or cells name a default: only inputs have one."""
    words = phrases("default.value")
    if "default" in table.columns or any(words.found_in(r.description.plain) for r in table.fields):
        yield "rows:default", "content", "rows name a default", 1.0


def _of_order(context: OperationContext) -> Iterator[Feature]:
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

"""What a table of fields documents: a request, a response, or something else.

Evidence adds up: every word around the table, its columns, the names in it and its place among
the others is a cue with a weight for each role.  The weights stand in ``role_weights.toml``; they
are judged on pages with an official specification (``benchmarks/roles``).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from msgspec import Struct

from conformance.model.document import FieldBlock, Table
from conformance.model.operation import Confidence
from conformance.patterns import regex
from conformance.reading.context import BlockContext, LocatedBlock
from conformance.reading.references import object_key
from conformance.reading.role_features import (
    PLACES,
    CuePlace,
    OperationContext,
    Side,
    Where,
    features,
    find_placeholders,
    name_header,
    words_about,
)
from conformance.reading.rows.row import REQUEST_HEADERS, FieldTable
from conformance.reading.topics import (
    ERRORS,
    announces_failure,
    nearest_status,
    status_of,
    topics_in_turn,
    topics_of,
)
from conformance.vocabulary import phrases

SIDES: Final[tuple[Side, ...]] = ("request", "response", "other")
_TYPE_NAME = regex(r"[A-Z]\w*[a-z][A-Z]\w*")
_SIGNS = regex(r"-{2,}")
"""In an anchor: signs between words, of which some generators leave one."""
_NAMED_PART = regex(r"[(（]`?(?P<name>[A-Za-z_]\w*)`?[,，)）]")
"""In a title: the member that the part is of, ``Response (results)``."""
_REMARK = regex(r"\s[(（][^()（）]{0,80}[)）]$")
_ABOVE = 4
"""Words above a table, the nearest first, of which one may say that a request failed."""
_HIGH, _MEDIUM = 0.95, 0.75
"""Probability of a role from which it is read with high, with medium confidence."""


class Role(Struct, frozen=True, kw_only=True):
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


class Cue(Struct, frozen=True, kw_only=True):
    """One piece of evidence for or against a role."""

    feature: str
    """Its row in the table of weights."""
    place: CuePlace
    text: str
    """The words, names or columns it was found in."""
    weights: tuple[float, float, float]
    """For request, response and other, in the order of :data:`SIDES`."""


class Ranking(Struct, frozen=True, kw_only=True):
    """A role with the evidence that decided."""

    best: Role
    runner_up: Side | None = None
    probability: float = 1.0
    """Of the best role, by the weights of all cues."""
    is_doubted: bool = False
    """Whether samples are against it: its words are not enough to be sure."""
    cues: tuple[Cue, ...] = ()

    @property
    def confidence(self) -> Confidence:
        """How sure the role is."""
        if self.probability >= _HIGH and not self.is_doubted:
            return "high"
        return "medium" if self.probability >= _MEDIUM else "low"


def classify_table(
    located: LocatedBlock, table: FieldTable, context: OperationContext, objects: Mapping[str, int]
) -> Ranking:
    """The role of ``table`` by all evidence, with the runner-up and every cue.

    ``objects`` are anchors and names that rows of the page point to, with the place of the
    first such row: an object stands after the row that names it.
    """
    place = located.place
    if name := _find_object_name(place, objects):
        return Ranking(best=Role(kind="object", name=name))
    if isinstance(located.block, FieldBlock) and located.block.side:
        return _rank_by_engine(located.block)
    words = [w for w in words_about(located, table) if w]
    if _is_index(table, objects) and not any(topics_of(w) for w in words[:1]):
        return Ranking(best=Role(kind="other"))
    cues = tuple(_find_cues(located, table, words, context))
    scores = [sum(cue.weights[side] for cue in cues) for side in range(len(SIDES))]
    order = sorted(range(len(SIDES)), key=lambda side: -scores[side])
    best, second = SIDES[order[0]], SIDES[order[1]]
    if best == "response" and _names_headers(words, table):
        best, second = "other", best
    role = _choose_role(best, words, _place_by_header(located) or _place_by_names(table))
    return Ranking(
        best=role,
        runner_up=second,
        probability=_compute_softmax(scores, order[0]),
        is_doubted=_is_sent(role) and _is_shown_in_answers_only(table, context),
        cues=cues,
    )


def _is_sent(role: Role) -> bool:
    """Whether a table may be of what is sent in a body, which samples of requests show."""
    return role.kind == "request" and role.where in (None, "body")


def _is_shown_in_answers_only(table: FieldTable, context: OperationContext) -> bool:
    """Whether samples of both sides are there, and only those of the answers have the names."""
    names = {row.name.name.removesuffix("[]").rpartition(".")[2] for row in table.fields}
    asked, answered = context.request_names, context.response_names
    names -= find_placeholders(context.path)
    return bool(names and asked) and names <= answered and names.isdisjoint(asked)


def _is_index(table: FieldTable, objects: Mapping[str, int]) -> bool:
    """Whether the rows only lead to sections of objects, which other rows have for their type."""
    targets = [row.name.target for row in table.fields if not row.type_text]
    return len(targets) == len(table.fields) and all(
        target.startswith("#") and target[1:] in objects for target in targets
    )


def _names_headers(words: Sequence[str], table: FieldTable) -> bool:
    """Whether the fields are headers of an answer: the nearest words say so and all names are
    written as headers are."""
    near = next((topics for _, topics in topics_in_turn(words) if topics), ())
    names = [field.name.name for field in table.fields]
    alike = all("_" not in name and ("-" in name or name[:1].isupper()) for name in names)
    return {"header", "response"} <= set(near) and "body" not in near and bool(names) and alike


def _compute_softmax(scores: Sequence[float], of: int) -> float:
    return 1 / sum(math.exp(min(score - scores[of], 700)) for score in scores)


def _rank_by_engine(block: FieldBlock) -> Ranking:
    where: Where | None = block.location or None  # type: ignore[assignment]
    role = Role(kind=block.side or "other", where=where, status=block.status or None)
    cue = Cue(feature="engine", place="engine", text=block.caption, weights=(0, 0, 0))
    return Ranking(best=role, cues=(cue,))


def _choose_role(side: Side, words: Sequence[str], stated: Where | None = None) -> Role:
    status = nearest_status(words)
    if side == "response":
        return Role(kind="response", status=status or _find_error_status(words))
    if side == "other":
        return Role(kind="other")
    places = _find_locations(words)
    if stated and len(places) != 1:  # the words around a table say more than a header over names
        places = [stated]
    with_path = set(places) == {"path", "query"}
    where: Where | None = "query" if with_path else next(iter(places), None)
    if _stands_under_status(words):
        return Role(kind="garbled", where=where, status=status)
    return Role(kind="request", where=where, with_path=with_path, status=status)


def _place_by_header(located: LocatedBlock) -> Where | None:
    """Where the inputs go by the header over their names: ``Header``, ``Query parameter``.

    ``Path`` alone may as well be that of a member within the body.
    """
    words_near = name_header(located.block) if isinstance(located.block, Table) else ""
    places = [PLACES[topic] for topic in topics_of(words_near) if topic in PLACES]
    named = places != ["path"] or phrases("header-sides.parameter").found_in(words_near)
    return places[0] if len(places) == 1 and named else None


def _place_by_names(table: FieldTable) -> Where | None:
    """``header`` where every name is one of a header that requests have (RFC 9110)."""
    names = {field.name.name.lower() for field in table.fields}
    return "header" if names and names <= REQUEST_HEADERS else None


def _find_error_status(words: Sequence[str]) -> str | None:
    """The status of a table whose nearest words say that a request failed."""
    near = next((w for w in words if topics_of(w)), "")
    if set(topics_of(near)) <= {"response", "body"}:  # which is of either, says what is above it
        near = next(filter(phrases("outcomes.failure").found_in, words[:_ABOVE]), near)
    return ERRORS if announces_failure(near) else None


def _find_locations(words: Sequence[str]) -> list[Where]:
    """Where the inputs go, by the nearest words that say they are inputs."""
    for words_near in words:
        topics = topics_of(words_near)
        places = [PLACES[topic] for topic in topics if topic in PLACES]
        if places or "request" in topics:
            return [] if {"query", "body"} <= set(places) else places
    return []


def _stands_under_status(words: Sequence[str]) -> bool:
    """Inputs cannot stand under a response's status: such a table is an artefact of a capture."""
    return any(status_of(w) is not None and not topics_of(w) for w in words[1:])


def _make_title_key(title: str) -> str:
    """The name of the object a title is of: ``OrderLine Parameters`` has those of ``OrderLine``.

    Empty for other words about inputs or answers, which name none.
    """
    title = title.rstrip(" :：")
    if not topics_of(title):
        return object_key(title)
    name, _, rest = title.partition(" ")
    return object_key(name) if _TYPE_NAME.fullmatch(name) and topics_of(rest) else ""


def _find_object_name(place: BlockContext, objects: Mapping[str, int]) -> str:
    """The anchor of a heading, or the words of a line, that names an object; empty for none."""
    heading = place.headings[-1] if place.headings else None
    title = heading.text.plain if heading else ""
    spelled = (heading.anchor, _SIGNS.sub("-", heading.anchor)) if heading else ()
    if heading and (anchor := next((a for a in spelled if a in objects), "")):
        return heading.anchor if objects[anchor] != place.index else ""
    if heading and objects.get(object_key(title), place.index) < place.index:
        return heading.anchor
    caption = place.caption.rstrip(" :：")
    part = _NAMED_PART.search(caption or title)
    keys = (_make_title_key(_REMARK.sub("", caption)), object_key(part["name"]) if part else "")
    return next((key for key in keys if key and objects.get(key, place.index) < place.index), "")


def _find_cues(
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

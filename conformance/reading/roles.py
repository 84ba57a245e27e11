"""What a table of fields is about: a request, a response, an object, or something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from conformance.model.document import FieldBlock
from conformance.model.operation import Location
from conformance.reading.context import BlockContext, status_of, topics_of
from conformance.reading.references import object_key
from conformance.reading.rows.row import FieldTable
from conformance.vocabulary import Topic

Where: TypeAlias = Location | Literal["body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a table tells, and of what."""

    kind: Literal["request", "response", "object", "garbled", "other", "unknown"]
    where: Where | None = None
    """For a request: where its inputs go, when the page says so."""
    status: str | None = None
    """For a response: the status, when the page says so."""
    name: str = ""
    """For an object: the anchor of its heading."""


_OTHER: frozenset[Topic] = frozenset({"change", "limit", "enum"})
_PLACES: dict[Topic, Where] = {"path": "path", "query": "query", "header": "header", "body": "body"}


def role_of_block(block: FieldBlock) -> Role | None:
    """What the engine's markup says its fields are; None when it does not say."""
    if not block.side:
        return None
    where: Where | None = block.location or None  # type: ignore[assignment]
    return Role(kind=block.side, where=where, status=block.status or None)


def role_of(table: FieldTable, place: BlockContext, objects: Mapping[str, int]) -> Role:
    """Decide by the nearest words that decide; columns speak only when no words do.

    ``objects`` are anchors and names that rows of the page point to, with the place of the
    first such row: an object is told after it is named.
    """
    if place.headings and _is_object(place, objects):
        return Role(kind="object", name=place.headings[-1].anchor)
    words = [table.caption, *place.words()] if table.caption else list(place.words())
    for distance, said in enumerate(words):
        role = _by_words(said, table)
        if role is None:
            continue
        status = next((s for w in words if (s := status_of(w))), None)
        if role.kind == "request" and _under_status(words[distance:]):
            return Role(kind="garbled", where=role.where, status=status)
        return Role(kind=role.kind, where=role.where, status=status)
    status = next((s for w in words if (s := status_of(w))), None)
    if status:
        return Role(kind="response", status=status)
    return _by_columns(table)


def _is_object(place: BlockContext, objects: Mapping[str, int]) -> bool:
    heading = place.headings[-1]
    if heading.anchor in objects:
        return objects[heading.anchor] != place.index
    return objects.get(object_key(heading.text.plain), place.index) < place.index


def _under_status(words: list[str]) -> bool:
    """Inputs cannot stand under an answer's status: such a table is debris of a capture."""
    return any(status_of(w) is not None and not topics_of(w) for w in words[1:])


def _by_words(said: str, table: FieldTable) -> Role | None:
    for topic in topics_of(said):
        if topic in _OTHER:
            return Role(kind="other")
        if topic == "error":
            return Role(kind="response") if "type" in table.columns else Role(kind="other")
        if topic == "response":
            return Role(kind="response")
        if topic in _PLACES:
            return Role(kind="request", where=_PLACES[topic])
        if topic == "request":
            return Role(kind="request")
    return None


def _by_columns(table: FieldTable) -> Role:
    if "location" in table.columns:
        return Role(kind="request")
    return Role(kind="unknown")

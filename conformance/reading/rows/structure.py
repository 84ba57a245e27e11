"""What the rows of one table say of their own nesting, beyond marks before a name.

Marker rows (``<data>`` ... ``</data>``, ``DATA_START`` ... ``DATA_END``, ``data {`` ... ``}``) open
and close an object.  Rows without a name, and a row ``body`` whose place is the body, are about
the whole that the rows below them belong to: they make no member of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from conformance.model.document import Text
from conformance.reading.facets.types import read_type
from conformance.reading.rows.row import FieldRow
from conformance.vocabulary import locations, normal, word_set

_TAG = re.compile(r"<(?P<closes>/?)(?P<name>[\w.-]{1,64})>")
_BRACE = re.compile(r"(?P<name>[\w.$@-]{1,64})\s*[:=]?\s*[\[{]+")
_CLOSED = re.compile(r"[}\]]+[,;]?")
_EDGE = re.compile(r"(?P<name>\w{1,64})[_ ](?P<edge>[A-Za-z]{3,5})")
_NESTING = re.compile(r"^[\s>»›↳└├─→|-]+")
_MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Marker:
    """A row that opens or closes an object."""

    name: str
    """Empty for one that closes whatever is open."""
    opens: bool


@dataclass(frozen=True, slots=True)
class MarkerRow:
    """A row of a table as it is arranged: a field, and what its name cell says of nesting."""

    field: FieldRow
    marker: Marker | None = None
    nameless: bool = False


def read_marker(text: Text, edges: frozenset[str]) -> Marker | None:
    """The marker that a name cell holds; ``edges`` are names of which both ends are rows."""
    plain = _NESTING.sub("", text.plain).strip(" `*")
    if hit := _TAG.fullmatch(plain):
        return Marker(hit["name"], not hit["closes"])
    if hit := _BRACE.fullmatch(plain):
        return Marker(hit["name"], True)
    if _CLOSED.fullmatch(plain):
        return Marker("", False)
    hit = _EDGE.fullmatch(plain)
    if hit and hit["name"] in edges:
        return Marker(hit["name"].lower(), hit["edge"].lower() in word_set("rows.opens"))
    return None


def find_edges(rows: Sequence[tuple[Text, str]]) -> frozenset[str]:
    """Names whose beginning and end are rows of their own, from name cells and type cells.

    The beginning has to be an object or array: two moments are called so as well.
    """
    opened: set[str] = set()
    closed: set[str] = set()
    for text, kind in rows:
        hit = _EDGE.fullmatch(_NESTING.sub("", text.plain).strip(" `*"))
        edge = hit["edge"].lower() if hit else ""
        if hit and edge in word_set("rows.closes"):
            closed.add(hit["name"])
        elif hit and edge in word_set("rows.opens") and _holds(kind):
            opened.add(hit["name"])
    return frozenset(opened & closed)


def _holds(kind: str) -> bool:
    return read_type(kind).kind in ("object", "array")


def is_nameless(text: Text | None, kind: str) -> bool:
    """Whether a name cell says that there is no name: of an array's items, or of the whole."""
    if text is None or not _holds(kind):
        return False
    plain = _NESTING.sub("", text.plain)
    return not plain.strip() or normal(plain.replace("_", " ")) in word_set("rows.nameless")


def arrange_rows(rows: Sequence[MarkerRow]) -> tuple[list[FieldRow], FieldRow | None]:
    """The fields at their depth, and the row about the whole, if there is one."""
    opened = list(_open_markers(rows))
    fields: list[FieldRow] = []
    root: FieldRow | None = None
    dropped: list[tuple[int, bool]] = []
    for index, row in enumerate(opened):
        depth = row.name.depth
        while dropped and dropped[-1][0] >= depth:
            dropped.pop()
        if dropped:
            row = replace(row, name=replace(row.name, depth=depth - len(dropped)))
        whole_body = any(is_body for _, is_body in dropped)
        if not row.name.name or _is_body(row, opened[index + 1 : index + 2], depth):
            top = depth == len(dropped) or not fields
            root = row if root is None and top else root
            dropped.append((depth, bool(row.name.name)))
            continue
        if whole_body and not row.location:
            row = replace(row, location="body")
        fields.append(row)
    return fields, root


def _open_markers(rows: Sequence[MarkerRow]) -> Iterator[FieldRow]:
    """Fields with what is open above them counted as depth; markers are fields or nothing."""
    trail: list[str] = []
    for row in rows:
        marker = row.marker
        if marker is None and not trail and not row.nameless:
            yield row.field
            continue
        depth = row.field.name.depth + min(len(trail), _MAX_DEPTH)
        name = replace(row.field.name, depth=depth)
        if marker is None:
            yield replace(row.field, name=replace(name, name="") if row.nameless else name)
        elif marker.opens and not (marker.name in trail and not row.field.type_text):
            yield replace(row.field, name=replace(name, name=marker.name))
            trail.append(marker.name)
        elif trail:
            at = len(trail) - 1 - trail[::-1].index(marker.name) if marker.name in trail else -1
            del trail[at:]


def _is_body(row: FieldRow, below: Sequence[FieldRow], depth: int) -> bool:
    """A row called body, whose place is the body, with members below it."""
    if locations().get(normal(row.name.name)) != "body":
        return False
    members = bool(below) and below[0].name.depth > depth
    return members and locations().get(normal(row.location)) == "body"

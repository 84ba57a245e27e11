"""Inputs as code in a paragraph: ``id=[integer]``, each a name and its type or its values.

A label may stand before the first (``**URL Params** : `id=[integer]` where `id` is its number``),
or above several, where "Required:" and "Optional:" mark them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from conformance.model.document import Block, Mark, Paragraph, Text
from conformance.model.operation import Stated
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.rows.row import (
    FieldRow,
    FieldTable,
    ReadRows,
    RowName,
    cut_text,
    read_required,
)
from conformance.reading.topics import announces_fields

ASSIGNED = regex(
    r"(?P<name>[A-Za-z_][\w.\[\]-]{0,79}) ?= ?[\[<](?P<type>[\w |]{1,60})[\]>]"
    r"(?:\s?[(（](?P<mark>[^()（）]{1,20})[)）])?"
)
"""A name, its type, and whether it is required: ``id=[integer] (required)``."""
_VALUED = regex(r"(?P<name>[A-Za-z_][\w.-]{0,79})=(?P<value>[\w.,:-]{1,80})")
_LABEL = regex(r"(?P<words>[^`\n:]{1,60})\s?:\s*")
_BETWEEN = regex(r"[\s,;&]*")
_LONGEST = 4_000


def read_assignments(blocks: Sequence[LocatedBlock], at: int) -> ReadRows | None:
    """The inputs from the paragraph at ``at`` on, and the further paragraphs they stand in.

    None where words that are no label stand before them.
    """
    block = blocks[at].block
    if not isinstance(block, Paragraph) or len(block.text.plain) > _LONGEST:
        return None
    marks = _find_marks(block.text) if "=" in block.text.plain else []
    marks = marks or _find_valued(block.text)
    if not marks:
        return None
    label = block.text.plain[: marks[0].start]
    hit = _LABEL.fullmatch(label)
    if label.strip() and hit is None:
        return None
    required = read_required(blocks[at].place.caption.strip(" :：*")) or Stated.NOT_STATED
    fields = [*_read_fields(block.text, marks, required)]
    more: list[Block] = []
    for piece in blocks[at + 1 :]:
        below = piece.block
        found = _find_marks(below.text) if isinstance(below, Paragraph) else []
        if not isinstance(below, Paragraph) or not found or found[0].start:
            break
        fields += _read_fields(below.text, found, required)
        more.append(below)
    last = more[-1] if more else block
    table = FieldTable(
        fields=tuple(fields),
        span=block.span.to(last.span),
        columns=frozenset({"name", "type"}),
        caption=hit["words"].strip(" *") if hit else "",
    )
    place = blocks[at].place
    above = tuple(words for words in place.captions if words != block.text.plain)
    piece = replace(blocks[at], place=replace(place, captions=above))
    return ReadRows(piece, table, blocks=tuple(more))


def _find_marks(text: Text) -> list[Mark]:
    marks = (m for m in text.marks if m.kind == "code")
    return [m for m in marks if ASSIGNED.fullmatch(text.plain[m.start : m.end].strip())]


def _find_valued(text: Text) -> list[Mark]:
    """``Query: `page=1`, `size=20` ``: nothing but names with values behind a label for inputs."""
    marks = [m for m in text.marks if m.kind == "code"]
    if not marks or not all(_VALUED.fullmatch(text.plain[m.start : m.end]) for m in marks):
        return []
    gaps = [text.plain[a.end : b.start] for a, b in pairwise(marks)]
    label = text.plain[: marks[0].start].rstrip()
    announced = label.endswith((":", "：")) and announces_fields(label)
    return marks if announced and all(map(_BETWEEN.fullmatch, gaps)) else []


def _read_fields(text: Text, marks: Sequence[Mark], required: Stated) -> Iterator[FieldRow]:
    ends = [*(mark.start for mark in marks[1:]), len(text.plain)]
    for mark, end in zip(marks, ends, strict=True):
        plain = text.plain[mark.start : mark.end].strip()
        if hit := _VALUED.fullmatch(plain):
            yield FieldRow(
                name=RowName(name=hit["name"]),
                span=text.span,
                description=Text("", text.span),
                example_text=hit["value"],
                confidence="medium",
            )
        elif hit := ASSIGNED.fullmatch(plain):
            rest = cut_text(text, mark.end, end)
            between = _BETWEEN.match(rest.plain)
            yield FieldRow(
                name=RowName(name=hit["name"]),
                span=text.span,
                description=cut_text(rest, between.end() if between else 0),
                type_text=hit["type"],
                has_type_cell=True,
                required=read_required(hit["mark"] or "") or required,
                confidence="medium",
            )

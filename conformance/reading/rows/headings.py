"""Fields whose names are headings: each with lines such as ``**Type:** string`` below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from conformance.model.document import Block, Heading, Paragraph, Row, Text
from conformance.model.operation import Stated
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.facets.types import read_type
from conformance.reading.rows.cells import build_row
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.remark import read_remark, take_shortcodes
from conformance.reading.rows.row import (
    FieldRow,
    FieldTable,
    ReadRows,
    RowName,
    cut_text,
    join_texts,
    read_name,
)
from conformance.reading.topics import announces_fields, topics_of
from conformance.vocabulary import Column

_LABEL = regex(r"\s*(?P<label>[^\s:：][^:：\n]{0,40}?)\s*[:：]\s*")
_TITLED = regex(r"(?P<name>[A-Za-z_][\w.\[\]-]{0,63})\s(?=\()")
_MOST_LINES = 40
_MOST_PARAGRAPHS = 8
_COLUMNS: tuple[Column | None, ...] = ("name", "type", "required", "description")


def read_headings(blocks: Sequence[LocatedBlock], at: int) -> ReadRows | None:
    """The fields from the heading at ``at`` on, the place they stand in and their headings."""
    fields: list[FieldRow] = []
    used: list[Block] = []
    trail: list[tuple[int, bool]] = []
    place = replace(blocks[at].place, headings=blocks[at].place.headings[:-1])
    while at < len(blocks):
        block, found = blocks[at].block, _read_field(blocks, at)
        if not isinstance(block, Heading):
            at += 1
            continue
        if found is None:
            break
        name, cells = found
        if fields and not _is_same_group(blocks[at], place.headings):
            break
        depth = _measure_depth(block.level, trail)
        row = _make_row(replace(name, depth=depth), cells, block)
        trail.append((block.level, read_type(row.type_text).kind in (None, "object", "array")))
        fields.append(row)
        used.append(block)
        at += 1
    if not fields:
        return None
    first = LocatedBlock(used[0], place)
    columns = frozenset(c for c in _COLUMNS if c)
    table = FieldTable(fields=tuple(fields), span=used[0].span, columns=columns)
    return ReadRows(first, table, blocks=tuple(used))


def _make_row(name: RowName, cells: dict[Column, Text], block: Heading) -> FieldRow:
    kind, words = take_shortcodes(cells.get("type", Text("", block.span)))
    cells = {**cells, "type": kind} if "type" in cells else cells
    row = build_row(name, Row((), block.span), cells, _COLUMNS)
    remark = read_remark(Text(", ".join(words), block.span))
    nullable = remark.nullable if remark.nullable is Stated.YES else row.nullable
    required = row.required if remark.required is Stated.NOT_STATED else remark.required
    typed = "type" in cells
    return replace(row, nullable=nullable, required=required, has_type_cell=typed)


def _read_field(
    blocks: Sequence[LocatedBlock], at: int
) -> tuple[RowName, dict[Column, Text]] | None:
    """The name in a heading and the labelled lines below it, of which one is its type."""
    name = _name_of(blocks[at].block)
    cells = _read_cells(blocks, at + 1) if name else {}
    block = blocks[at].block
    marked = isinstance(block, Heading) and "code" in {m.kind for m in block.text.marks}
    if marked and "type" not in cells:
        cells = _split_type(cells)
    if not marked and (titled := _read_titled(blocks[at])):
        return titled[0], {**titled[1], **_read_cells(blocks, at + 1)}
    if name is None or "type" not in cells:
        return None
    kind, _ = take_shortcodes(cells["type"])
    return (name, cells) if marked or read_remark(kind).type_text else None


def _read_titled(piece: LocatedBlock) -> tuple[RowName, dict[Column, Text]] | None:
    """A name with a mark or a type in brackets behind it, below a heading that announces fields:
    ``#### pier_id (required)`` under ``Arguments``."""
    above = piece.place.headings[-2:-1]
    if not isinstance(piece.block, Heading) or not above:
        return None
    text, hit = piece.block.text, _TITLED.match(piece.block.text.plain)
    name = read_name(Text(hit["name"], text.span)) if hit else None
    if not hit or not name or name.rest or not announces_fields(above[0].text.plain):
        return None
    remark = read_remark(text, hit.end())
    if not remark.states or remark.text.plain or topics_of(name.name):
        return None
    kind = Text(remark.type_text, text.span)
    return replace(name, required=remark.required), {"type": kind} if kind.plain else {}


def _is_same_group(piece: LocatedBlock, headings: tuple[Heading, ...]) -> bool:
    """Whether a heading stands under all the headings that the first one stands under."""
    return piece.place.headings[: len(headings)] == headings


def _measure_depth(level: int, trail: list[tuple[int, bool]]) -> int:
    """Members stand under the heading of an object or array, one level down."""
    while trail and trail[-1][0] >= level:
        trail.pop()
    return sum(1 for _, holds in trail if holds)


def _name_of(block: Block) -> RowName | None:
    """The name a heading consists of, set apart as code or written as an identifier."""
    if not isinstance(block, Heading):
        return None
    text = block.text
    code = next(
        (m for m in text.marks if m.kind == "code" and not text.plain[: m.start].strip()), None
    )
    end = code.end if code else len(text.plain)
    name = read_name(Text(text.plain[:end], text.span))
    if name is None or name.rest or (code is None and (" " in text.plain or topics_of(text.plain))):
        return None
    remark = read_remark(text, end) if code else None
    if remark is None:
        return name
    return None if remark.text.plain else replace(name, required=remark.required)


def _read_cells(blocks: Sequence[LocatedBlock], at: int) -> dict[Column, Text]:
    """Labelled lines of the paragraphs from ``at`` on, by what their labels mean.

    The first paragraph has the type, or the second below a description.  A paragraph without
    labels describes the field.
    """
    cells: dict[Column, Text] = {}
    for number in range(_MOST_PARAGRAPHS):
        block = blocks[at + number].block if at + number < len(blocks) else None
        if not isinstance(block, Paragraph) or (number > 1 and "type" not in cells):
            break
        found = _read_labelled(block)
        known = cells.keys() & found.keys() - {"description"}
        words = found.get("description") if found else block.text
        if known:
            break
        described = cells.get("description")
        if words and described:
            words = join_texts(described, words)
        cells |= found | ({"description": words} if words else {})
    return cells


def _split_type(cells: dict[Column, Text]) -> dict[Column, Text]:
    """``string. Which way it goes.``: a description that begins with the type."""
    described = cells.get("description")
    remark = read_remark(described) if described else None
    kind = remark.type_text if remark else ""
    if described is None or remark is None or not kind or not described.plain.startswith(kind):
        return cells
    return {**cells, "type": Text(kind, described.span), "description": remark.text}


def _read_labelled(block: Paragraph) -> dict[Column, Text]:
    """The labelled lines of one paragraph.

    Lines without a label, below one that means something, go on with the description.
    """
    text = block.text
    cells: dict[Column, Text] = {}
    last: Column | None = None
    further, goes_on = Text("", block.span), False
    cuts = sorted({0, *text.breaks, *(m.start() for m in re.finditer("\n", text.plain))})
    for begin, end in pairwise((*cuts[:_MOST_LINES], len(text.plain))):
        line = cut_text(text, begin, end)
        hit = _LABEL.match(line.plain)
        meaning = column_of(hit["label"]) if hit else None
        if hit and meaning and meaning not in cells:
            cells[meaning] = cut_text(line, hit.end())
        elif last and begin in text.breaks:
            cells[last] = join_texts(cells[last], line, " ")
        elif not hit and goes_on:
            further = join_texts(further, line)
        goes_on = goes_on if hit is None else meaning is not None
        last = meaning if meaning else (last if begin in text.breaks else None)
    if further.plain.strip():
        cells["description"] = join_texts(cells.get("description", Text("", block.span)), further)
    return cells

"""Fields whose facts are labelled below their names, each name in a paragraph of its own.

A list below ``order_id`` says ``Type: string`` and ``Required: yes``, or a definition list has the
labels as its terms: such names, as many as follow each other, are one block of fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    Document,
    FieldBlock,
    FieldItem,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Section,
    Text,
)
from conformance.patterns import regex
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.row import cut_text, join_texts
from conformance.vocabulary import Column

_NAME: Final = regex(r"[A-Za-z_$@][\w$@.\-]{0,63}(?:\[\])*")
_FACTS: Final = frozenset(("type", "required", "optional"))
"""Labels that only a field has."""
_LABEL: Final = 24
"""Characters of a label."""


def join_labelled_fields(document: Document) -> Document:
    """The page with such names and their labels as blocks of fields."""
    blocks = tuple(_join(document.blocks))
    return document if blocks == document.blocks else replace(document, blocks=blocks)


def _join(blocks: tuple[Block, ...]) -> Iterator[Block]:
    items: list[FieldItem] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        below = blocks[at + 1] if at + 1 < len(blocks) else None
        if item := _read_item(block, below):
            items.append(item)
            at += 2
            continue
        if items:
            yield _make_block(items)
            items = []
        if isinstance(block, Section | Quote):
            block = replace(block, blocks=tuple(_join(block.blocks)))
        yield block
        at += 1
    if items:
        yield _make_block(items)


def _make_block(items: list[FieldItem]) -> FieldBlock:
    span = replace(items[0].span, end_line=items[-1].span.end_line)
    return FieldBlock(items=tuple(items), span=span)


def _read_item(block: Block, below: Block | None) -> FieldItem | None:
    """A name and the labels below it; None where either is anything else."""
    if not isinstance(block, Paragraph) or not isinstance(below, ListBlock):
        return None
    name = block.text
    marked = any(m.kind in ("code", "strong") and not m.start for m in name.marks)
    if not marked or not _NAME.fullmatch(name.plain.strip()):
        return None
    cells: dict[Column, Text] = {}
    for item in below.items:
        label, wording = _read_label(item)
        column = column_of(label) if len(label) <= _LABEL else None
        if wording is None or not label or column in cells:
            return None
        if column in (None, "name"):
            wording = replace(wording, plain=f"{label}: {wording.plain}", marks=())
            column = "description"
        cells[column] = join_texts(cells.get(column, Text("", name.span)), wording)
    if not _FACTS & cells.keys():
        return None
    span = replace(name.span, end_line=below.span.end_line)
    return FieldItem(cells=(("name", name), *cells.items()), span=span)


def _read_label(item: ListItem) -> tuple[str, Text | None]:
    """A label and its words: a term and its definition, or what a colon parts."""
    if item.blocks:
        words = [block.text for block in item.blocks if isinstance(block, Paragraph)]
        alone = len(words) == len(item.blocks) == 1
        return item.text.plain.strip(" :："), words[0] if alone else None
    label, sign, _ = item.text.plain.partition(":")
    return label.strip(), cut_text(item.text, len(label) + 1) if sign else None

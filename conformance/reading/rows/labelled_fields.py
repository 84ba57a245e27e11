"""Fields whose facts are labelled below their names, each name in a paragraph of its own.

A list below ``order_id`` says ``Type: string`` and ``Required: yes``, or a definition list has the
labels as its terms: such names, as many as follow each other, are one block of fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    FieldBlock,
    FieldItem,
    ListBlock,
    ListItem,
    Paragraph,
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


def join_labelled_fields(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with such names and their labels as blocks of fields."""
    items: list[FieldItem] = []
    taken = -1
    for at, (block, below) in enumerate(pairwise((*blocks, None, None))):
        item = _read_item(block, below) if at > taken else None
        if item:
            items.append(item)
            taken = at + 1
        elif at > taken:
            if items:
                yield FieldBlock(items=tuple(items), span=items[0].span.to(items[-1].span))
                items = []
            if block:
                yield block


def _read_item(block: Block | None, below: Block | None) -> FieldItem | None:
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
    return FieldItem(cells=(("name", name), *cells.items()), span=name.span.to(below.span))


def _read_label(item: ListItem) -> tuple[str, Text | None]:
    """A label and its words: a term and its definition, or what a colon parts."""
    if item.blocks:
        words = [block.text for block in item.blocks if isinstance(block, Paragraph)]
        alone = len(words) == len(item.blocks) == 1
        return item.text.plain.strip(" :："), words[0] if alone else None
    label, sign, _ = item.text.plain.partition(":")
    return label.strip(), cut_text(item.text, len(label) + 1) if sign else None

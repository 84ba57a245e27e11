"""Fields that an attribute of a component lists: ``:parameters="[{ name: 'a', type: 'string' }]"``.

The value is an array of objects with a name each, as above, or an object with one for each name:
``<TypeTable type={{ page: { type: 'number', required: true } }} />``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    Component,
    Document,
    FieldBlock,
    FieldItem,
    Text,
    rewrite_blocks,
)
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.json_text import SampleNode, read_json_text
from conformance.reading.rows.columns import column_of
from conformance.reading.topics import topics_of

_LONGEST: Final = 60_000
"""Characters of an attribute that is looked at."""
_MAX_DEPTH: Final = 16
_WORDS: Final = regex(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SURE: Final = frozenset({"type", "required"})
"""Columns that lists of other things than fields have not."""


def split_attributes(document: Document) -> Document:
    """The page with a block of fields below each component for each attribute that lists some."""
    return rewrite_blocks(document, partial(_split, lines=document.lines))


def _split(block: Block, *, lines: Sequence[str]) -> Iterator[Block]:
    yield block
    if isinstance(block, Component):
        for name, value in block.attributes:
            items = tuple(_read_fields(name, value, block.span, lines))
            sure = [item for item in items if _SURE & {column for column, _ in item.cells}]
            if 2 * len(sure) > len(items):
                words = " ".join(_WORDS.findall(name))
                caption = words if topics_of(words) else ""
                yield FieldBlock(items=items, span=block.span, caption=caption)


def _read_fields(name: str, value: str, span: Span, lines: Sequence[str]) -> Iterator[FieldItem]:
    text = value.strip()
    if text[:1] in ("[", "{") and len(text) <= _LONGEST:
        own = range(span.line, span.end_line + 1)
        begin = next((n for n in own if f"{name}=" in lines[n - 1]), span.line)
        begin += value.count("\n", 0, value.find(text))
        for node in read_json_text(text)[:1]:
            if any("schema" in item.members for item in node.items):
                continue  # parameters of OpenAPI, which engines read
            yield from _read_rows(node, replace(span, line=begin), 0)


def _read_rows(node: SampleNode, span: Span, depth: int) -> Iterator[FieldItem]:
    """The fields of a node, ``span`` from the line that it begins on."""
    named = [(name, below) for name, below in node.members.items() if below.kind == "object"]
    if node.items:
        named = [(_name(item), item) for item in node.items]
    elif len(named) < len(node.members):
        return
    for name, below in named:
        if name and depth <= _MAX_DEPTH:
            yield _read_item(name, below, span, depth)
            for inner in below.members.values():
                if inner.kind in ("array", "object"):
                    yield from _read_rows(inner, span, depth + 1)


def _name(node: SampleNode) -> str:
    return next((str(m.value) for k, m in node.members.items() if column_of(k) == "name"), "")


def _read_item(name: str, node: SampleNode, span: Span, depth: int) -> FieldItem:
    line = min(span.line + node.line, span.end_line)
    at = Span(span.page, line, line, span.quote)
    cells = {"name": Text(name, at)}
    for key, below in node.members.items():
        column = column_of(key)
        if column and below.kind in ("scalar", "word"):
            wording = (
                str(below.value).lower() if isinstance(below.value, bool) else str(below.value)
            )
            cells.setdefault(column, Text(wording, at))
    return FieldItem(cells=tuple(cells.items()), span=at, depth=depth)

"""Fields as components: name, type and marks in attributes, the description between the tags.

``<ParamField query="limit" type="integer" default="10">At most 100.</ParamField>``; components,
lists and tables within one are its members.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    Component,
    FieldBlock,
    FieldItem,
    Heading,
    ListBlock,
    Paragraph,
    Table,
    Text,
)
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.lists import find_nested_lists, read_list
from conformance.reading.rows.row import FieldRow, FieldTable, ReadRows, join_texts
from conformance.reading.rows.tables import read_field_block, read_table
from conformance.vocabulary import locations, word_set

_WORDS: Final = regex(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LINKS: Final = frozenset({"href", "url", "to", "src", "method", "endpoint"})
_BARE: Final = frozenset({"required", "optional", "deprecated", "nullable"})
_NAMING: Final = ("name", "field", "param", "prop", "property", "parameter", "key", "id")
_COLUMNS: Final = frozenset({"name", "type", "required"})
_MAX_FIELDS: Final = 2_000
"""Rows of one run; further components begin another."""


def cells_of(component: Component) -> Mapping[str, Text]:
    """The cells of a field by meaning; empty when the component is no field.

    An attribute that names a place (``query="limit"``) names the field, too.
    """
    attributes = dict(component.attributes)
    if _LINKS & attributes.keys():
        return {}
    cells: dict[str, str] = {}
    places = [a for a in attributes if locations().get(a) and attributes[a]]
    for place in places[:1]:
        cells = {"location": place, "name": attributes[place]}
    name = next((attributes[a] for a in _NAMING if attributes.get(a)), "")
    if not cells and name:
        cells = {"name": name}
    if not cells or not _documents_a_field(component, attributes):
        return {}
    for attribute, value in attributes.items():
        column = column_of(attribute)
        if attribute in _BARE and value in ("", "true", "{true}"):
            value = attribute
        if column and column not in cells and value:
            cells[column] = value
    return {column: Text(words, component.span) for column, words in cells.items()}


def _documents_a_field(component: Component, attributes: Mapping[str, str]) -> bool:
    """A type or a place among the attributes, or a tag whose own name says so."""
    columns = {column_of(a) for a in attributes}
    named = {word.lower() for word in _WORDS.findall(component.name)}
    return bool(columns & {"type", "required", "location"} or named & word_set("rows.component"))


def read_components(blocks: Sequence[LocatedBlock], at: int) -> ReadRows | None:
    """The fields of the components from ``at`` on, up to a heading or other text between them."""
    first = blocks[at].block
    rows, taken = _read_run(blocks, at) if isinstance(first, Component) else ([], [])
    if not rows:
        return None
    table = FieldTable(
        fields=tuple(rows),
        span=rows[0].span,
        columns=_COLUMNS | {"location"} if rows[0].location else _COLUMNS,
        caption=_name(first),
    )
    return ReadRows(blocks[at], table, blocks=tuple(taken))


def _read_run(blocks: Sequence[LocatedBlock], at: int) -> tuple[list[FieldRow], list[Block]]:
    """The rows of a run of components of one name, and the blocks that they were read from."""
    rows: list[FieldRow] = []
    taken: list[Block] = []
    open_until: list[int] = []
    for position in range(at, len(blocks)):
        block = blocks[position].block
        while open_until and block.span.line > open_until[-1]:
            open_until.pop()
        cells = cells_of(block) if isinstance(block, Component) else {}
        other = cells and not open_until and _name(block) != _name(blocks[at].block)
        if len(rows) >= _MAX_FIELDS or (rows and other) or not (rows or cells):
            break
        if isinstance(block, Component) and cells:
            rows.extend(_read_row(block, cells, len(open_until)))
            if block.end_line:
                open_until.append(block.end_line)
        elif open_until and not isinstance(block, Heading):
            _add_content(rows, block, len(open_until))
        elif not isinstance(block, Component):
            break
        taken.append(block)
        if isinstance(block, ListBlock):
            taken.extend(find_nested_lists(block))
    return rows, taken


def _name(block: Block) -> str:
    """The words in a component's name."""
    return " ".join(_WORDS.findall(block.name)) if isinstance(block, Component) else ""


def _read_row(component: Component, cells: Mapping[str, Text], depth: int) -> Iterator[FieldRow]:
    item = FieldItem(cells=tuple(cells.items()), span=component.span, depth=depth)
    table = read_field_block(FieldBlock(items=(item,), span=component.span))
    if table is not None:
        yield from table.fields


def _add_content(rows: list[FieldRow], block: Block, depth: int) -> None:
    """What stands within the open component: words go on with its field, fields are members."""
    if isinstance(block, Paragraph):
        rows[-1] = replace(rows[-1], description=join_texts(rows[-1].description, block.text))
        return
    table = None
    if isinstance(block, ListBlock):
        table = read_list(block)
    elif isinstance(block, Table):
        table = read_table(block)
    if table is not None:
        rows += (row.deeper(depth) for row in table.fields)
    elif isinstance(block, ListBlock):
        for listed in block.items:
            line = join_texts(Text("-", listed.span), listed.text, " ")
            rows[-1] = replace(rows[-1], description=join_texts(rows[-1].description, line))

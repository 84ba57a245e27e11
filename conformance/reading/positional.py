"""Records that a sample shows as plain arrays, and the table that names what stands in them.

``[["1690000000", "1.5", "1.7"], ...]`` beside three rows ``time``, ``open``, ``close``: the sample
has none of the names and as many items as the table has rows, so the rows are its positions.

A page that counts positions itself gives a table to every array: ``Fee array (Index [4])`` below a
table whose row ``[4]`` is of the type ``Fee array``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from conformance.model.document import Paragraph
from conformance.model.operation import Example, Value
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.facets.types import read_type
from conformance.reading.json_text import SampleNode, read_json_text
from conformance.reading.rows.row import EVERY, FieldRow, FieldTable

_LEAST = 3
"""Items of a record: two of them are a price and an amount, whatever a table of two says."""
_CONTAINERS = ("object", "array")
_WORD = regex(r"[^\W\d_]+")
_AT = regex(r"\[(\d{1,4})\]")


def nest_positions(
    tables: Iterable[FieldTable], pieces: Sequence[LocatedBlock]
) -> Iterator[FieldTable]:
    """``tables`` with those of positions, each that a row of the one before is of, put in it."""
    found: list[FieldTable] = []
    outer: int | None = None
    titles: dict[int, str] = {}
    for table in tables:
        if not table.fields or any(row.name.position is None for row in table.fields):
            found.append(table)
            continue
        titles = titles or dict(_list_titles(pieces))
        rows = found[outer].fields if outer is not None else ()
        at = _find_owner(rows, titles.get(table.span.line, ""))
        if outer is None or at is None:
            outer = len(found)
            found.append(table)
        else:
            found[outer] = replace(found[outer], fields=tuple(_put_in(rows, at, table.fields)))
    return map(_without_every, found)


def _list_titles(pieces: Iterable[LocatedBlock]) -> Iterator[tuple[int, str]]:
    """The paragraphs right above something, by the line where that begins."""
    for above, below in pairwise(pieces):
        if isinstance(above.block, Paragraph):
            yield below.block.span.line, above.block.text.plain


def _find_owner(rows: Sequence[FieldRow], title: str) -> int | None:
    """The row whose type begins as ``title`` does, or that stands at the position it names."""
    at, first = _AT.search(title), _first_word(title)
    typed = [
        n
        for n, row in enumerate(rows)
        if (row.type_target or read_type(row.type_text).kind in (None, "array"))
        and first
        and first == _first_word(row.type_text)
    ]
    counted = [
        n
        for n, row in enumerate(rows)
        if at and row.name.position == int(at[1]) and (row.type_target or n in typed)
    ]
    both = [n for n in typed if n in counted]
    return next(iter((*both, *typed, *counted)), None)


def _first_word(words: str) -> str:
    hit = _WORD.search(words)
    return hit[0].lower().removesuffix("s") if hit else ""


def _put_in(rows: Sequence[FieldRow], at: int, inner: Iterable[FieldRow]) -> Iterator[FieldRow]:
    """``rows`` with ``inner`` as what the array at ``at`` holds."""
    owner = rows[at]
    depth = owner.name.depth + 1
    yield from rows[:at]
    yield replace(owner, type_text="array", type_target="")
    for row in inner:
        yield replace(row, name=replace(row.name, depth=row.name.depth + depth))
    yield from rows[at + 1 :]


def _without_every(table: FieldTable) -> FieldTable:
    """``table`` without the row that says only that all items are alike: its rows are theirs."""
    if not table.fields or table.fields[0].name.position != EVERY:
        return table
    inner = (replace(r, name=replace(r.name, depth=r.name.depth - 1)) for r in table.fields[1:])
    return replace(table, fields=tuple(inner))


def number_rows(table: FieldTable, examples: Iterable[Example]) -> FieldTable:
    """``table`` with its rows counted, where ``examples`` show its records as arrays."""
    rows = table.fields
    if len(rows) < _LEAST or any(r.name.depth or r.name.position is not None for r in rows):
        return table
    nodes = list(_walk_nodes(node for e in examples for node in read_json_text(e.text)))
    lengths = {len(record.items) for node in nodes for record in _list_records(node)}
    named = {name for node in nodes for name in node.members}
    if lengths != {len(rows)} or named & {row.name.name for row in rows}:
        return table
    names = (replace(row.name, position=at) for at, row in enumerate(rows))
    counted = (
        replace(row, name=name, confidence="medium" if row.confidence == "high" else row.confidence)
        for row, name in zip(rows, names, strict=True)
    )
    return replace(table, fields=tuple(counted))


def with_records(shown: Value, records: Value) -> Value:
    """``shown``, what the sample shows, with ``records`` for its arrays of plain arrays."""
    inner = shown.items
    if inner is not None and inner.kind == "array":
        item = inner.items
        if item is None or item.kind not in _CONTAINERS:
            return records
    return replace(
        shown,
        items=with_records(inner, records) if inner else None,
        members=with_records(shown.members, records) if shown.members else None,
        fields=tuple(replace(f, value=with_records(f.value, records)) for f in shown.fields),
    )


def _list_records(node: SampleNode) -> tuple[SampleNode, ...]:
    """The items of an array of arrays of plain values."""
    listed = [item for item in node.items if item.kind != "unknown"]
    plain = (
        item.kind == "array" and not any(i.kind in _CONTAINERS for i in item.items)
        for item in listed
    )
    return tuple(listed) if all(plain) else ()


def _walk_nodes(nodes: Iterable[SampleNode]) -> Iterator[SampleNode]:
    """``nodes`` and all in them."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [*node.items, *node.members.values()]

"""Records that a sample shows as plain arrays, and the table that names what stands in them.

``[["1690000000", "1.5", "1.7"], ...]`` beside three rows ``time``, ``open``, ``close``: the sample
has none of the names and as many items as the table has rows, so the rows are its positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from conformance.model.operation import Example, Value
from conformance.reading.json_text import SampleNode, read_json_text
from conformance.reading.rows.row import FieldTable

_LEAST = 3
"""Items of a record: two of them are a price and an amount, whatever a table of two says."""
_CONTAINERS = ("object", "array")


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

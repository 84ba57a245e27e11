"""Records that a sample shows as plain arrays, and the table that names what stands in them.

``[["1690000000", "1.5", "1.7"], ...]`` beside three rows ``time``, ``open``, ``close``: the sample
has none of the names and as many items as the table has rows, so the rows are its positions.

A page that counts positions itself gives a table to every array: ``Fee array (Index [4])`` below a
table whose row ``[4]`` is of the type ``Fee array``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from conformance.model.document import Paragraph
from conformance.model.operation import Example, Value
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.facets.types import read_type
from conformance.reading.json_text import SampleNode, read_json_text
from conformance.reading.references import object_key
from conformance.reading.rows.row import EVERY, FieldRow, FieldTable

_LEAST = 3
"""Items of a record: two of them are a price and an amount, whatever a table of two says."""
_CONTAINERS = ("object", "array")
_WORD = regex(r"[^\W\d_]+")
_MOST_TABLES = 16
"""Before a table, of which it may be a part."""
_EMPTY = frozenset({"array", "arrays", "object", "objects", "data", "index"})
_AT = regex(r"\[(\d{1,4})\]")


def nest_positions(
    tables: Iterable[FieldTable], pieces: Sequence[LocatedBlock]
) -> Iterator[FieldTable]:
    """``tables`` with those of positions, each that a row of an earlier one is of, put in it."""
    found: list[FieldTable] = []
    counted: list[int] = []
    titles: dict[int, str] = {}
    for table in tables:
        owner = None
        is_counted = all(row.name.position is not None for row in table.fields)
        if table.fields and is_counted:
            titles = titles or dict(_list_titles(pieces))
            last = {number: found[number] for number in counted[-_MOST_TABLES:]}
            owner = _find_owner(last, titles.get(table.span.line, ""))
        if owner is None:
            counted += [len(found)] if is_counted else []
            found.append(table)
        else:
            number, at = owner
            rows = tuple(_put_in(found[number].fields, at, table.fields))
            found[number] = replace(found[number], fields=rows)
    return map(_without_every, found)


def _list_titles(pieces: Iterable[LocatedBlock]) -> Iterator[tuple[int, str]]:
    """The paragraphs right above something, by the line where that begins."""
    for above, below in pairwise(pieces):
        if isinstance(above.block, Paragraph):
            yield below.block.span.line, above.block.text.plain


def _find_owner(tables: Mapping[int, FieldTable], title: str) -> tuple[int, int] | None:
    """The table and its row whose type, or whose type and position, ``title`` names best."""
    at, words = _AT.search(title), _list_words(title)
    slug = "#" + "-".join(_WORD.findall(title.lower()))
    best: tuple[bool, bool, int, int] | None = None
    owner = None
    for number, table in tables.items():
        for index, row in enumerate(table.fields):
            counted = at is not None and row.name.position == int(at[1]) and bool(row.type_target)
            named = _begins_alike(_list_words(row.type_text), words)
            if not counted and not (named and _may_hold(row)):
                continue
            rank = (row.type_target == slug, counted and named > 0, named, number)
            if best is None or rank > best:
                best, owner = rank, (number, index)
    return owner


def _may_hold(row: FieldRow) -> bool:
    return bool(row.type_target) or read_type(row.type_text).kind in (None, "array")


def _list_words(wording: str) -> list[str]:
    """The words of a type or a title less those that say that it is an array, and its place."""
    plain = _AT.sub("", object_key(wording))
    return [word.lower() for word in _WORD.findall(plain) if word.lower() not in _EMPTY]


def _begins_alike(kind: Sequence[str], title: Sequence[str]) -> int:
    """How many words of a type the title has as its first, whole or as abbreviations; 0 where it
    lacks one."""
    alike = all(
        whole.startswith(word.removesuffix("s")) for word, whole in zip(kind, title, strict=False)
    )
    return len(kind) if alike and len(kind) <= len(title) else 0


def _put_in(rows: Sequence[FieldRow], at: int, inner: Iterable[FieldRow]) -> Iterator[FieldRow]:
    """``rows`` with ``inner`` as what the array at ``at`` holds."""
    owner = rows[at]
    depth = owner.name.depth + 1
    yield from rows[:at]
    yield replace(owner, type_text="array", type_target="")
    for row in inner:
        yield row.deeper(depth)
    yield from rows[at + 1 :]


def _without_every(table: FieldTable) -> FieldTable:
    """``table`` without the row that says only that all items are alike: its rows are theirs."""
    if not table.fields or table.fields[0].name.position != EVERY:
        return table
    inner = (row.deeper(-1) for row in table.fields[1:])
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

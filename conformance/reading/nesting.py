"""Rows of one table -> a tree of fields, whatever way the page writes nesting.

Three ways are read, and may be mixed: marks before the name (``> uuid``), dotted names
(``orders[].uuid``), and a type cell that names an object told elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from conformance.model.operation import Field, Value
from conformance.reading.facets.value import read_presence, read_value
from conformance.reading.references import ReferenceResolver
from conformance.reading.rows.row import FieldRow

_MAX_REPEATED = 500
"""Times one object is spelled out: objects that point to each other grow without end."""
_MAX_DEPTH = 32
_POSITION = re.compile(r"\w*\[\d+\]")
"""Steps of nesting kept apart; deeper ones stay members of the last."""


@dataclass(slots=True)
class Node:
    """A field while its tree grows; ``raw`` is None for a parent that only names imply."""

    name: str
    raw: FieldRow | None
    source: FieldRow
    is_array: bool = False
    children: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TreeBuilder:
    """Builds the fields of one page's tables."""

    elsewhere: ReferenceResolver
    names: frozenset[str]
    """All names of the page."""
    repeated: Counter[str] = field(default_factory=Counter)
    """How often each object told elsewhere has been spelled out."""

    def fields(self, rows: Iterable[FieldRow], *, is_input: bool = False) -> tuple[Field, ...]:
        """The tree of ``rows``, as members of a body."""
        nodes = build_nodes(list(rows)).values()
        return tuple(self._freeze(node, is_input, ()) for node in nodes)

    def parameters(self, rows: Iterable[FieldRow]) -> tuple[Field, ...]:
        """The tree of ``rows``, as inputs outside a body.

        A dot or ``[]`` is part of such a name as long as no row tells the parent.
        """
        nodes = build_nodes(list(rows), flat_names=True).values()
        return tuple(replace(self._freeze(node, True, ()), name=node.name) for node in nodes)

    def _freeze(self, node: Node, is_input: bool, seen: tuple[str, ...]) -> Field:
        raw = node.raw
        children = tuple(self._freeze(child, is_input, seen) for child in node.children.values())
        if raw is None:
            told = Value(span=node.source.span, kind="array" if node.is_array else None)
            return Field(name=node.name, value=with_members(told, children), confidence="medium")
        value = read_value(raw, self.names, self.elsewhere.values(raw), is_input=is_input)
        if node.is_array and value.kind in (None, "object"):
            value = replace(value, kind="array")
        children = children or self._told_elsewhere(raw, is_input, seen)
        required, condition = read_presence(raw)
        return Field(
            name=_json_name(node, value),
            value=with_members(value, children) if children else value,
            required=required,
            condition=condition,
            confidence=raw.confidence,
        )

    def _told_elsewhere(
        self, raw: FieldRow, is_input: bool, seen: tuple[str, ...]
    ) -> tuple[Field, ...]:
        """Members told in a section of their own; an object inside itself ends the walk."""
        table = self.elsewhere.members(raw)
        key = str(table.span) if table else ""
        if table is None or key in seen or self.repeated[key] >= _MAX_REPEATED:
            return ()
        self.repeated[key] += 1
        nodes = build_nodes(list(table.fields)).values()
        return tuple(self._freeze(node, is_input, (*seen, key)) for node in nodes)


def build_nodes(rows: list[FieldRow], *, flat_names: bool = False) -> dict[str, Node]:
    """Place every row under its parent; a name told twice keeps its first place and facts."""
    roots: dict[str, Node] = {}
    trail: list[Node] = []
    told = {row.name.name.removesuffix("[]") for row in rows}
    base = min((row.name.depth for row in rows), default=0)
    for row in rows:
        depth = min(row.name.depth - base, len(trail), _MAX_DEPTH)
        parts = _segments(row.name.name, told, flat_names)
        siblings = trail[depth - 1].children if depth else roots
        node = _descend(siblings, parts, row)
        trail = [*trail[:depth], node]
    return roots


def _segments(name: str, told: set[str], flat_names: bool) -> list[str]:
    """``orders[].uuid`` -> its steps; a dot that cannot be nesting stays in the name."""
    if "." not in name:
        return [name]
    parent = name.rsplit(".", 1)[0].removesuffix("[]")
    if flat_names and parent not in told:
        return [name]
    steps = [part for part in name.split(".") if part]
    if len(steps) > _MAX_DEPTH:
        return [*steps[: _MAX_DEPTH - 1], ".".join(steps[_MAX_DEPTH - 1 :])]
    return steps


def _descend(siblings: dict[str, Node], parts: list[str], row: FieldRow) -> Node:
    """Walk ``parts`` down from ``siblings``, making the parents that no row told."""
    for part in parts[:-1]:
        key = part.removesuffix("[]")
        parent = siblings.setdefault(key, Node(name=key, raw=None, source=row))
        parent.is_array = parent.is_array or part.endswith("[]")
        siblings = parent.children
    last = parts[-1]
    key = last.removesuffix("[]")
    node = siblings.get(key)
    if node is None:
        node = siblings[key] = Node(name=last, raw=row, source=row)
    elif node.raw is None:
        node.raw = row
    return node


def _json_name(node: Node, value: Value) -> str:
    """In a body ``x[]`` is the array ``x``."""
    return node.name.removesuffix("[]") if value.kind == "array" else node.name


def with_members(value: Value, members: tuple[Field, ...]) -> Value:
    """``value`` as an object with ``members``, or as an array of such objects.

    Members that are positions (``list[0]``) are those of items that are arrays themselves.
    """
    if value.kind == "array":
        item = value.items or Value(span=value.span)
        if members and all(_POSITION.fullmatch(m.name) for m in members):
            return replace(value, items=replace(item, kind="array", fields=members))
        inner = with_members(
            replace(item, kind=item.kind if item.kind == "array" else "object"), members
        )
        return replace(value, items=inner)
    return replace(value, kind="object", fields=value.fields + members)

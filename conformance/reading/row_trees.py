"""Rows of one table under their parents, whatever way the page writes nesting.

Marks before the name (``> uuid``) and dotted names (``orders[].uuid``) are read, and may be mixed:
a dotted name below the parent that it begins with says the same twice.
"""

from __future__ import annotations

from msgspec import Struct, field

from conformance.model.operation import Kind
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.facets.types import read_type
from conformance.reading.rows.row import FieldRow

_ITEM = regex(r"\[(?:\d{1,3}|[in*])\](?=[.\[])")
"""One item for all, where members of it follow: ``legs[0].side``, ``legs[i].side``."""
_BRACKETED = regex(r"\[([A-Za-z_]\w*)\]")
ANY_NAME = "additionalProperties"
"""JSON Schema's keyword, which generators of pages print as the name of a row."""
SCALARS = ("string", "integer", "number", "boolean")
_MAX_DEPTH = 32
"""Steps of nesting kept apart; deeper ones stay members of the last."""


class Node(Struct):
    """A field while its tree grows; ``raw`` is None for a parent that only names imply."""

    name: str
    raw: FieldRow | None
    span: Span
    is_array: bool = False
    arrays: int = 0
    """How many arrays a sample shows around its members."""
    each: int | None = None
    """Where a sample shows that the names in it are data: how many arrays each of them holds."""
    shown_kind: Kind | None = None
    """The type that a sample shows."""
    shown: bool = False
    """Whether only a sample shows it."""
    moved: bool = False
    """Whether its place is that of the row before it and not its own."""
    is_open: bool = False
    """Whether a row says that it has members of any name."""
    children: list[Node] = field(default_factory=list)
    by_key: dict[str, Node] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.name.removesuffix("[]")

    def child(self, key: str) -> Node | None:
        """The last child of that name."""
        return self.by_key.get(key)

    def add(self, node: Node) -> Node:
        self.children.append(node)
        self.by_key[node.key] = node
        return node


def build_nodes(
    rows: list[FieldRow], *, flat_names: bool = False, repeats: bool = False
) -> list[Node]:
    """Place every row under its parent.

    A name given twice among siblings keeps its first place and facts, unless ``repeats`` says
    that a sample will tell the places of both.
    """
    top = Node(name="", raw=None, span=rows[0].span) if rows else None
    trail: list[Node] = []
    documented = {row.name.name.removesuffix("[]") for row in rows}
    base = min((row.name.depth for row in rows), default=0)
    for row in rows:
        depth = min(row.name.depth - base, len(trail), _MAX_DEPTH)
        parts = _split_segments(row.name.name, documented, flat_names)
        if depth:
            trail[depth - 1] = _make_container(
                trail[depth - 1], trail[depth - 2] if depth > 1 else top
            )
        parent = trail[depth - 1] if depth else top
        if parent and parts[-1:] == [ANY_NAME]:
            parent.is_open = True
            node: Node | None = Node(name=ANY_NAME, raw=row, span=row.span)
        else:
            parts = _drop_repeated(parts, [above.key for above in trail[:depth]])
            node = _descend(parent, parts, row, repeats) if parent else None
        trail = [*trail[:depth], *([node] if node else [])]
    return top.children if top else []


def _drop_repeated(parts: list[str], around: list[str]) -> list[str]:
    """The steps of a name less those that say again what it stands below, the nearest or all."""
    for count in range(min(len(around), len(parts) - 1), 0, -1):
        if [part.removesuffix("[]") for part in parts[:count]] == around[-count:]:
            return parts[count:]
    return parts


def _make_container(parent: Node, around: Node | None) -> Node:
    """The sibling that members belong to: no text or number while one before it waits for some."""
    if around is None or parent.children or _infer_kind(parent) not in SCALARS:
        return parent
    near = reversed(around.children[-_MAX_DEPTH:])
    waiting = (n for n in near if not n.children and _infer_kind(n) in ("object", "array"))
    return next(waiting, parent)


def _infer_kind(node: Node) -> Kind | None:
    return read_type(node.raw.type_text).kind if node.raw else None


def _split_segments(name: str, documented: set[str], flat_names: bool) -> list[str]:
    """``orders[].uuid``, ``source[note]`` -> its steps; what cannot be nesting stays in the name.

    Brackets of a query parameter are part of its name, those of a form field are steps.
    """
    name = _ITEM.sub("[]", name)
    if not flat_names:
        name = _BRACKETED.sub(r".\1", name)
    if "." not in name:
        return [name]
    parent = name.rsplit(".", 1)[0].removesuffix("[]")
    if flat_names and parent not in documented:
        return [name]
    steps = [part for part in name.split(".") if part]
    if len(steps) > _MAX_DEPTH:
        return [*steps[: _MAX_DEPTH - 1], ".".join(steps[_MAX_DEPTH - 1 :])]
    return steps


def _descend(parent: Node, parts: list[str], row: FieldRow, repeats: bool) -> Node:
    """Walk ``parts`` down from ``parent``, making the parents that no row documents."""
    for part in parts[:-1]:
        key = part.removesuffix("[]")
        parent = parent.child(key) or parent.add(Node(name=key, raw=None, span=row.span))
        parent.is_array = parent.is_array or part.endswith("[]")
    last = parts[-1]
    node = parent.child(last.removesuffix("[]"))
    if node is None or (repeats and node.raw is not None):
        return parent.add(Node(name=last, raw=row, span=row.span))
    if node.raw is None:
        node.raw = row
    return node

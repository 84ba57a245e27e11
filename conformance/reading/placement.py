"""Where the rows of a table stand in what a sample shows: the sample decides the places.

Tables often list the members of an answer flat, or without the envelope that the sample beside
them shows.  Each row is put where the sample has its name.  Where it has the name in several
places, the cheapest walk through the sample in the order of the rows decides: going on beside
the row before or into the container just listed costs nothing, into a container that no row
lists little, into one that is listed elsewhere much, back into one less.  A row that the sample
leaves out stays beside the row before it, the first ones beside the first that it shows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.operation import Field, Kind, Value
from conformance.model.span import Span
from conformance.reading.facets.types import read_type
from conformance.reading.row_trees import SCALARS, Node
from conformance.vocabulary import word_set

_ROOT = 0
_MAX_SPOTS = 4000
_MAX_CANDIDATES = 12
"""Places of one name, and walks kept for one row."""
_MAX_DEPTH = 32
_LEAST_SHARE = 0.3
"""Of the names of a table, those that its sample has to show."""
_CLOSE, _BACK, _OPEN, _OPEN_MOST, _INTO = 0.25, 0.1, 1.0, 2.0, 0.3
_DEEPER, _ABSENT, _FIRST, _OTHER_KIND = 1.0, 2.0, 0.1, 0.5
_REUSE, _MISS, _LISTED, _AGAIN = 3.0, 3.0, 4.0, 2.0
_REMEMBERED = 200
"""Rows before that are searched for a place that is taken."""


class _SamplePlace(Struct):
    """A member of the sample; spots are numbered in the order of the sample."""

    name: str
    parent: int
    span: Span
    kind: Kind | None
    arrays: int
    """How many arrays are around its own members."""
    each: int | None = None
    """For an object whose names are data: how many arrays are around what each member holds."""
    end: int = 0
    """Number after its last descendant."""


class _Step(Struct, frozen=True):
    """The place of one row in one walk."""

    own: int | None
    """None for a row that the sample leaves out."""
    parent: int
    cost: float
    before: _Step | None = None


class Placement(Struct):
    """The rows of a table as a tree with the sample's places."""

    root: Node
    found: int
    """Names that the sample shows, too."""
    names: int
    """Names that the table lists."""

    @property
    def agrees(self) -> bool:
        """Whether table and sample are about the same thing."""
        return self.found > 0 and self.found >= _LEAST_SHARE * self.names


def place_rows(nodes: Sequence[Node], shown: Value) -> Placement:
    """``nodes``, the rows of one table, at the places that ``shown``, their sample, has."""
    return _Placing(_list_places(shown)).place(nodes)


def empty_place(shown: Value) -> str | None:
    """The member of a sample that is there for the record and shows nothing of it, if just one."""
    empty = [f for f in shown.fields if _is_empty(f.value) or _is_left_null(f)]
    objects = [f for f in empty if f.value.kind == "object"]
    full = any(f.value.kind in ("object", "array") and not _is_empty(f.value) for f in shown.fields)
    found = objects or empty  # an empty list beside an object is one of errors
    return found[0].name if len(found) == 1 and not full else None


def _is_empty(value: Value) -> bool:
    return (value.kind == "object" and not value.fields) or (
        value.kind == "array" and value.items is None
    )


def _is_left_null(field: Field) -> bool:
    """Whether a member that is called what holds the record is shown with null alone."""
    unknown = field.value.kind is None and field.value.shown_null
    return unknown and field.name.lower() in word_set("names.payload")


def is_flat(shown: Value) -> bool:
    """Whether a sample is one record without objects or arrays in it."""
    return shown.kind == "object" and not any(
        f.value.kind in ("object", "array") for f in shown.fields
    )


def array_depth(value: Value | None) -> int:
    """How many arrays are around the innermost items of ``value``."""
    depth = 0
    while value is not None and value.kind == "array":
        value, depth = value.items, depth + 1
    return depth


def _in_items(value: Value) -> Value | None:
    inner: Value | None = value
    while inner is not None and inner.kind == "array":
        inner = inner.items
    return inner


def _list_places(shown: Value) -> list[_SamplePlace]:
    spots: list[_SamplePlace] = []

    def visit(name: str, value: Value, parent: int, depth: int) -> None:
        number = len(spots)
        spots.append(_SamplePlace(name, parent, value.span, value.kind, array_depth(value)))
        inner = _in_items(value)
        if inner is not None and inner.members is not None and not inner.fields:
            spots[number].each = array_depth(inner.members)
            inner = _in_items(inner.members)
        for member in inner.fields if inner is not None and depth < _MAX_DEPTH else ():
            if len(spots) < _MAX_SPOTS:
                visit(member.name, member.value, number, depth + 1)
        spots[number].end = len(spots)

    visit("", shown, -1, 0)
    return spots


class _Placing:
    """One table being placed into one sample."""

    def __init__(self, spots: list[_SamplePlace]) -> None:
        self.spots = spots
        self.by_name: dict[str, list[int]] = {}
        self.spelling: dict[str, str] = {}
        for number, spot in enumerate(spots[1:], start=1):
            self.by_name.setdefault(spot.name, []).append(number)
            self.spelling.setdefault(spot.name.lower(), spot.name)
        top = spots[_ROOT]
        self.numbered: dict[int, Node] = {
            _ROOT: Node(name="", raw=None, span=top.span, each=top.each)
        }
        self.result = Placement(self.numbered[_ROOT], 0, 0)

    def place(self, nodes: Sequence[Node]) -> Placement:
        self._place_siblings(nodes, _ROOT)
        return self.result

    def _place_siblings(self, nodes: Sequence[Node], base: int) -> None:
        """Rows that are siblings in the table, within the sample's member ``base``."""
        for node in nodes:
            if node.raw is not None and node.raw.name.any_case:
                node.name = self.spelling.get(node.name.lower(), node.name)
        nodes = list(self._without_titles(nodes, base))
        nodes = list(self._lift_misplaced(nodes, base))
        steps = _PlacementSearch(self.spots, self.by_name, nodes, base).steps()
        for node, step in zip(nodes, steps, strict=True):
            self.result.names += node.raw is not None
            if step.own is None:
                self._put_beside(node, step.parent, base)
                continue
            self.result.found += node.raw is not None
            known = self._make_node(step.own)
            if known.raw is None and node.raw is not None:
                known.raw, known.span, known.shown = node.raw, node.span, False
            known.is_array = known.is_array or node.is_array
            known.is_open = known.is_open or node.is_open
            self._place_siblings(node.children, step.own)

    def _without_titles(self, nodes: Sequence[Node], base: int) -> Iterator[Node]:
        """``nodes`` with the members of an object in place of a row that is only its title.

        The title of the items of an array stands alone in it, that of what each name of a map
        holds may stand beside others; the sample has its members there.
        """
        may_be = base != _ROOT and (len(nodes) == 1 or self.spots[base].each is not None)
        all_shown = sum(spot.parent == base for spot in self.spots) if may_be else 0
        for node in nodes:
            members = [child.key for child in node.children] if may_be else []
            shown = sum(self._has_member(base, name) for name in members)
            most = 2 * shown >= min(len(members), all_shown)
            titled = shown and most and not self._has_member(base, node.key)
            yield from node.children if titled else (node,)

    def _lift_misplaced(self, nodes: Sequence[Node], base: int) -> Iterator[Node]:
        """``nodes``, and beside each the rows below it that the sample shows there and not in it:
        of a text or number, and of an object where no row beside it has the name."""
        keys = {node.key for node in nodes}
        for node in nodes:
            yield node
            kind = read_type(node.raw.type_text).kind if node.raw and node.children else None
            around = self._list_around(base, node.key) if kind else set()
            lifted = [
                child
                for child in (node.children if around else ())
                if around & self._list_around(base, child.key)
                and (kind in SCALARS or not (child.key in keys or self._shows_in(node, child)))
            ]
            node.children = [child for child in node.children if child not in lifted]
            yield from lifted

    def _shows_in(self, node: Node, child: Node) -> bool:
        """Whether the sample has the one anywhere within the other."""
        inner = self.by_name.get(child.key, [])
        ends = ((bisect_right(inner, at), at) for at in self.by_name.get(node.key, ()))
        return any(n < len(inner) and inner[n] < self.spots[at].end for n, at in ends)

    def _list_around(self, base: int, name: str) -> set[int]:
        """The members of the sample, from ``base`` on, that have one of that name."""
        end = self.spots[base].end
        return {self.spots[n].parent for n in self.by_name.get(name, ()) if base < n < end}

    def _has_member(self, base: int, name: str) -> bool:
        return any(self.spots[number].parent == base for number in self.by_name.get(name, ()))

    def _put_beside(self, node: Node, parent: int, base: int) -> None:
        self.result.names += _count(node) - (node.raw is not None)
        known = self._make_node(parent)
        if known.child(node.key) is None:
            node.moved = parent != base
            known.add(node)

    def _make_node(self, number: int) -> Node:
        """The node of a place, made with all around it that no row lists."""
        known = self.numbered.get(number)
        if known is None:
            spot = self.spots[number]
            known = Node(name=spot.name, raw=None, span=spot.span, shown=True)
            known.arrays, known.shown_kind, known.each = spot.arrays, spot.kind, spot.each
            self.numbered[number] = known
            self._make_node(spot.parent).add(known)
        return known


class _PlacementSearch(Struct):
    """The search for the cheapest way through the sample."""

    spots: list[_SamplePlace]
    by_name: dict[str, list[int]]
    nodes: Sequence[Node]
    base: int
    listed: set[str] = set()
    repeated: set[str] = set()

    def __post_init__(self) -> None:
        names = [node.key for node in self.nodes]
        self.listed = set(names)
        known: set[str] = set()
        self.repeated = {name for name in names if name in known or known.add(name)}  # type: ignore[func-returns-value]

    def steps(self) -> list[_Step]:
        """The place of every row."""
        walks = [_Step(self.base, self.base, 0.0)]
        first = True
        for node in self.nodes:
            candidates = self._list_candidates(node.key, self.base)
            found = [self._find_cheapest(walks, node, own, first) for own in candidates]
            found += self._leave_beside(walks, missed=bool(candidates))
            walks = sorted(found, key=lambda step: step.cost)[:_MAX_CANDIDATES]
            first = False
        chain: list[_Step] = []
        step: _Step | None = walks[0]
        while step is not None and step.before is not None:
            chain.append(step)
            step = step.before
        return self._with_first_beside(chain[::-1])

    def _with_first_beside(self, steps: list[_Step]) -> list[_Step]:
        """``steps`` with the rows before the first that the sample shows beside that one, where
        it shows most, and none outside of one container."""
        found = [n for n, step in enumerate(steps) if step.own is not None] or [0]
        container = steps[found[0]].parent if steps else self.base
        shown = (n for node in self.nodes for n in self._list_candidates(node.key, self.base))
        if 2 * len(found) >= len(steps) and all(self._is_within(n, container) for n in shown):
            steps[: found[0]] = [replace(step, parent=container) for step in steps[: found[0]]]
        return steps

    def _list_candidates(self, name: str, base: int) -> list[int]:
        """Places of a name within the member ``base`` of the sample."""
        end = self.spots[base].end
        places = self.by_name.get(name, [])
        first = bisect_right(places, base)
        return [n for n in places[first : first + _MAX_CANDIDATES] if n < end]

    def _find_cheapest(self, walks: list[_Step], node: Node, own: int, first: bool) -> _Step:
        parent = self.spots[own].parent
        repeated = node.key in self.repeated
        costs = [
            (walk.cost + self._measure_cost(walk, own, parent, first, repeated), at)
            for at, walk in enumerate(walks)
        ]
        cost, at = min(costs)
        return _Step(own, parent, cost + self._measure_misfit(node, own), walks[at])

    def _measure_misfit(self, node: Node, own: int) -> float:
        """What speaks against a place: another type, members of the row that are none there."""
        missing = 0.0 if self._is_of_kind(node, own) else _OTHER_KIND
        if not node.children:
            return missing
        absent = 0.0
        for child in node.children:
            places = self._list_candidates(child.key, own)
            if not any(self.spots[n].parent == own for n in places):
                absent += _DEEPER if places else _ABSENT
        return missing + absent / len(node.children)

    def _is_of_kind(self, node: Node, own: int) -> bool:
        """Whether the row may have the type that the sample shows, as far as both are known."""
        stated = read_type(node.raw.type_text).kind if node.raw else None
        shown = self.spots[own].kind
        if stated is None or shown is None:
            return True
        return stated == shown or {stated, shown} == {"integer", "number"}

    def _measure_cost(
        self, walk: _Step, own: int, parent: int, first: bool, repeated: bool
    ) -> float:
        at, cost = walk.parent, 0.0
        if walk.own is not None and self._is_within(parent, walk.own):
            at = walk.own
        while not self._is_within(parent, at):
            at, cost = self.spots[at].parent, _CLOSE
        cost += self._measure_descent(walk, at, own, first)
        if walk.own is not None and own < walk.own:
            cost += _BACK
        return cost + (_REUSE if repeated and _is_taken(walk, own) else 0.0)

    def _measure_descent(self, walk: _Step, top: int, own: int, first: bool) -> float:
        """What it costs to open the containers between ``top`` and ``own``: for the first row
        little, since a table begins where its record is, and less to come back to one whose
        members stand above."""
        opened = 0.0
        listed = 0.0
        parent = self.spots[own].parent
        while parent != top:
            name = self.spots[parent].name
            if name in self.listed and name != self.spots[own].name:
                listed = max(listed, _AGAIN if _was_in(walk, parent) else _LISTED)
            else:
                opened += _OPEN
            parent = self.spots[parent].parent
        return listed + min(opened, _OPEN_MOST) * (_FIRST if first else 1.0)

    def _is_within(self, number: int, container: int) -> bool:
        return container <= number < self.spots[container].end

    def _leave_beside(self, walks: list[_Step], *, missed: bool) -> list[_Step]:
        """Walks on which the row is left out of the sample: beside the row before, or in it."""
        found: dict[int, _Step] = {}
        for walk in walks:
            cost = walk.cost + (_MISS if missed else 0.0)
            places = [(walk.parent, cost)]
            if walk.own is not None and self.spots[walk.own].end > walk.own + 1:
                places.append((walk.own, cost + _INTO))
            for parent, price in places:
                if parent not in found or price < found[parent].cost:
                    found[parent] = _Step(None, parent, price, walk)
        return list(found.values())


def _is_taken(walk: _Step | None, own: int) -> bool:
    for _ in range(_REMEMBERED):
        if walk is None:
            return False
        if walk.own == own:
            return True
        walk = walk.before
    return False


def _was_in(walk: _Step | None, parent: int) -> bool:
    for _ in range(_REMEMBERED):
        if walk is None:
            return False
        if walk.own is not None and walk.parent == parent:
            return True
        walk = walk.before
    return False


def _count(node: Node) -> int:
    """Rows of a node and all below it."""
    return (node.raw is not None) + sum(_count(child) for child in node.children)

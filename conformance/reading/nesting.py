"""Rows of one table -> fields: their own nesting, objects documented elsewhere, and samples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.model.operation import Confidence, Field, Limits, Stated, Value
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.expansion import Around, Expansion, Expansions
from conformance.reading.facets.kind import is_guessed
from conformance.reading.facets.presence import read_presence
from conformance.reading.facets.types import TypeReading, read_type
from conformance.reading.facets.value import read_value
from conformance.reading.merging import merge_shown
from conformance.reading.placement import array_depth, empty_place, is_flat, place_rows
from conformance.reading.references import FactsByRow, ReferenceResolver, RowFacts, alias_row
from conformance.reading.returns import ReturnedObject
from conformance.reading.row_trees import ANY_NAME, Node, build_nodes
from conformance.reading.rows.row import FieldRow
from conformance.vocabulary import phrases

_DOUBTED = 2
"""Members that may be absent, one within the other, from which nobody knows what this answer has
of an object that many answers share."""
_NEARLY_ALL = 0.9
"""Of the members of an object: those that may be absent, so that it has no shape of its own."""
_ALONE = Around()
_ANY = "<{}>"
_POSITION = regex(r"\w*\[\d+\]")


class TreeBuilder(Struct, frozen=True):
    """Builds the fields of one page's tables."""

    elsewhere: ReferenceResolver
    names: frozenset[str]
    """All names of the page."""
    expansions: Expansions = field(default_factory=Expansions)
    """Objects documented elsewhere that have been spelled out."""
    facts: FactsByRow = field(default_factory=dict)

    def build_returned(self, returned: ReturnedObject, shown: Value | None) -> Value | None:
        """The body that prose names by its object."""
        rows = self._find_rows(returned)
        within = _ALONE.enter(str(returned.table.span), is_partial=returned.is_partial)
        body = self.body(rows, returned.table.span, shown, within=within)
        if body is None or not returned.is_array or body.kind == "array":
            return body
        return Value(span=returned.span, kind="array", items=body)

    def _find_rows(self, returned: ReturnedObject) -> tuple[FieldRow, ...]:
        """The members as surely as ``returned`` leads to them; the same rows each time."""
        if returned.is_linked and not returned.is_partial:
            return returned.table.fields
        known = self.elsewhere.folder.variants
        key = (id(returned.table), returned.is_partial)
        if key not in known:
            known[key] = (returned.table, tuple(_lower_confidence(returned)))
        return known[key][1]

    def body(
        self,
        rows: Iterable[FieldRow],
        span: Span,
        shown: Value | None,
        *,
        root: FieldRow | None = None,
        is_input: bool = False,
        within: Around = _ALONE,
    ) -> Value | None:
        """The body that ``rows`` document; ``shown`` is what samples show of the same body.

        ``root`` is the row about the body as a whole, where there is one.

        Where the two are about the same thing, the sample decides the places and adds what no
        row documents.  None when there are no rows.
        """
        rows = list(rows)
        if not rows:
            return None
        named = list(_without_keys(rows)) or rows
        placement = place_rows(build_nodes(named, repeats=True), shown) if shown else None
        if shown is not None and placement is not None and placement.agrees:
            fields = self._build_all(placement.root.children, is_input, within)
            value = _as_map(_make_object(span, fields, rows), placement.root.each)
            depth = array_depth(shown)
            if depth > 1 and root is not None and read_type(root.type_text).kind == "object":
                listed = replace(_in_arrays(value, 1), stated_kind="object")
                return merge_shown(_in_arrays(listed, depth - 1), shown)
            return merge_shown(_in_arrays(value, depth), shown)
        fields = self._build_all(build_nodes(rows), is_input, within)
        if all(row.name.position is not None for row in rows):
            return with_members(Value(span=span, kind="array"), fields)
        value = _make_object(span, fields, rows)
        if placement is not None and not placement.found and not root:
            return _put_beside(value, shown)
        return _in_arrays(
            value, _count_arrays(read_type(root.type_text) if root else TypeReading())
        )

    def fields(self, rows: Iterable[FieldRow], *, is_input: bool = False) -> tuple[Field, ...]:
        """The tree of ``rows``, as members of a body."""
        return self._build_all(build_nodes(list(rows)), is_input, _ALONE)

    def parameters(self, rows: Iterable[FieldRow]) -> tuple[Field, ...]:
        """The tree of ``rows``, as inputs outside a body.

        A dot or ``[]`` is part of such a name as long as no row tells the parent.
        """
        nodes = build_nodes(list(rows), flat_names=True)
        return tuple(replace(self._freeze(node, True, _ALONE), name=node.name) for node in nodes)

    def _freeze(self, node: Node, is_input: bool, around: Around) -> Field:
        raw = node.raw
        if raw is None:
            return _build_implied(node, self._build_all(node.children, is_input, around))
        value, required, condition = self._read_facts(raw, is_input)
        children = self._build_all(node.children, is_input, around)
        if value.kind is None and raw.type_text:
            value = self._resolve_type(raw, value, is_input)
        is_untyped = value.kind is None and not raw.has_type_cell
        if is_untyped or (is_guessed(raw) and node.shown_kind in ("object", "array")):
            value = replace(value, kind=node.shown_kind)
        children = children or self._resolve_members(raw, is_input, around)
        value = _choose_container(value, node, bool(children))
        if node.is_open:
            value = _open(value)
        doubtful = node.moved or around.absences == _DOUBTED
        return Field(
            name=_make_json_name(node, value),
            value=_with_children(value, node, children) if children else value,
            required=required,
            condition=condition,
            confidence="low" if is_guessed(raw) else _lower(raw.confidence, doubtful),
        )

    def _build_all(
        self, nodes: Sequence[Node], is_input: bool, around: Around
    ) -> tuple[Field, ...]:
        """Siblings; of an object that answers share, those set apart as possibly absent less
        surely each time, and at once where hardly any member is always there."""
        absent = self._may_be_absent(nodes) if around.objects and not is_input else []
        if not any(absent) or all(absent):
            return tuple(self._freeze(node, is_input, around) for node in nodes)
        steps = _DOUBTED if sum(absent) >= _NEARLY_ALL * len(absent) else 1
        apart = replace(around, absences=min(around.absences + steps, _DOUBTED))
        return tuple(
            self._freeze(node, is_input, apart if may else around)
            for node, may in zip(nodes, absent, strict=True)
        )

    def _may_be_absent(self, nodes: Iterable[Node]) -> list[bool]:
        optional = (Stated.NO, Stated.CONDITIONAL)
        return [n.raw is not None and self._read_facts(n.raw, False)[1] in optional for n in nodes]

    def _resolve_type(self, raw: FieldRow, value: Value, is_input: bool) -> Value:
        """``value`` as the section of its type has it: a plain type by that name, or an object."""
        table = self.elsewhere.members(raw)
        if table is None:
            return value
        alias = alias_row(table)
        if alias is None:
            return replace(value, kind="object")
        return _as(value, self._read_facts(alias, is_input)[0])

    def _read_facts(self, raw: FieldRow, is_input: bool) -> RowFacts:
        """What a row says, read once however often its object is spelled out."""
        page = raw.span.page
        foreign = page != self.elsewhere.page
        known = self.elsewhere.folder.facts if foreign else self.facts
        key = (id(raw), is_input)
        found = known.get(key)
        if found is None or found[0] is not raw:
            names = self.elsewhere.names_of(page) if foreign else self.names
            value = read_value(raw, names, self.elsewhere.values(raw), is_input=is_input)
            known[key] = found = (raw, (value, *read_presence(raw, is_input=is_input)))
        return found[1]

    def _resolve_members(self, raw: FieldRow, is_input: bool, around: Around) -> tuple[Field, ...]:
        """Members that stand in a section of their own; an object inside itself ends the walk."""
        table = self.elsewhere.members(raw)
        if table is None or around.is_partial or alias_row(table):
            return ()
        key = str(table.span)
        if not self.expansions.admits(key, around):
            return ()
        is_partial = phrases("references.partial").found_in(raw.type_text)
        expansion = Expansion(table, is_input, around)
        if not is_partial and (known := self.expansions.find(expansion)) is not None:
            return known
        self.expansions.begin(expansion, key)
        within = around.enter(key, is_partial=is_partial)
        fields = self._build_all(build_nodes(list(table.fields)), is_input, within)
        if is_partial:
            return self.expansions.discard(_as_partial(fields))
        return self.expansions.end(fields)


def _without_keys(rows: Iterable[FieldRow]) -> Iterator[FieldRow]:
    """Rows less those for members of any name, as deep as a sample that shows names has them."""
    keys: list[int] = []
    for row in rows:
        depth = row.name.depth
        keys = [key for key in keys if key < depth]
        if row.name.is_key:
            keys.append(depth)
        else:
            yield row.at_depth(depth - len(keys))


def _make_object(span: Span, fields: tuple[Field, ...], rows: Iterable[FieldRow]) -> Value:
    closed = _judge_openness(rows)
    return with_any_name(Value(span=span, kind="object", fields=fields, closed=closed))


def _judge_openness(rows: Iterable[FieldRow]) -> Stated:
    """NO where a row at the top says that there are members of any name."""
    rows = list(rows)
    base = min((row.name.depth for row in rows), default=0)
    named = any(row.name.name == ANY_NAME and row.name.depth == base for row in rows)
    return Stated.NO if named else Stated.NOT_STATED


def _as_partial(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The members of an object that has only some of them."""
    return tuple(replace(f, required=Stated.NOT_STATED, confidence="low") for f in fields)


def _put_beside(documented: Value, shown: Value | None) -> Value:
    """A table and a sample without a common name: the sample has an empty place for the record,
    or both are about members of one record; else each stands for itself, the table in doubt."""
    if shown is None:
        return documented
    if name := empty_place(shown):
        return replace(shown, fields=tuple(_fill_field(f, name, documented) for f in shown.fields))
    if not is_flat(shown):
        documented = replace(documented, fields=tuple(map(_doubt_field, documented.fields)))
    return merge_shown(documented, shown)


def _doubt_field(field: Field) -> Field:
    """A member of a table that its sample speaks against."""
    return replace(field, confidence=_lower(field.confidence))


def _fill_field(field: Field, name: str, record: Value) -> Field:
    """The member of that name with the record in it."""
    if field.name != name:
        return field
    return replace(field, value=with_members(field.value, tuple(map(_doubt_field, record.fields))))


def _as(value: Value, alias: Value) -> Value:
    """``value`` with the type that its alias has."""
    return replace(
        value,
        kind=alias.kind,
        format=value.format or alias.format,
        enum=value.enum or alias.enum,
        items=value.items or alias.items,
        limits=alias.limits if value.limits == Limits() else value.limits,
    )


def _lower_confidence(returned: ReturnedObject) -> Iterator[FieldRow]:
    for row in returned.table.fields:
        if returned.is_partial:
            yield replace(row, confidence="low", required=Stated.CONDITIONAL)
        else:
            yield replace(row, confidence=_lower(row.confidence))


def _lower(confidence: Confidence, doubtful: bool = True) -> Confidence:
    return "medium" if doubtful and confidence == "high" else confidence


def _build_implied(node: Node, children: tuple[Field, ...]) -> Field:
    """A parent that no row documents: dotted names or a sample say that it is there."""
    value = Value(span=node.span, kind="array" if node.is_array or node.arrays else None)
    return Field(
        name=node.name,
        value=_with_children(value, node, children),
        confidence="low" if node.shown else "medium",
        shown=node.shown,
    )


def _with_children(value: Value, node: Node, children: tuple[Field, ...]) -> Value:
    if value.kind == "string":  # members of what the text holds, or of a wrong type
        value = replace(value, stated_kind="string")
    value = _nest_arrays(value, node.arrays)
    each = _find_arrays_of_map(node) if node.each is None else node.each
    if each is None or node.arrays:
        return with_members(value, children)
    return replace(_as_map(with_members(value, children), each), kind="object")


def _find_arrays_of_map(node: Node) -> int | None:
    """How many arrays are around each member of a map, by the words of its type."""
    reading = read_type(node.raw.type_text) if node.raw is not None else TypeReading()
    item = reading.item if reading.kind == "object" else None
    return (
        None if item is None or item.kind not in (None, "object", "array") else _count_arrays(item)
    )


def _as_map(value: Value, each: int | None) -> Value:
    """An object as what each member holds of one whose names are data, if it is one."""
    if each is None:
        return value
    record = Value(span=value.span, kind="object", fields=value.fields)
    return replace(value, fields=(), members=_in_arrays(record, each))


def _choose_container(value: Value, node: Node, has_members: bool) -> Value:
    """``value`` as an array or an object where its name or its sample says so."""
    if node.is_array:
        return replace(value, kind="array") if value.kind in (None, "object") else value
    if node.arrays and (value.kind in (None, "object") or (value.kind == "string" and has_members)):
        return replace(value, kind="array", stated_kind=value.kind)
    if node.shown_kind == "object" and value.kind == "array" and node.children:
        return replace(value, kind="object", items=None, stated_kind="array")
    return value


def _open(value: Value) -> Value:
    """``value`` as an object that may have members of any name."""
    if value.kind == "array":
        return replace(value, items=_open(value.items or Value(span=value.span)))
    return replace(value, kind="object", closed=Stated.NO)


def _nest_arrays(value: Value, arrays: int) -> Value:
    """An array whose items are arrays, as a sample shows them."""
    if value.kind != "array" or arrays < 2 or value.items is not None:
        return value
    return replace(value, items=_nest_arrays(Value(span=value.span, kind="array"), arrays - 1))


def _in_arrays(value: Value, arrays: int) -> Value:
    for _ in range(arrays):
        value = Value(span=value.span, kind="array", items=value)
    return value


def _count_arrays(reading: TypeReading) -> int:
    """How many arrays a type puts around its innermost items."""
    depth = 0
    item: TypeReading | None = reading
    while item is not None and item.kind == "array":
        item, depth = item.item, depth + 1
    return depth


def _make_json_name(node: Node, value: Value) -> str:
    """In a body ``x[]`` is the array ``x``; a member that is counted shows its position."""
    position = node.raw.name.position if node.raw else None
    if position is not None and not _POSITION.fullmatch(node.name):
        return f"{node.name}[{position}]"
    if node.raw is not None and node.raw.name.is_key:
        return _ANY.format(node.name)
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
    return with_any_name(replace(value, kind="object", fields=value.fields + members))


def with_any_name(value: Value) -> Value:
    """``value`` with what members of any name hold, where one has a placeholder for its name."""
    keyed = [f for f in value.fields if f.name.startswith("<")]
    if len(keyed) == 1 and value.members is None:
        fields = tuple(f for f in value.fields if f is not keyed[0])
        return replace(value, fields=fields, members=keyed[0].value)
    if not keyed:
        return value
    return replace(value, fields=tuple(replace(f, name=f.name.strip("<>")) for f in value.fields))

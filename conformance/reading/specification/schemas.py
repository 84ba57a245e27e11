"""Schemas of an OpenAPI or Swagger document -> values, each with the line of its node.

Follows OpenAPI 3.1 "Schema Object" (JSON Schema 2020-12), 3.0's ``nullable`` and boolean
``exclusiveMinimum``, and Swagger 2.0, whose parameters carry their schema themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Final, cast

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.model.operation import Field, Kind, Limits, Scalar, Stated, Value
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.facets.units import read_unit
from conformance.reading.json_text import SampleNode
from conformance.reading.specification.nodes import value_of

_KINDS: Final = frozenset(("string", "integer", "number", "boolean", "object", "array"))
_MAX_DEPTH: Final = 24
_MAX_REPEATED: Final = 500
"""Times one referenced schema is spelled out."""
_LEAST_VALUES: Final = 5_000
_VALUES_PER_CHARACTER: Final = 0.2
"""Values of one document: schemas that point to each other grow without end."""
_MAX_REFERENCES: Final = 16
"""References in a row."""
_MAX_ENUM: Final = 2_000
_BOUNDS: Final = (
    ("minLength", "min_length"),
    ("maxLength", "max_length"),
    ("minItems", "min_items"),
    ("maxItems", "max_items"),
)
_NOTHING: Final = SampleNode("unknown", 0)


_STRUCTURE: Final = regex(r'"(?:[^"\\]|\\.)*+"?|[{}\[\],]')
"""A string of JSON, or a sign between values."""


def _cut_behind(text: str) -> str:
    """``text`` up to the end of the member or value of JSON that it begins with."""
    depth = 0
    for sign in _STRUCTURE.finditer(text):
        if sign[0] in "{[":
            depth += 1
        elif sign[0] == "," and not depth:
            return text[: sign.start()]
        elif sign[0] in "}]":
            depth -= 1
            if depth <= 0:
                return text[: sign.end() if depth == 0 else sign.start()]
    return text


class SpecificationText(Struct):
    """One document: its nodes, and where its lines stand on the page."""

    root: SampleNode
    span: Span
    lines: Sequence[str]
    repeated: Counter[str] = field(default_factory=Counter)
    values: float = 0
    """How many more values may be read."""
    hidden: str = ""
    """The mark of members that are not sent this way: ``readOnly`` in a request, ``writeOnly`` in
    a response."""

    size: int = -1
    """Characters of all lines, counted once for a document and all that is read of it."""

    def __post_init__(self) -> None:
        if self.size < 0:
            self.size = sum(map(len, self.lines))
        self.values = _LEAST_VALUES + _VALUES_PER_CHARACTER * self.size

    def at(self, node: SampleNode) -> Span:
        """The line of ``node``; of one that stands behind others, only the node is quoted."""
        number = min(self.span.line + node.line, self.span.end_line)
        line = self.lines[node.line] if node.line < len(self.lines) else ""
        before = line[: node.column]
        quote = line if not before or before.isspace() else _cut_behind(line[node.column :][:160])
        return Span(self.span.page, number, number, quote.strip()[:160])

    def resolve(self, node: SampleNode) -> tuple[SampleNode, str]:
        """What ``node`` refers to within the document, and its last reference; else itself."""
        reference = ""
        for _ in range(_MAX_REFERENCES):
            target = node.members.get("$ref")
            if target is None or not isinstance(target.value, str):
                break
            reference = target.value
            found = self._find(reference)
            if found is None:
                break
            node = found
        return node, reference

    def _find(self, reference: str) -> SampleNode | None:
        if not reference.startswith("#/"):
            return None
        node: SampleNode | None = self.root
        for step in reference[2:].split("/"):
            name = step.replace("~1", "/").replace("~0", "~").replace("%7B", "{")
            node = node.members.get(name.replace("%7D", "}")) if node else None
        return node


def text_of(node: SampleNode, name: str) -> str:
    """A member that is a text; empty when there is none."""
    child = node.members.get(name)
    return child.value if child is not None and isinstance(child.value, str) else ""


def is_true(node: SampleNode, name: str) -> bool:
    """Whether a member is ``true``."""
    child = node.members.get(name)
    return child is not None and child.value is True


def read_schema(
    source: SpecificationText, node: SampleNode, name: str = "", within: tuple[str, ...] = ()
) -> Value:
    """What a schema says of one value; an object inside itself ends the walk."""
    here = source.at(node)
    target, reference = source.resolve(node)
    source.values -= 1
    if reference:
        if reference in within or source.repeated[reference] >= _MAX_REPEATED:
            return Value(
                span=here, kind=_read_kinds(target)[0], type_text=_find_last_part(reference)
            )
        source.repeated[reference] += 1
        within = (*within, reference)
    value = _own_value(source, target, name, here if reference else source.at(target))
    if len(within) + name.count(".") > _MAX_DEPTH or source.values < 0:
        return value
    value = _with_parts(source, target, value, within)
    return reduce(_build_both, _read_parts(source, target, name, within), value)


def _find_last_part(reference: str) -> str:
    return reference.rpartition("/")[2]


def _read_closed(extra: SampleNode | None) -> Stated:
    """Whether a schema rules out other members; a schema of those says that there are some."""
    if extra is None:
        return Stated.NOT_STATED
    return Stated.YES if extra.value is False else Stated.NO


def _own_value(source: SpecificationText, node: SampleNode, name: str, span: Span) -> Value:
    """The facts of a schema that stand in its own members."""
    kind, nullable = _read_kinds(node)
    description = text_of(node, "description")
    form = text_of(node, "format")
    unit, epoch = read_unit(name.rpartition(".")[2], form, description, kind)
    enum = _read_scalars(node.members.get("enum"))
    if None in enum:
        nullable = Stated.YES
    return Value(
        span=span,
        kind=kind,
        type_text=text_of(node, "type"),
        format=form or None,
        unit=unit,
        epoch=epoch,
        enum=tuple(v for v in enum if v is not None),
        constant=_read_single(node, "const"),
        default=_read_single(node, "default"),
        limits=_read_limits(node),
        nullable=nullable,
        closed=_read_closed(node.members.get("additionalProperties")),
        description=description,
        example=tuple(value_of(e) for e in (node.members.get("example"),) if e is not None),
    )


def _read_kinds(node: SampleNode) -> tuple[Kind | None, Stated]:
    """The JSON type, and whether null is admitted (``type: [string, "null"]``, ``nullable``)."""
    given = node.members.get("type")
    words = [given.value] if given is not None and given.kind == "scalar" else []
    if given is not None and given.kind == "array":
        words = [item.value if item.kind == "scalar" else "null" for item in given.items]
    known = [w for w in words if w in _KINDS]
    kind = cast("Kind", known[0]) if len(known) == 1 else None
    if kind is None and not known:
        if "properties" in node.members:
            kind = "object"
        elif "items" in node.members:
            kind = "array"
    if "null" in words or is_true(node, "nullable") or is_true(node, "x-nullable"):
        return kind, Stated.YES
    return kind, Stated.NO if known else Stated.NOT_STATED


def _read_scalars(node: SampleNode | None) -> tuple[Scalar, ...]:
    items = node.items[:_MAX_ENUM] if node is not None else ()
    return tuple(dict.fromkeys(i.value for i in items if i.kind in ("scalar", "null")))


def _read_single(node: SampleNode, name: str) -> tuple[Scalar, ...]:
    child = node.members.get(name)
    return (child.value,) if child is not None and child.kind == "scalar" else ()


def _read_limits(node: SampleNode) -> Limits:
    numbers: dict[str, int | float] = {}
    for name, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        bound, beyond = _read_number(node, name), _read_number(node, exclusive)
        key = name if not is_true(node, exclusive) else f"exclusive_{name}"
        if bound is not None:
            numbers[key] = bound
        if beyond is not None:
            numbers[f"exclusive_{name}"] = beyond
    for name, key in _BOUNDS:
        size = _read_number(node, name)
        if isinstance(size, int):
            numbers[key] = size
    return Limits(**numbers)  # type: ignore[arg-type]


def _read_number(node: SampleNode, name: str) -> int | float | None:
    child = node.members.get(name)
    value = child.value if child is not None else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _with_parts(
    source: SpecificationText, node: SampleNode, value: Value, within: tuple[str, ...]
) -> Value:
    """``value`` with its members and its items."""
    items = node.members.get("items")
    if items is not None and items.kind == "object":
        value = replace(value, items=read_schema(source, items, within=within))
    properties = node.members.get("properties")
    if properties is None or not properties.members:
        return value
    listed = node.members.get("required")
    required = {str(name) for name in _read_scalars(listed)}
    absent = Stated.NO if required else Stated.NOT_STATED
    fields = tuple(
        Field(
            name=name,
            value=read_schema(source, child, name, within),
            required=Stated.YES if name in required else absent,
        )
        for name, child in properties.members.items()
        if not (source.hidden and is_true(source.resolve(child)[0], source.hidden))
    )
    return replace(value, fields=fields)


def _read_parts(
    source: SpecificationText, node: SampleNode, name: str, within: tuple[str, ...]
) -> Iterator[Value]:
    """What ``allOf`` adds, and what the alternatives of ``oneOf`` and ``anyOf`` have."""
    for keyword in ("allOf", "oneOf", "anyOf"):
        listed = node.members.get(keyword)
        if listed is None or not listed.items:
            continue
        nodes = [n for n in listed.items if n.kind == "object"]
        values = [read_schema(source, n, name, within) for n in nodes if not _is_null(n)]
        if keyword == "allOf":
            yield from values
        elif values:
            yield _build_any_of(values, has_null=len(nodes) > len(values))


def _is_null(node: SampleNode) -> bool:
    return text_of(node, "type") == "null"


def _build_any_of(values: list[Value], *, has_null: bool) -> Value:
    """One value that is any of ``values``: what only some of them have may be absent."""
    first = values[0]
    if len(values) > 1:
        kinds = {v.kind for v in values}
        first = Value(
            span=first.span,
            kind=first.kind if len(kinds) == 1 else None,
            fields=tuple(_build_either(values)),
            items=next((v.items for v in values if v.items), None) if len(kinds) == 1 else None,
            enum=_collect_enums(values),
        )
    return replace(first, nullable=Stated.YES) if has_null else first


def _collect_enums(values: Iterable[Value]) -> tuple[Scalar, ...]:
    listed = [v.enum or v.constant for v in values]
    return tuple(dict.fromkeys(v for enum in listed for v in enum)) if all(listed) else ()


def _build_either(values: list[Value]) -> Iterator[Field]:
    found: dict[str, list[Field]] = {}
    for value in values:
        for f in value.fields:
            found.setdefault(f.name, []).append(f)
    for fields in found.values():
        always = len(fields) == len(values) and all(f.required is Stated.YES for f in fields)
        enums = _collect_enums(f.value for f in fields)
        value = replace(fields[0].value, enum=enums, constant=()) if enums else fields[0].value
        yield replace(fields[0], value=value, required=Stated.YES if always else Stated.NOT_STATED)


def _build_both(value: Value, part: Value) -> Value:
    """``value`` with what ``part`` adds to it (``allOf``)."""
    known = {f.name for f in value.fields}
    return replace(
        value,
        kind=value.kind or part.kind,
        type_text=value.type_text or part.type_text,
        format=value.format or part.format,
        items=value.items or part.items,
        fields=(*value.fields, *(f for f in part.fields if f.name not in known)),
        enum=value.enum or part.enum,
        constant=value.constant or part.constant,
        default=value.default or part.default,
        limits=part.limits if value.limits == Limits() else value.limits,
        nullable=_choose_stricter(value.nullable, part.nullable),
        description=value.description or part.description,
        example=value.example or part.example,
    )


def _choose_stricter(one: Stated, other: Stated) -> Stated:
    return one if other is Stated.NOT_STATED or one is Stated.YES else other

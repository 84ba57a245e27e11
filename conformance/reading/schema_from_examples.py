"""What examples show of a body: its members and types, each with its line.

An example shows what can be there, not what always is: nothing is required, no value is a
limit, and every field has low confidence.  What several examples show is joined.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import Text
from conformance.model.operation import Example, Field, Kind, Scalar, Stated, Value
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.data_names import data_names, repeated_names
from conformance.reading.facets.enum_words import read_listed
from conformance.reading.facets.enums import to_enumeration
from conformance.reading.facets.presence import read_presence
from conformance.reading.facets.types import TypeReading, read_type
from conformance.reading.facets.units import as_moment, names_moment
from conformance.reading.facets.value import read_value
from conformance.reading.json_text import SampleNode, read_json_text
from conformance.reading.rows.remark import read_remark
from conformance.reading.rows.row import FieldRow, RowName
from conformance.vocabulary import phrases

_MAX_ITEMS = 50
"""Items of one array that are looked at."""
_LISTED = regex(r"[\w.-]{1,40}(?: ?\| ?[\w.-]{1,40})+")
_IN_BRACKETS = regex(r"[<{](?P<word>[A-Za-z]\w{1,20})[>}]")
_IN_UNIT = regex(r"_[mun]s$|(?<=[a-z])[MUN]s$")
"""The end of a name that gives the unit: what has the digits of a moment is one."""
_LONGEST = 40
"""Characters of a word for a type."""
FAILED = frozenset({"error", "failed", "failure", "fail"})
"""Values of a status that say that a request failed."""
_TYPE_NAMES = ("type", "format", "kind")
"""Endings of names whose values are words for types."""


class _ExampleNode(Struct, frozen=True):
    """One node of an example, with what is needed to say where it stands and what it means."""

    node: SampleNode
    block: Span
    lines: Sequence[str]
    are_words: bool
    """Whether the strings of the example are type words."""

    @property
    def span(self) -> Span:
        number = min(self.block.line + self.node.line, self.block.end_line)
        alone = len(self.lines) == 1  # a command may write its body in a way of its own
        quote = self.block.quote if alone else self.lines[self.node.line].strip()[:160]
        return Span(self.block.page, number, number, quote)

    def of(self, node: SampleNode) -> _ExampleNode:
        return _ExampleNode(node, self.block, self.lines, self.are_words)


def value_of_examples(
    examples: Iterable[Example], documented: Collection[str] = ()
) -> Value | None:
    """What the examples show together, JSON or not; None when nothing can be read of them.

    A name that is ``documented`` is no data.
    """
    samples = [sample for example in examples for sample in _list_samples(example)]
    return _build_value(samples, frozenset(documented)) if samples else None


def _list_samples(example: Example) -> Iterator[_ExampleNode]:
    block = example.block or example.span
    lines = example.text.split("\n")
    nodes = read_json_text(example.text)
    if example.parsed and not isinstance(example.value, dict | list):
        null = example.value is None
        nodes = (SampleNode("null" if null else "scalar", 0, example.value),)
    are_words = _are_type_words(nodes)
    if len(nodes) > 1:
        nodes = tuple(node for node in nodes if not _is_failure(node)) or nodes
    for node in nodes:
        yield _ExampleNode(node, block, lines, are_words)


def _is_failure(node: SampleNode) -> bool:
    """Whether one of several bodies of an example says that its request failed."""
    status = next((m for name, m in node.members.items() if name.lower() == "status"), None)
    return status is not None and str(status.value).lower() in FAILED


def _build_value(samples: Sequence[_ExampleNode], known: frozenset[str]) -> Value:
    """What nodes that stand for the same thing show of it."""
    first = next((s for s in samples if s.node.kind != "null"), samples[0])
    shown_null = any(s.node.kind == "null" for s in samples)
    documented = next((d for s in samples if (d := _read_placeholder(s))), None)
    if documented is not None:
        return _build_of_type(documented, str(first.node.value), first.span, shown_null)
    kind = _infer_kind(samples)
    value = Value(span=first.span, kind=kind, shown_null=shown_null)
    if kind == "string":
        return replace(value, enum=_list_alternatives(samples))
    if any(s.node.kind == "object" for s in samples):
        value = _build_object(value, samples, known)
    lists = any(s.node.kind == "array" for s in samples)
    return replace(value, items=_build_items(samples, known)) if lists else value


def _list_alternatives(samples: Sequence[_ExampleNode]) -> tuple[str, ...]:
    """The values that a sample lists in place of one: ``"side": "buy|sell"``."""
    texts = {s.node.value for s in samples if isinstance(s.node.value, str)}
    text = next(iter(texts), "") if len(texts) == 1 else ""
    values = tuple(map(str.strip, text.split("|"))) if _LISTED.fullmatch(text) else ()
    return () if any(map(placeholder_type, values)) else values


def _record(samples: Sequence[_ExampleNode]) -> tuple[Field, ...]:
    """The positions of arrays that are records: plain values, a type of its own at some of them."""
    lists = [s.node.items for s in samples]
    size = len(lists[0])
    if size < 2 or any(len(items) != size for items in lists):
        return ()
    if any(item.kind not in ("scalar", "null") for items in lists for item in items):
        return ()
    columns = [[s.of(s.node.items[at]) for s in samples] for at in range(size)]
    kinds = [_infer_kind(column) for column in columns]
    if None in kinds or len({"number" if k == "integer" else k for k in kinds}) < 2:
        return ()
    return tuple(
        _with_remark(
            Field(
                name=f"[{at}]",
                value=_build_moment("", column, frozenset()),
                confidence="low",
                shown=True,
            ),
            column,
        )
        for at, column in enumerate(columns)
    )


def _build_object(value: Value, samples: Sequence[_ExampleNode], known: frozenset[str]) -> Value:
    """The named members, and what stands under names that are data."""
    found: dict[str, list[_ExampleNode]] = {}
    for sample in samples:
        for name, node in sample.node.members.items():
            found.setdefault(name, []).append(sample.of(node))
    elided = any(s.node.is_elided and s.node.members for s in samples)
    shown_nodes = {name: [s.node for s in shown] for name, shown in found.items()}
    data = data_names(shown_nodes, elided) - known
    every = data or repeated_names(found)
    inner = [s for name in found if name in every for s in found[name] if s.node.kind != "unknown"]
    fields = tuple(
        _with_remark(
            Field(name=name, value=_build_moment(name, shown, known), confidence="low", shown=True),
            shown,
        )
        for name, shown in found.items()
        if name not in data
    )
    return replace(
        value,
        fields=fields,
        members=_build_value(inner, known) if inner else None,
        closed=Stated.NO if elided else value.closed,
    )


def _build_moment(name: str, shown: Sequence[_ExampleNode], known: frozenset[str]) -> Value:
    """The value of a member, with the unit that all moments shown of it have."""
    value = _build_value(shown, known)
    words = (name, *(s.node.comment for s in shown))
    named = any(map(names_moment, words)) or _IN_UNIT.search(name)
    if value.kind not in ("integer", "number", "string") or not named:
        return value
    units = {unit for s in shown if (unit := as_moment(s.node.value))}
    return replace(value, shown_unit=units.pop()) if len(units) == 1 else value


def _with_remark(field: Field, samples: Sequence[_ExampleNode]) -> Field:
    """The field with what a comment beside it says."""
    sample = next((s for s in samples if s.node.comment), None)
    if sample is None:
        return field
    shown = [s.node.value for s in samples if s.node.kind == "scalar"]
    return with_remark(field, Text(sample.node.comment, sample.span), shown)


def _build_items(samples: Sequence[_ExampleNode], known: frozenset[str]) -> Value | None:
    items = [s.of(node) for s in samples for node in s.node.items[:_MAX_ITEMS]]
    items = [item for item in items if item.node.kind != "unknown"]
    if not items:
        return None
    value = _build_value(items, known)
    record = _record(items) if value.kind == "array" else ()
    return replace(value, items=None, fields=record) if record else value


def _infer_kind(samples: Sequence[_ExampleNode]) -> Kind | None:
    """The type of all; a whole number beside a fraction is a number, other types are none."""
    kinds = {kind for s in samples if (kind := _infer_node_kind(s.node))}
    if kinds == {"integer", "number"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else None


def _infer_node_kind(node: SampleNode) -> Kind | None:
    if node.kind == "object" or node.kind == "array":
        return node.kind
    if node.kind != "scalar":
        return None
    if isinstance(node.value, bool):
        return "boolean"
    if isinstance(node.value, int):
        return "integer"
    return "number" if isinstance(node.value, float) else "string"


def _read_placeholder(sample: _ExampleNode) -> TypeReading | None:
    """What a placeholder in place of a value says of it."""
    node = sample.node
    if node.kind == "word" or (sample.are_words and isinstance(node.value, str)):
        return placeholder_type(str(node.value))
    hit = _IN_BRACKETS.fullmatch(node.value) if isinstance(node.value, str) else None
    return placeholder_type(hit["word"]) if hit else None


def _build_of_type(documented: TypeReading, word: str, span: Span, shown_null: bool) -> Value:
    item = documented.item
    return Value(
        span=span,
        kind=documented.kind,
        type_text=word,
        format=documented.format,
        nullable=documented.nullable,
        shown_null=shown_null,
        items=Value(span=span, kind=item.kind, format=item.format) if item else None,
    )


def placeholder_type(word: str) -> TypeReading | None:
    """The type that a word in place of a value names; None for any other word, and for JSON."""
    if len(word) > _LONGEST or '"' in word:
        return None
    reading = read_type(word)
    return reading if reading.kind and reading.known and not reading.object_name else None


def declares_types(text: str) -> bool:
    """Whether bare words for types stand in place of all values: ``{"id": integer}``."""
    waiting = list(read_json_text(text))
    found = False
    while waiting:
        node = waiting.pop()
        waiting += [*node.items, *node.members.values()]
        if node.kind == "word":
            found = True
            if placeholder_type(str(node.value)) is None:
                return False
        elif node.kind == "scalar":
            return False
    return found


def _are_type_words(documents: Iterable[SampleNode]) -> bool:
    """Whether every string of a sample names a type: then its values are a documentation."""
    found = False
    waiting = list(documents)
    while waiting:
        node = waiting.pop()
        waiting.extend(node.items)
        for name, child in node.members.items():
            if not (isinstance(child.value, str) and name.lower().endswith(_TYPE_NAMES)):
                waiting.append(child)
        if node.kind == "scalar" and isinstance(node.value, str) and node.value:
            if placeholder_type(node.value) is None:
                return False
            found = True
    return found


_LEAD = regex(r"[,，:：]\s*")
_COMMAS = regex(r"[,，、;；]")
_CASES = (str.islower, str.isupper, str.istitle, str.isdigit)
_WITH_VALUES = ("string", "integer", "number")
_LONG_LIST = 3
"""Values of a list with commas alone that is no label and its value."""


def with_remark(field: Field, comment: Text, shown: Sequence[Scalar]) -> Field:
    """``field`` with what a comment beside it says; ``shown`` are the values of the samples.

    A list that leaves one of them out is none of values.
    """
    value, remark = field.value, read_remark(comment)
    row = FieldRow(
        name=RowName(name=field.name),
        span=comment.span,
        description=remark.text,
        type_text=value.type_text or value.kind or remark.type_text,
        required=remark.required,
        default_text=remark.default_text,
        nullable=remark.nullable,
    )
    read = read_value(row, frozenset())
    if not read.enum and value.kind in _WITH_VALUES:
        read = replace(read, enum=_read_values(comment.plain, value.kind))
    read = replace(
        read,
        span=value.span,
        kind=value.kind or read.kind,
        type_text=value.type_text,
        enum=read.enum if set(shown) <= set(read.enum) else (),
        fields=value.fields,
        members=value.members,
        items=value.items or read.items,
        shown_null=value.shown_null,
        shown_unit=None if read.unit else value.shown_unit,
    )
    required, condition = read_presence(row)
    return replace(field, value=read, required=required, condition=condition)


def _read_values(remark: str, kind: Kind | None) -> tuple[Scalar, ...]:
    """The values of a comment that is a bare list, unless it lists examples."""
    if phrases("example.lead").found_in(remark):
        return ()
    return to_enumeration(_read_tokens(remark), remark, kind).values


def _read_tokens(remark: str) -> tuple[str, ...]:
    """The words of a comment that is a list, or of the list behind its first comma or colon."""
    whole = read_listed(remark)
    if len(whole) >= _LONG_LIST or (whole and not _COMMAS.search(remark)):
        return whole if any(all(map(case, whole)) for case in _CASES) else ()
    _, _, rest = _LEAD.sub("\n", remark, count=1).partition("\n")
    return read_listed(rest) if rest else ()

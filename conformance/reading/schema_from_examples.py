"""An answer told only by an example: its members and types as the example shows them.

An example shows what can be there, not what always is: nothing is required, no value is a
limit, and every field has low confidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce

from conformance.model.operation import Example, Field, Json, Kind, Value
from conformance.model.span import Span

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"(?P<key>\s*+:)?|(?P<open>[{\[])|(?P<close>[}\]])')
_MAX_DEPTH = 32
_MAX_ITEMS = 50
"""Items of one array that are looked at."""


def value_of_examples(examples: Iterable[Example]) -> Value | None:
    """What the examples that parse show together; None when none does."""
    values = [_value(e.value, iter(_places(e)), e.span, 0) for e in examples if e.parsed]
    return reduce(_joined, values) if values else None


def _places(example: Example) -> list[Span]:
    """The lines of all member names; none when a name given twice would shift them."""
    places = list(_keys(example))
    return places if len(places) == _count(example.value) else []


def _count(node: Json) -> int:
    waiting, count = [node], 0
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            count += len(node)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return count


def _keys(example: Example) -> Iterator[Span]:
    """The place of each member name, in the order a walk of the parsed value meets them."""
    lines = example.text.split("\n")
    at, passed = 0, 0
    for token in _TOKEN.finditer(example.text):
        if token["key"]:
            at += example.text.count("\n", passed, token.start())
            passed = token.start()
            line = example.span.line + at
            yield Span(example.span.page, line, line, lines[at].strip()[:160])


def _value(node: Json, keys: Iterator[Span], span: Span, depth: int) -> Value:
    if isinstance(node, dict):
        fields = tuple(_field(name, child, keys, span, depth) for name, child in node.items())
        return Value(span=span, kind="object", fields=fields if depth < _MAX_DEPTH else ())
    if isinstance(node, list):
        items = [_value(child, keys, span, depth + 1) for child in node]
        joined = reduce(_joined, items[:_MAX_ITEMS]) if items else None
        return Value(span=span, kind="array", items=joined if depth < _MAX_DEPTH else None)
    return Value(span=span, kind=_kind(node))


def _field(name: str, child: Json, keys: Iterator[Span], span: Span, depth: int) -> Field:
    here = next(keys, span)
    return Field(name=name, value=_value(child, keys, here, depth + 1), confidence="low")


def _kind(node: Json) -> Kind | None:
    if isinstance(node, bool):
        return "boolean"
    if isinstance(node, int):
        return "integer"
    if isinstance(node, float):
        return "number"
    return "string" if isinstance(node, str) else None


def _joined(first: Value, second: Value) -> Value:
    """What both show; a whole number beside a fraction is a number, other types are none."""
    if first.kind is None or second.kind is None:
        return first if first.kind else second
    if first.kind != second.kind:
        numbers = {first.kind, second.kind} == {"integer", "number"}
        return Value(span=first.span, kind="number" if numbers else None)
    if first.items and second.items:
        return replace(first, items=_joined(first.items, second.items))
    later = {f.name: f for f in second.fields}
    fields = [
        replace(f, value=_joined(f.value, later.pop(f.name).value)) if f.name in later else f
        for f in first.fields
    ]
    return replace(first, fields=(*fields, *later.values()), items=first.items or second.items)

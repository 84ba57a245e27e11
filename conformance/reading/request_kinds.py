"""One method and path for requests of several kinds, each with an answer of its own.

``POST /info`` with ``{"type": "fills"}`` lists fills, with ``{"type": "book"}`` gives a book: the
sections that document them tell one operation, and what one of them requires or shows holds for
requests of its kind alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from conformance.model.operation import Field, Operation, Response, Stated, Value
from conformance.reading.endpoints.paths import read_constants

_IN_COMMON: Final = 0.5
"""Of the members of the smaller of two bodies, those that the other has where they are one."""


def are_kinds(first: Operation, second: Operation) -> bool:
    """Whether two tellings on one page are of requests of several kinds: they share an input that
    tells these apart, and some answer of one is none of the other's.
    """
    if first.page != second.page or _list_input_names(first).isdisjoint(_list_input_names(second)):
        return False
    for there in second.responses:
        known = [h for h in first.responses if h.status == there.status and h.value]
        if there.value and known and not any(is_restated(here, there) for here in known):
            return True
    return False


def _list_input_names(operation: Operation) -> frozenset[str]:
    """The documented inputs that a kind of requests is recognised by."""
    parameters = (p.name for p in operation.parameters if p.location in ("query", "cookie"))
    return frozenset((*parameters, *(f.name for f in _list_body_fields(operation))))


def with_selectors(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Operations of one method and path that a constant in the query tells apart, each with all
    values that the addresses of the page give it: ``/query?function=DAILY``."""
    groups: dict[str, list[Operation]] = {}
    for operation in operations:
        groups.setdefault(operation.key, []).append(operation)
    values = {key: _find_selector(group) for key, group in groups.items() if len(group) > 1}
    found = []
    for operation in operations:
        if selector := values.get(operation.key):
            operation = _with_values(operation, *selector)
            for other in groups[operation.key]:
                operation = drop_required(operation, other)
        found.append(operation)
    return tuple(found)


def _find_selector(group: Sequence[Operation]) -> tuple[str, tuple[str, ...]] | None:
    """The first input that every address gives a value of its own."""
    queries = [read_constants(o.span.quote) for o in group]
    for name in queries[0]:
        values = tuple(dict.fromkeys(query[name] for query in queries if name in query))
        if len(values) == len(group):
            return name, values
    return None


def _with_values(operation: Operation, name: str, values: tuple[str, ...]) -> Operation:
    parameters = tuple(
        replace(p, value=replace(p.value, kind=p.value.kind or "string", enum=values))
        if p.name == name and p.location == "query" and len(p.value.enum) < len(values)
        else p
        for p in operation.parameters
    )
    return replace(operation, parameters=parameters)


def drop_required(one: Operation, other: Operation) -> Operation:
    """``one`` without what is required of its requests alone."""
    known = {p.name for p in other.parameters} | {f.name for f in _list_body_fields(other)}
    parameters = tuple(
        replace(p, required=Stated.CONDITIONAL)
        if p.required is Stated.YES and p.location != "path" and p.name not in known
        else p
        for p in one.parameters
    )
    if one.body is None:
        return replace(one, parameters=parameters)
    fields = tuple(
        replace(f, required=Stated.CONDITIONAL)
        if f.required is Stated.YES and f.name not in known
        else f
        for f in one.body.value.fields
    )
    body = replace(one.body, value=replace(one.body.value, fields=fields))
    return replace(one, parameters=parameters, body=body)


def _list_body_fields(operation: Operation) -> tuple[Field, ...]:
    return operation.body.value.fields if operation.body else ()


def is_restated(here: Response, there: Response) -> bool:
    """Whether two places document one answer, and not what requests of two kinds get."""
    if here.status != there.status:
        return False
    if here.value is None or there.value is None:
        return True
    one, other = _record_names(here.value), _record_names(there.value)
    if not one or not other:
        return True
    alike = here.value.kind == there.value.kind or None in (here.value.kind, there.value.kind)
    return len(one & other) >= _IN_COMMON * min(len(one), len(other)) and (alike or one == other)


def _record_names(value: Value) -> frozenset[str]:
    """The members of a body, or of the records that it lists."""
    while value.items is not None and not value.fields:
        value = value.items
    return frozenset(field.name for field in value.fields)

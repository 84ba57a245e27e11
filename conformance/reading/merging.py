"""Several tellings of one operation -> one operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from conformance.model.operation import (
    Body,
    Field,
    Operation,
    Parameter,
    Response,
    Stated,
    Value,
    members,
)
from conformance.reading.request_kinds import are_kinds, drop_required, is_restated
from conformance.vocabulary.similar_names import fold, is_one_letter_apart

_MOST_KINDS = 50
"""Answers of one status that are kept apart."""


def merge_all(tellings: Sequence[Operation]) -> Operation:
    """One operation of every place that documents it; a place that says more than its name first.

    Halves are merged with halves, so that the cost grows with the tellings and not their square.
    """
    merged = sorted(tellings, key=_says_nothing)
    while len(merged) > 1:
        pairs = [merge_operations(*pair) for pair in zip(merged[::2], merged[1::2], strict=False)]
        merged = [*pairs, *merged[len(pairs) * 2 :]]
    return merged[0]


def _says_nothing(operation: Operation) -> bool:
    documented = any(p.documented for p in operation.parameters)
    return not (documented or operation.body or operation.responses)


def merge_operations(first: Operation, second: Operation) -> Operation:
    """``first`` with what only ``second`` tells of the same operation.

    Where they tell of two kinds of requests, what both need not have is not needed of all.
    """
    kinds = are_kinds(first, second)
    if kinds:
        first, second = drop_required(first, second), drop_required(second, first)
    return replace(
        first,
        servers=first.servers or second.servers,
        summary=first.summary or second.summary,
        parameters=_merge_parameters(first.parameters, second.parameters),
        body=_merge_bodies(first.body, second.body),
        responses=_merge_responses(first.responses, second.responses, apart=kinds),
        groups=first.groups or second.groups,
        invariants=first.invariants or second.invariants,
        auth=first.auth or second.auth,
        public=_find_agree(first.public, second.public),
        rate_limits=first.rate_limits or second.rate_limits,
    )


def _find_agree(first: Stated, second: Stated) -> Stated:
    """What both state, or the only one; no, where they do not agree."""
    known = {first, second} - {Stated.NOT_STATED} or {Stated.NOT_STATED}
    return known.pop() if len(known) == 1 else Stated.NO


def _merge_parameters(
    first: tuple[Parameter, ...], second: tuple[Parameter, ...]
) -> tuple[Parameter, ...]:
    """Union by name and place; what a page documents before what a path implies."""
    merged = {(p.name, p.location): p for p in first}
    for there in second:
        here = merged.get((there.name, there.location))
        if here is None or (there.documented and not here.documented):
            merged[there.name, there.location] = there
    return tuple(merged.values())


class Disagreements:
    """What other tellings of an operation state differently from the first."""

    def __init__(self, first: Operation) -> None:
        self._first = _read_stated(first)

    def of(self, second: Operation) -> Iterator[str]:
        """Facts that both state, and state differently: ``name: this, there that``."""
        for name, there in _read_stated(second).items():
            if name in self._first:
                yield from _list_differences(name, self._first[name], there)


def _read_stated(operation: Operation) -> dict[str, tuple[Value, Stated]]:
    implied = {f"parameters.{p.name}" for p in operation.parameters if not p.documented}
    return {name: fact for name, fact in members(operation) if name not in implied}


def _list_differences(
    name: str, here: tuple[Value, Stated], second: tuple[Value, Stated]
) -> Iterator[str]:
    (value, required), (there, needed) = here, second
    if value.kind and there.kind and value.kind != there.kind:
        yield f"{name}: {value.kind}, there {there.kind}"
    if {required, needed} == {Stated.YES, Stated.NO}:
        yield f"{name}: required {required.value}, there {needed.value}"
    if value.enum and there.enum and set(value.enum) != set(there.enum):
        yield f"{name}: {len(value.enum)} values, there {len(there.enum)} other ones"


def _merge_bodies(first: Body | None, second: Body | None) -> Body | None:
    if first is None or second is None:
        return first or second
    examples = first.examples or second.examples
    return replace(first, value=merge_values(first.value, second.value), examples=examples)


def _merge_responses(
    first: Iterable[Response], second: Iterable[Response], *, apart: bool
) -> tuple[Response, ...]:
    """Answers by status, each once; several of one status where they stand ``apart``."""
    merged = [*first]
    for there in second:
        same = [at for at, here in enumerate(merged) if here.status == there.status]
        distinct = apart and len(same) < _MOST_KINDS
        known = (at for at in same if not distinct or is_restated(merged[at], there))
        at = next(known, None)
        if at is None:
            merged.append(there)
        else:
            merged[at] = _merge_response(merged[at], there)
    return tuple(sorted(merged, key=lambda response: response.status))


def _merge_response(here: Response, there: Response) -> Response:
    value = here.value or there.value
    if here.value and there.value:
        value = merge_values(here.value, there.value)
    return replace(
        here,
        value=value,
        stated=here.stated or there.stated,
        examples=here.examples or there.examples,
    )


def merge_fields(first: tuple[Field, ...], second: tuple[Field, ...]) -> tuple[Field, ...]:
    """Union by name, ``first`` before ``second``; members of both are merged in turn."""
    later = {f.name: f for f in second}
    merged = [_merge(f, later.pop(f.name)) if f.name in later else f for f in first]
    return (*merged, *later.values())


def _merge(first: Field, second: Field) -> Field:
    if first.shown and not second.shown:
        stated = replace(second.value, kind=second.value.kind or first.value.kind)
        return replace(second, value=merge_shown(stated, first.value))
    return replace(first, value=merge_values(first.value, second.value))


def merge_values(first: Value, second: Value) -> Value:
    """``first`` with the members and items that only ``second`` tells."""
    if first.kind == "array" and second.kind == "array" and second.items is not None:
        items = merge_values(first.items, second.items) if first.items else second.items
        return replace(first, items=items)
    if first.fields and second.fields:
        return replace(first, fields=merge_fields(first.fields, second.fields))
    if first.members and second.members:
        return replace(first, members=merge_values(first.members, second.members))
    return replace(first, fields=first.fields or second.fields) if first.kind == "object" else first


_LEAST_LETTERS = 5
"""Of a name that a letter more or less leaves recognisable."""


def merge_shown(documented: Value, shown: Value) -> Value:
    """``documented`` with what only a sample shows: members, items, a null, the unit of a moment.

    What the page says in words stays as it is.
    """
    documented = replace(
        documented,
        shown_null=documented.shown_null or shown.shown_null,
        shown_unit=documented.shown_unit or (None if documented.unit else shown.shown_unit),
    )
    if documented.kind is None and not documented.enum and shown.kind in ("object", "array"):
        documented = replace(documented, kind=shown.kind)
    if documented.kind != shown.kind:
        return documented
    if documented.kind == "object":
        fields = _with_shown(documented.fields, shown.fields)
        return replace(documented, fields=fields, members=_find_shown_members(documented, shown))
    if documented.kind == "array" and shown.items is not None:
        if documented.items is None:
            return replace(documented, items=shown.items)
        if documented.items.kind == "array" and documented.items.fields:
            return documented
        return replace(documented, items=merge_shown(documented.items, shown.items))
    return documented


def _find_shown_members(documented: Value, shown: Value) -> Value | None:
    """What stands under names that are data; nothing does where all names are documented."""
    if documented.members and shown.members:
        return merge_shown(documented.members, shown.members)
    only_names = documented.fields and not shown.fields
    return documented.members if only_names else documented.members or shown.members


def _with_shown(fields: tuple[Field, ...], shown: tuple[Field, ...]) -> tuple[Field, ...]:
    later = {f.name: f for f in shown}
    merged = [
        replace(f, value=merge_shown(f.value, later.pop(f.name).value)) if f.name in later else f
        for f in fields
    ]
    known = {fold(f.name) for f in fields}
    names = {f.name for f in shown}
    absent = [f.name for f in fields if f.name not in names]
    # An example that misspells a name shows no other member.
    further = (f for f in later.values() if fold(f.name) not in known)
    return (*merged, *(f for f in further if not _misspells(f, absent)))


def _misspells(shown: Field, absent: Iterable[str]) -> bool:
    """Whether a name has one letter less, more or else than a documented one that the sample does
    not have; an object or array is kept for what is in it."""
    if shown.value.kind in ("object", "array") or len(fold(shown.name)) < _LEAST_LETTERS:
        return False
    long = (name for name in absent if len(fold(name)) >= _LEAST_LETTERS)
    return any(is_one_letter_apart(shown.name, name) for name in long)

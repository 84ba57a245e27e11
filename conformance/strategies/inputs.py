"""What an operation takes, wherever it goes, and which of it may be sent together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, TypeAlias

from conformance.model.operation import Group, Json, Location, Operation, Stated, Value
from conformance.schema.json_schema import by_name

Place: TypeAlias = Location | Literal["body"]
Key: TypeAlias = tuple[Place, str]
Inputs: TypeAlias = Mapping[Key, Json]
"""The inputs of one request, by place and name."""

WHOLE: Final = ""
"""The name under which a body stands that is no object with documented members."""
_MOST_BOUND: Final = 10
"""Inputs bound by groups of which every combination is tried."""


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter, or a member of the body."""

    key: Key
    value: Value
    required: Stated


def inputs_of(operation: Operation) -> tuple[Input, ...]:
    """Every input of ``operation``; a placeholder of the path that no parameter tells is one."""
    found: dict[Key, Input] = {}
    for p in operation.parameters:
        found.setdefault((p.location, p.name), Input((p.location, p.name), p.value, p.required))
    for name in placeholders(operation.path):
        untold = Value(span=operation.span, kind="string")
        found.setdefault(("path", name), Input(("path", name), untold, Stated.YES))
    return (*found.values(), *_body_inputs(operation))


def placeholders(path: str) -> tuple[str, ...]:
    """The names in braces in a path, in order."""
    return tuple(piece.split("}")[0] for piece in path.split("{")[1:] if "}" in piece)


def _body_inputs(operation: Operation) -> Iterable[Input]:
    body = operation.body
    if body is None:
        return
    if not body.value.fields:
        yield Input(("body", WHOLE), body.value, body.required)
    for name, field in by_name(body.value.fields).items():
        yield Input(("body", name), field.value, field.required)


def bound(operation: Operation, inputs: Iterable[Input]) -> tuple[Input, ...]:
    """The inputs that some group speaks of."""
    names = {name for group in operation.groups for name in group.names}
    return tuple(i for i in inputs if i.key[1] in names)


def together(groups: Iterable[Group], inputs: Iterable[Input]) -> tuple[frozenset[Key], ...]:
    """Every set of the bound ``inputs`` that may be sent together, the smallest first.

    Empty when the groups contradict each other, or a group what is stated as required.
    """
    keys = [i.key for i in inputs]
    always = {i.key for i in inputs if i.required is Stated.YES}
    every = tuple(groups)
    largest = len(keys) if len(keys) <= _MOST_BOUND else 2
    sets = (frozenset(s) for size in range(largest + 1) for s in combinations(keys, size))
    return tuple(s for s in sets if always <= s and all(allows(g, s) for g in every))


def allows(group: Group, sent: Iterable[Key]) -> bool:
    """Whether a group's words allow what is ``sent`` of it."""
    number = len({name for _, name in sent} & set(group.names))
    return {
        "exactly-one": number == 1,
        "at-most-one": number <= 1,
        "at-least-one": number >= 1,
    }[group.kind]

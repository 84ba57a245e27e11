"""A valid response taken apart: every documented value in it, beside what the page says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce

from conformance.evidence.body import load_json
from conformance.model.interaction import Interaction
from conformance.model.operation import Field, Invariant, Json, Operation, Response, Stated, Value
from conformance.schema.json_schema import MAX_DEPTH, by_name
from conformance.schema.kinds import item_of
from conformance.schema.pointers import ITEMS, child, member, steps
from conformance.strategies.edits import Edit, Steps, renamed, replaced


@dataclass(frozen=True, slots=True)
class Place:
    """One value in the body."""

    value: Value
    seen: Json
    steps: Steps = ()
    path: tuple[str, ...] = ()
    """The steps as the page has them, ``[]`` for any item."""
    field: Field | None = None
    """The member it is, unless it is an item or the whole body."""

    @property
    def pointer(self) -> str:
        return pointer_to(self.steps)

    @property
    def names_members(self) -> bool:
        """Whether the page says which members the object has."""
        told = bool(self.value.fields) or self.value.closed is Stated.YES
        return told and isinstance(self.seen, dict)


def pointer_to(way: Steps) -> str:
    """The JSON Pointer of the value that ``way`` leads to."""
    return reduce(child, way, "")


@dataclass(frozen=True, slots=True)
class Case:
    """A valid response to one operation, ready to be edited."""

    operation: Operation
    response: Response
    interaction: Interaction
    body: Json = field(init=False)
    bound: frozenset[tuple[str, ...]] = field(init=False)
    """Paths of the scalars that invariants compare: other values there break more than one rule."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", load_json(self.interaction.reply.body))
        object.__setattr__(self, "bound", frozenset(_compared(self.operation.invariants)))

    @property
    def root(self) -> str:
        """What findings call the response."""
        return f"responses.{self.response.status}"

    @property
    def is_json(self) -> bool:
        """Whether the page documents a JSON body."""
        value = self.response.value
        if value is None:
            return False
        shaped = value.kind in ("object", "array") or bool(value.fields)
        return shaped or "json" in self.response.media_type.lower()

    def subject(self, path: tuple[str, ...]) -> str:
        """What findings call the value at ``path``."""
        return reduce(
            lambda s, step: s + ITEMS if step == ITEMS else member(s, step), path, self.root
        )

    def places(self) -> Iterator[Place]:
        """Every documented value of the body, holders before what they hold."""
        if self.response.value is not None and self.is_json:
            yield from _places(Place(self.response.value, self.body))

    def edit(self, kind: str, rule: str, place: Place, value: Json) -> Edit:
        """The edit that puts ``value`` at ``place``."""
        return Edit(
            kind=kind,
            rule=rule,
            pointer=place.pointer,
            subject=self.subject(place.path),
            body=replaced(self.body, place.steps, value),
        )

    def renaming(self, kind: str, rule: str, place: Place, name: str) -> Edit:
        """The edit that gives the member at ``place`` another name."""
        return Edit(
            kind=kind,
            rule=rule,
            pointer=pointer_to((*place.steps[:-1], name)),
            subject=self.subject(place.path),
            body=renamed(self.body, place.steps, name),
        )


def _below(subject: str, step: str) -> str:
    return subject + ITEMS if step == ITEMS else member(subject, step)


def _compared(invariants: tuple[Invariant, ...]) -> Iterator[tuple[str, ...]]:
    for invariant in invariants:
        for path in invariant.paths[:1] if invariant.kind == "count" else invariant.paths:
            yield steps(path)


def _places(place: Place, depth: int = 0) -> Iterator[Place]:
    yield place
    if depth >= MAX_DEPTH:
        return
    seen, item = place.seen, item_of(place.value)
    if isinstance(seen, dict):
        for name, found in by_name(place.value.fields).items():
            if name in seen:
                way, path = (*place.steps, name), (*place.path, name)
                yield from _places(Place(found.value, seen[name], way, path, found), depth + 1)
    elif isinstance(seen, list) and item is not None:
        for index, held in enumerate(seen):
            way, path = (*place.steps, index), (*place.path, ITEMS)
            yield from _places(Place(item, held, way, path), depth + 1)

"""Who else has a word on what twins do not agree about: examples and recorded responses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from conformance.checks.moments import WINDOWS
from conformance.checks.parity.facts import (
    Apart,
    EnumApart,
    FieldApart,
    LimitApart,
    TypeApart,
    Witness,
    Word,
)
from conformance.checks.wording import as_text, shown
from conformance.model.operation import Json
from conformance.schema.kinds import fits, kind_of
from conformance.schema.pointers import member

_MOST: Final = 2000
"""Values of one body that are looked at."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body and where it comes from."""

    source: str
    where: str
    root: str
    """Subject of the body: ``responses.200``, ``requestBody``."""
    value: Json


class Bench:
    """The bodies of one operation, asked for the values at a subject."""

    def __init__(self, bodies: Sequence[Body]) -> None:
        self._bodies = bodies
        self._indexes = [_index(body) for body in bodies]

    def testify(self, fact: Apart) -> tuple[Witness, ...]:
        """What each body says about the fact, as far as it decides anything."""
        return tuple(
            witness
            for body, index in zip(self._bodies, self._indexes, strict=True)
            if (witness := self._witness(fact, body, index))
        )

    def _witness(self, fact: Apart, body: Body, index: dict[str, list[Json]]) -> Witness | None:
        if isinstance(fact, FieldApart):
            return _of_presence(fact, body, index)
        values = _values(fact.subject, body, index)
        if not values:
            return None
        supports = {w.key for w in fact.words if _agrees(fact, w, values)}
        if not isinstance(fact, TypeApart | EnumApart | LimitApart):
            return None
        if isinstance(fact, TypeApart) and fact.about == "format":
            return None
        decides = supports if len(supports) < len({w.key for w in fact.words}) else set()
        return Witness(
            source=body.source,
            where=body.where,
            text=f"{kind_of(values[0])} {shown(values[0], 60)}",
            supports=frozenset(decides),
        )


def stands_alone(fact: Apart) -> str:
    """The side that no other source agrees with, when all others agree; else empty."""
    voices: dict[str, int] = {}
    for word in fact.words:
        voices[word.key] = voices.get(word.key, 0) + 1
    sided = [w for w in fact.witnesses if len(w.supports) == 1]
    for witness in sided:
        (key,) = witness.supports
        voices[key] = voices.get(key, 0) + 1
    lone = [key for key, count in voices.items() if count == 1]
    others = sum(count for key, count in voices.items() if key not in lone)
    if len(voices) != 2 or len(lone) != 1 or others < 2:
        return ""
    return next((w.label for w in fact.words if w.key == lone[0]), "")


def table(fact: Apart) -> Iterator[str]:
    """Each source's word on the fact, one line each."""
    for word in fact.words:
        yield f"{word.label} says {word.text or 'nothing'} ({word.span})"
    for witness in fact.witnesses:
        yield f"{witness.source} has {witness.text} ({witness.where})"


def _of_presence(fact: FieldApart, body: Body, index: dict[str, list[Json]]) -> Witness | None:
    """Whether a body has the member, and under which of the names told."""
    if fact.about == "place":
        return None
    parent = fact.subject.rpartition(".")[0]
    named = {w.key: w for w in fact.words if not w.silent and w.key != "-"}
    found = [key for key in named if _values(member(parent, key), body, index)]
    if not found:
        return None
    return Witness(
        source=body.source, where=body.where, text=f"`{found[0]}`", supports=frozenset(found)
    )


def _agrees(fact: Apart, word: Word, values: Sequence[Json]) -> bool:
    if isinstance(fact, TypeApart):
        return _agrees_on_type(fact, word, values)
    if isinstance(fact, EnumApart):
        printed = {as_text(v) for v in values if not isinstance(v, list | dict)}
        disputed = {m for w in fact.words for m in w.key.split(",")}
        return bool(printed & disputed) and printed & disputed <= set(word.key.split(","))
    if isinstance(fact, LimitApart):
        return _within(fact, word, values)
    return False


def _agrees_on_type(fact: TypeApart, word: Word, values: Sequence[Json]) -> bool:
    if fact.about == "unit":
        first, end = WINDOWS.get(word.key, (0, 0))  # type: ignore[call-overload]
        return any(isinstance(v, int) and first <= v < end for v in values)
    kind = word.key.partition(" of ")[0]
    return bool(kind) and all(fits(kind, v) for v in values if v is not None)  # type: ignore[arg-type]


def _within(fact: LimitApart, word: Word, values: Sequence[Json]) -> bool:
    """A value beyond one of two bounds speaks for the other; a value within both for neither."""
    sizes = [_size(v) for v in values]
    try:
        bound = float(word.key)
    except ValueError:
        return True
    if fact.about == "upper":
        return all(size is None or size <= bound for size in sizes)
    return all(size is None or size >= bound for size in sizes)


def _size(value: Json) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(len(value))


def _values(subject: str, body: Body, index: dict[str, list[Json]]) -> list[Json]:
    """The values at a subject, also where the documented record is inside an envelope."""
    if not subject.startswith(body.root):
        return []
    tail = subject[len(body.root) :].lstrip(".")
    if tail in index:
        return index[tail]
    inside = [values for path, values in index.items() if path.endswith(f".{tail}")]
    return inside[0] if len(inside) == 1 else []


def _index(body: Body) -> dict[str, list[Json]]:
    """Values by dotted name."""
    found: dict[str, list[Json]] = {}
    waiting: list[tuple[str, Json]] = [("", body.value)]
    for name, value in waiting:  # grows while it is walked
        if name:
            found.setdefault(name, []).append(value)
        if len(waiting) > _MOST:
            break
        if isinstance(value, dict):
            waiting += [(member(name, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{name}[]", inner) for inner in value]
    return found

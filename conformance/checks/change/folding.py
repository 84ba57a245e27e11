"""One cause, one fact: what follows from another change is told with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from conformance.checks.change.facts import (
    Change,
    FieldAdded,
    FieldRemoved,
    GroupChanged,
    RequiredChanged,
)
from conformance.checks.wording import listed, named

_FEWEST: Final = 3
"""Facts of one kind in one table that are one cause: its column came or went."""
_LISTED: Final = 12


def folded(facts: Sequence[Change]) -> list[Change]:
    """The causes among ``facts``, in their order, each with its consequences."""
    found = list(facts)
    for step in (_bound_together, _columns):
        found = step(found)
    return found


def _bound_together(facts: list[Change]) -> list[Change]:
    """What happens to inputs that are bound together, with the input or the words that bind."""
    groups = [f for f in facts if isinstance(f, GroupChanged) and f.about == "group"]
    if not groups:
        return facts
    bound = frozenset(name for group in groups for name in group.names)
    causes = [f for f in facts if _names(f) & bound] or groups[:1]
    bound |= frozenset(name for cause in causes for name in _names(cause))
    cause = causes[0]
    absorbed = [
        f
        for f in facts
        if f not in causes and (f in groups or (isinstance(f, RequiredChanged) and _of(f, bound)))
    ]
    told = tuple(_consequence(f) for f in absorbed)
    return _without(facts, absorbed, cause, told)


def _names(fact: Change) -> frozenset[str]:
    """The input that came, went, or has another name."""
    if fact.side != "request" or not isinstance(fact, FieldAdded | FieldRemoved):
        return frozenset()
    other = fact.now if isinstance(fact, FieldRemoved) else ""
    return frozenset(filter(None, (fact.name, other)))


def _of(fact: RequiredChanged, names: Iterable[str]) -> bool:
    last = fact.subject.rpartition(".")[2]
    return fact.side == "request" and any(last in (name, name.removesuffix("[]")) for name in names)


def _consequence(fact: Change) -> str:
    old, new = fact.old.text or "not stated", fact.new.text or "not stated"
    return f"{fact.subject}: {old} before, {new} now ({fact.new.span})"


def _columns(facts: list[Change]) -> list[Change]:
    """Three and more members of one object of which one state says nothing: a column of it."""
    groups: dict[object, list[Change]] = {}
    for fact in facts:
        if not isinstance(fact, FieldAdded | FieldRemoved) and not (
            fact.old.text and fact.new.text
        ):
            kind = type(fact), getattr(fact, "about", ""), bool(fact.old.text)
            groups.setdefault((kind, _parent(fact.subject)), []).append(fact)
    for same in groups.values():
        if len(same) >= _FEWEST:
            facts = _likewise(facts, same, lambda f: f.subject.rpartition(".")[2])
    return facts


def _likewise(
    facts: list[Change], same: Sequence[Change], name: Callable[[Change], str]
) -> list[Change]:
    told = f"likewise {listed([named(name(f)) for f in same[1:]], _LISTED)}"
    return _without(facts, same[1:], same[0], (told,))


def _without(
    facts: Iterable[Change], absorbed: Sequence[Change], cause: Change, told: tuple[str, ...]
) -> list[Change]:
    gone = {id(fact) for fact in absorbed}
    return list(_kept(facts, gone, cause, told))


def _kept(
    facts: Iterable[Change], gone: set[int], cause: Change, told: tuple[str, ...]
) -> Iterator[Change]:
    for fact in facts:
        if fact is cause:
            yield replace(fact, consequences=(*fact.consequences, *told))
        elif id(fact) not in gone:
            yield fact


def _parent(subject: str) -> str:
    return subject.rpartition(".")[0]

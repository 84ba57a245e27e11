"""What the examples printed for a response show, so that a body like them is no drift of the API.

Where a page's table and its example disagree, the page disagrees with itself: ``lint`` reports
that, once.  A body that agrees with the example is documented.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from conformance.checks import facts
from conformance.checks.body import RecordPath, body_facts, find_envelope, roots
from conformance.checks.invariants import RecordScope, broken
from conformance.checks.plan import Plan, same
from conformance.checks.samples import Sample, read_sample
from conformance.checks.walk import BodyNode
from conformance.model.operation import Example, Invariant, Json, Operation
from conformance.schema.kinds import kind_of
from conformance.schema.pointers import ITEMS, member, quoted

_VALUES: Final = 20_000
"""Values of one example that are looked at."""


@dataclass(frozen=True, slots=True)
class OwnExamples:
    """The examples of one documented response beside what its tables say."""

    wraps: tuple[RecordPath, ...] = ()
    """Where the documented record stands in them, if not at the top."""
    contradicts: bool = False
    """Whether one has another structure than the tables: one of the two is misread or wrong."""
    _facts: frozenset[tuple[object, ...]] = frozenset()
    _names: dict[str, frozenset[str]] = field(default_factory=dict)
    """Subject of an object -> the members it has in an example."""

    def show(self, fact: facts.Fact) -> bool:
        """Whether an example is as far from the tables as ``fact`` is, at the same place."""
        if isinstance(fact, facts.Extra | facts.Renamed) and fact.name in self._names.get(
            _owner(fact), ()
        ):
            return True
        return not self._facts.isdisjoint(_keys(fact))


def own_examples(
    plan: Plan, examples: Iterable[Example], subject: str, invariants: tuple[Invariant, ...] = ()
) -> OwnExamples:
    """Hold the ``examples`` of the response ``subject`` against its tables, once."""
    samples = [sample for e in examples if (sample := read_sample(e, plan)) is not None]
    found = _ExampleFacts(plan, subject, invariants)
    for sample in samples:
        found.add(sample)
    return OwnExamples(
        wraps=tuple(found.wraps),
        contradicts=found.contradicts,
        _facts=frozenset(found.keys),
        _names={owner: frozenset(names) for owner, names in found.names.items()},
    )


def without_examples(operation: Operation) -> Operation:
    """``operation`` as its tables alone have it, so that no example excuses what they rule out."""
    responses = tuple(replace(response, examples=()) for response in operation.responses)
    return replace(operation, responses=responses)


@dataclass(slots=True)
class _ExampleFacts:
    plan: Plan
    subject: str
    invariants: tuple[Invariant, ...]
    keys: set[tuple[object, ...]] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)
    wraps: dict[RecordPath, None] = field(default_factory=dict)
    contradicts: bool = False

    def add(self, sample: Sample) -> None:
        """Take in one example."""
        body = sample.value
        around = find_envelope(self.plan, body)
        if around is not None and around.found:
            self.wraps |= dict.fromkeys(around.paths)
        for fact in body_facts(self.plan, body, self.subject):
            if isinstance(fact, facts.Missing) and sample.elided:
                continue
            self.keys.update((*_keys(fact), *_wider(fact)))
            replaced = fact.present and fact.pointer in sample.placeholders
            self.contradicts |= (
                isinstance(fact, facts.WrongType | facts.Missing | facts.Renamed) and not replaced
            )
        for node in roots(self.plan, body, self.subject):
            if isinstance(node, BodyNode):
                self._add_names(node)
                self._add_relations(node)

    def _add_names(self, root: BodyNode) -> None:
        waiting: list[tuple[str, Json]] = [(root.subject, root.observed)]
        looked_at = 0
        while waiting and looked_at < _VALUES:
            subject, seen = waiting.pop()
            looked_at += 1
            if isinstance(seen, dict):
                self.names.setdefault(subject, set()).update(seen)
                waiting += [(member(subject, name), inner) for name, inner in seen.items()]
            elif isinstance(seen, list):
                waiting += [(subject + ITEMS, item) for item in seen]

    def _add_relations(self, node: BodyNode) -> None:
        record = RecordScope(node.observed, node.pointer, node.subject, None)
        for invariant in self.invariants:
            for fact in broken(invariant, record):
                self.keys.update(_keys(fact))


def _owner(fact: facts.Extra | facts.Renamed) -> str:
    """The subject of the object that the member is in."""
    if isinstance(fact, facts.Extra):
        return fact.owner
    return fact.subject.removesuffix(quoted(fact.field.name)).removesuffix(".")


def _keys(fact: facts.Fact) -> Iterator[tuple[object, ...]]:
    """What two facts have in common when the one excuses the other."""
    kind = type(fact)
    place = (kind, fact.subject)
    if isinstance(fact, facts.WrongType):
        yield (*place, kind_of(fact.observed).replace("integer", "number"))
    elif isinstance(fact, facts.NotListed):
        seen = fact.observed
        yield (*place, kind_of(seen) if isinstance(seen, dict | list) else same(seen))
    elif isinstance(fact, facts.WrongUnit):
        yield (*place, fact.unit)
    elif isinstance(fact, facts.OverLimit):
        yield (*place, fact.limit)
    elif isinstance(fact, facts.Renamed):
        yield (*place, fact.name)
    elif isinstance(fact, facts.Enveloped):
        yield (*place, fact.pattern)
    elif isinstance(fact, facts.Broken):
        yield (kind, fact.invariant.kind, fact.invariant.paths)
    else:
        yield place


def _wider(fact: facts.Fact) -> Iterator[tuple[object, ...]]:
    """What an example with ``fact`` excuses besides the like of it."""
    if isinstance(fact, facts.Renamed):
        yield (facts.Missing, fact.subject)
    elif isinstance(fact, facts.Extra):
        yield (facts.ManyExtra, fact.owner)

"""What the examples of one documented response show, which excuses an answer that has it too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from conformance.checks import facts
from conformance.checks.body import RecordPath, body_facts, find_envelope, roots
from conformance.checks.invariants import RecordScope, find_broken
from conformance.checks.plan import Plan, make_scalar_key
from conformance.checks.samples import Sample
from conformance.checks.walk import BodyNode
from conformance.model.operation import Invariant, Json
from conformance.schema.kinds import kind_of
from conformance.schema.pointers import ITEMS, member, quote_step

_VALUES: Final = 20_000
"""Values of one example that are looked at."""


class OwnExamples(Struct):
    """The examples of one documented response beside what its tables say."""

    plan: Plan
    subject: str
    invariants: tuple[Invariant, ...] = ()
    wraps: dict[RecordPath, None] = field(default_factory=dict)
    """Where the documented record stands in them, if not at the top."""
    contradicts: bool = False
    """Whether one has another structure than the tables: one of the two is misread or wrong."""
    _facts: set[tuple[object, ...]] = field(default_factory=set)
    _names: dict[str, set[str]] = field(default_factory=dict)
    """Subject of an object -> the members it has in an example."""

    def show(self, fact: facts.Fact) -> bool:
        """Whether an example is as far from the tables as ``fact`` is, at the same place."""
        named = fact if isinstance(fact, facts.Extra | facts.Renamed) else None
        if named and named.name in self._names.get(_find_owner(named), ()):
            return True
        return not self._facts.isdisjoint(_make_keys(fact))

    def add(self, sample: Sample) -> None:
        """Hold one example against the tables."""
        body = sample.value
        around = find_envelope(self.plan, body)
        if around is not None and around.found:
            self.wraps |= dict.fromkeys(around.paths)
        for fact in body_facts(self.plan, body, self.subject):
            if isinstance(fact, facts.Missing) and sample.elided:
                continue
            self._facts.update((*_make_keys(fact), *_widen_fact(fact)))
            other = isinstance(fact, facts.WrongType | facts.Missing | facts.Renamed)
            replaced = fact.present and fact.pointer in sample.placeholders
            self.contradicts |= other and not replaced
        for node in roots(self.plan, body, self.subject):
            if isinstance(node, BodyNode):
                self._add_names(node)
                record = RecordScope(node.observed, node.pointer, node.subject)
                for invariant in self.invariants:
                    for fact in find_broken(invariant, record):
                        self._facts.update(_make_keys(fact))

    def _add_names(self, node: BodyNode) -> None:
        waiting: list[tuple[str, Json]] = [(node.subject, node.observed)]
        looked_at = 0
        while waiting and looked_at < _VALUES:
            subject, observed = waiting.pop()
            looked_at += 1
            if isinstance(observed, dict):
                self._names.setdefault(subject, set()).update(observed)
                waiting += [(member(subject, name), inner) for name, inner in observed.items()]
            elif isinstance(observed, list):
                waiting += [(subject + ITEMS, item) for item in observed]


def _find_owner(fact: facts.Extra | facts.Renamed) -> str:
    """The subject of the object that the member is in."""
    if isinstance(fact, facts.Extra):
        return fact.owner
    return fact.subject.removesuffix(quote_step(fact.field.name)).removesuffix(".")


def _make_keys(fact: facts.Fact) -> Iterator[tuple[object, ...]]:
    """What two facts have in common when the one excuses the other."""
    kind, observed, detail = type(fact), fact.observed, _DETAILS.get(type(fact))
    if isinstance(fact, facts.Broken):
        yield (kind, fact.invariant.kind, fact.invariant.paths)
    elif isinstance(fact, facts.WrongType):
        yield (kind, fact.subject, kind_of(observed).replace("integer", "number"))
    elif isinstance(fact, facts.NotListed):
        whole = isinstance(observed, dict | list)
        yield (kind, fact.subject, kind_of(observed) if whole else make_scalar_key(observed))
    elif detail:
        yield (kind, fact.subject, getattr(fact, detail))
    else:
        yield (kind, fact.subject)


_DETAILS: Final[dict[type[facts.Fact], str]] = {
    facts.WrongUnit: "unit",
    facts.OverLimit: "limit",
    facts.Renamed: "name",
    facts.Enveloped: "pattern",
}
"""What else has to be the same."""


def _widen_fact(fact: facts.Fact) -> Iterator[tuple[object, ...]]:
    """What an example with ``fact`` excuses besides the like of it."""
    if isinstance(fact, facts.Renamed):
        yield (facts.Missing, fact.subject)
    elif isinstance(fact, facts.Extra):
        yield (facts.ManyExtra, fact.owner)

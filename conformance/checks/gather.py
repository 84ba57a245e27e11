"""Verdicts gathered into findings: what is seen again and again is one finding, with a count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final, TypeAlias

from conformance.checks.facts import Extra, Fact, ManyExtra, Missing
from conformance.checks.plan import least
from conformance.checks.rule import Rule, Verdict
from conformance.checks.tallies import Seen
from conformance.checks.walk import MANY
from conformance.compare.wording import LONGEST_PLACE, cut, many, shown
from conformance.live.excerpt import excerpt
from conformance.model.finding import Finding, Observed, Severity
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.schema.kinds import fits
from conformance.schema.pointers import ITEMS

_OTHERS: Final = 5
"""Other values and other pages named in a finding."""

Key: TypeAlias = tuple[str, str, str]
"""Rule, operation, subject: what the fingerprint is made of."""


@dataclass(slots=True)
class _Sighting:
    """One finding in the making: how it was first seen, and how often since."""

    rule: Rule
    fact: Fact
    verdict: Verdict
    operation: Operation
    interaction: Interaction
    scope: str
    values: int = 0
    seen: Seen = field(default_factory=Seen)
    actual: dict[str, None] = field(default_factory=dict)
    elsewhere: dict[int, Span] = field(default_factory=dict)
    doubts: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Gathering:
    """Takes facts as they come, in memory bounded by what is documented, and gives findings."""

    judges: dict[type[Fact], Rule]
    noun: str = "interaction"
    """What facts are seen in, for the count in a finding's message."""
    _sightings: dict[Key, _Sighting] = field(default_factory=dict)
    _examined: dict[tuple[str, str], Seen] = field(default_factory=dict)
    _names: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    """Undocumented members by operation and object, the first :data:`MANY` of each."""
    _crowds: set[tuple[str, str]] = field(default_factory=set)
    """Objects that have more."""

    def examined(self, operation: str, subject: str, interaction: Interaction) -> None:
        """Count one more response held against ``subject`` of ``operation``."""
        self._examined.setdefault((operation, subject), Seen()).add(interaction)

    def add(self, fact: Fact, operation: Operation, scope: str, interaction: Interaction) -> None:
        """Judge ``fact``; ``scope`` is the response it was seen in, as counted by ``examined``."""
        fact = self._one_of_a_crowd(fact, operation)
        rule = self.judges.get(type(fact))
        if rule is None:
            return
        key = (rule.id, operation.key, fact.subject)
        known = self._sightings.get(key)
        if known is None:
            made = _Sighting(rule, fact, rule.judge(fact), operation, interaction, scope)
            known = self._sightings[key] = made
        elif known.operation is not operation:  # told again, on another page or in another place
            known.elsewhere.setdefault(id(operation), fact.span)
            return
        _count(known, fact, interaction)

    def findings(self) -> Iterator[Finding]:
        """All findings, in the order in which they were first seen."""
        for missing, extra in self._misplaced():
            _doubt(missing, "a member of this name was observed elsewhere in the same answer")
            _doubt(extra, "a member of this name is documented elsewhere in the same answer")
        for seen in self._sightings.values():
            if not self._is_in_crowd(seen):
                examined = self._examined.get((seen.operation.key, seen.scope), Seen())
                yield _finding(seen, examined, self.noun)

    def _misplaced(self) -> Iterator[tuple[_Sighting, _Sighting]]:
        """Absent members beside undocumented ones of their name and type, further in or out.

        The place in the documentation is wrong, or was misread: both are one cause.
        """
        extras: dict[tuple[str, str, str], list[_Sighting]] = {}
        for seen in self._sightings.values():
            if isinstance(seen.fact, Extra):
                key = (seen.operation.key, seen.scope, seen.fact.name)
                extras.setdefault(key, []).append(seen)
        for seen in self._sightings.values():
            if isinstance(fact := seen.fact, Missing):
                key = (seen.operation.key, seen.scope, fact.field.name)
                for other in extras.get(key, ())[:_OTHERS]:
                    if _is_within(fact.subject, other.fact.subject) and fits(
                        fact.field.value.kind, other.fact.seen
                    ):
                        yield seen, other

    def _one_of_a_crowd(self, fact: Fact, operation: Operation) -> Fact:
        """Undocumented members beyond number, whatever objects they are in, as one fact."""
        if isinstance(fact, ManyExtra):
            self._crowds.add((operation.key, fact.subject))
        if not isinstance(fact, Extra):
            return fact
        owner = (operation.key, fact.owner)
        names = self._names.setdefault(owner, {})
        if len(names) < MANY:
            names.setdefault(fact.name)
        elif fact.name not in names:
            self._crowds.add(owner)
        return _crowd(fact, names) if owner in self._crowds else fact

    def _is_in_crowd(self, seen: _Sighting) -> bool:
        fact = seen.fact
        return isinstance(fact, Extra) and (seen.operation.key, fact.owner) in self._crowds


def _is_within(subject: str, other: str) -> bool:
    """Whether one of two members stands somewhere in the object that the other is in."""
    first, second = (s.rpartition(".")[0].removesuffix(ITEMS) for s in (subject, other))
    return first.startswith(second) or second.startswith(first)


def _doubt(seen: _Sighting, reason: str) -> None:
    seen.fact = replace(seen.fact, confidence=least(seen.fact.confidence, "medium"))
    seen.doubts[reason] = None


def _crowd(fact: Extra, names: dict[str, None]) -> ManyExtra:
    return ManyExtra(
        subject=fact.owner,
        pointer=fact.pointer.rpartition("/")[0],
        span=fact.span,
        present=False,
        confidence=fact.confidence,
        names=tuple(islice(names, _OTHERS)),
        count=len(names) + 1,
        closed=fact.closed,
    )


def _count(known: _Sighting, fact: Fact, interaction: Interaction) -> None:
    known.values += 1
    known.seen.add(interaction)
    if len(known.actual) < _OTHERS and known.values <= 10 * _OTHERS:
        known.actual.setdefault(known.rule.judge(fact).actual)
    verdict = _weightier(known, fact)
    if verdict is not None:
        known.fact, known.verdict, known.interaction = fact, verdict, interaction


def _weightier(known: _Sighting, fact: Fact) -> Verdict | None:
    """The verdict on ``fact`` if it says more than the one that speaks for the finding so far.

    Of one kind of fact the surer says more; of two kinds the graver does.
    """
    surer = _surer(fact, known.fact)
    if type(fact) is type(known.fact):
        return known.rule.judge(fact) if surer else None
    verdict = known.rule.judge(fact)
    graver = verdict.severity > known.verdict.severity
    return verdict if graver or (surer and verdict.severity == known.verdict.severity) else None


def _surer(fact: Fact, other: Fact) -> bool:
    order = ("low", "medium", "high")
    return order.index(fact.confidence) > order.index(other.confidence)


def _finding(seen: _Sighting, examined: Seen, noun: str) -> Finding:
    fact, verdict = seen.fact, seen.verdict
    return Finding(
        rule=seen.rule.id,
        severity=_severity(fact, verdict),
        operation=seen.operation.key,
        subject=cut(fact.subject, LONGEST_PLACE),
        message=verdict.message + _how_often(seen, examined.count, noun),
        expected=verdict.expected,
        actual=verdict.actual,
        confidence=fact.confidence,
        documented=fact.span,
        observed=_observed(seen),
        evidence=seen.seen.of(examined),
        related=(*verdict.related, *_others(seen)),
    )


def _severity(fact: Fact, verdict: Verdict) -> Severity:
    """Empty stands for absent where a member may be absent; what is unsure is no error."""
    if fact.optional and fact.present and fact.seen in (None, ""):
        return Severity.INFO
    return min(verdict.severity, Severity.WARNING) if fact.confidence == "low" else verdict.severity


def _observed(seen: _Sighting) -> Observed:
    body = seen.interaction.reply.body
    return Observed(
        origin=seen.interaction.origin.value,
        where=seen.interaction.where,
        pointer=cut(seen.fact.pointer, LONGEST_PLACE),
        value=shown(seen.fact.seen) if seen.fact.present else "",
        excerpt=excerpt(body, seen.fact.pointer) if body else None,
    )


def _how_often(seen: _Sighting, examined: int, noun: str) -> str:
    if seen.values < 2 and examined < 2:
        return ""
    often = f"in {seen.seen.count:,} of {many(examined, noun)}"
    values = "" if seen.values == seen.seen.count else f", {many(seen.values, 'value')}"
    return f" ({often}{values})"


def _others(seen: _Sighting) -> Iterator[str]:
    more = [actual for actual in seen.actual if actual != seen.verdict.actual]
    if more:
        yield f"also observed: {'; '.join(more)}"
    yield from seen.doubts
    for span in seen.elsewhere.values():
        yield f"the same is documented at {span}"

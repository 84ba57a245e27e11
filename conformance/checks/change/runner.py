"""Two states held against each other: the one way in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from conformance.checks.change.corrections import Bench, Verdicts, heard, hold
from conformance.checks.change.facts import (
    Change,
    Corrected,
    OperationAdded,
    OperationRemoved,
    Said,
)
from conformance.checks.change.folding import folded
from conformance.checks.change.lost import Loss, absorb, loss_finding, losses
from conformance.checks.change.operations import Turn, compare_operations
from conformance.checks.change.pages import (
    Both,
    OperationOnPage,
    State,
    Told,
    bring_together,
    documented,
    why_lacking,
)
from conformance.checks.change.twins import Dated, told_once
from conformance.checks.facts import Fact
from conformance.checks.registry import judges
from conformance.checks.rule import Rule
from conformance.checks.wording import LONGEST_PLACE, cut
from conformance.model.finding import Finding, Observed
from conformance.model.interaction import Interaction, Origin
from conformance.model.operation import Operation
from conformance.model.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeResult:
    """What came of a run."""

    findings: tuple[Finding, ...]
    """One for each rule, operation and subject of an exchange."""
    operations: int
    """Operations in either state, each counted once for each page."""
    compared: int
    """Operations that both states tell."""
    problems: tuple[str, ...] = ()
    """What could not be compared, and why, in sentences."""


def compare_states(old: State, new: State, evidence: Sequence[Interaction] = ()) -> ChangeResult:
    """Hold every operation of the new pages against what the old ones say of it.

    ``evidence`` tells a page that was corrected from an API that changed.  A state without any
    operation (pages that could not be read, the wrong folder) is compared with nothing.
    Never raises for what stands on a page.
    """
    every = bring_together(old, new)
    run = _Run(old, new, Bench(_operations(old), _operations(new), tuple(evidence)))
    dated = [
        Dated(both.either.telling.exchange, finding)
        for both in every
        for finding in run.findings(both)
    ]
    dated += run.losses()
    both_tell = bool(_operations(old) and _operations(new))
    return ChangeResult(
        findings=tuple(told_once(dated)) if both_tell else (),
        operations=len(every),
        compared=sum(1 for both in every if both.old and both.new),
        problems=tuple(dict.fromkeys(run.problems)),
    )


def _operations(state: State) -> tuple[Operation, ...]:
    return tuple(o for telling in state.tellings for o in telling.reading.operations)


@dataclass(slots=True)
class _Lost:
    """What could no longer be read of one page, and of what operation it was first missed."""

    operation: str
    old: OperationOnPage
    losses: list[Loss]


@dataclass(slots=True)
class _Run:
    old: State
    new: State
    bench: Bench
    problems: list[str] = field(default_factory=list)
    _lost: dict[tuple[str, str], _Lost] = field(default_factory=dict)
    """By the places of the page in both states."""
    _known: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def findings(self, both: Both) -> Iterator[Finding]:
        """What came of one operation."""
        if both.old and both.new:
            yield from self._compared(Turn(both.old, both.new))
            return
        fact = self._lone(both)
        if fact is not None:
            yield _finding(fact, both.either.operation.key)

    def losses(self) -> Iterator[Dated]:
        """What could no longer be read, once for each page."""
        for lost in self._lost.values():
            for loss in lost.losses:
                found = loss_finding(loss, lost.operation, lost.old)
                yield Dated(lost.old.exchange, found)

    def _compared(self, turn: Turn) -> Iterator[Finding]:
        facts = self._readable(folded(compare_operations(turn)), turn)
        verdicts = hold(self.bench, turn.before, turn.after) if facts else Verdicts((), ())
        for fact in facts:
            rule = _RULES[type(fact)]
            what = rule.judge(fact).message.rpartition("; ")[0]
            yield _finding(heard(fact, rule.id, what, verdicts), turn.after.key)

    def _readable(self, facts: Sequence[Change], turn: Turn) -> list[Change]:
        """The facts that do not only come of what could not be read."""
        old, new = turn.old.telling, turn.new.telling
        place = old.place, new.place
        known = self._lost.get(place) or _Lost(turn.after.key, old, losses(old, new))
        left, known.losses = absorb(facts, known.losses)
        self._lost[place] = known
        return left

    def _lone(self, both: Both) -> Change | None:
        """An operation that is new or gone; None where the other state could not be read."""
        told = both.either
        other = self.old if both.new else self.new
        known = self._known.setdefault(other.label, documented(other))
        if (told.telling.exchange, told.shape) in known:
            return None  # on another page, or in another language
        why, page = why_lacking(other, told)
        if why in ("unread", "lost"):
            self._problem(other, told, page)
            return None
        return (
            _came(told, _home(other, told, page))
            if both.new
            else (_went(told, _home(other, told, page)))
        )

    def _problem(self, state: State, told: Told, page: OperationOnPage | None) -> None:
        why = "nothing on it could be read as an operation" if page else "the page was not read"
        self.problems.append(
            f"{told.operation.key} ({told.operation.span}) was not compared: {why} in {state.label}"
        )


def _home(state: State, told: Told, page: OperationOnPage | None) -> Span:
    """Where a state would tell the operation: on its page, if it has that."""
    if page is None:
        return Span(f"{state.label}/{told.telling.place}", 1, 1)
    operations = page.reading.operations
    return operations[0].span if operations else Span(page.reading.page, 1, 1)


def _came(told: Told, home: Span) -> OperationAdded:
    key, span = told.operation.key, told.operation.span
    return OperationAdded(
        subject="operation",
        pointer="",
        span=span,
        side="request",
        old=Said("", home),
        new=Said(key, span),
    )


def _went(told: Told, home: Span) -> OperationRemoved:
    key, span = told.operation.key, told.operation.span
    return OperationRemoved(
        subject="operation",
        pointer="",
        span=span,
        side="request",
        old=Said(key, span),
        new=Said("", home),
        about="operation",
    )


_RULES: Final[dict[type[Fact], Rule]] = judges("change")


def _finding(fact: Change, operation: str) -> Finding:
    """The finding, at the new page's line; at the old one's for what is gone."""
    rule = _RULES[type(fact)]
    verdict = rule.judge(fact)
    other = fact.old if fact.span == fact.new.span else fact.new
    return Finding(
        rule=rule.id,
        severity=verdict.severity,
        operation=operation,
        subject=cut(fact.subject, LONGEST_PLACE),
        message=verdict.message,
        expected=verdict.expected,
        actual=verdict.actual,
        confidence=fact.confidence,
        documented=fact.span,
        observed=fact.observed if isinstance(fact, Corrected) else _other_state(other),
        evidence=fact.tallies if isinstance(fact, Corrected) else (),
        related=fact.consequences,
    )


def _other_state(said: Said) -> Observed:
    return Observed(origin=Origin.DOCUMENTED.value, where=str(said.span), value=said.span.quote)

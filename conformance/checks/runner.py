"""Interactions held against operations: the one way in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from conformance.checks.gather import Gathering
from conformance.checks.match import Unmatched, match
from conformance.checks.registry import judges
from conformance.checks.reply import Examiner
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What came of a run."""

    findings: tuple[Finding, ...]
    """In the order in which they were first seen; one for each rule, operation and subject."""
    checked_interactions: int
    """Interactions that were held against a documented operation."""
    unmatched: tuple[Unmatched, ...]
    """Interactions nothing is documented for: when there are no others, nothing was checked."""


def check(operations: Iterable[Operation], interactions: Iterable[Interaction]) -> CheckResult:
    """Hold each interaction against the operation it is of, as the ``check`` rules see it.

    Interactions may come from a generator: none is kept.  Never raises for what stands in a
    response or a page.
    """
    run = _Run(tuple(operations))
    for interaction in interactions:
        run.take(interaction)
    return CheckResult(
        findings=tuple(run.gathering.findings()),
        checked_interactions=run.checked,
        unmatched=tuple(run.unmatched),
    )


@dataclass(slots=True)
class _Run:
    operations: tuple[Operation, ...]
    gathering: Gathering = field(default_factory=lambda: Gathering(judges("check")))
    unmatched: list[Unmatched] = field(default_factory=list)
    checked: int = 0
    examiners: dict[int, Examiner] = field(default_factory=dict)

    def take(self, interaction: Interaction) -> None:
        matched = match(self.operations, interaction)
        if isinstance(matched, Unmatched):
            self.unmatched.append(matched)
            return
        self.checked += 1
        counted: set[tuple[str, str]] = set()
        for operation in matched:
            examiner = self.examiners.setdefault(id(operation), Examiner(operation))
            scope = examiner.subject(interaction)
            if (operation.key, scope) not in counted:
                counted.add((operation.key, scope))
                self.gathering.examined(operation.key, scope, interaction)
            for fact in examiner.facts(interaction):
                self.gathering.add(fact, operation, scope, interaction)

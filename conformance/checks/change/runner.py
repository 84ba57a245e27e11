"""Two states of the pages compared: the one way in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from conformance.checks.change.corrections import EvidenceOfStates, StateFindings, apply_evidence
from conformance.checks.change.grouping import (
    ExchangeFinding,
    Loss,
    absorb,
    group_causes,
    loss_finding,
    losses,
    merge_findings,
)
from conformance.checks.change.operations import compare_operation
from conformance.checks.change.rules import DocsCorrection
from conformance.checks.registry import rule as rule_of_id
from conformance.checks.rule import Rule, difference_finding
from conformance.compare.difference import Area, Difference, SideStatement
from conformance.compare.matching import (
    Match,
    PlacedOperation,
    Side,
    SidePage,
    documented_shapes,
    match_states,
    what_is_lost,
)
from conformance.compare.operations import OperationSide
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.model.span import Span

_RULES_OF_AREAS: Final[Mapping[Area, str]] = {
    **dict.fromkeys(("name", "location", "place"), "field-removed"),
    **dict.fromkeys(
        ("type", "format", "unit", "media type", "authentication scheme"), "type-changed"
    ),
    **dict.fromkeys(("mark", "null", "group", "authentication"), "required-changed"),
    **dict.fromkeys(("values", "constant", "servers"), "enum-changed"),
    **dict.fromkeys(("default", "lower limit", "upper limit", "rate limit"), "limit-changed"),
    "endpoint": "operation-removed",
}
_COMING_AND_GOING: Final[Mapping[Area, str]] = {
    "operation": "operation",
    "member": "field",
    "status": "field",
}
"""Areas whose rules are named after what was added or removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeResult:
    """What came of a run."""

    findings: tuple[Finding, ...]
    """One for each rule, operation and subject of an exchange."""
    operations: int
    """Operations in either state, each counted once for each page."""
    compared: int
    """Operations that both states have."""
    problems: tuple[str, ...] = ()
    """What could not be compared, and why, in sentences."""


def compare_states(old: Side, new: Side, evidence: Sequence[Interaction] = ()) -> ChangeResult:
    """Compare every operation of the new pages with what the old ones say of it.

    With ``evidence``, a page that was corrected is not taken for an API that changed.  A state
    without any operation (pages that could not be read, the wrong folder) is compared with nothing.
    Never raises for what stands on a page.
    """
    matches = match_states(old, new)
    known = EvidenceOfStates(old.operations, new.operations, tuple(evidence))
    run = _StatesRun(old, new, known, {id(side): documented_shapes(side) for side in (old, new)})
    found = [one for matched in matches for one in run.findings(matched)]
    found += run.losses()
    return ChangeResult(
        findings=tuple(merge_findings(found)) if old.operations and new.operations else (),
        operations=len(matches),
        compared=sum(None not in matched for matched in matches),
        problems=tuple(dict.fromkeys(run.problems)),
    )


@dataclass(slots=True)
class _Lost:
    """What could no longer be read of one page, and of what operation it was first missed."""

    operation: str
    old: SidePage
    losses: list[Loss]


@dataclass(slots=True)
class _StatesRun:
    old: Side
    new: Side
    evidence: EvidenceOfStates
    shapes: dict[int, frozenset[tuple[str, str]]]
    """What each state documents, by the identity of the state."""
    problems: list[str] = field(default_factory=list)
    _lost: dict[tuple[str, str], _Lost] = field(default_factory=dict)
    """By the places of the page in both states."""

    def findings(self, matched: Match) -> Iterator[ExchangeFinding]:
        """What came of one operation."""
        old, new = matched
        if old and new:
            found = self._compare(old, new)
        elif new:
            found = self._of_lone(new, self.old, added=True)
        else:
            found = self._of_lone(old, self.new, added=False) if old else iter(())
        exchange = next(placed for placed in (new, old) if placed).page.exchange
        return (ExchangeFinding(exchange, finding) for finding in found)

    def losses(self) -> Iterator[ExchangeFinding]:
        """What could no longer be read, once for each page."""
        for lost in self._lost.values():
            for loss in lost.losses:
                found = loss_finding(loss, lost.operation, lost.old)
                yield ExchangeFinding(lost.old.exchange, found)

    def _compare(self, old: PlacedOperation, new: PlacedOperation) -> Iterator[Finding]:
        sides = [
            OperationSide(side.label, placed.operation, placed.page.text)
            for side, placed in ((self.old, old), (self.new, new))
        ]
        changes = self._readable(group_causes(compare_operation(sides)), old, new)
        against = StateFindings()
        if changes:
            against = self.evidence.findings(old.operation, new.operation)
        for change in changes:
            rule = rule_of(change)
            message = rule.judge(change).message.rpartition("; ")[0]
            yield _finding(apply_evidence(change, rule.id, message, against), new.operation.key)

    def _readable(
        self, changes: Sequence[Difference], old: PlacedOperation, new: PlacedOperation
    ) -> list[Difference]:
        """The changes that do not only come of what could not be read."""
        places = old.page.place, new.page.place
        known = self._lost.get(places)
        if known is None:
            known = _Lost(new.operation.key, old.page, losses(old.page, new.page))
            self._lost[places] = known
        left, known.losses = absorb(changes, known.losses)
        return left

    def _of_lone(self, placed: PlacedOperation, other: Side, *, added: bool) -> Iterator[Finding]:
        """An operation that is new or gone; nothing where the other state could not be read."""
        if (placed.page.exchange, placed.shape) in self.shapes[id(other)]:
            return  # on another page, or in another language
        key, span = placed.operation.key, placed.operation.span
        lost = what_is_lost(other, placed.page)
        if lost:
            self.problems.append(f"{key} ({span}) was not compared: {lost} in {other.label}")
            return
        page = other.page_at(placed.page.stem)
        home = page.home if page else Span(f"{other.label}/{placed.page.place}", 1, 1)
        statements = (SideStatement(text="", span=home), SideStatement(text=key, span=span))
        change = Difference(
            area="operation",
            action="added" if added else "removed",
            subject="operation",
            span=span,
            statements=statements if added else statements[::-1],
        )
        yield _finding(change, key)


def rule_of(found: Difference | DocsCorrection) -> Rule:
    """The rule that judges a change, or a correction."""
    if isinstance(found, DocsCorrection):
        return rule_of_id("docs-corrected")
    what = _COMING_AND_GOING.get(found.area)
    return rule_of_id(f"{what}-{found.action}" if what else _RULES_OF_AREAS[found.area])


def _finding(found: Difference | DocsCorrection, operation: str) -> Finding:
    """The finding, at the new page's line; at the old one's for what is gone."""
    rule = rule_of(found)
    change = found.change if isinstance(found, DocsCorrection) else found
    other = change.old if change.span == change.new.span else change.new
    finding = difference_finding(rule.id, rule.judge(found), operation, change, other)
    if isinstance(found, DocsCorrection):
        return replace(finding, observed=found.observed, evidence=found.tallies)
    return finding

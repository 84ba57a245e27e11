"""The same pages in several languages compared: the one way in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.checks.match import Unmatched, match
from conformance.checks.parity.operations import (
    compare_pages,
    compare_presence,
    compare_twins,
)
from conformance.checks.parity.rules import RULE_OF, opposed
from conformance.checks.parity.support import (
    BodyIndex,
    SourceBody,
    Support,
    list_statements,
    stands_alone,
)
from conformance.checks.rule import Rule, Verdict
from conformance.compare.difference import Difference, SideStatement
from conformance.compare.facets import OperationSide
from conformance.compare.matching import Match, Side, match_twins
from conformance.compare.wording import LONGEST_PLACE, cut
from conformance.evidence.body import JsonError, load_json
from conformance.model.finding import Finding, Observed
from conformance.model.interaction import Interaction, Origin
from conformance.model.operation import Example, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class ParityResult:
    """What came of a run."""

    findings: tuple[Finding, ...]
    """One for each rule, operation and subject."""
    operations: int
    """Operations on any side, each counted once."""
    compared: int
    """Operations that at least two sides have; 0 means that nothing was compared."""


def compare_sides(sides: Sequence[Side], evidence: Sequence[Interaction] = ()) -> ParityResult:
    """Compare every operation of each side with its twins.

    ``evidence`` only says which side it agrees with: it decides nothing by itself.
    Never raises for what stands on a page.
    """
    matches = match_twins(sides)
    pages: set[tuple[str, ...]] = set()
    found: list[Finding] = []
    compared = 0
    for matched in matches:
        having = _having(sides, matched)
        differences = [*compare_presence(sides, matched), *compare_twins(having)]
        differences += _of_pages(having, pages)
        bodies = BodyIndex(list(_bodies(having, evidence)) if differences else ())
        judged = [_Judged(d, RULE_OF[d.area], bodies.supports(d)) for d in differences]
        found += _findings(having[0].operation.key, judged)
        compared += len(having) > 1
    return ParityResult(findings=tuple(found), operations=len(matches), compared=compared)


def _having(sides: Sequence[Side], matched: Match) -> list[OperationSide]:
    """The sides that have an operation."""
    return [
        OperationSide(side.label, placed.operation, placed.page.text)
        for side, placed in zip(sides, matched, strict=True)
        if placed
    ]


def _of_pages(sides: Sequence[OperationSide], done: set[tuple[str, ...]]) -> list[Difference]:
    """The paragraphs of the pages the operation is on, with the first operation of each."""
    pages = tuple(side.operation.page for side in sides)
    if pages in done:
        return []
    done.add(pages)
    return compare_pages(sides)


def _bodies(
    sides: Sequence[OperationSide], evidence: Sequence[Interaction]
) -> Iterator[SourceBody]:
    """Printed examples of every side, then recorded responses."""
    for side in sides:
        yield from _printed(side)
    operations = [side.operation for side in sides]
    for interaction in evidence:
        if interaction.origin is not Origin.DOCUMENTED:
            yield from _recorded(operations, interaction)


def _printed(side: OperationSide) -> Iterator[SourceBody]:
    source = f"the example in {side.label}"
    for response in side.operation.responses:
        yield from _of_examples(source, f"responses.{response.status}", response.examples)
    if side.operation.body:
        yield from _of_examples(source, "requestBody", side.operation.body.examples)


def _of_examples(source: str, root: str, examples: Sequence[Example]) -> Iterator[SourceBody]:
    return (SourceBody(source, str(e.span), root, e.value) for e in examples if e.parsed)


def _recorded(operations: Sequence[Operation], interaction: Interaction) -> Iterator[SourceBody]:
    if interaction.request is None or isinstance(match(operations, interaction), Unmatched):
        return
    try:
        value = load_json(interaction.reply.body)
    except JsonError:
        return
    source = f"a {interaction.origin.value} response"
    yield SourceBody(source, interaction.where, f"responses.{interaction.reply.status}", value)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A difference, the rule that judges it, and what examples and recordings say of it."""

    difference: Difference
    rule: Rule
    supports: tuple[Support, ...]

    @property
    def verdict(self) -> Verdict:
        return self.rule.judge(self.difference)


def _findings(operation: str, judged: Sequence[_Judged]) -> Iterator[Finding]:
    """One finding for each rule and subject: the gravest difference, the others beside it."""
    groups: dict[tuple[str, str], list[_Judged]] = {}
    for one in judged:
        groups.setdefault((one.rule.id, one.difference.subject), []).append(one)
    for same in groups.values():
        first, *others = sorted(same, key=lambda one: -one.verdict.severity)
        yield _finding(operation, first, others)


def _finding(operation: str, judged: _Judged, others: Sequence[_Judged]) -> Finding:
    verdict, found = judged.verdict, judged.difference
    _, other = opposed(found)
    alone = stands_alone(found, judged.supports)
    return Finding(
        rule=judged.rule.id,
        severity=verdict.severity,
        operation=operation,
        subject=cut(found.subject, LONGEST_PLACE),
        message=verdict.message + (f"; {alone} stands alone" if alone else ""),
        expected=verdict.expected,
        actual=verdict.actual,
        confidence=found.confidence,
        documented=found.span,
        observed=_observed(other),
        related=(*_related(judged), *_besides(others)),
    )


def _observed(other: SideStatement) -> Observed | None:
    """Where the other side says something else; None for a side without such a page."""
    if other.span.page == other.label:
        return None
    return Observed(origin=Origin.DOCUMENTED.value, where=str(other.span), value=other.span.quote)


def _related(judged: _Judged) -> Iterator[str]:
    yield from judged.difference.consequences
    if len(judged.difference.statements) > 2 or judged.supports:
        yield from list_statements(judged.difference, judged.supports)


def _besides(others: Sequence[_Judged]) -> Iterator[str]:
    for judged in others:
        places = ", ".join(str(s.span) for s in judged.difference.statements)
        yield f"besides, {judged.verdict.message} ({places})"

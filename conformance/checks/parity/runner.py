"""Sides held against each other: the one way in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from conformance.checks.match import Unmatched, match
from conformance.checks.parity.facts import Apart
from conformance.checks.parity.operations import compare_pages, compare_twins, lacking, told_of
from conformance.checks.parity.sides import Side, Told, Twins, bring_together
from conformance.checks.parity.witnesses import Bench, Body, stands_alone, table
from conformance.checks.registry import judges
from conformance.checks.rule import Rule, Verdict
from conformance.checks.wording import LONGEST_PLACE, cut
from conformance.evidence.body import JsonError, load_json
from conformance.model.finding import Finding, Observed, Severity
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
    """Operations that at least two sides tell; 0 means that nothing was compared."""


def compare_sides(sides: Sequence[Side], evidence: Sequence[Interaction] = ()) -> ParityResult:
    """Hold every operation of each side against its twins.

    ``evidence`` is heard as a witness: it decides nothing by itself.
    Never raises for what stands on a page.
    """
    groups = bring_together(sides)
    pages: set[tuple[str, ...]] = set()
    found: list[Finding] = []
    compared = 0
    for twins in groups:
        told = list(told_of(twins))
        key = told[0].operation.key
        facts: list[Apart] = [*lacking(sides, twins), *compare_twins(sides, twins)]
        facts += _pages(sides, twins, pages)
        bench = Bench(list(_bodies(sides, twins, evidence)) if facts else ())
        found += _findings(key, [_heard(fact, bench) for fact in facts])
        compared += len(told) > 1
    return ParityResult(findings=tuple(found), operations=len(groups), compared=compared)


def _pages(sides: Sequence[Side], twins: Twins, done: set[tuple[str, ...]]) -> list[Apart]:
    """The paragraphs of the pages the operation is on, with the first operation of each."""
    pairs = [(side, told) for side, told in zip(sides, twins, strict=True) if told]
    pages = tuple(told.operation.page for _, told in pairs)
    if pages in done:
        return []
    done.add(pages)
    told = [(side.label, t.words, t.operation.span) for side, t in pairs]
    return compare_pages(told)


def _bodies(sides: Sequence[Side], twins: Twins, evidence: Sequence[Interaction]) -> Iterator[Body]:
    """Printed examples of every side, then recorded responses."""
    operations = []
    for side, told in zip(sides, twins, strict=True):
        if told:
            operations.append(told.operation)
            yield from _printed(side.label, told)
    for interaction in evidence:
        if interaction.origin is not Origin.DOCUMENTED:
            yield from _recorded(operations, interaction)


def _printed(label: str, told: Told) -> Iterator[Body]:
    operation = told.operation
    source = f"the example in {label}"
    for response in operation.responses:
        yield from _of_examples(source, f"responses.{response.status}", response.examples)
    if operation.body:
        yield from _of_examples(source, "requestBody", operation.body.examples)


def _of_examples(source: str, root: str, examples: Sequence[Example]) -> Iterator[Body]:
    return (Body(source, str(e.span), root, e.value) for e in examples if e.parsed)


def _recorded(operations: Sequence[Operation], interaction: Interaction) -> Iterator[Body]:
    if interaction.request is None or isinstance(match(operations, interaction), Unmatched):
        return
    try:
        value = load_json(interaction.reply.body)
    except JsonError:
        return
    source = f"a {interaction.origin.value} response"
    yield Body(source, interaction.where, f"responses.{interaction.reply.status}", value)


def _heard(fact: Apart, bench: Bench) -> Apart:
    return replace(fact, witnesses=bench.testify(fact))


def _findings(operation: str, facts: Sequence[Apart]) -> Iterator[Finding]:
    """One finding for each rule and subject: the gravest fact, the others beside it."""
    rules = judges("parity")
    judged: dict[tuple[str, str], list[tuple[Verdict, Apart]]] = {}
    for fact in facts:
        rule = rules[type(fact)]
        judged.setdefault((rule.id, fact.subject), []).append((rule.judge(fact), fact))
    by_id = {rule.id: rule for rule in rules.values()}
    for (rule_id, _), verdicts in judged.items():
        ordered = sorted(verdicts, key=lambda pair: -pair[0].severity)
        yield _finding(by_id[rule_id], operation, ordered)


def _finding(rule: Rule, operation: str, judged: Sequence[tuple[Verdict, Apart]]) -> Finding:
    verdict, fact = judged[0]
    documented = next((w for w in fact.words if w.span == fact.span), fact.words[0])
    other = next((w for w in fact.words if w.key != documented.key), fact.words[-1])
    alone = stands_alone(fact)
    capped = min(verdict.severity, Severity.WARNING) if fact.confidence == "low" else None
    return Finding(
        rule=rule.id,
        severity=capped or verdict.severity,
        operation=operation,
        subject=cut(fact.subject, LONGEST_PLACE),
        message=verdict.message + (f"; {alone} stands alone" if alone else ""),
        expected=verdict.expected,
        actual=verdict.actual,
        confidence=fact.confidence,
        documented=fact.span,
        observed=Observed(
            origin=Origin.DOCUMENTED.value, where=str(other.span), value=other.span.quote
        ),
        related=(*_related(verdict, fact), *_others(judged[1:])),
    )


def _related(verdict: Verdict, fact: Apart) -> Iterator[str]:
    yield from verdict.related
    yield from fact.consequences
    if len(fact.words) > 2 or fact.witnesses:
        yield from table(fact)


def _others(judged: Sequence[tuple[Verdict, Apart]]) -> Iterator[str]:
    for verdict, fact in judged:
        places = ", ".join(str(w.span) for w in fact.words)
        yield f"besides, {verdict.message} ({places})"

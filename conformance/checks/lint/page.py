"""Everything that can be seen on one page by itself, as findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from conformance.checks.lint.absences import (
    only_sampled,
    unvalued,
    without_operation,
    without_responses,
)
from conformance.checks.lint.artefacts import artefacts
from conformance.checks.lint.conflicts import (
    both_required,
    empty_ranges,
    marks_apart,
    types_apart,
)
from conformance.checks.lint.examples import example_findings, query_findings
from conformance.checks.lint.facts import PageFact
from conformance.checks.lint.places import other_methods, other_paths, other_places
from conformance.checks.lint.standards import (
    near_media_types,
    rejected_successes,
    unregistered_statuses,
)
from conformance.checks.lint.texts import dead_links, foreign_headers
from conformance.checks.registry import gap_findings, judges
from conformance.compare.wording import LONGEST_PLACE, cut
from conformance.model.document import Document
from conformance.model.finding import Finding, Observed, Severity
from conformance.model.interaction import Origin
from conformance.model.operation import Operation
from conformance.reading import PageReading

Finder: TypeAlias = Callable[[Document, PageReading], Iterator[PageFact]]

FINDERS: Final[tuple[Finder, ...]] = (
    only_sampled,
    other_methods,
    other_paths,
    other_places,
    types_apart,
    marks_apart,
    both_required,
    empty_ranges,
    unvalued,
    near_media_types,
    unregistered_statuses,
    rejected_successes,
    foreign_headers,
    artefacts,
    dead_links,
    without_operation,
)
"""What looks at a page, in the order in which findings are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LintedPage:
    """One page, and what it gives by itself."""

    reading: PageReading
    findings: tuple[Finding, ...]
    """What the page says against itself, and what could not be read of it."""


def lint_page(document: Document, reading: PageReading) -> LintedPage:
    """The findings of the ``lint`` rules about one page; ``reading`` is what was read of it."""
    facts = (fact for finder in FINDERS for fact in finder(document, reading))
    findings = (
        *example_findings(reading.operations),
        *query_findings(document, reading),
        *_judged(facts),
        *gap_findings(reading.gaps),
    )
    return LintedPage(reading=reading, findings=findings)


def lint_operations(operations: Iterable[Operation]) -> Iterator[Finding]:
    """The findings about operations that only all pages of a folder together show."""
    return _judged(without_responses(operations))


def _judged(facts: Iterable[PageFact]) -> Iterator[Finding]:
    """One finding for each rule, operation and subject: the first."""
    rules = judges("lint")
    seen: set[str] = set()
    for fact in facts:
        rule = rules[type(fact)]
        verdict = rule.judge(fact)
        severity = verdict.severity
        finding = Finding(
            rule=rule.id,
            severity=min(severity, Severity.WARNING) if fact.confidence == "low" else severity,
            operation=fact.operation,
            subject=cut(fact.subject, LONGEST_PLACE),
            message=verdict.message,
            expected=verdict.expected,
            actual=verdict.actual,
            confidence=fact.confidence,
            documented=fact.span,
            observed=_other(fact),
            related=verdict.related,
        )
        if finding.fingerprint not in seen:
            seen.add(finding.fingerprint)
            yield finding


def _other(fact: PageFact) -> Observed | None:
    """The line that says otherwise, as something observed on the page."""
    if fact.other is None:
        return None
    return Observed(origin=Origin.DOCUMENTED.value, where=str(fact.other))

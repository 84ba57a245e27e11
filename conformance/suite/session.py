"""One exchange as the suite sees it: read once, checked once, however many tests ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from msgspec import Struct

from conformance.checks.lint import LintedPage
from conformance.checks.match import Unmatched, host_of, matcher
from conformance.compare.wording import cut
from conformance.drift.known import Partition, split
from conformance.evidence.manifest import MANIFEST
from conformance.model.finding import Finding, Severity
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation, Response
from conformance.pipeline import project
from conformance.pipeline.evidence import check_all
from conformance.pipeline.reports import CheckedExchange

KINDS: Final = frozenset(("valid", "invalid", "unsigned"))
"""Of requests: those an operation gets in a live run."""
HOME: Final = Path(__file__).resolve().parents[2]
"""Where this software keeps exchanges of its own, when it is run from its repository."""
_LONGEST_ID: Final = 120
"""Characters of what an interaction that nothing documents is called."""


class SuiteCase(Struct, frozen=True):
    """What one test is about, and what the test is called."""

    run: ExchangeRun
    id: str


class PageCase(SuiteCase, frozen=True):
    """One page of one exchange."""

    page: LintedPage

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the page says against itself that no test of an operation judges."""
        return self.run.with_own_severities(self.run.without_operations(self.page.findings))


class OperationCase(SuiteCase, frozen=True):
    """One operation in the exchange's first language."""

    operation: Operation

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.run.linted_operations.get(self.operation.key, ())


class ResponseCase(SuiteCase, frozen=True):
    """One documented answer with members."""

    operation: Operation
    response: Response


class TwinCase(SuiteCase, frozen=True):
    """One operation as the pages of all languages document it."""

    operation: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        findings = (f for f in self.run.twins.findings if f.operation == self.operation)
        return self.run.with_own_severities(tuple(findings))


class InteractionCase(SuiteCase, frozen=True):
    """One interaction that is stored."""

    interaction: Interaction
    operations: tuple[Operation, ...]
    """Those it is of; empty when none is documented."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of all that the stored interactions show, what this one shows by itself."""
        if not self.operations:
            return ()
        prefixes = [prefix.path for prefix in self.run.checked.prefixes]
        alone = check_all(self.operations, (self.interaction,), prefixes).findings
        shown = {finding.fingerprint for finding in alone}
        return tuple(f for f in self.run.evidence_findings if f.fingerprint in shown)

    @property
    def unmatched(self) -> str:
        """Why it is of no documented operation; empty where it is of one."""
        some = "" if self.operations else "one of many that are of no documented operation"
        return self.run.unmatched.get(self.interaction.where, some)

    @property
    def is_listed(self) -> bool:
        """Whether a manifest lists its file, as one whose operation is documented."""
        file = self.run.root / self.interaction.where.rpartition("#")[0]
        return (file.parent / MANIFEST).is_file()


@dataclass(eq=False)
class ExchangeRun(CheckedExchange):
    """Everything the suite knows of one exchange."""

    started: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    requested: set[tuple[str, str]] = field(default_factory=set)
    """Operation and kind of request: all of them were made, or there are none."""

    def prepare(self) -> None:
        """Read what every test needs.  Raises InputError: a page, the manifest or the known drift
        is not as it should be."""
        _ = self.contracts, self.known

    @cached_property
    def schema_files(self) -> dict[str, str]:
        return project.render_schemas(self.exchange, self.contracts)

    @property
    def cassette_folder(self) -> Path:
        return self.root / project.CASSETTES / self.exchange.name

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """Everything answers came in: cassettes, then this run's."""
        return (*self.evidence.interactions, *self.live_interactions)

    @cached_property
    def unmatched(self) -> dict[str, str]:
        """Stored interactions that are of no documented operation, each with the reason."""
        return {unmatched.where: unmatched.reason for unmatched in self.checked.unmatched}

    @cached_property
    def findings_of_all(self) -> tuple[Finding, ...]:
        """What no interaction shows by itself."""
        alone = {f.fingerprint for case in interaction_cases(self) for f in case.findings}
        return tuple(f for f in self.evidence_findings if f.fingerprint not in alone)

    @cached_property
    def linted_operations(self) -> dict[str, tuple[Finding, ...]]:
        """What the pages say against themselves, by operation."""
        found: dict[str, list[Finding]] = {}
        for finding in self.with_own_severities(self.linted.findings):
            found.setdefault(finding.operation, []).append(finding)
        return {operation: tuple(findings) for operation, findings in found.items()}

    def without_operations(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Those about no operation that has a test of its own."""
        own = {operation.key for operation in self.contract.operations}
        return tuple(finding for finding in findings if finding.operation not in own)

    @property
    def findings_elsewhere(self) -> tuple[Finding, ...]:
        """What was found by comparing pages and is about no operation with a test of its own."""
        found = (*self.linted.across, *self.twins.findings)
        return self.with_own_severities(self.without_operations(found))

    def split(self, findings: tuple[Finding, ...]) -> Partition:
        return split(findings, self.known, self.today)

    def grave(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Those of ``findings`` that fail a test."""
        return tuple(f for f in self.with_own_severities(findings) if f.severity > Severity.INFO)

    def answers(self, operation: Operation, case: str) -> list[Interaction]:
        """What this run's requests of one case were answered."""
        own = (a for a in self.live if a.operation is operation and a.case == case)
        return [answer.interaction for answer in own if answer.interaction]


def page_cases(run: ExchangeRun) -> Iterator[PageCase]:
    for page in run.linted.of_pages:
        yield PageCase(run, f"{run.exchange.name}-{page.reading.page}", page)


def operation_cases(run: ExchangeRun) -> Iterator[OperationCase]:
    for operation in run.contract.operations:
        yield OperationCase(run, operation_id(run, operation), operation)


def twin_cases(run: ExchangeRun) -> Iterator[TwinCase]:
    """None for an exchange whose pages are in one language."""
    if len(run.contracts) > 1:
        for operation in run.contract.operations:
            yield TwinCase(run, operation_id(run, operation), operation.key)


def response_cases(run: ExchangeRun) -> Iterator[ResponseCase]:
    for case in operation_cases(run):
        for response in case.operation.responses:
            if response.value is not None:
                yield ResponseCase(run, f"{case.id}-{response.status}", case.operation, response)


def interaction_cases(run: ExchangeRun) -> Iterator[InteractionCase]:
    known = matcher(run.contract.operations)
    prefixes = {prefix.host: prefix.path for prefix in run.checked.prefixes}
    for interaction in run.evidence.interactions:
        url = interaction.request.url if interaction.request else ""
        matched = known.match(interaction, prefixes.get(host_of(url), ""))
        operations = () if isinstance(matched, Unmatched) else matched
        below = interaction.where.removeprefix(f"{project.CASSETTES}/{run.exchange.name}/")
        undocumented = cut(url.partition("?")[0], _LONGEST_ID) or "body"
        name = f"{run.exchange.name}-{undocumented}"
        if operations:
            name = operation_id(run, operations[0])
        yield InteractionCase(run, f"{name}-{below}", interaction, operations)


def operation_id(run: ExchangeRun, operation: Operation) -> str:
    """What the tests of an operation are called: ``venue-GET-/orders/{id}``."""
    return f"{run.exchange.name}-{operation.method}-{operation.path}"

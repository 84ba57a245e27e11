"""One exchange as the suite sees it: read once, checked once, however many tests ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from conformance import pipeline
from conformance.checks.lint.page import LintedPage
from conformance.checks.parity.runner import ParityResult
from conformance.drift.known import KnownDrift, Partition, split
from conformance.drift.memory import History
from conformance.evidence.loading import Evidence
from conformance.model.contract import Contract
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation, Response
from conformance.pages.exchange import Exchange
from conformance.pipeline import reports
from conformance.reading import PageReading
from conformance.report.report import Report

KINDS: Final = frozenset(("valid", "invalid", "unsigned"))
"""Of requests: those an operation is asked in a live run."""


_HOME: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class PageCase:
    """One page of one exchange."""

    run: ExchangeRun
    page: LintedPage
    id: str

    @property
    def reading(self) -> PageReading:
        return self.page.reading

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the page says against itself, and what could not be read of it."""
        return self.run.weighed(self.page.findings)


@dataclass(frozen=True, slots=True)
class OperationCase:
    """One operation in the exchange's first language."""

    run: ExchangeRun
    operation: Operation
    id: str

    @property
    def exchange(self) -> str:
        return self.run.exchange.name


@dataclass(frozen=True, slots=True)
class ResponseCase:
    """One documented answer with members."""

    run: ExchangeRun
    operation: Operation
    response: Response
    id: str


@dataclass(frozen=True, slots=True)
class CassetteCase:
    """One cassette file."""

    run: ExchangeRun
    path: Path
    id: str


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """What came of one request of this run."""

    operation: Operation
    case: str
    """One of :data:`KINDS`."""
    findings: tuple[Finding, ...]
    interaction: Interaction | None
    """None where no whole answer came."""


@dataclass(frozen=True, slots=True)
class TwinCase:
    """The pages of one exchange in all its languages."""

    run: ExchangeRun
    id: str


@dataclass(eq=False)
class ExchangeRun:
    """Everything the suite knows of one exchange; each part is made when first asked for."""

    exchange: Exchange
    root: Path
    today: dt.date
    started: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    live: list[LiveAnswer] = field(default_factory=list)
    """What came of this run's requests, in the order in which they were sent."""
    asked: set[tuple[str, str]] = field(default_factory=set)
    """Operation and kind of request: all of them were made, or there are none."""
    history: History | None = None
    """The run beside those before it, where they are remembered and it has ended."""

    @property
    def is_own(self) -> bool:
        """Whether its pages are kept beside the code of this software, not by somebody else."""
        return self.root.resolve() == _HOME

    def prepare(self) -> None:
        """Read what every test needs.

        Raises:
            InputError: a page, the manifest or the known drift is not as it should be.
        """
        _ = self.contracts, self.known

    @cached_property
    def linted(self) -> pipeline.Linted:
        """Every page, held against itself."""
        return pipeline.lint_exchange(self.exchange)

    @property
    def pages(self) -> pipeline.Pages:
        return self.linted.pages

    @cached_property
    def contract(self) -> Contract:
        """The contract of the first language; twins are held against it by a test of their own."""
        return self.contracts[pipeline.languages(self.exchange)[0]]

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        """The contract of every language."""
        return {
            language: pipeline.read_exchange(self.exchange, language).contract
            for language in pipeline.languages(self.exchange)
        }

    @cached_property
    def schema_files(self) -> dict[str, str]:
        return pipeline.schema_files(self.exchange)

    @property
    def schema_folder(self) -> Path:
        return self.root / pipeline.SCHEMAS / self.exchange.name

    @property
    def cassette_folder(self) -> Path:
        return self.root / pipeline.CASSETTES / self.exchange.name

    @cached_property
    def known(self) -> KnownDrift:
        return pipeline.known_drift(self.exchange)

    @cached_property
    def evidence(self) -> Evidence:
        """All cassettes, read directly; the recorded tests replay them through requests."""
        if not self.cassette_folder.is_dir():
            return Evidence(interactions=(), problems=())
        return pipeline.read_all_evidence([self.cassette_folder], self.root)

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """Everything answers were seen in: cassettes, then this run's."""
        live = (answer.interaction for answer in self.live if answer.interaction is not None)
        return (*self.evidence.interactions, *live)

    @cached_property
    def twins(self) -> ParityResult:
        """Every page held against its twins in other languages, recordings as witnesses."""
        sides = pipeline.read_languages(self.exchange).sides
        return pipeline.compare_all(sides, self.evidence.interactions)

    @cached_property
    def partition(self) -> Partition:
        """Every finding of the run, sorted into new, known, expired and stale."""
        asked = bool(self.live)
        return reports.sorted_out(self.all_findings(), self.known, self.today, asked=asked)

    def split(self, findings: tuple[Finding, ...]) -> Partition:
        return split(findings, self.known, self.today)

    def check(self, *interactions: Interaction) -> tuple[Finding, ...]:
        return self.weighed(pipeline.check_all(self.contract.operations, interactions).findings)

    def weighed(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """``findings`` as grave as the exchange's manifest takes them."""
        files = [(page.path, self.exchange.root / page.path) for page in self.exchange.pages]
        return pipeline.weighed(findings, [self.exchange], files)

    def all_findings(self) -> tuple[Finding, ...]:
        """What reading, the printed examples and the cassettes gave, one of each fingerprint."""
        return reports.once_of(self._findings())

    def _findings(self) -> Iterator[Finding]:
        yield from self.check(*self.evidence.interactions)
        yield from self.weighed(self.linted.findings)
        yield from self.weighed(self.twins.findings)
        for answer in self.live:
            yield from self.weighed(answer.findings)

    @property
    def report(self) -> Report:
        """What came of the run, and what earlier ones know of it."""
        return replace(self._outcome, history=self.history)

    @cached_property
    def _outcome(self) -> Report:
        looked = reports.Looked(
            title=self.exchange.title,
            coverage=self.pages.contract.coverage,
            operations=len(self.contract.operations),
            evidence=pipeline.by_origin(self.interactions),
        )
        return reports.report_on(self.exchange, self.partition, self.today, looked)


def twin_cases(run: ExchangeRun) -> Iterator[TwinCase]:
    """One for an exchange whose pages are kept in several languages."""
    tongues = pipeline.languages(run.exchange)
    if len(tongues) > 1:
        yield TwinCase(run, f"{run.exchange.name}-{'-'.join(tongues)}")


def page_cases(run: ExchangeRun) -> Iterator[PageCase]:
    for page in run.linted.of_pages:
        name = Path(page.reading.page).with_suffix("").as_posix().replace("/", "-")
        yield PageCase(run, page, f"{run.exchange.name}-{name}")


def operation_cases(run: ExchangeRun) -> Iterator[OperationCase]:
    for operation in run.contract.operations:
        yield OperationCase(run, operation, f"{run.exchange.name}-{Path(operation.page).stem}")


def response_cases(run: ExchangeRun) -> Iterator[ResponseCase]:
    for case in operation_cases(run):
        for response in case.operation.responses:
            if response.value is not None:
                yield ResponseCase(run, case.operation, response, f"{case.id}-{response.status}")


def cassette_cases(run: ExchangeRun) -> Iterator[CassetteCase]:
    for manifest in sorted(run.cassette_folder.glob("*/manifest.toml")):
        for cassette in pipeline.cassettes_of(manifest.parent):
            case = f"{run.exchange.name}-{manifest.parent.name}-{cassette.case}"
            yield CassetteCase(run, manifest.parent / cassette.file, case)

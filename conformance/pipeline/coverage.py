"""What of the documentation was ever observed: of each exchange, or of any pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from conformance.checks.observed import observed
from conformance.evidence.loading import Evidence
from conformance.model.contract import Contract
from conformance.model.interaction import Origin
from conformance.pages.roots import find_root
from conformance.pipeline.choice import PageChoice, Witnesses
from conformance.pipeline.evidence import read_all_evidence
from conformance.pipeline.pages import read_exchange, read_paths
from conformance.pipeline.project import CASSETTES, choose_pages, languages
from conformance.report.coverage import ExchangeCoverage


def observe_pages(
    choice: PageChoice, witnesses: Witnesses
) -> Iterator[tuple[ExchangeCoverage, Evidence]]:
    """Each exchange, or the pages given by path, with the evidence of what was observed of it."""
    paths, exchanges = choose_pages(choice, "--docs")
    origin = Origin(witnesses.origin)
    if not exchanges:
        name = ", ".join(map(str, paths))
        common = Path.cwd() if len(witnesses.evidence) > 1 else None
        evidence = read_all_evidence(witnesses.evidence, common, origin)
        yield _observed(name, read_paths(paths).contract, evidence), evidence
        return
    root = find_root(choice.docs_root)
    for exchange in exchanges:
        contract = read_exchange(exchange, languages(exchange)[0]).contract
        own = root / CASSETTES / exchange.name
        files = witnesses.evidence or ((own,) if own.is_dir() else ())
        evidence = read_all_evidence(files, root, origin)
        yield _observed(exchange.name, contract, evidence), evidence


def _observed(name: str, contract: Contract, evidence: Evidence) -> ExchangeCoverage:
    return ExchangeCoverage(name, observed(contract.operations, evidence.interactions))

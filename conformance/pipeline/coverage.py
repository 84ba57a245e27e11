"""What of the documentation of each exchange was ever observed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from conformance.checks.observed import observed
from conformance.evidence.loading import Evidence
from conformance.pages.exchange import Exchange
from conformance.pages.roots import find_root
from conformance.pipeline.choice import PageChoice
from conformance.pipeline.evidence import read_all_evidence
from conformance.pipeline.pages import read_exchange
from conformance.pipeline.project import CASSETTES, languages, load_exchanges
from conformance.report.coverage import ExchangeCoverage


def observe_exchanges(choice: PageChoice) -> Iterator[tuple[ExchangeCoverage, Evidence]]:
    """Each exchange with what was observed of it, and the evidence that shows it."""
    root = find_root(choice.docs_root)
    for exchange in load_exchanges(root, choice.exchanges):
        yield _observed(exchange, root)


def _observed(exchange: Exchange, root: Path) -> tuple[ExchangeCoverage, Evidence]:
    contract = read_exchange(exchange, languages(exchange)[0]).contract
    folder = root / CASSETTES / exchange.name
    evidence = read_all_evidence([folder], root) if folder.is_dir() else Evidence((), ())
    found = observed(contract.operations, evidence.interactions)
    return ExchangeCoverage(exchange.name, found), evidence

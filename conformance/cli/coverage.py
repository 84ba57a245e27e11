"""``conformance coverage``."""

from __future__ import annotations

import argparse
from pathlib import Path

from conformance import pipeline
from conformance.checks.observed import observed
from conformance.cli.console import deliver, say
from conformance.cli.main import DONE, FAILED
from conformance.evidence.loading import Evidence
from conformance.pages.exchange import Exchange
from conformance.pages.roots import find_root
from conformance.report.coverage import ExchangeCoverage, coverage_json, coverage_text


def run(args: argparse.Namespace) -> int:
    """Show what was observed; 2 where evidence could not be read or there is none."""
    root = find_root(args.docs_root)
    whole = True
    told = []
    for exchange in pipeline.load_exchanges(root, args.exchange):
        coverage, evidence = _exchange(exchange, root)
        for problem in evidence.problems:
            say(str(problem))
        whole = whole and not evidence.failures
        told.append(coverage)
    render = coverage_json if args.format == "json" else coverage_text
    deliver(render(told), args.output)
    if not any(operation.interactions for each in told for operation in each.operations):
        say("nothing was observed: no interaction belongs to a documented operation")
        return FAILED
    return DONE if whole else FAILED


def _exchange(exchange: Exchange, root: Path) -> tuple[ExchangeCoverage, Evidence]:
    contract = pipeline.read_exchange(exchange, pipeline.languages(exchange)[0]).contract
    folder = root / pipeline.CASSETTES / exchange.name
    if not folder.is_dir():
        return ExchangeCoverage(exchange.name, observed(contract.operations, ())), Evidence((), ())
    evidence = pipeline.read_all_evidence([folder], root)
    found = observed(contract.operations, evidence.interactions)
    return ExchangeCoverage(exchange.name, found), evidence

"""``conformance lint``."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from conformance import pipeline
from conformance.checks.weighing import selection
from conformance.cli.console import Progress, say
from conformance.cli.main import DONE, FAILED, FOUND
from conformance.cli.publish import counts, publish
from conformance.drift.known import KnownDrift
from conformance.errors import UsageError
from conformance.model.contract import Coverage
from conformance.pages.exchange import Exchange
from conformance.pages.roots import find_root
from conformance.pipeline.changed import changed_pages
from conformance.pipeline.reports import Looked, accepted_now, build_report
from conformance.pipeline.repository import files_of


def run(args: argparse.Namespace) -> int:
    """Hold each page against itself, report, and say by exit status what came of it."""
    chosen = selection(args.select, args.ignore, ["lint"])
    exchanges = _exchanges(args)
    paths: list[Path] = args.paths or [exchange.root for exchange in exchanges]
    linted = pipeline.lint_paths(paths, Progress("reading"), max(1, args.jobs))
    for line in linted.pages.skipped:
        say(f"skipped {line}")
    findings = pipeline.weighed(linted.findings, exchanges, linted.pages.files)
    kept = [finding for finding in findings if chosen.keeps(finding.rule)]
    if args.changed_since:
        changed = changed_pages(linted.pages.files, args.changed_since)
        say(f"{len(changed)} of {len(linted.pages.files)} pages changed since {args.changed_since}")
        kept = [f for f in kept if f.documented is None or f.documented.page in changed]
    parts = accepted_now(kept, _known(exchanges), dt.date.today())
    contract = linted.pages.contract
    operations = len(contract.operations)
    looked = Looked(
        title=", ".join(map(str, paths)),
        coverage=contract.coverage if operations else Coverage(),
        operations=operations,
        files=files_of(linted.pages.files),
    )
    report = build_report(parts, looked)
    publish(report, args, linted.pages.files)
    if not linted.pages.readings:
        say("nothing was checked: no page could be read")
        return FAILED
    if linted.pages.gaps:
        say(f"{len(linted.pages.gaps)} of the pages could not be read")
        return FAILED
    if not operations:
        pages = "the page" if len(linted.pages.readings) == 1 else "any page"
        say(f"nothing was checked: no operation was found on {pages}")
        return FAILED
    return FOUND if counts(report.findings, args) else DONE


def _exchanges(args: argparse.Namespace) -> tuple[Exchange, ...]:
    """None when pages are given; else the chosen ones of the project."""
    if args.paths and args.exchange:
        raise UsageError("give either PATH or --exchange, not both")
    if args.paths:
        return ()
    return pipeline.load_exchanges(find_root(args.docs_root), args.exchange)


def _known(exchanges: Sequence[Exchange]) -> KnownDrift:
    entries = tuple(entry for e in exchanges for entry in pipeline.known_drift(e).entries)
    return KnownDrift(path=Path(), entries=entries)

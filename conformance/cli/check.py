"""``conformance check``."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from conformance import pipeline
from conformance.checks.match import Unmatched
from conformance.cli.console import Progress, say
from conformance.cli.main import DONE, FAILED, FOUND
from conformance.cli.publish import counts, publish
from conformance.drift.known import KnownDrift
from conformance.errors import UsageError
from conformance.model.contract import Coverage
from conformance.model.finding import Finding, Severity
from conformance.model.interaction import Origin
from conformance.model.operation import Operation
from conformance.pages.exchange import Exchange
from conformance.pages.roots import find_root
from conformance.pipeline.reports import Looked, accepted_now, build_report
from conformance.pipeline.repository import files_of


def run(args: argparse.Namespace) -> int:
    """Check evidence against pages, report, and say by exit status what came of it."""
    docs, evidence_paths, exchanges = _inputs(args)
    pages = pipeline.read_paths(docs, Progress("reading"))
    contract = pages.contract
    operations = _chosen(contract.operations, args.operation)
    checker = pipeline.EvidenceChecker.of(operations, args.base_path, pages.files)
    units = pipeline.find_all_units(evidence_paths, _common(evidence_paths), Origin(args.origin))
    outcome = pipeline.check_evidence(checker, units, args.jobs)
    for line in _problem_lines(outcome):
        say(line)
    result = checker.result(outcome.parts)
    for prefix in result.prefixes:
        say(f"{prefix.host}: no page states a base path; every request has {prefix.path}: used")
    for line in _unmatched_lines(result.lost):
        say(line)
    findings = pipeline.weighed(result.findings, exchanges, pages.files)
    parts = accepted_now(findings, _known(exchanges), dt.date.today())
    looked = Looked(
        title=", ".join(map(str, docs)),
        coverage=contract.coverage if result.checked_interactions else Coverage(),
        operations=len(operations) if result.checked_interactions else 0,
        evidence=result.origins,
        unchecked=result.unchecked,
        files=files_of(pages.files),
    )
    report = build_report(parts, looked)
    publish(report, args, pages.files)
    if not result.checked_interactions:
        say("nothing was checked: no interaction belongs to a documented operation")
        return FAILED
    if not (result.judged_interactions or _is_grave(result.findings)):
        say("nothing was checked: no page says anything of the answers")
        return FAILED
    if outcome.failed:
        say(f"{outcome.failed:,} of the files or entries given could not be read")
        return FAILED
    of_api = any(Origin(origin).is_of_api for origin, _ in report.evidence)
    return FOUND if counts(report.findings if of_api else parts.new, args) else DONE


def _is_grave(findings: Sequence[Finding]) -> bool:
    """Whether one is more than an ``info``: a status that no page promises is one."""
    return any(finding.severity > Severity.INFO for finding in findings)


def _problem_lines(outcome: pipeline.Outcome) -> Iterator[str]:
    """A line for each, and one for all entries that are no HTTP answers."""
    yield from outcome.failures
    if outcome.failed > len(outcome.failures):
        yield f"... and {outcome.failed - len(outcome.failures):,} more"
    if outcome.asides > 1:
        yield f"{outcome.asides:,} entries are no HTTP answers; the first: {outcome.aside}"
    elif outcome.aside:
        yield outcome.aside


def _unmatched_lines(lost: Sequence[tuple[Unmatched, int]]) -> Iterator[str]:
    """A line for each reason and host, with the first interaction and, of several, their number."""
    for first, number in lost:
        of = f" of {first.host}" if first.host else ""
        count = f"{number:,} interactions{of}: {first.kind}; the first: " if number > 1 else ""
        yield f"{first.where}: not checked: {count}{first.reason}"


def _inputs(args: argparse.Namespace) -> tuple[list[Path], list[Path], tuple[Exchange, ...]]:
    """Pages, evidence and exchanges: pages as given, or those of the project's exchanges."""
    if args.docs and args.exchange:
        raise UsageError("give either --docs or --exchange, not both")
    if args.docs:
        if not args.evidence:
            raise UsageError("no evidence given", hint="name files or folders of interactions")
        return args.docs, args.evidence, ()
    root = find_root(args.docs_root)
    exchanges = pipeline.load_exchanges(root, args.exchange)
    evidence = args.evidence or [
        folder for e in exchanges if (folder := root / pipeline.CASSETTES / e.name).is_dir()
    ]
    if not evidence:
        raise UsageError("no evidence given", hint=f"{root / pipeline.CASSETTES} holds none either")
    return [e.root for e in exchanges], evidence, exchanges


def _known(exchanges: Sequence[Exchange]) -> KnownDrift:
    entries = tuple(entry for e in exchanges for entry in pipeline.known_drift(e).entries)
    return KnownDrift(path=Path(), entries=entries)


def _common(paths: Sequence[Path]) -> Path | None:
    """Several folders are named apart in reports by their common parent."""
    return None if len(paths) < 2 else Path.cwd()


def _chosen(operations: Sequence[Operation], key: str | None) -> tuple[Operation, ...]:
    if key is None:
        return tuple(operations)
    wanted = " ".join(key.split())
    chosen = tuple(o for o in operations if o.key == wanted)
    if not chosen:
        known = "; ".join(o.key for o in operations) or "none"
        raise UsageError(f"no operation {wanted!r} is documented", hint=f"documented: {known}")
    return chosen

"""``conformance parity``."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conformance import pipeline
from conformance.checks.parity.runner import ParityResult
from conformance.checks.weighing import Selection, selection
from conformance.cli.console import Progress, say
from conformance.cli.main import DONE, FAILED, FOUND
from conformance.cli.publish import counts, publish
from conformance.drift.known import KnownDrift, Partition
from conformance.errors import UsageError
from conformance.model.contract import Coverage
from conformance.model.interaction import Interaction, Origin
from conformance.pages.exchange import Exchange
from conformance.pages.roots import find_root
from conformance.pipeline.reports import Looked, accepted_now, build_report
from conformance.pipeline.repository import files_of
from conformance.report.report import Report


@dataclass(frozen=True, slots=True)
class _Job:
    """Sides to compare, and what is known of them."""

    title: str
    read: pipeline.Sides
    evidence: tuple[Path, ...]
    known: KnownDrift
    exchanges: tuple[Exchange, ...] = ()


def run(args: argparse.Namespace) -> int:
    """Compare twins, report, and say by exit status what came of it."""
    chosen = selection(args.select, args.ignore, ["parity"])
    jobs = list(_given(args) if args.paths else _own(args))
    results = [_compare(job, Origin(args.origin)) for job in jobs]
    problems = [gap for job in jobs for gap in job.read.gaps]
    for gap in problems:
        say(f"{gap.span.page}: not read: {gap.detail}")
    report = _report(jobs, results, chosen)
    publish(report, args, [page for job in jobs for page in job.read.files])
    if not any(result.compared for result in results):
        say("nothing was compared: no operation is documented on two sides")
        return FAILED
    if problems:
        return FAILED
    return FOUND if counts(report.findings, args) else DONE


def _given(args: argparse.Namespace) -> Iterator[_Job]:
    if args.exchange:
        raise UsageError("give either PATH or --exchange, not both")
    if len(args.paths) < 2:
        raise UsageError("one side has no twin", hint="name two or more folders or files")
    read = pipeline.read_sides(args.paths, Progress("reading"))
    title = ", ".join(side.label for side in read.sides)
    yield _Job(title, read, tuple(args.evidence), KnownDrift(path=Path()))


def _own(args: argparse.Namespace) -> Iterator[_Job]:
    """One job for each exchange with pages in more than one language."""
    root = find_root(args.docs_root)
    exchanges = pipeline.load_exchanges(root, args.exchange)
    twins = [e for e in exchanges if len(pipeline.languages(e)) > 1]
    if not twins:
        names = ", ".join(e.name for e in exchanges) or "none"
        raise UsageError(f"no exchange has pages in two languages: {names}")
    for exchange in twins:
        own = root / pipeline.CASSETTES / exchange.name
        evidence = tuple(args.evidence) or ((own,) if own.is_dir() else ())
        read = pipeline.read_languages(exchange, Progress("reading"))
        yield _Job(exchange.title, read, evidence, pipeline.known_drift(exchange), (exchange,))


def _compare(job: _Job, unsaid: Origin) -> ParityResult:
    return pipeline.compare_all(job.read.sides, _witnesses(job.evidence, unsaid))


def _witnesses(paths: tuple[Path, ...], unsaid: Origin) -> tuple[Interaction, ...]:
    evidence = pipeline.read_all_evidence(paths, Path.cwd() if len(paths) > 1 else None, unsaid)
    for problem in evidence.problems:
        say(str(problem))
    return evidence.interactions


def _report(jobs: list[_Job], results: list[ParityResult], chosen: Selection) -> Report:
    today = dt.date.today()
    parts = []
    for job, result in zip(jobs, results, strict=True):
        findings = pipeline.weighed(result.findings, job.exchanges, job.read.files)
        wanted = [finding for finding in findings if chosen.keeps(finding.rule)]
        parts.append(accepted_now(wanted, job.known, today))
    looked = Looked(
        title=", ".join(job.title for job in jobs),
        coverage=sum((job.read.coverage for job in jobs), Coverage()),
        operations=sum(result.operations for result in results),
        files=files_of(page for job in jobs for page in job.read.files),
    )
    known = tuple(match for part in parts for match in part.known)
    return build_report(Partition(new=tuple(f for p in parts for f in p.new), known=known), looked)

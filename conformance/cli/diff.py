"""``conformance diff``."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from conformance import pipeline
from conformance.checks.change.runner import ChangeResult
from conformance.checks.weighing import Selection, selection
from conformance.cli.console import Progress, refuse_overwriting, say
from conformance.cli.main import DONE, FAILED, FOUND
from conformance.cli.publish import counts, publish
from conformance.drift.known import KnownDrift
from conformance.model.interaction import Interaction, Origin
from conformance.pages.exchange import Exchange
from conformance.pages.revisions import open_states
from conformance.pipeline.change import (
    ReadState,
    compare_all_states,
    exchanges_of,
    read_state,
)
from conformance.pipeline.reports import Looked, accepted_now, build_report
from conformance.pipeline.repository import files_of
from conformance.report.report import Report


def run(args: argparse.Namespace) -> int:
    """Compare two states, report, and say by exit status what came of it."""
    chosen = selection(args.select, args.ignore, ["change"])
    refuse_overwriting(args.output, (Path(args.old), Path(args.new)))
    old, new = _read(args)
    exchanges = exchanges_of((*old.files, *new.files))
    evidence = _evidence(args.evidence or _cassettes(exchanges), Origin(args.origin))
    result = compare_all_states(old.state, new.state, evidence)
    report = _report((old, new), result, chosen, exchanges)
    publish(report, args)
    return _outcome(report, result, (old, new), args)


def _read(args: argparse.Namespace) -> tuple[ReadState, ReadState]:
    """Both states, and on stderr what of them could not be read."""
    progress = Progress("reading")
    names = args.old, args.new
    with open_states(*names, exchanges=args.exchange, start=args.docs_root) as (before, after):
        old, new = read_state(before, progress), read_state(after, progress)
    for state in (old, new):
        for gap in state.gaps:
            say(f"{gap.span.page}: not read: {gap.detail}")
        for skipped in state.skipped:
            say(f"not read: {skipped}")
    return old, new


def _cassettes(exchanges: Sequence[Exchange]) -> list[Path]:
    """What the project has recorded of its own exchanges."""
    folders = (e.root.parents[1] / pipeline.CASSETTES / e.name for e in exchanges)
    return [folder for folder in folders if folder.is_dir()]


def _evidence(paths: Sequence[Path], unsaid: Origin) -> tuple[Interaction, ...]:
    root = Path.cwd() if len(paths) > 1 else None
    evidence = pipeline.read_all_evidence(paths, root, unsaid)
    for problem in evidence.problems:
        say(str(problem))
    return evidence.interactions


def _report(
    states: tuple[ReadState, ReadState],
    result: ChangeResult,
    chosen: Selection,
    exchanges: Sequence[Exchange],
) -> Report:
    """The findings that are wanted, weighed; pages are those of the new state."""
    old, new = states
    files = (*old.files, *new.files)
    findings = pipeline.weighed(result.findings, exchanges, files)
    entries = tuple(entry for e in exchanges for entry in pipeline.known_drift(e).entries)
    wanted = [f for f in findings if chosen.keeps(f.rule)]
    known = KnownDrift(path=Path(), entries=entries)
    looked = Looked(
        title=f"{old.state.label} → {new.state.label}",
        coverage=new.coverage,
        operations=result.operations,
        files=files_of(new.files),
    )
    return build_report(accepted_now(wanted, known, dt.date.today()), looked)


def _outcome(
    report: Report,
    result: ChangeResult,
    states: tuple[ReadState, ReadState],
    args: argparse.Namespace,
) -> int:
    for problem in result.problems:
        say(problem)
    for state in states:
        if not state.state.operations:
            say(f"nothing was compared: {state.state.label} documents no operation")
            return FAILED
    if result.problems or any(state.gaps for state in states):
        return FAILED
    return FOUND if counts(report.findings, args) else DONE

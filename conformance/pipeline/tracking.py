"""Issues on GitHub brought in line with what was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.drift.memory import Remembered
from conformance.errors import ConformanceError, UsageError
from conformance.model.finding import Severity
from conformance.pipeline.github import carry_out, make_label, read_issues, read_list
from conformance.pipeline.history import open_history
from conformance.pipeline.passes import Progress
from conformance.pipeline.reporting import ReportRequest, report_exchanges
from conformance.report.report import Report
from conformance.report.tracking import Action, Issue, Step, plan

if TYPE_CHECKING:
    from conformance.drift.history.store import HistoryStore

_REPOSITORY: Final = re.compile(r"(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingOptions:
    """Where issues are, and which findings get one."""

    repository: str = ""
    issues: Path | None = None
    """A file that lists the issues there are; only for a dry run."""
    dry_run: bool = False
    label: str = "conformance"
    least: Severity = Severity.WARNING
    most: int = 25
    """Issues opened at once."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """What was done, or would be."""

    done: tuple[Action, ...] = ()
    notes: tuple[str, ...] = ()
    failure: str = ""
    """Why not everything was done."""
    is_planned: bool = False
    """Whether there was anything to plan with: False where nothing was checked."""


def track_findings(
    request: ReportRequest, options: TrackingOptions, progress: Progress | None = None
) -> Tracked:
    """Open, update, reopen and close issues so that there is one for each cause.

    Raises:
        UsageError: the options contradict each other, or name no repository.
        InputError: pages, the history or the list of issues cannot be read.
    """
    if options.issues and not options.dry_run:
        raise UsageError("--issues: a file cannot be acted upon", hint="add --dry-run")
    if not options.issues and not _REPOSITORY.fullmatch(options.repository):
        raise UsageError("--repo: name the repository as OWNER/NAME")
    found = report_exchanges(replace(request, only_remembered=True), progress)
    notes = tuple(note for one in found for note in one.notes)
    if any(one.report.is_empty for one in found) or not found:
        return Tracked(notes=notes, failure="nothing was checked, so no issue is touched")
    if not all(one.whole for one in found):
        return Tracked(
            notes=notes, failure="not everything could be checked, so no issue is touched"
        )
    store = open_history(request.history)
    issues = (
        read_list(options.issues)
        if options.issues
        else read_issues(options.repository, options.label)
    )
    reports = [_with_all_gone(one.report, store) for one in found]
    actions = plan(reports, issues, options.least, options.most)
    if options.dry_run:
        return Tracked(tuple(actions), notes, is_planned=True)
    done, failure = _carried_out(actions, issues, options)
    return Tracked(tuple(done), notes, failure, is_planned=True)


def _with_all_gone(report: Report, store: HistoryStore | None) -> Report:
    """``report`` with what was gone long ago, too: its issue may not have been closed then."""
    history = report.history
    if history is None or store is None:
        return report
    current = history.memories.keys() | {one.finding.fingerprint for one in history.gone}
    gone = tuple(
        Remembered(trail.finding, trail.memory)
        for trail in store.findings(report.exchange)
        if trail.finding.fingerprint not in current
    )
    return replace(report, history=replace(history, gone=(*history.gone, *gone)))


def _carried_out(
    actions: Sequence[Action], issues: Sequence[Issue], options: TrackingOptions
) -> tuple[list[Action], str]:
    """Those that could be; the first that fails ends it, since the next would fail alike."""
    done: list[Action] = []
    try:
        if any(action.step is Step.OPEN for action in actions) and not issues:
            make_label(options.repository, options.label)
        for action in actions:
            carry_out(action, options.repository, options.label)
            done.append(action)
    except ConformanceError as error:
        left = len(actions) - len(done)
        return done, f"{error}; {left} of {len(actions)} not done: run it again"
    return done, ""

"""``conformance track``."""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.cli.console import Progress, deliver, say
from conformance.cli.gh import carry_out, make_label, read_issues, read_list
from conformance.cli.main import DONE, FAILED
from conformance.cli.report import told
from conformance.drift.memory import Remembered
from conformance.errors import ConformanceError, UsageError
from conformance.model.finding import Severity
from conformance.pipeline.history import open_history
from conformance.report.plain import printable
from conformance.report.report import Report
from conformance.report.tracking import Action, Issue, Step, plan

if TYPE_CHECKING:
    from conformance.drift.history.store import HistoryStore

_REPOSITORY: Final = re.compile(r"(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_DOES: Final = {
    Step.OPEN: "opened",
    Step.UPDATE: "updated",
    Step.REOPEN: "reopened",
    Step.CLOSE: "closed",
    Step.LEAVE: "left",
}


def run(args: argparse.Namespace) -> int:
    """Bring the tracking issues in line with what was found; 2 where that could not be done."""
    if args.issues and not args.dry_run:
        raise UsageError("--issues: a file cannot be acted upon", hint="add --dry-run")
    if not args.issues and not _REPOSITORY.fullmatch(args.repo or ""):
        raise UsageError("--repo: name the repository as OWNER/NAME")
    found = told(args)
    store = open_history(args.history)
    if any(one.report.is_empty for one in found) or not found:
        say("nothing was checked, so no issue is touched")
        return FAILED
    if not all(one.whole for one in found):
        say("not everything could be checked, so no issue is touched")
        return FAILED
    issues = read_list(args.issues) if args.issues else read_issues(args.repo, args.label)
    least = Severity[args.least.upper()]
    reports = [_with_all_gone(one.report, store) for one in found]
    actions = plan(reports, issues, least, args.most)
    done = actions if args.dry_run else _carried_out(actions, issues, args)
    deliver(_told(done, args.format, dry_run=args.dry_run), args.output)
    return DONE if len(done) == len(actions) else FAILED


def _with_all_gone(report: Report, store: HistoryStore | None) -> Report:
    """``report`` with what was gone long ago, too: its issue may not have been closed then."""
    history = report.history
    if history is None or store is None:
        return report
    told = history.memories.keys() | {one.finding.fingerprint for one in history.gone}
    gone = tuple(
        Remembered(trail.finding, trail.memory)
        for trail in store.findings(report.exchange)
        if trail.finding.fingerprint not in told
    )
    return replace(report, history=replace(history, gone=(*history.gone, *gone)))


def _carried_out(
    actions: Sequence[Action], issues: Sequence[Issue], args: argparse.Namespace
) -> list[Action]:
    """Those that could be; the first that fails ends it, since the next would fail alike."""
    done: list[Action] = []
    progress = Progress("tracking")
    try:
        if any(action.step is Step.OPEN for action in actions) and not issues:
            make_label(args.repo, args.label)
        for action in actions:
            carry_out(action, args.repo, args.label)
            done.append(action)
            progress(len(done), len(actions), action.fingerprint)
    except ConformanceError as error:
        say(f"{error}; {len(actions) - len(done)} of {len(actions)} not done: run it again")
    return done


def _told(actions: Sequence[Action], form: str, *, dry_run: bool) -> str:
    if form == "json":
        return json.dumps([_wire(action) for action in actions], indent=2) + "\n"
    lines = [_line(action, dry_run) for action in actions]
    counts = Counter(action.step for action in actions)
    summary = ", ".join(f"{counts[s]} {word}" for s, word in _DOES.items() if counts[s])
    would = "would be: " if dry_run and summary else ""
    return "\n".join([*lines, f"{would}{summary or 'nothing to do'}"]) + "\n"


def _line(action: Action, dry_run: bool) -> str:
    which = f"#{action.number}" if action.number else "new"
    does = action.step.value if dry_run else _DOES[action.step]
    return f"{does:<8} {which:<6} {action.fingerprint} {printable(action.title)} ({action.why})"


def _wire(action: Action) -> dict[str, object]:
    return {
        "step": action.step.value,
        "number": action.number or None,
        "fingerprint": action.fingerprint,
        "title": action.title,
        "why": action.why,
        "body": action.body,
    }

"""Issues on GitHub brought in line with what was found.

They are changed by GitHub's own program, ``gh``: it knows the account and its token, this software
neither.
"""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from conformance.drift.history.record import Remembered
from conformance.errors import ConformanceError, InputError, UsageError
from conformance.model.finding import Severity
from conformance.patterns import regex
from conformance.pipeline.history import open_history
from conformance.pipeline.pages import Progress
from conformance.pipeline.reports import ReportRequest, report_exchanges
from conformance.report.report import Report
from conformance.report.tracking import Issue, IssueAction, IssueStep, plan_actions

_FIELDS: Final = "number,title,body,state,closedAt"
_DESCRIPTION: Final = "A finding of conformance; looked after by a program"
"""Of the label."""
_SECONDS: Final = 60
_MOST: Final = 5000
"""Tracking issues looked at."""
_LONGEST: Final = 500


def read_issues(repository: str, label: str) -> tuple[Issue, ...]:
    """The issues of ``repository`` with ``label``, open and closed.  Raises UsageError: no ``gh``;
    InputError: it fails, or prints no list of issues."""
    listing = ["issue", "list", "--label", label, "--state", "all", "--limit", str(_MOST)]
    return issues_of(_run_gh([*listing, "--json", _FIELDS], repository), "gh issue list")


class _Listed(msgspec.Struct, rename="camel"):
    """An issue as ``gh issue list --json`` prints it."""

    number: int
    title: str
    body: str | None
    state: str
    closed_at: dt.datetime | None = None

    def issue(self) -> Issue:
        return Issue(
            number=self.number,
            title=self.title,
            body=self.body or "",
            is_open=self.state.upper() == "OPEN",
            closed=self.closed_at.astimezone(dt.UTC) if self.closed_at else None,
        )


def issues_of(text: str, where: str) -> tuple[Issue, ...]:
    """The issues that ``gh issue list --json number,title,body,state,closedAt`` prints.  Raises
    InputError."""
    try:
        return tuple(one.issue() for one in msgspec.json.decode(text, type=list[_Listed]))
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        wanted = f"gh issue list --state all --json {_FIELDS}"
        raise InputError(f"{where}: is no list of issues", hint=f"made by: {wanted}") from error


def _make_commands(action: IssueAction, label: str) -> Iterator[tuple[list[str], str]]:
    number = str(action.number)
    text = ["--title", action.title, "--body-file", "-"]
    match action.step:
        case IssueStep.OPEN:
            yield ["issue", "create", *text, "--label", label], action.body
        case IssueStep.UPDATE:
            yield ["issue", "edit", number, *text], action.body
        case IssueStep.REOPEN:
            yield ["issue", "edit", number, *text], action.body
            yield ["issue", "reopen", number, "--comment", action.why], ""
        case IssueStep.CLOSE:
            yield ["issue", "close", number, "--comment", action.why], ""


def _run_gh(args: Sequence[str], repository: str, text: str = "") -> str:
    program = shutil.which("gh")
    if program is None:
        hint = "install GitHub's command line, or give --dry-run with --issues FILE"
        raise UsageError("the program gh is not there", hint=hint)
    what = f"gh {' '.join(args[:2])}"
    command = [program, *args, "--repo", repository]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, its arguments are no shell's
            command,
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{what}: no answer in {_SECONDS} seconds", hint="try again") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{what}: cannot be run: {why}") from error
    if done.returncode:
        output = " ".join(done.stderr.split())[:_LONGEST] or f"exit status {done.returncode}"
        raise InputError(f"{what}: {output}", hint="gh auth status says whom it acts for")
    return done.stdout


def read_list(path: Path) -> tuple[Issue, ...]:
    """The issues in a file.  Raises InputError: it cannot be read, or is something else."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read: {why}") from error
    return issues_of(text, str(path))


if TYPE_CHECKING:
    from conformance.drift.history.store import HistoryStore

_REPOSITORY: Final = regex(r"(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")


class TrackingOptions(Struct, frozen=True, kw_only=True):
    """Where issues are, and which findings get one."""

    repository: str = ""
    issues: Path | None = None
    """A file that lists the issues there are; only for a dry run."""
    dry_run: bool = False
    label: str = "conformance"
    least: Severity = Severity.WARNING
    most: int = 25
    """Issues opened at once."""


class Tracked(Struct, frozen=True):
    """What was done, or would be."""

    done: tuple[IssueAction, ...] = ()
    notes: tuple[str, ...] = ()
    failure: str = ""
    """Why not everything was done."""
    is_planned: bool = False
    """Whether there was anything to plan with: False where nothing was checked."""


def track_findings(
    request: ReportRequest, options: TrackingOptions, progress: Progress | None = None
) -> Tracked:
    """Keep one issue for each cause.  Raises UsageError: the options contradict each other, or name
    no repository; InputError: pages, history or list of issues cannot be read."""
    if options.issues and not options.dry_run:
        raise UsageError("--issues: a file cannot be acted upon", hint="add --dry-run")
    if not options.issues and not _REPOSITORY.fullmatch(options.repository):
        raise UsageError("--repo: name the repository as OWNER/NAME")
    found = report_exchanges(request, progress)
    notes = tuple(note for one in found for note in one.notes)
    what = "not everything could be" if found and not all(one.whole for one in found) else ""
    what = "nothing was" if any(o.report.is_empty for o in found) or not found else what
    if what:
        return Tracked(notes=notes, failure=f"{what} checked, so no issue is touched")
    store = open_history(request.history)
    listed, repository = options.issues, options.repository
    issues = read_list(listed) if listed else read_issues(repository, options.label)
    reports = [_with_all_gone(one.report, store) for one in found]
    actions = plan_actions(reports, issues, options.least, options.most)
    if options.dry_run:
        return Tracked(tuple(actions), notes, is_planned=True)
    done, failure = _carry_out(actions, issues, options)
    return Tracked(tuple(done), notes, failure, is_planned=True)


def _with_all_gone(report: Report, store: HistoryStore | None) -> Report:
    """``report`` with what was gone long ago, too: its issue may still be open."""
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


def _carry_out(
    actions: Sequence[IssueAction], issues: Sequence[Issue], options: TrackingOptions
) -> tuple[list[IssueAction], str]:
    """The actions done; the first failure ends it, as the next would fail alike."""
    done: list[IssueAction] = []
    try:
        if any(action.step is IssueStep.OPEN for action in actions) and not issues:
            label = ["label", "create", options.label, "--force", "--description", _DESCRIPTION]
            _run_gh(label, options.repository)
        for action in actions:
            for args, text in _make_commands(action, options.label):
                _run_gh(args, options.repository, text)
            done.append(action)
    except ConformanceError as error:
        left = len(actions) - len(done)
        return done, f"{error}; {left} of {len(actions)} not done: run it again"
    return done, ""

"""The commands that tell what is known of exchanges."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from conformance.cli import options
from conformance.cli.command import (
    PATH,
    Choice,
    command,
    folder_inside,
    moment,
    nights,
    option,
    whole,
)
from conformance.cli.main import DONE, FAILED
from conformance.errors import UsageError
from conformance.pipeline import PageChoice

_STATES = ("new", "returned", "open", "known", "fixed")


@command(
    "Report on the project's exchanges: the latest run that a history remembers of each, beside "
    "the run before it; without a history, what their pages and the stored evidence say now. "
    "Nothing is sent to anybody.",
    settings={"exchanges": "exchange", "fail-on": "fail_on", "confidence": "confidence"},
)
@options.project()
@options.history()
@option(
    "--since", type=moment, metavar="DATE|AGO", group="memory",
    help="compare with how things stood then: 2026-11-03, 7d, 3w (default: the run before)",
)  # fmt: skip
@options.now()
@options.result(drift=True)
@option("--packets", type=PATH, metavar="DIR", group="result",
    help="write one issue-ready packet for each cause to DIR, with a patch where the correction "
    "is certain; packets written there before and no longer true are removed")  # fmt: skip
@option("--patch-prefix", default="", type=folder_inside, metavar="PATH", group="result",
    help="with --packets: where the pages lie in the repository that the patches are for (docs, "
    "docs/{language}); default: where they lie in this one")  # fmt: skip
def report(
    project: PageChoice,
    history: str | None,
    since: dt.datetime | None,
    now: bool,
    result: options.Result,
    packets: Path | None,
    patch_prefix: str,
) -> int:
    from conformance.cli.console import Progress, finish, say
    from conformance.pages.exchange import find_known_exchanges, find_root
    from conformance.pipeline.reports import (
        ReportRequest,
        build_outcome,
        report_exchanges,
        write_packets,
    )

    root = find_root(project.docs_root)
    if result.format == "drift" and len(project.exchanges or find_known_exchanges(root)) > 1:
        raise UsageError("--format drift is about one exchange", hint="name it with --exchange")
    request = ReportRequest(project, history, since, now)
    found = report_exchanges(request, Progress("checking"))
    status = finish(build_outcome(found), result)
    if packets:
        for note in write_packets(found, packets, root, patch_prefix, Progress("packets")):
            say(note)
    return status


@command(
    "Remove old runs from a history. What the state of a finding rests on stays: when it was first "
    "and last seen, and a run that found it gone; so does the latest run of every exchange."
)
@options.history()
@option("--keep", type=nights, required=True, metavar="N|AGO", group="what stays",
    help="of each exchange the latest N runs, or those that began so long ago at most: 400, 90d, "
    "12w")  # fmt: skip
@option("--exchange", multiple=True, metavar="NAME", group="what stays",
    help="remove runs of this exchange alone (repeatable; default: of all)")  # fmt: skip
@option("--dry-run", is_flag=True, group="what stays", help="say what would go, and stop")
def prune(
    history: str | None, keep: int | dt.timedelta, exchange: tuple[str, ...], dry_run: bool
) -> int:
    """Say what goes, and how much room that gave back."""
    import click

    from conformance.cli.console import deliver
    from conformance.pipeline.history import require_history
    from conformance.report.history_text import render_pruning

    above = click.get_current_context().parent
    store = require_history(history or (above.params["history"] if above else None))
    pruning = store.prune(keep, dt.datetime.now(dt.UTC), exchange, dry=dry_run)
    deliver(render_pruning(pruning, str(store), dry=dry_run), None)
    return DONE


@command(
    "List what a history remembers: every finding with where it stands by the latest run (in "
    "brackets where that run could not have seen it), when it was first and last seen and by how "
    "many of the runs that could see it; one finding with all its nights; or the runs.",
    below=[prune],
)
@options.history()
@option("--exchange", multiple=True, metavar="NAME", group="what is shown",
    help="what was found there (repeatable; default: everywhere)")  # fmt: skip
@option("--state", multiple=True, type=Choice(_STATES), group="what is shown",
    help="findings that stand so (repeatable; default: all)")  # fmt: skip
@option("--fingerprint", metavar="F", group="what is shown",
    help="this finding, with what every run saw of it")  # fmt: skip
@option("--runs", is_flag=True, group="what is shown", help="runs instead of findings")
@option("--since", type=moment, metavar="DATE|AGO", group="what is shown",
    help="runs since then, or findings beside how they stood then, without what was fixed by "
    "then: 2026-11-03, 12h, 7d, 3w")  # fmt: skip
@options.formats({"text": "for people (default)", "json": "for programs"})
@options.output()
def history(
    history: str | None,
    exchange: tuple[str, ...],
    state: tuple[str, ...],
    fingerprint: str | None,
    runs: bool,
    since: dt.datetime | None,
    format: str,  # noqa: A002
    output: Path | None,
) -> int:
    """Show what is remembered; 2 where that is nothing, or not what was asked for."""
    import click

    if click.get_current_context().invoked_subcommand:
        return DONE
    from conformance.cli.console import deliver, room
    from conformance.pipeline.history import require_history
    from conformance.report import history_text as text

    if runs and (state or fingerprint):
        raise UsageError("--state and --fingerprint are about findings", hint="leave out --runs")
    store = require_history(history)
    width = room(output)
    if runs:
        found = [run for run in store.runs(*exchange) if since is None or run.started >= since]
        shown = text.render_runs_json(found) if format == "json" else text.render_runs(found, width)
    else:
        every = store.findings(*exchange, fingerprint=fingerprint, since=since)
        trails = [trail for trail in every if not state or trail.memory.state.value in state]
        if format == "json":
            shown = text.render_trails_json(trails)
        else:
            render = text.render_timelines if fingerprint else text.render_trails
            shown = render(trails, width)
    deliver(shown, output)
    return DONE


@command(
    "Open an issue for each cause of findings that has none, bring its text up to date, reopen it "
    "when a finding returns, close it when a run that would have seen one does not. Findings are "
    "those of `conformance report`. Works through GitHub's program gh, which has to be logged in; "
    "--dry-run only says what would be done."
)
@options.project()
@options.history()
@options.now()
@option("--repo", "repository", default="", metavar="OWNER/NAME", group="issues",
    help="where the issues are")  # fmt: skip
@option("--dry-run", is_flag=True, group="issues", help="say what would be done, and stop")
@option("--issues", type=PATH, metavar="FILE", group="issues",
    help="with --dry-run: the issues there are, as `gh issue list --state all --json "
    "number,title,body,state,closedAt` prints them, instead of asking")  # fmt: skip
@option("--label", default="conformance", metavar="NAME", group="issues",
    help="that all of them carry (default: conformance)")  # fmt: skip
@option("--least", type=Choice(options.SEVERITIES), default="warning", group="issues",
    help="lowest severity that gets an issue (default: warning)")  # fmt: skip
@option("--most", type=whole(0, 1000), default=25, metavar="N", group="issues",
    help="issues opened at once; the others wait for the next run (default: 25)")  # fmt: skip
@options.formats({"text": "how to say what was done (default)", "json": "the same for programs"})
@options.output()
def track(
    project: PageChoice,
    history: str | None,
    now: bool,
    dry_run: bool,
    least: str,
    format: str,  # noqa: A002
    output: Path | None,
    **wanted: Any,
) -> int:
    """Bring the tracking issues in line with what was found; 2 where that could not be done."""
    from conformance.cli.console import Progress, deliver, say
    from conformance.model.finding import Severity
    from conformance.pipeline.reports import ReportRequest
    from conformance.pipeline.tracking import TrackingOptions, track_findings
    from conformance.report.tracking import render_actions, render_actions_json

    choice = TrackingOptions(dry_run=dry_run, least=Severity[least.upper()], **wanted)
    request = ReportRequest(project, history, now=now)
    tracked = track_findings(request, choice, Progress("tracking"))
    for note in (*tracked.notes, *filter(None, [tracked.failure])):
        say(note)
    if tracked.is_planned:
        render = render_actions_json if format == "json" else render_actions
        deliver(render(tracked.done, dry_run=dry_run), output)
    return FAILED if tracked.failure else DONE

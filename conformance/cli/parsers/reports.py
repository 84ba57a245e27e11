"""The commands that tell what is known of exchanges."""

from __future__ import annotations

import argparse
from pathlib import Path, PurePosixPath

from conformance.cli.parsers import common
from conformance.cli.parsers.common import Commands, Options


def report(commands: Commands) -> None:
    """``conformance report``."""
    parser = common.command(
        commands,
        "report",
        summary="report on exchanges: what is new, returned, fixed, open, known",
        description="Report on the project's exchanges: the latest run that a history remembers "
        "of each, beside the run before it; without a history, what their pages and the stored "
        "evidence say now. Nothing is sent to anybody.",
    )
    common.project(parser.add_argument_group("exchanges"))
    _memory(parser.add_argument_group("memory"))
    result = parser.add_argument_group("result")
    common.findings(result, drift=True)
    result.add_argument(
        "--packets",
        type=Path,
        metavar="DIR",
        help="write one issue-ready packet for each cause to DIR, with a patch where the "
        "correction is certain; packets written there before and no longer true are removed",
    )
    result.add_argument(
        "--patch-prefix",
        default="",
        type=_folder_inside,
        metavar="PATH",
        help="with --packets: where the pages lie in the repository that the patches are for "
        "(docs, docs/{language}); default: where they lie in this one",
    )


def history(commands: Commands) -> None:
    """``conformance history``."""
    parser = common.command(
        commands,
        "history",
        summary="show what earlier runs found",
        description="List what a history remembers: every finding with where it stands by the "
        "latest run (in brackets where that run could not have seen it), when it was first and "
        "last seen and by how many of the runs that could see it; one finding with all its "
        "nights; or the runs.",
    )
    _history(parser.add_argument_group("memory"))
    _chosen(parser.add_argument_group("what is shown"))
    result = parser.add_argument_group("result")
    result.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text for people (default), json for programs",
    )
    common.output(result)


def track(commands: Commands) -> None:
    """``conformance track``."""
    parser = common.command(
        commands,
        "track",
        summary="keep one issue on GitHub for each finding",
        description="Open an issue for each finding that has none, bring its text up to date, "
        "reopen it when the finding returns, close it when a run that would have seen it does "
        "not. Findings are those of `conformance report`. Works through GitHub's program gh, "
        "which has to be logged in; --dry-run only says what would be done.",
    )
    common.project(parser.add_argument_group("exchanges"))
    memory = parser.add_argument_group("memory")
    _history(memory)
    _now(memory)
    parser.set_defaults(since=None)
    _issues(parser.add_argument_group("issues"))
    result = parser.add_argument_group("result")
    result.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to say what was done"
    )
    common.output(result)


def _issues(options: Options) -> None:
    options.add_argument("--repo", metavar="OWNER/NAME", help="where the issues are")
    options.add_argument("--dry-run", action="store_true", help="say what would be done, and stop")
    options.add_argument(
        "--issues",
        type=Path,
        metavar="FILE",
        help="with --dry-run: the issues there are, as `gh issue list --state all --json "
        "number,title,body,state,closedAt` prints them, instead of asking",
    )
    options.add_argument(
        "--label",
        default="conformance",
        metavar="NAME",
        help="that all of them carry (default: conformance)",
    )
    options.add_argument(
        "--least",
        choices=("error", "warning", "info"),
        default="warning",
        help="lowest severity that gets an issue (default: warning)",
    )
    options.add_argument(
        "--most",
        type=common.whole(0, 1000),
        default=25,
        metavar="N",
        help="issues opened at once; the others wait for the next run (default: 25)",
    )


def _chosen(options: Options) -> None:
    options.add_argument(
        "--exchange",
        action="append",
        default=[],
        metavar="NAME",
        help="what was found there (repeatable; default: everywhere)",
    )
    options.add_argument(
        "--state",
        action="append",
        choices=("new", "returned", "open", "known", "fixed"),
        default=[],
        help="findings that stand so (repeatable; default: all)",
    )
    options.add_argument(
        "--fingerprint", metavar="F", help="this finding, with what every run saw of it"
    )
    options.add_argument("--runs", action="store_true", help="runs instead of findings")
    options.add_argument(
        "--since",
        metavar="DATE|AGO",
        help="runs since then, or findings beside how they stood then, without what was fixed by "
        "then: 2026-11-03, 12h, 7d, 3w",
    )


def _memory(options: Options) -> None:
    _history(options)
    options.add_argument(
        "--since",
        metavar="DATE|AGO",
        help="compare with how things stood then: 2026-11-03, 7d, 3w (default: the run before)",
    )
    _now(options)


def _now(options: Options) -> None:
    options.add_argument(
        "--now",
        action="store_true",
        help="check pages and stored evidence now, and compare with what is remembered",
    )


def _history(options: Options) -> None:
    options.add_argument(
        "--history",
        metavar="URL|FILE",
        help="the history that runs are remembered in (default: $CONFORMANCE_HISTORY)",
    )


def _folder_inside(text: str) -> str:
    """The ``type`` of an option that names a folder within a repository."""
    path = PurePosixPath(text.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise argparse.ArgumentTypeError(f"{text!r} leads out of the repository")
    return text

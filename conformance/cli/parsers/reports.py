"""The command that tells what is known of exchanges."""

from __future__ import annotations

from pathlib import Path

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


def _memory(options: Options) -> None:
    options.add_argument(
        "--history",
        metavar="URL|FILE",
        help="the history that runs are remembered in (default: $CONFORMANCE_HISTORY)",
    )
    options.add_argument(
        "--since",
        metavar="DATE|AGO",
        help="compare with how things stood then: 2026-11-03, 7d, 3w (default: the run before)",
    )
    options.add_argument(
        "--now",
        action="store_true",
        help="check pages and stored evidence now, and compare with what is remembered",
    )

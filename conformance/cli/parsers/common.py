"""What several commands have in common: their frame, and options that mean the same everywhere."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from conformance.model.interaction import Origin
from conformance.report.formats import FORMATS, ONE_EXCHANGE

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What a command is added to."""
Options: TypeAlias = argparse._ActionsContainer
"""What an option is added to: a command, or a group of its options."""

EVERYWHERE: Final = tuple(name for name in FORMATS if name != ONE_EXCHANGE)
"""Formats of every command that gives findings; ``drift`` is for ``conformance report`` alone."""
ORIGINS: Final = tuple(origin.value for origin in Origin)
EPILOG: Final = (
    "exit status: 0 done, nothing at or above the threshold; 1 findings, or generated files that "
    "are stale; 2 the job could not be done (usage, unreadable input, nothing was checked)."
)


def command(
    commands: Commands, name: str, *, summary: str, description: str
) -> argparse.ArgumentParser:
    """A command without options.

    Args:
        commands: where it is added.
        name: the word that calls it, and the module in ``conformance/cli/`` that runs it.
        summary: a line of ``conformance --help``.
        description: what ``conformance NAME --help`` says above the options.
    """
    return commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=EPILOG,
        allow_abbrev=False,  # a slip of the hand is no --live
    )


def pages(options: Options, what: str) -> None:
    """Pages named one by one, or those of the project."""
    options.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help=f"{what}; default: the project's own docs_snapshot/",
    )
    project(options)


def docs(options: Options, what: str) -> None:
    """Pages as an option, where the arguments are something else."""
    options.add_argument(
        "--docs", nargs="+", type=Path, default=[], metavar="PATH", help=f"{what}: files or folders"
    )


def project(options: Options) -> None:
    """The project and those of its exchanges that are meant."""
    exchanges(options)
    docs_root(options)


def exchanges(options: Options, *, required: bool = False) -> None:
    """Exchanges of the project; all of them, unless they have to be named."""
    unnamed = "" if required else "; default: all"
    options.add_argument(
        "--exchange",
        action="append",
        default=None if required else [],
        required=required,
        metavar="NAME",
        help=f"an exchange of docs_snapshot/ (repeatable{unnamed})",
    )


def docs_root(options: Options) -> None:
    """Where the project is."""
    options.add_argument(
        "--docs-root",
        type=Path,
        metavar="DIR",
        help="the folder that holds docs_snapshot/ (default: here or the nearest parent)",
    )


def jobs(options: Options) -> None:
    """How many processes read pages."""
    options.add_argument(
        "-j",
        "--jobs",
        type=whole(1, 64),
        default=1,
        metavar="N",
        help="read with N processes, up to 64 (default: 1)",
    )


def selection(options: Options) -> None:
    """Which rules are asked."""
    for option, what in (("--select", "only these rules"), ("--ignore", "all but these rules")):
        options.add_argument(
            option,
            action="append",
            default=[],
            metavar="RULE",
            help=f"{what}: ids or a family, repeatable or separated by commas",
        )


def findings(options: Options, *, drift: bool = False) -> None:
    """What every command that gives findings can do with them; ``drift`` tells states, too."""
    choices = tuple(FORMATS) if drift else EVERYWHERE
    options.add_argument(
        "--format",
        choices=choices,
        default="text",
        help=", ".join(f"{name} {FORMATS[name][1]}" for name in choices),
    )
    output(options)
    options.add_argument(
        "--fail-on",
        choices=("error", "warning", "info", "never"),
        default="error",
        help="lowest severity that makes the exit status 1 (default: error)",
    )
    options.add_argument(
        "--confidence",
        choices=("high", "medium", "low"),
        default="high",
        help="lowest confidence that makes the exit status 1 (default: high)",
    )


def witnesses(options: Options, what: str) -> None:
    """Interactions that help to judge pages."""
    options.add_argument(
        "--evidence",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help=f"recorded interactions that {what}; default with the project's own pages: cassettes/",
    )
    origin(options)


def origin(options: Options) -> None:
    """What evidence is worth."""
    options.add_argument(
        "--origin",
        choices=ORIGINS,
        default="recorded",
        help="what evidence is that does not say so itself, as bare bodies never do (default: "
        "recorded)",
    )


def output(options: Options) -> None:
    """Where the result goes."""
    options.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="write the result to FILE, whole or not at all, instead of stdout",
    )


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """The ``type`` of an option that takes a whole number; bounds catch slips of the hand."""

    def number(text: str) -> int:
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
        if value is None or not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {lowest} to {highest}")
        return value

    return number

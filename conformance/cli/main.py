"""The command line itself: its commands, its exit codes."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from conformance import __version__
from conformance.cli.parsers import COMMANDS, EPILOG
from conformance.errors import ConformanceError, naming_extras

DONE, FOUND, FAILED = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is documented in ``--help``."""
    args = build_parser().parse_args(argv)
    try:
        with naming_extras():
            command = importlib.import_module(f"conformance.cli.{args.command}")
            return int(command.run(args))
    except ConformanceError as error:
        return _failed(args.command, str(error))
    except KeyboardInterrupt:
        return _failed(args.command, "interrupted")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options; commands are imported only when they run."""
    parser = argparse.ArgumentParser(
        prog="conformance",
        description="Read API documentation, turn it into contracts, hold real responses against "
        "them, and say which line of which page is no longer true.",
        epilog=EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"conformance {__version__}")
    commands = parser.add_subparsers(
        title="commands", dest="command", required=True, metavar="COMMAND"
    )
    for add in COMMANDS:
        add(commands)
    return parser


def _failed(command: str, why: str) -> int:
    from conformance.cli.console import say  # what it needs would make --help slow

    say(f"conformance {command}: {why}")
    return FAILED

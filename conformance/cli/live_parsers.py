"""The words of the commands that ask a server, or tell what was ever answered."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_record(commands: Commands, epilog: str) -> None:
    """``conformance record``."""
    parser = commands.add_parser(
        "record",
        help="ask an exchange, or its sandbox, and keep the answers",
        description="Send valid and invalid requests that cannot harm an account, as "
        "exchange.toml declares them, and write the answers to cassettes/NAME without secrets. "
        "Server and credentials are read from the variables that exchange.toml names.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--exchange",
        action="append",
        required=True,
        metavar="NAME",
        help="an exchange of docs_snapshot/ (repeatable)",
    )
    _docs_root(parser)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--sandbox", action="store_true", help="ask a sandbox made from the pages")
    where.add_argument("--live", action="store_true", help="ask the exchange itself")
    parser.add_argument(
        "--allow-state-change",
        action="store_true",
        help="with --live: also send declared probes of operations that change state",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[:SUBJECT]",
        help="with --sandbox: do this wrong (repeatable; conformance sandbox --list-faults)",
    )
    parser.add_argument(
        "--examples",
        type=_positive,
        default=3,
        metavar="N",
        help="valid requests to each operation (default: 3, at most 15)",
    )
    _bounds(parser)


def add_coverage(commands: Commands, epilog: str) -> None:
    """``conformance coverage``."""
    parser = commands.add_parser(
        "coverage",
        help="show what of the documentation was ever observed",
        description="For each operation: which documented statuses, fields, enum values and "
        "conditions were ever observed, how often, in evidence of which origin, and which never.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--exchange",
        action="append",
        default=[],
        metavar="NAME",
        help="an exchange of docs_snapshot/ (repeatable; default: all)",
    )
    _docs_root(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="write the result to FILE, whole or not at all, instead of stdout",
    )


def _bounds(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--requests",
        type=_positive,
        default=300,
        metavar="N",
        help="at most, in all (default: 300)",
    )
    parser.add_argument(
        "--seconds",
        type=_positive,
        default=180,
        metavar="S",
        help="at most, in all (default: 180)",
    )
    parser.add_argument(
        "--timeout", type=_positive, default=20, metavar="S", help="for one answer (default: 20)"
    )


def _docs_root(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--docs-root",
        type=Path,
        metavar="DIR",
        help="the folder that holds docs_snapshot/ (default: here or the nearest parent)",
    )


def _positive(text: str) -> int:
    number = int(text)
    if not 0 < number <= 100_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 100000")
    return number

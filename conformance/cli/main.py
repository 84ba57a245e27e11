"""The command line itself: its words, its help, its exit codes."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from conformance import __version__
from conformance.cli.console import say
from conformance.cli.live_parsers import add_coverage, add_record
from conformance.errors import ConformanceError

DONE, FOUND, FAILED = 0, 1, 2
FORMATS = ("text", "json", "markdown", "html", "sarif", "github")
"""As in :data:`conformance.report.formats.FORMATS`, which is not imported for ``--help``."""
_EPILOG = """\
exit status: 0 done, nothing at or above the threshold; 1 findings;
2 the job could not be done (usage, unreadable input, nothing was checked)."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is documented in ``--help``."""
    args = build_parser().parse_args(argv)
    try:
        command = importlib.import_module(f"conformance.cli.{args.command}")
        return int(command.run(args))
    except ConformanceError as error:
        say(f"conformance {args.command}: {error}")
        return FAILED
    except KeyboardInterrupt:
        say(f"conformance {args.command}: interrupted")
        return FAILED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options; commands are imported only when they run."""
    parser = argparse.ArgumentParser(
        prog="conformance",
        description="Read API documentation, turn it into contracts, hold real responses against "
        "them, and say which line of which page is no longer true.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"conformance {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _extract(commands)
    _lint(commands)
    _check(commands)
    _parity(commands)
    _sandbox(commands)
    add_record(commands, _EPILOG)
    add_coverage(commands, _EPILOG)
    _rules(commands)
    _init(commands)
    return parser


def _extract(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "extract",
        help="read pages and print the operations they document",
        description="Read documentation pages (Markdown, MDX, HTML, flattened text; files or "
        "folders) and print the operations they document. Every parameter and schema says which "
        "line of which page it comes from.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _pages(parser, "pages to read")
    parser.add_argument(
        "-j",
        "--jobs",
        type=_jobs,
        default=1,
        metavar="N",
        help="read with N processes (default: 1)",
    )
    parser.add_argument(
        "--format",
        choices=("openapi", "json-schema", "text"),
        default="openapi",
        help="openapi: one OpenAPI 3.1 document (default); json-schema: one JSON Schema 2020-12 "
        "per request and response; text: a summary to read",
    )
    _output(parser)
    fresh = parser.add_mutually_exclusive_group()
    fresh.add_argument(
        "--check",
        action="store_true",
        help="compare schemas/ with what the pages give now; print the difference and exit 1 "
        "when it is stale",
    )
    fresh.add_argument("--write", action="store_true", help="bring schemas/ up to date")


def _lint(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "lint",
        help="hold pages against themselves",
        description="Hold every page against itself: its examples against its tables, its "
        "statements against each other, its links against its sections; and say what of it could "
        "not be read. Needs no network and no evidence.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _pages(parser, "pages to check")
    parser.add_argument(
        "-j",
        "--jobs",
        type=_jobs,
        default=1,
        metavar="N",
        help="read with N processes (default: 1)",
    )
    _selection(parser)
    _findings(parser)


def _check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "check",
        help="hold recorded responses against the documentation",
        description="Hold interactions (vcrpy and Ruby VCR cassettes, HAR, NDJSON, bare JSON "
        "bodies; files or folders) against the documentation, and report where the two disagree.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "evidence",
        nargs="*",
        type=Path,
        metavar="EVIDENCE",
        help="files or folders of interactions; default: the project's cassettes/",
    )
    parser.add_argument(
        "--docs", nargs="+", type=Path, default=[], metavar="PATH", help="pages to check against"
    )
    _project(parser)
    parser.add_argument(
        "--operation",
        metavar="'METHOD /path'",
        help="the operation that bare bodies are responses of, when the pages document several",
    )
    _findings(parser)


def _parity(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "parity",
        help="hold pages against their translations",
        description="Hold two or more folders or files of documentation, twins in different "
        "languages, against each other, and report where they do not say the same. Pages are "
        "twins by their path within the folder, failing that by method and path of what they "
        "document.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _pages(parser, "the sides, one each")
    parser.add_argument(
        "--evidence",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="interactions to hear as witnesses; default with the project's own pages: cassettes/",
    )
    _selection(parser)
    _findings(parser)


def _sandbox(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "sandbox",
        help="serve what the pages document, on this machine",
        description="Serve every documented operation over HTTP on this machine's own address: "
        "requests are held against the pages, answers are made from them, and orders that are "
        "cancelled are gone. Prints its address; logs requests as JSON lines on stderr; stops on "
        "SIGINT or SIGTERM. Keys are accepted as CONFORMANCE_SANDBOX_ACCESS_KEY and "
        "CONFORMANCE_SANDBOX_SECRET_KEY have them in the environment.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--exchange", metavar="NAME", help="an exchange of docs_snapshot/")
    parser.add_argument(
        "--docs", nargs="+", type=Path, default=[], metavar="PATH", help="pages to serve"
    )
    _docs_root(parser)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="0: any (default)")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[:SUBJECT]",
        help="do this wrong (repeatable; SUBJECT as in findings: success.orders[].uuid)",
    )
    parser.add_argument("--list-faults", action="store_true", help="print the kinds of fault")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="what answers are made from (default: 0)"
    )
    parser.add_argument(
        "--seed-orders",
        type=Path,
        metavar="FILE",
        help='JSON: {"open": [{"id": "..."}], "finished": [...]}, or a list of open orders',
    )
    parser.add_argument(
        "--auth",
        metavar="SCHEME",
        help="verify requests so, whatever the pages say; none: not at all",
    )
    parser.add_argument(
        "--json", action="store_true", help="print address, operations and orders as one JSON line"
    )
    parser.add_argument("--quiet", action="store_true", help="log nothing")


def _rules(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "rules",
        help="explain what is looked for",
        description="List the rules, or explain one: what it finds, what it leaves alone, with an "
        "example of each.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("id", nargs="?", metavar="ID", help="the rule to explain")
    pages = parser.add_mutually_exclusive_group()
    pages.add_argument("--write", type=Path, metavar="DIR", help="write a page for each rule")
    pages.add_argument(
        "--check", type=Path, metavar="DIR", help="exit 1 when the pages in DIR are stale"
    )
    _output(parser)


def _selection(parser: argparse.ArgumentParser) -> None:
    for option, what in (("--select", "only these rules"), ("--ignore", "all but these rules")):
        parser.add_argument(
            option,
            action="append",
            default=[],
            metavar="RULE",
            help=f"{what}: ids or a family, repeatable or separated by commas",
        )


def _findings(parser: argparse.ArgumentParser) -> None:
    """What every command that gives findings can do with them."""
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="text for people (default), json for programs, markdown for issues, html to read "
        "and print, sarif for code scanning, github for annotations of a workflow run",
    )
    _output(parser)
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "info", "never"),
        default="error",
        help="lowest severity that makes the exit status 1 (default: error)",
    )


def _init(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "init",
        help="set up an exchange from its pages",
        description="Copy pages (files, folders, addresses) into docs_snapshot/NAME, describe them "
        "there in exchange.toml, generate schemas/NAME, and say what of the pages was read and "
        "what was not. The suite runs on it at once.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", help="what to call it: letters, digits, '-', '_'")
    parser.add_argument(
        "sources", nargs="+", metavar="PATH|URL", help="pages: files, folders, https addresses"
    )
    parser.add_argument(
        "--docs-root",
        type=Path,
        metavar="DIR",
        help="the folder that holds, or will hold, docs_snapshot/ (default: here or the nearest "
        "parent that holds one, else here)",
    )
    parser.add_argument("--title", metavar="TEXT", help="its name in reports (default: NAME)")
    parser.add_argument(
        "--language",
        default="",
        metavar="TAG",
        help="of pages whose language is not clear from their words or folder, as in en or zh-TW "
        "(default: und)",
    )
    parser.add_argument(
        "--accept",
        action="store_true",
        help="list what is found in the pages themselves in known_drift.toml, for 90 days: the "
        "suite shows it and does not fail on it",
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="replace an exchange of that name; known_drift.toml, severities and probes are kept",
    )
    parser.add_argument(
        "--allow-http",
        action="store_true",
        help="fetch addresses given with plain http, not only from this machine",
    )


def _pages(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help=f"{what}; default: the project's own docs_snapshot/",
    )
    _project(parser)


def _project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--exchange",
        action="append",
        default=[],
        metavar="NAME",
        help="an exchange of docs_snapshot/ (repeatable; default: all)",
    )
    _docs_root(parser)


def _docs_root(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--docs-root",
        type=Path,
        metavar="DIR",
        help="the folder that holds docs_snapshot/ (default: here or the nearest parent)",
    )


def _output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="write the result to FILE, whole or not at all, instead of stdout",
    )


def _jobs(text: str) -> int:
    """A number of processes; more than a machine could want is a slip of the hand."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 64")
    return number

"""The commands that explain the project's rules and set up its exchanges."""

from __future__ import annotations

from pathlib import Path

from conformance.cli.parsers import common
from conformance.cli.parsers.common import Commands, Options


def rules(commands: Commands) -> None:
    """``conformance rules``."""
    parser = common.command(
        commands,
        "rules",
        summary="explain what is looked for",
        description="List the rules, or explain one: what it finds, what it leaves alone, with an "
        "example of each.",
    )
    parser.add_argument("id", nargs="?", metavar="ID", help="the rule to explain; default: list")
    pages = parser.add_mutually_exclusive_group()
    pages.add_argument("--write", type=Path, metavar="DIR", help="write a page for each rule")
    pages.add_argument(
        "--check", type=Path, metavar="DIR", help="exit 1 when the pages in DIR are stale"
    )
    common.output(parser)


def init(commands: Commands) -> None:
    """``conformance init``."""
    parser = common.command(
        commands,
        "init",
        summary="set up an exchange from its pages",
        description="Copy pages (files, folders, addresses) into docs_snapshot/NAME, describe them "
        "there in exchange.toml, generate schemas/NAME, and say what of the pages was read and "
        "what was not. The suite runs on it at once.",
    )
    parser.add_argument("name", metavar="NAME", help="what to call it: letters, digits, '-', '_'")
    parser.add_argument(
        "sources", nargs="+", metavar="PATH|URL", help="pages: files, folders, https addresses"
    )
    _description(parser.add_argument_group("how it is described"))
    _setting_up(parser.add_argument_group("how it is set up"))


def _description(options: Options) -> None:
    options.add_argument("--title", metavar="TEXT", help="its name in reports (default: NAME)")
    options.add_argument(
        "--language",
        default="",
        metavar="TAG",
        help="of pages whose language is not clear from their words or folder, as in en or zh-TW "
        "(default: und)",
    )


def _setting_up(options: Options) -> None:
    options.add_argument(
        "--docs-root",
        type=Path,
        metavar="DIR",
        help="the folder that holds, or will hold, docs_snapshot/ (default: here or the nearest "
        "parent that holds one, else here)",
    )
    options.add_argument(
        "--accept",
        action="store_true",
        help="list what is found in the pages themselves in known_drift.toml, for 90 days: the "
        "suite shows it and does not fail on it",
    )
    options.add_argument(
        "--force",
        action="store_true",
        help="renew the pages of an exchange of that name; what people wrote in exchange.toml and "
        "known_drift.toml is kept",
    )
    options.add_argument(
        "--allow-http",
        action="store_true",
        help="fetch addresses given with plain http, not only from this machine",
    )


def snapshot(commands: Commands) -> None:
    """``conformance snapshot``."""
    parser = common.command(
        commands,
        "snapshot",
        summary="fetch the pages of docs_snapshot/ again",
        description="Ask for every page that has a url in exchange.toml, politely and only if it "
        "has changed, store what is new with its date and hash, generate schemas/NAME from it, "
        "and say what changed for a client. An exchange changes whole or not at all; a page "
        "that cannot be had, or whose address answers with something else, is kept as it is.",
    )
    common.project(parser.add_argument_group("pages"))
    _taking(parser.add_argument_group("how they are fetched"))
    result = parser.add_argument_group("result")
    result.add_argument(
        "--format",
        choices=("text", "json", "markdown"),
        default="text",
        help="text for people (default), json for programs, markdown for issues and summaries",
    )
    common.output(result)


def _taking(options: Options) -> None:
    options.add_argument(
        "--replace",
        action="append",
        default=[],
        metavar="PAGE",
        help="take what the address of this page (its path in exchange.toml) answers, even if it "
        "looks like another page (repeatable)",
    )
    options.add_argument(
        "--allow-http",
        action="store_true",
        help="ask addresses with plain http, not only on this machine",
    )
    options.add_argument(
        "--dry-run", action="store_true", help="fetch and compare, and write nothing"
    )

"""The commands that read pages and nothing else, or next to nothing."""

from __future__ import annotations

from conformance.cli.parsers import common
from conformance.cli.parsers.common import Commands


def extract(commands: Commands) -> None:
    """``conformance extract``."""
    parser = common.command(
        commands,
        "extract",
        summary="read pages and print the operations they document",
        description="Read documentation pages (Markdown, MDX, HTML, flattened text; files or "
        "folders) and print the operations they document. Every parameter and schema says which "
        "line of which page it comes from.",
    )
    pages = parser.add_argument_group("pages")
    common.pages(pages, "pages to read")
    common.jobs(pages)
    result = parser.add_argument_group("result")
    result.add_argument(
        "--format",
        choices=("openapi", "json-schema", "text"),
        default="openapi",
        help="openapi: one OpenAPI 3.1 document (default); json-schema: one JSON Schema 2020-12 "
        "per request and response; text: a summary to read",
    )
    common.output(result)
    _schemas(parser.add_argument_group("the project's schemas/, instead of a result"))


def _schemas(options: common.Options) -> None:
    either = options.add_mutually_exclusive_group()
    either.add_argument(
        "--check",
        action="store_true",
        help="compare schemas/ with what the pages give now; print the difference and exit 1 "
        "when it is stale",
    )
    either.add_argument("--write", action="store_true", help="bring schemas/ up to date")


def explain(commands: Commands) -> None:
    """``conformance explain``."""
    parser = common.command(
        commands,
        "explain",
        summary="say why a page was read as it was",
        description="Print how a page was read, block by block: the documentation engine, the "
        "operations, what each table is taken for and which words, columns and names decided, "
        "what became of every row, and what was not read. With a line, only what touches it.",
    )
    pages = parser.add_argument_group("pages")
    pages.add_argument("page", metavar="PAGE[:LINE]", help="the page, and a line of it")
    common.docs(pages, "pages it may point to; default: its own folder")
    result = parser.add_argument_group("result")
    result.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text: to read (default); json: the same for programs",
    )
    common.output(result)


def lint(commands: Commands) -> None:
    """``conformance lint``."""
    parser = common.command(
        commands,
        "lint",
        summary="hold pages against themselves",
        description="Hold every page against itself: its examples against its tables, its "
        "statements against each other, its links against its sections; and say what of it could "
        "not be read. Needs no network and no evidence.",
    )
    pages = parser.add_argument_group("pages")
    common.pages(pages, "pages to check")
    pages.add_argument(
        "--changed-since",
        metavar="REV",
        help="read all pages, report only on those that are not in this git revision as they are",
    )
    common.jobs(pages)
    common.selection(parser.add_argument_group("rules"))
    common.findings(parser.add_argument_group("result"))


def parity(commands: Commands) -> None:
    """``conformance parity``."""
    parser = common.command(
        commands,
        "parity",
        summary="hold pages against their translations",
        description="Hold two or more folders or files of documentation, twins in different "
        "languages, against each other, and report where they do not say the same. Pages are "
        "twins by their path within the folder, failing that by method and path of what they "
        "document.",
    )
    pages = parser.add_argument_group("pages")
    common.pages(pages, "the sides, one each")
    common.witnesses(pages, "bear witness for one side or the other")
    common.selection(parser.add_argument_group("rules"))
    common.findings(parser.add_argument_group("result"))


def diff(commands: Commands) -> None:
    """``conformance diff``."""
    parser = common.command(
        commands,
        "diff",
        summary="say what changed for a client between two states of the pages",
        description="Hold two states of the pages against each other and say what changed for a "
        "client that follows the old one, and whether it breaks. A state is a folder, a file, a "
        "git revision (of docs_snapshot/, or of what the other state is), or REV:PATH; a path "
        "that exists is no revision. The work tree is not touched.",
    )
    pages = parser.add_argument_group("pages")
    for name, what in (("old", "before"), ("new", "after")):
        pages.add_argument(name, metavar=name.upper(), help=f"the pages {what}")
    common.project(pages)
    common.witnesses(pages, "tell a page that was corrected from an API that changed")
    common.selection(parser.add_argument_group("rules"))
    common.findings(parser.add_argument_group("result"))

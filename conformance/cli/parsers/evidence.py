"""The commands that hold what was observed against the pages."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from conformance.cli.parsers import common
from conformance.cli.parsers.common import Commands


def check(commands: Commands) -> None:
    """``conformance check``."""
    parser = common.command(
        commands,
        "check",
        summary="hold recorded responses against the documentation",
        description="Hold interactions (vcrpy and Ruby VCR cassettes, HAR, NDJSON, bare JSON "
        "bodies; files or folders) against the documentation, and report where the two disagree.",
    )
    evidence = parser.add_argument_group("evidence")
    evidence.add_argument(
        "evidence",
        nargs="*",
        type=Path,
        metavar="EVIDENCE",
        help="files or folders of interactions, gzip and zstd too, - for standard input, URLs that "
        "fsspec knows; default: the project's cassettes/",
    )
    evidence.add_argument(
        "--operation",
        metavar="'METHOD /path'",
        help="the operation that bare bodies are responses of, when the pages document several",
    )
    evidence.add_argument(
        "--base-path",
        action="append",
        default=[],
        type=_base_path,
        metavar="PATH",
        help="a base path that requests have and no page states, as /api/v4 (repeatable); one that "
        "all requests to a host have is found without it",
    )
    common.origin(evidence)
    evidence.add_argument(
        "-j",
        "--jobs",
        type=common.whole(1, 64),
        default=1,
        metavar="N",
        help="hold evidence against the documentation with N processes, up to 64 (default: 1)",
    )
    documentation = parser.add_argument_group("documentation")
    common.docs(documentation, "pages to check against, instead of the project's")
    common.project(documentation)
    common.findings(parser.add_argument_group("result"))


def coverage(commands: Commands) -> None:
    """``conformance coverage``."""
    parser = common.command(
        commands,
        "coverage",
        summary="show what of the documentation was ever observed",
        description="For each operation: which documented statuses, fields, enum values and "
        "conditions were ever observed, how often, in evidence of which origin, and which never.",
    )
    common.project(parser.add_argument_group("documentation and evidence"))
    result = parser.add_argument_group("result")
    result.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text for people (default), json for programs",
    )
    common.output(result)


def _base_path(text: str) -> str:
    """The path of a base URL, or a path, without the slash at its end."""
    path = urlsplit(text).path if "://" in text else text
    return "/" + path.strip("/")

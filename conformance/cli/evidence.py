"""The commands that hold what was observed against the pages."""

from __future__ import annotations

from pathlib import Path

from conformance.cli import options
from conformance.cli.command import argument, command, option
from conformance.cli.main import DONE, FAILED
from conformance.cli.values import PATH, BasePath, Input
from conformance.pipeline.choice import PageChoice, RuleChoice, Witnesses


@command(
    "Hold interactions (vcrpy and Ruby VCR cassettes, HAR, NDJSON, bare JSON bodies; files or "
    "folders) against the documentation, and report where the two disagree.",
    settings={
        "paths": "docs",
        "exchanges": "exchange",
        "base-paths": "base_path",
        "fail-on": "fail_on",
        "confidence": "confidence",
    },
)
@argument(
    "evidence", nargs=-1, type=PATH, metavar="[EVIDENCE]...", group="evidence",
    help="files or folders of interactions, gzip and zstd too, - for standard input, URLs that "
    "fsspec knows; default: the project's cassettes/",
)  # fmt: skip
@option(
    "--operation", metavar="'METHOD /path'", group="evidence",
    help="the operation that bare bodies are responses of, when the pages document several",
)  # fmt: skip
@option(
    "--base-path", multiple=True, type=BasePath(), metavar="PATH", group="evidence",
    help="a base path that requests have and no page states, as /api/v4 (repeatable); one that "
    "all requests to a host have is found without it",
)  # fmt: skip
@options.origin("evidence")
@options.jobs("evidence", "hold evidence against the documentation")
@option(
    "--dask", metavar="ADDRESS", default="", group="evidence",
    help="let the workers of a Dask scheduler do it, as tcp://host:8786, or of one on this "
    "machine: local (needs the extra scale)",
)  # fmt: skip
@options.documentation("pages to check against, instead of the project's")
@options.rules()
@options.result()
def check(
    evidence: tuple[Path, ...],
    operation: str | None,
    base_path: tuple[str, ...],
    origin: str,
    jobs: int,
    dask: str,
    pages: PageChoice,
    rules: RuleChoice,
    result: options.Result,
) -> int:
    """Check evidence against pages."""
    from conformance.cli.console import Progress
    from conformance.cli.results import finish
    from conformance.pipeline.outcomes import check_evidence

    outcome = check_evidence(
        pages,
        rules,
        Witnesses(evidence, origin),
        operation=operation,
        base_paths=base_path,
        progress=Progress("reading"),
        jobs=jobs,
        cluster=dask,
    )
    return finish(outcome, result, (*pages.paths, *evidence))


@command(
    "For each operation: which documented statuses, fields, enum values and conditions were ever "
    "observed, how often, in evidence of which origin, and which never.",
    settings={"paths": "docs", "exchanges": "exchange"},
)
@argument(
    "evidence", nargs=-1, type=Input(), metavar="[EVIDENCE]...", group="evidence",
    help="files or folders of interactions, - for standard input; default: the "
    "project's cassettes/",
)  # fmt: skip
@options.origin("evidence")
@options.documentation("pages to look at, instead of the project's")
@options.formats(
    {"text": "for people (default)", "json": "for programs", "html": "a map to look at"}
)
@options.output()
def coverage(
    evidence: tuple[Path, ...],
    origin: str,
    pages: PageChoice,
    format: str,  # noqa: A002
    output: Path | None,
) -> int:
    """Show what was observed; 2 where evidence could not be read or there is none."""
    from conformance.cli.console import deliver, say
    from conformance.pipeline.coverage import observe_pages
    from conformance.report.coverage import render_coverage

    found = list(observe_pages(pages, Witnesses(evidence, origin)))
    for _, read in found:
        for problem in read.problems:
            say(str(problem))
    coverages = [one for one, _ in found]
    deliver(render_coverage(coverages, format), output)
    if not any(operation.interactions for one in coverages for operation in one.operations):
        say("nothing was observed: no interaction belongs to a documented operation")
        return FAILED
    return FAILED if any(read.failures for _, read in found) else DONE

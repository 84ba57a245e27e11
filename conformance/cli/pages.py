"""The commands that read pages, and hold them against each other and against what was observed."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.cli import options
from conformance.cli.command import (
    EvidencePath,
    InputPath,
    StateName,
    argument,
    base_path,
    command,
    option,
)
from conformance.cli.main import DONE, FAILED, FOUND
from conformance.errors import InputError, UsageError
from conformance.pipeline import EvidenceChoice, PageChoice, RuleChoice

_SCHEMAS = "the project's schemas/, instead of a result"
_GATE = {"exchanges": "exchange", "fail-on": "fail_on", "confidence": "confidence"}
"""Settings of a command that gives findings -> its options."""


@command(
    "Read documentation pages (Markdown, MDX, HTML, flattened text; files or folders) and print "
    "the operations they document. Every parameter and schema says which line of which page it "
    "comes from.",
    settings={"paths": "paths", "exchanges": "exchange"},
)
@options.pages("pages to read")
@options.jobs()
@options.formats(
    {
        "openapi": "one OpenAPI 3.1 document (default)",
        "json-schema": "one JSON Schema 2020-12 per request and response",
        "text": "a summary to read",
        "markdown": "a page of documentation that reads back as the same contract",
    }
)
@options.output()
@option("--check", is_flag=True, group=_SCHEMAS,
    help="compare schemas/ with what the pages give now; print the difference and exit 1 when it "
    "is stale")  # fmt: skip
@option("--write", is_flag=True, group=_SCHEMAS, help="bring schemas/ up to date")
def extract(
    pages: PageChoice,
    jobs: int,
    format: str,  # noqa: A002
    output: Path | None,
    check: bool,
    write: bool,
) -> int:
    """Print the contract of the pages, or compare it with the schemas on disk."""
    from conformance.cli.console import Progress, deliver, refuse_overwriting, say
    from conformance.pipeline.extraction import extract_contract, render_extracted

    if check or write:
        return _write_schemas(pages, output, check=check, write=write)
    found = extract_contract(pages, Progress("reading"), jobs)
    for line in found.lines:
        say(line)
    if not found.pages:
        why = "no page could be read" if found.contract.gaps else "no page was found"
        raise InputError(why, hint="give a folder or file of documentation")
    refuse_overwriting(output, pages.paths)
    as_yaml = output is not None and output.suffix.lower() in (".yaml", ".yml")
    deliver(render_extracted(found.contract, format, as_yaml=as_yaml), output)
    return DONE if found.is_whole else FAILED


def _write_schemas(pages: PageChoice, output: Path | None, *, check: bool, write: bool) -> int:
    from conformance.cli.console import deliver, say
    from conformance.compare.wording import plural
    from conformance.pipeline.generated import compare_schemas

    if check and write:
        raise UsageError("give either --check or --write, not both")
    if pages.paths:
        raise UsageError("--check and --write work on docs_snapshot/ only", hint="leave PATH out")
    status = DONE
    for found in compare_schemas(pages, write=write):
        files = plural(found.changed, "file")
        if write:
            say(f"{found.exchange}: {files} changed")
        elif found.changed:
            status = FOUND
            deliver(found.diff, output)
            say(f"{found.exchange}: {files} stale; run with --write")
        else:
            say(f"{found.exchange}: fresh")
    return status


@command(
    "Print how a page was read, block by block: the documentation engine, the operations, what "
    "each table is taken for and which words, columns and names decided, what became of every "
    "row, and what was not read. With a line, only what touches it."
)
@argument("page", metavar="PAGE[:LINE]", group="pages",
    help="the page, or - for standard input, and a line of it")  # fmt: skip
@options.docs("pages it may point to; default: its own folder", "pages")
@options.formats({"text": "to read (default)", "json": "the same for programs"})
@options.output()
def explain(page: str, docs: tuple[Path, ...], format: str, output: Path | None) -> int:  # noqa: A002
    """Say how a page, or one line of it, was read and why."""
    from conformance.cli.console import Progress, deliver
    from conformance.pipeline.extraction import explain_page
    from conformance.report.contract_text import render_explanation, render_explanation_json

    path, line = _split_page_and_line(page)
    given = (*docs, path) if page == "-" else docs
    explanation = explain_page(path, given, line, Progress("reading"))
    render = render_explanation_json if format == "json" else render_explanation
    deliver(render(explanation), output)
    return DONE


def _split_page_and_line(argument: str) -> tuple[Path, int | None]:
    """``PAGE`` or ``PAGE:LINE``; a file whose name ends so is a file."""
    if argument == "-":
        return InputPath().convert(argument, None, click.get_current_context()), None
    path, colon, line = argument.rpartition(":")
    if not colon or Path(argument).exists():
        return Path(argument), None
    if not (line.isascii() and line.isdigit() and len(line) < 10 and int(line)):
        raise UsageError(f"{argument}: {line!r} is no line number", hint="write PAGE:LINE")
    return Path(path), int(line)


@command(
    "Hold every page against itself: its examples against its tables, its statements against each "
    "other, its links against its sections; and say what of it could not be read. Needs no "
    "network and no evidence.",
    settings={"paths": "paths", **_GATE},
)
@options.pages("pages to check")
@option(
    "--changed-since", metavar="REV", default="", group="pages",
    help="read all pages, report only on those that this git revision does not have as they are",
)  # fmt: skip
@options.jobs()
@options.rules()
@options.result()
def lint(
    pages: PageChoice, changed_since: str, jobs: int, rules: RuleChoice, result: options.Result
) -> int:
    from conformance.cli.console import Progress, finish
    from conformance.pipeline.outcomes import lint_pages

    outcome = lint_pages(pages, rules, Progress("reading"), jobs, changed_since)
    return finish(outcome, result, pages.paths)


@command(
    "Hold two or more folders or files of documentation, twins in different languages, against "
    "each other, and report where they do not say the same. Pages are twins by their path within "
    "the folder, failing that by method and path of what they document.",
    settings=_GATE,
)
@options.pages("the sides, one each")
@options.witnesses("bear witness for one side or the other")
@options.rules()
@options.result()
def parity(
    pages: PageChoice, witnesses: EvidenceChoice, rules: RuleChoice, result: options.Result
) -> int:
    from conformance.cli.console import Progress, finish
    from conformance.pipeline.outcomes import compare_twins

    outcome = compare_twins(pages, rules, witnesses, Progress("reading"))
    return finish(outcome, result, (*pages.paths, *witnesses.evidence))


@command(
    "Hold two states of the pages against each other and say what changed for a client that "
    "follows the old one, and whether it breaks. A state is a folder, a file, a git revision (of "
    "docs_snapshot/, or of what the other state is), or REV:PATH; a path that exists is no "
    "revision. The work tree is not touched.",
    settings={"fail-on": "fail_on", "confidence": "confidence"},
)
@argument("old", type=StateName(), metavar="OLD", group="pages", help="the pages before")
@argument("new", type=StateName(), metavar="NEW", group="pages", help="the pages after")
@options.project("pages")
@options.witnesses("tell a page that was corrected from an API that changed")
@options.rules()
@options.result()
def diff(
    old: str,
    new: str,
    project: PageChoice,
    witnesses: EvidenceChoice,
    rules: RuleChoice,
    result: options.Result,
) -> int:
    from conformance.cli.console import Progress, finish, refuse_overwriting
    from conformance.pipeline.outcomes import compare_revisions

    refuse_overwriting(result.output, (Path(old), Path(new)))
    outcome = compare_revisions(old, new, project, rules, witnesses, Progress("reading"))
    return finish(outcome, result, witnesses.evidence)


@command(
    "Hold interactions (vcrpy and Ruby VCR cassettes, HAR, NDJSON, HTTP messages, bare JSON "
    "bodies; files or folders) against the documentation, and report where the two disagree.",
    settings={"paths": "docs", "base-paths": "base_path", **_GATE},
)
@argument("evidence", nargs=-1, type=EvidencePath(), metavar="[EVIDENCE]...", group="evidence",
    help="files or folders of interactions, gzip and zstd too, - for standard input, URLs that "
    "fsspec knows; default: the project's cassettes/")  # fmt: skip
@option(
    "--operation", metavar="'METHOD /path'", group="evidence",
    help="the operation that bare bodies are responses of, when the pages document several",
)  # fmt: skip
@option("--base-path", multiple=True, type=base_path, metavar="PATH", group="evidence",
    help="a base path that requests have and no page states, as /api/v4 (repeatable); one that "
    "all requests to a host have is found without it")  # fmt: skip
@options.origin("evidence")
@options.jobs("evidence", "hold evidence against the documentation")
@option("--dask", metavar="ADDRESS", default="", group="evidence",
    help="let the workers of a Dask scheduler do it, as tcp://host:8786, or of one on this "
    "machine: local (needs the extra scale)")  # fmt: skip
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
    from conformance.cli.console import Progress, finish
    from conformance.pipeline.outcomes import check_evidence

    outcome = check_evidence(
        pages,
        rules,
        EvidenceChoice(evidence, origin),
        operation=operation,
        base_paths=base_path,
        progress=Progress("reading"),
        checking=Progress("checking"),
        jobs=jobs,
        cluster=dask,
    )
    return finish(outcome, result, (*pages.paths, *evidence))


@command(
    "For each operation: which documented statuses, fields, enum values and conditions were ever "
    "observed, how often, in evidence of which origin, and which never.",
    settings={"paths": "docs", "exchanges": "exchange"},
)
@argument("evidence", nargs=-1, type=InputPath(), metavar="[EVIDENCE]...", group="evidence",
    help="files or folders of interactions, - for standard input; default: the "
    "project's cassettes/")  # fmt: skip
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
    from conformance.pipeline.evidence import observe_pages
    from conformance.report.coverage import render_coverage

    found = list(observe_pages(pages, EvidenceChoice(evidence, origin)))
    for _, read in found:
        for problem in read.problems:
            say(str(problem))
    coverages = [one for one, _ in found]
    deliver(render_coverage(coverages, format), output)
    if not any(operation.interactions for one in coverages for operation in one.operations):
        say("nothing was observed: no interaction belongs to a documented operation")
        return FAILED
    return FAILED if any(read.failures for _, read in found) else DONE

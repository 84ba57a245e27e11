"""What is made of pages and rules: contracts as printed, files kept up to date, explanations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.checks.registry import RULES
from conformance.errors import ConformanceError, InputError, UsageError
from conformance.evidence import manifest
from conformance.evidence.loading import read_evidence
from conformance.evidence.manifest import MANIFEST, is_evidence
from conformance.model.contract import Contract
from conformance.model.interaction import Origin
from conformance.pages.exchange import load_exchange, read_bytes
from conformance.pages.files import write_atomic
from conformance.pages.manifest_text import refresh_manifest
from conformance.pages.roots import exchange_folder, find_root
from conformance.pages.sources import find_sources
from conformance.pages.staging import exclusive
from conformance.parse import parse_page
from conformance.pipeline.choice import PageChoice
from conformance.pipeline.pages import Progress, read_paths
from conformance.pipeline.project import (
    CASSETTES,
    SCHEMAS,
    choose_pages,
    load_exchanges,
    schema_files,
)
from conformance.reading import build_index
from conformance.reading.explanation import Explanation, explain
from conformance.reading.preparation import PreparedPage, prepare_page
from conformance.reading.tracing import trace_page
from conformance.report import ruledoc
from conformance.report.contract_markdown import render_contract_page
from conformance.report.contract_text import render_contract
from conformance.schema.files import render_files, stale, write_files
from conformance.schema.openapi import to_openapi


@dataclass(frozen=True, slots=True)
class Extraction:
    """A contract, and notes on how it was read."""

    contract: Contract
    lines: tuple[str, ...]
    pages: int
    """How many were read."""

    @property
    def is_whole(self) -> bool:
        """Whether there is an operation, and every page could be read."""
        unreadable = any(gap.kind == "page-unreadable" for gap in self.contract.gaps)
        return bool(self.contract.operations) and not unreadable


@dataclass(frozen=True, slots=True)
class Freshness:
    """How the generated files of an exchange stand to its pages."""

    exchange: str
    changed: int
    """How many files differ."""
    diff: str


def extract_contract(
    choice: PageChoice, progress: Progress | None = None, jobs: int = 1
) -> Extraction:
    """Read pages and say what of them was read and what was not."""
    pages = read_paths(choose_pages(choice)[0], progress, jobs)
    contract = pages.contract
    lines = [f"skipped {line}" for line in pages.skipped]
    lines += [
        f"{gap.span}: {gap.kind}: {gap.subject}: {gap.detail}".replace(": : ", ": ")
        for gap in contract.gaps
    ]
    read = contract.coverage
    lines.append(
        f"{count(read.pages, 'page')}, {count(len(contract.operations), 'operation')}, "
        f"{count(read.rows, 'table row')} ({read.rows_unread} unread), "
        f"{count(read.blocks, 'other block')} ({read.blocks_unread} unread), "
        f"{count(len(contract.gaps), 'gap')}"
    )
    if pages.readings and not contract.operations:
        lines.append("no operation was found: a page has to say a method and a path (GET /orders)")
    return Extraction(contract, tuple(lines), len(pages.readings))


def count(number: int, what: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def render_extracted(contract: Contract, form: str) -> str:
    """A contract as ``openapi``, ``json-schema``, ``text`` or ``markdown``."""
    if form == "text":
        return render_contract(contract)
    if form == "markdown":
        return render_contract_page(contract)
    if form == "openapi":
        return json.dumps(to_openapi(contract), ensure_ascii=False, indent=2) + "\n"
    files = render_files(contract, title="Documented operations")
    schemas = {name: json.loads(text) for name, text in files.items() if name != "openapi.json"}
    return json.dumps(schemas, ensure_ascii=False, indent=2) + "\n"


def compare_schemas(choice: PageChoice, *, write: bool = False) -> Iterator[Freshness]:
    """Compare ``schemas/`` of each exchange with what its pages give, and renew it on demand."""
    root = find_root(choice.docs_root)
    for exchange in load_exchanges(root, choice.exchanges):
        folder = root / SCHEMAS / exchange.name
        files = schema_files(exchange)
        differences = stale(folder, files)
        if write:
            with exclusive(folder):
                write_files(folder, files)
        yield Freshness(exchange.name, len(differences), "".join(d.diff for d in differences))


def explain_page(
    page: Path, docs: Sequence[Path], line: int | None = None, progress: Progress | None = None
) -> Explanation:
    """Why ``page``, or that line of it, was read so; ``docs`` are the pages it may point to.
    Raises InputError: the page cannot be read; UsageError: it has no such line."""
    document = parse_page(read_bytes(page), page.name)
    if line is not None and line > len(document.lines):
        hint = f"the page has {len(document.lines)}"
        raise UsageError(f"{page}: there is no line {line}", hint=hint)
    prepared: list[PreparedPage] = []
    sources = find_sources(docs or [page.parent]).pages
    name = next((s.page for s in sources if s.path.resolve() == page.resolve()), None)
    if name is None:
        raise InputError(f"{page}: not among the pages of --docs", hint="name its folder")
    for number, source in enumerate(sources, 1):
        if progress:
            progress(number, len(sources), source.page)
        try:
            prepared.append(prepare_page(parse_page(read_bytes(source.path), source.page)))
        except ConformanceError:
            continue  # that page is not the one in question
    document = parse_page(read_bytes(page), name)
    explanation = explain(trace_page(document, build_index(prepared)))
    return explanation if line is None else explanation.near(line)


def refresh_exchange(name: str, docs_root: Path | None, announce: Callable[[str], None]) -> None:
    """Hashes of pages and cassettes, schemas, and a manifest for cassettes that have none.  Raises
    UsageError: there is no such exchange; InputError: a manifest or a file cannot be read or
    written, or a cassette is not listed."""
    root = find_root(docs_root)
    folder = exchange_folder(root, name)
    for page in refresh_manifest(folder):
        announce(f"{folder / page}: hash refreshed")
    exchange = load_exchange(folder)
    for path in write_files(root / SCHEMAS / name, schema_files(exchange), prune=True):
        announce(f"{root / SCHEMAS / name / path}: written")
    cassettes = root / CASSETTES / name
    for place in folders_of_evidence(cassettes) if cassettes.is_dir() else ():
        if (place / MANIFEST).exists():
            for file in manifest.refresh_manifest(place):
                announce(f"{place / file}: hash refreshed")
        else:
            start_manifest(place)
            announce(f"{place / MANIFEST}: written; say there what each file is worth")


def write_rule_pages(folder: Path) -> int:
    """Make ``folder`` hold a page for each rule and nothing else; returns how many there are.
    Raises InputError: the folder cannot be written."""
    pages = _rule_pages()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in set(_present(folder)) - set(pages):
            (folder / path).unlink()
    except OSError as error:
        hint = "check the folder and its rights"
        raise InputError(f"{folder}: cannot be written: {error.strerror}", hint=hint) from error
    for name, content in pages.items():
        write_atomic(folder / name, content.encode())
    return len(pages)


def stale_rule_pages(folder: Path) -> list[str]:
    """A line on each page of ``folder`` that is not as it would be written now.  Raises InputError:
    the folder cannot be read."""
    pages, present = _rule_pages(), _present(folder)
    stale = [name for name in pages if present.get(name) != pages[name].encode()]
    stale += [name for name in present if name not in pages]
    return [f"{folder / name}: {_fault(name, pages, present)}" for name in stale]


def _rule_pages() -> dict[str, str]:
    return {
        "README.md": ruledoc.index(RULES),
        **{f"{rule.id}.md": ruledoc.page(rule) for rule in RULES},
    }


def _fault(name: str, pages: dict[str, str], present: dict[str, bytes]) -> str:
    if name not in pages:
        return "of no rule"
    return "stale" if name in present else "missing"


def _present(folder: Path) -> dict[str, bytes]:
    try:
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*.md"))}
    except OSError as error:
        hint = "check the folder and its rights"
        raise InputError(f"{folder}: cannot be read: {error.strerror}", hint=hint) from error


_HEAD = """\
# What each file is worth as evidence.  Written once; correct origin, date and note by hand:
# live, recorded, documented, constructed or sandbox (cassettes/README.md).
"""


def start_manifest(folder: Path) -> None:
    """Write ``manifest.toml`` beside the evidence of ``folder``, which has none yet.

    A file whose interactions are of several origins is worth the least of them.

    Raises InputError: the folder cannot be written, or a file cannot be hashed.
    """
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    tables = (_table(folder / name) for name in names if is_evidence(name))
    write_atomic(folder / MANIFEST, "\n".join([_HEAD, *tables]).encode())
    manifest.refresh_manifest(folder)


def _table(file: Path) -> str:
    found = read_evidence(file).interactions
    origins = list(Origin)
    worth = max((made.origin for made in found), key=origins.index, default=Origin.RECORDED)
    days = {made.date for made in found}
    lines = [f"file = {json.dumps(file.name, ensure_ascii=False)}", f'origin = "{worth.value}"']
    if len(days) == 1 and (day := days.pop()):
        lines.append(f"date = {day}")
    return "\n".join(["[[cassette]]", *lines, 'note = ""', ""])


def folders_of_evidence(top: Path) -> Iterator[Path]:
    """``top`` and the folders below that hold evidence, hidden ones left out."""
    for folder in (top, *sorted(path for path in top.rglob("*") if path.is_dir())):
        hidden = any(part.startswith(".") for part in folder.relative_to(top).parts)
        if not hidden and any(p.is_file() and is_evidence(p.name) for p in folder.iterdir()):
            yield folder

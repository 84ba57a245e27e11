"""The contract of pages, as printed and as kept; other generated files; why a page was read so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from conformance.checks.registry import RULES
from conformance.compare.wording import plural
from conformance.errors import ConformanceError, InputError, UsageError
from conformance.evidence import manifest
from conformance.evidence.loading import read_evidence
from conformance.evidence.manifest import MANIFEST, is_evidence
from conformance.model.contract import Contract
from conformance.model.interaction import Origin
from conformance.pages.exchange import exchange_folder, find_root, load_exchange, read_bytes
from conformance.pages.files import write_atomic
from conformance.pages.manifest_text import refresh_manifest
from conformance.pages.sources import find_sources
from conformance.pages.staging import exclusive
from conformance.parse import parse_page
from conformance.patterns import regex
from conformance.pipeline import PageChoice, project
from conformance.pipeline.pages import Progress, read_paths
from conformance.reading import build_index
from conformance.reading.explanation import Explanation, explain
from conformance.reading.preparation import PreparedPage, prepare_page
from conformance.reading.tracing import trace_page
from conformance.report.contract_markdown import render_contract_page
from conformance.report.contract_text import render_contract
from conformance.report.words import render_rule_index, render_rule_page
from conformance.schema.files import find_stale, render_files, write_files
from conformance.schema.openapi import to_openapi


class Extraction(Struct, frozen=True):
    """A contract, and notes on how it was read."""

    contract: Contract
    lines: tuple[str, ...]
    pages: int

    @property
    def is_whole(self) -> bool:
        """Whether there is an operation, and every page could be read."""
        unreadable = any(gap.kind == "page-unreadable" for gap in self.contract.gaps)
        return bool(self.contract.operations) and not unreadable


def extract_contract(
    choice: PageChoice, progress: Progress | None = None, jobs: int = 1
) -> Extraction:
    """Read pages and say what of them was read and what was not."""
    pages = read_paths(project.choose_pages(choice)[0], progress, jobs)
    contract = pages.contract
    lines = [f"skipped {line}" for line in pages.skipped]
    lines += [
        f"{gap.span}: {gap.kind}: {gap.subject}: {gap.detail}".replace(": : ", ": ")
        for gap in contract.gaps
    ]
    read = contract.coverage
    lines.append(
        f"{plural(read.pages, 'page')}, {plural(len(contract.operations), 'operation')}, "
        f"{plural(read.rows, 'table row')} ({read.rows_unread} unread), "
        f"{plural(read.blocks, 'other block')} ({read.blocks_unread} unread), "
        f"{plural(len(contract.gaps), 'gap')}"
    )
    if pages.readings and not contract.operations:
        lines.append("no operation was found: a page has to say a method and a path (GET /orders)")
    return Extraction(contract, tuple(lines), len(pages.readings))


def render_extracted(contract: Contract, form: str, *, as_yaml: bool = False) -> str:
    """A contract as ``openapi`` or ``json-schema`` (JSON, or YAML), ``text`` or ``markdown``."""
    if form == "text":
        return render_contract(contract)
    if form == "markdown":
        return render_contract_page(contract)
    if form == "openapi":
        return _write_document(to_openapi(contract), as_yaml=as_yaml)
    files = render_files(contract, title="Documented operations")
    schemas = {name: json.loads(text) for name, text in files.items() if name != "openapi.json"}
    return _write_document(schemas, as_yaml=as_yaml)


def _write_document(document: dict[str, Any], *, as_yaml: bool) -> str:
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if not as_yaml:
        return text
    import yaml  # few ask for it

    tree = json.loads(text.encode("utf-8", "replace"))  # which also parts what is there twice
    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(tree, Dumper=dumper, allow_unicode=True, sort_keys=False, width=1_000))


def explain_page(
    page: Path, docs: Sequence[Path], line: int | None = None, progress: Progress | None = None
) -> Explanation:
    """Why ``page``, or that line of it, was read so; ``docs`` are pages it may point to.  Raises
    InputError: unreadable; UsageError: no such line."""
    if page.is_dir():
        raise UsageError(f"{page} is a folder", hint="name one page of it")
    document = parse_page(read_bytes(page), page.name)
    if line is not None and line > len(document.lines):
        hint = f"the page has {len(document.lines)}"
        raise UsageError(f"{page}: there is no line {line}", hint=hint)
    prepared: list[PreparedPage] = []
    found = find_sources(docs or [page.parent])
    sources, place = found.pages, page.resolve()
    name = next((s.page for s in sources if s.path.resolve() == place), None)
    if name is None:
        others = {other.path.resolve(): other.reason for other in found.problems}
        others |= {other.path.resolve(): other.reason for other in found.skipped}
        if place in others:
            raise InputError(f"{page}: {others[place]}")
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
    return explanation if line is None else explanation.select_near(line)


def refresh_exchange(name: str, docs_root: Path | None, announce: Callable[[str], None]) -> None:
    """Renew hashes of pages and cassettes, schemas and missing manifests of cassettes.  Raises
    UsageError: no such exchange; InputError: a file cannot be read or written, or is not listed."""
    root = find_root(docs_root)
    folder = exchange_folder(root, name)
    for page in refresh_manifest(folder):
        announce(f"{folder / page}: hash refreshed")
    exchange = load_exchange(folder)
    for path in write_files(
        root / project.SCHEMAS / name, project.schema_files(exchange), prune=True
    ):
        announce(f"{root / project.SCHEMAS / name / path}: written")
    cassettes = root / project.CASSETTES / name
    for place in folders_of_evidence(cassettes) if cassettes.is_dir() else ():
        if (place / MANIFEST).exists():
            for file in manifest.refresh_manifest(place):
                announce(f"{place / file}: hash refreshed")
        else:
            names = sorted(path.name for path in place.iterdir() if path.is_file())
            tables = (_render_table(place / name) for name in names if is_evidence(name))
            write_atomic(place / MANIFEST, "\n".join([_HEAD, *tables]).encode())
            manifest.refresh_manifest(place)
            announce(f"{place / MANIFEST}: written; say there what each file is worth")


_RULE_PAGE: Final = regex(r".+\.md")
_FAULTS: Final = {"missing": "missing", "changed": "stale", "extra": "of no rule"}


class Freshness(Struct, frozen=True):
    """How the generated files of an exchange stand to its pages."""

    exchange: str
    changed: int
    diff: str


def compare_schemas(choice: PageChoice, *, write: bool = False) -> Iterator[Freshness]:
    """Compare ``schemas/`` of each exchange with what its pages give, and renew it on demand."""
    root = find_root(choice.docs_root)
    for exchange in project.load_exchanges(root, choice.exchanges):
        folder = root / project.SCHEMAS / exchange.name
        files = project.schema_files(exchange)
        differences = find_stale(folder, files)
        if write:
            with exclusive(folder):
                write_files(folder, files)
        yield Freshness(exchange.name, len(differences), "".join(d.diff for d in differences))


def _render_rule_pages() -> dict[str, str]:
    pages = {f"{rule.id}.md": render_rule_page(rule) for rule in RULES}
    return {"README.md": render_rule_index(RULES), **pages}


def write_rule_pages(folder: Path) -> int:
    """Make ``folder`` hold a page for each rule and nothing else; gives their number.  Raises
    InputError."""
    pages = _render_rule_pages()
    write_files(folder, pages, prune=True, ours=_RULE_PAGE)
    return len(pages)


def find_stale_rule_pages(folder: Path) -> list[str]:
    """A line on each page of ``folder`` that would now be written differently.  Raises
    InputError."""
    differences = find_stale(folder, _render_rule_pages(), _RULE_PAGE)
    return [f"{folder / found.path}: {_FAULTS[found.kind]}" for found in differences]


_HEAD = """\
# What each file is worth as evidence.  Written once; correct origin, date and note by hand:
# live, recorded, documented, constructed or sandbox (cassettes/README.md).
"""


def _render_table(file: Path) -> str:
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

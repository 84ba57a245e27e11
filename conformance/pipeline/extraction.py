"""The contract of pages, as printed and as kept in ``schemas/``; why a page was read so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from conformance.compare.wording import plural
from conformance.errors import ConformanceError, InputError, UsageError
from conformance.model.contract import Contract
from conformance.pages.exchange import read_bytes
from conformance.pages.sources import find_sources
from conformance.parse import parse_page
from conformance.pipeline import PageChoice, project
from conformance.pipeline.pages import Progress, read_paths
from conformance.reading import build_index
from conformance.reading.explanation import Explanation, explain
from conformance.reading.preparation import PreparedPage, prepare_page
from conformance.reading.tracing import trace_page
from conformance.report.contract_markdown import render_contract_page
from conformance.report.contract_text import render_contract
from conformance.schema.files import render_files
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

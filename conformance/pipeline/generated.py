"""Files generated of pages and rules: written, compared, brought up to date."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from conformance.checks.registry import RULES
from conformance.evidence import manifest
from conformance.evidence.loading import read_evidence
from conformance.evidence.manifest import MANIFEST, is_evidence
from conformance.model.interaction import Origin
from conformance.pages.exchange import exchange_folder, find_root, load_exchange
from conformance.pages.files import write_atomic
from conformance.pages.manifest_text import refresh_manifest
from conformance.pages.staging import exclusive
from conformance.patterns import regex
from conformance.pipeline import PageChoice, project
from conformance.report.words import render_rule_index, render_rule_page
from conformance.schema.files import find_stale, write_files


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
    worth = max((one.origin for one in found), key=origins.index, default=Origin.RECORDED)
    days = {one.date for one in found}
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

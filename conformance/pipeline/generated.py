"""Files generated of pages and of rules: written, compared, brought up to date."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.checks.registry import RULES
from conformance.errors import InputError
from conformance.evidence import manifest, starter
from conformance.pages.exchange import load_exchange
from conformance.pages.files import write_atomic
from conformance.pages.manifest_text import refresh_manifest
from conformance.pages.roots import exchange_folder, find_root
from conformance.pipeline.project import CASSETTES, SCHEMAS, schema_files
from conformance.report import ruledoc
from conformance.schema.files import write_files


def refresh_exchange(name: str, docs_root: Path | None, announce: Callable[[str], None]) -> None:
    """Hashes of pages and cassettes, schemas, and a manifest for cassettes that have none.

    Raises:
        UsageError: there is no such exchange.
        InputError: a manifest or a file cannot be read or written, or a cassette is not listed.
    """
    root = find_root(docs_root)
    folder = exchange_folder(root, name)
    for page in refresh_manifest(folder):
        announce(f"{folder / page}: hash refreshed")
    exchange = load_exchange(folder)
    for path in write_files(root / SCHEMAS / name, schema_files(exchange), prune=True):
        announce(f"{root / SCHEMAS / name / path}: written")
    cassettes = root / CASSETTES / name
    for place in starter.folders_of_evidence(cassettes) if cassettes.is_dir() else ():
        if (place / manifest.MANIFEST).exists():
            for file in manifest.refresh_manifest(place):
                announce(f"{place / file}: hash refreshed")
        else:
            starter.start_manifest(place)
            announce(f"{place / manifest.MANIFEST}: written; say there what each file is worth")


def write_rule_pages(folder: Path) -> int:
    """Make ``folder`` hold a page for each rule and nothing else; returns how many there are.

    Raises:
        InputError: the folder cannot be written.
    """
    pages = _rule_pages()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in set(_present(folder)) - set(pages):
            (folder / path).unlink()
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be written: {error.strerror}", hint="check the folder and its rights"
        ) from error
    for name, content in pages.items():
        write_atomic(folder / name, content.encode())
    return len(pages)


def stale_rule_pages(folder: Path) -> list[str]:
    """A line on each page of ``folder`` that is not as it would be written now.

    Raises:
        InputError: the folder cannot be read.
    """
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
        raise InputError(
            f"{folder}: cannot be read: {error.strerror}", hint="check the folder and its rights"
        ) from error

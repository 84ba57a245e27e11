"""What is generated of an exchange, brought up to date with what people changed in its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.evidence import manifest, starter
from conformance.pages.exchange import load_exchange
from conformance.pages.manifest_text import refresh_manifest
from conformance.pages.roots import exchange_folder, find_root
from conformance.pipeline.project import CASSETTES, SCHEMAS, schema_files
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

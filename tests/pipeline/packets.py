"""Packets for pages of no exchange: twins differ in a folder named like the page's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from conformance.drift.packets.packet import Packet
from conformance.model.document import Document
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.pages.exchange import Exchange
from conformance.parse import parse_page
from conformance.pipeline import packets


def packets_of_files(
    files: Iterable[tuple[str, Path]],
    findings: Sequence[Finding],
    *,
    root: Path,
    interactions: Sequence[Interaction] = (),
) -> tuple[Packet, ...]:
    """One packet for each cause; ``files`` is what a reading of the pages gives."""
    docs = packets.make_docs(list(_pages(files, root.resolve())))
    exchange = Exchange(name="", title="", root=Path(), pages=())
    return packets.make_packets(exchange, findings, (), docs, interactions)


def _pages(
    files: Iterable[tuple[str, Path]], root: Path
) -> Iterator[tuple[Document, dict[str, Any]]]:
    for page, path in files:
        document = parse_page(path.read_bytes(), page)
        parts = list(PurePosixPath(page).with_suffix("").parts)
        own = document.language
        folder = next((p for p in parts[:-1] if own and p.lower().partition("-")[0] == own), "")
        if folder in parts:
            parts.remove(folder)
        place = "/".join(parts) if folder else ""
        whole = path.resolve()
        name = (whole.relative_to(root) if whole.is_relative_to(root) else path).as_posix()
        facts = {"path": name, "data": path.read_bytes(), "place": place, "language": folder}
        yield document, facts

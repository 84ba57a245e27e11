"""Packets for pages of no exchange: twins differ in a folder named like the page's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from conformance.drift.packets.packet import Packet
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
    docs = packets._make_docs(list(_pages(files)), root.resolve())
    exchange = Exchange(name="", title="", root=Path(), pages=())
    return packets._make_packets(exchange, findings, (), docs, interactions)


def _pages(files: Iterable[tuple[str, Path]]) -> Iterator[packets._PacketPage]:
    for page, path in files:
        document = parse_page(path.read_bytes(), page)
        parts = list(PurePosixPath(page).with_suffix("").parts)
        own = document.language
        folder = next((p for p in parts[:-1] if own and p.lower().partition("-")[0] == own), "")
        if folder in parts:
            parts.remove(folder)
        place = "/".join(parts) if folder else ""
        yield packets._PacketPage(path, path.read_bytes(), document, place, folder)

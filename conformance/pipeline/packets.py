"""Packets for the people who keep the pages: grouped, tried on copies of the pages, written down.

The pages themselves are read and never written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from conformance.drift.known import KnownEntry
from conformance.drift.packets import Docs, Packet, PageSource, advised
from conformance.drift.packets import packets as grouped
from conformance.errors import ConformanceError
from conformance.extract import build_library, read_document
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Origin
from conformance.model.operation import Operation
from conformance.parse import parse_page
from conformance.pipeline.evidence import read_all_evidence
from conformance.pipeline.project import CASSETTES
from conformance.pipeline.recheck import Recheck
from conformance.pipeline.reproduction import reproduction
from conformance.snapshot.exchange import Exchange, read_bytes
from conformance.snapshot.twins import SideSources, sides_of_exchange, sides_of_paths


def packets_of_exchange(
    exchange: Exchange,
    findings: Sequence[Finding],
    known: Iterable[KnownEntry] = (),
    *,
    root: Path | None = None,
    interactions: Sequence[Interaction] | None = None,
) -> tuple[Packet, ...]:
    """One packet for each cause of ``findings``, those that ``known`` accepts included.

    ``root`` is the repository's: patches name pages from there.  ``interactions`` are what the
    pages are held against when a patch is tried; without them, the exchange's cassettes.
    Findings that no page of the exchange has (a page that cannot be read) are packets, too.
    """
    top = (root or exchange.root.resolve().parent.parent).resolve()
    docs = _docs(sides_of_exchange(exchange), top, {p.path: p for p in exchange.pages})
    if interactions is None:
        folder = top / CASSETTES / exchange.name
        interactions = read_all_evidence([folder], top).interactions if folder.is_dir() else ()
    return _packets(exchange, findings, known, docs, interactions)


def packets_of_paths(
    paths: Sequence[Path],
    findings: Sequence[Finding],
    *,
    root: Path | None = None,
    interactions: Sequence[Interaction] = (),
) -> tuple[Packet, ...]:
    """As :func:`packets_of_exchange` for any pages, each of ``paths`` a side of its own.

    Raises:
        InputError: one of ``paths`` does not exist.
    """
    docs = _docs(sides_of_paths(paths), (root or Path.cwd()).resolve(), {})
    exchange = Exchange(name="", title="", root=Path(), pages=())
    return _packets(exchange, findings, (), docs, interactions)


def _packets(
    exchange: Exchange,
    findings: Sequence[Finding],
    known: Iterable[KnownEntry],
    docs: Docs,
    interactions: Sequence[Interaction],
) -> tuple[Packet, ...]:
    recheck = Recheck(docs, interactions, frozenset(_following(findings)))
    operations = {o.key: o for source in docs.sources for o in source.reading.operations}
    by_where = {interaction.where: interaction for interaction in interactions}
    made = []
    for packet in grouped(findings, docs, known):
        shown = _reproduced(packet, operations, exchange, by_where)
        made.append(advised(shown, docs, recheck.holds))
    return tuple(made)


def _reproduced(
    packet: Packet,
    operations: dict[str, Operation],
    exchange: Exchange,
    interactions: dict[str, Interaction],
) -> Packet:
    shown = (
        reproduction(finding, operations.get(finding.operation), exchange, interactions)
        for finding in packet.findings
    )
    return replace(
        packet,
        reproduction=next((one for one in shown if one), None),
        notes=tuple(_notes(packet, interactions)),
    )


def _notes(packet: Packet, interactions: dict[str, Interaction]) -> Iterator[str]:
    """Recordings that repeat what a page prints, and what constructed ones stand on."""
    told: dict[str, None] = {}
    for finding in packet.findings:
        where = finding.observed.where if finding.observed else ""
        seen = interactions.get(where)
        if seen is None:
            continue
        file = where.rpartition("#")[0]
        if seen.origin is Origin.DOCUMENTED:
            told[f"{file} repeats the printed example and has to follow it."] = None
        elif seen.origin is Origin.CONSTRUCTED and seen.note.strip():
            told[f"{file} was written by hand. {' '.join(seen.note.split())}"] = None
    yield from told


def _following(findings: Iterable[Finding]) -> Iterator[str]:
    """Findings in interactions that repeat an example of a page, and in no others."""
    for finding in findings:
        printed = {tally.origin for tally in finding.evidence} == {Origin.DOCUMENTED.value}
        if printed and finding.observed and "#" in finding.observed.where:
            yield finding.fingerprint


def _docs(sides: Sequence[SideSources], top: Path, listed: dict[str, object]) -> Docs:
    """Every page that can be read, each once more where others tell what it points to."""
    read = []
    for side in sides:
        for page in side.pages:
            try:
                data = read_bytes(page.source.path)
            except ConformanceError:
                continue
            document = parse_page(data, page.source.page)
            read.append((side.label, page, data, document, read_document(document)))
    library = build_library(reading for *_, reading in read)
    sources = []
    for label, page, data, document, reading in read:
        told = listed.get(page.source.page)
        sources.append(
            PageSource(
                path=_path(page.source.path, top),
                data=data,
                document=document,
                reading=read_document(document, library)
                if reading.gains_from(library)
                else reading,
                place=str(Path(page.place).with_suffix("")),
                language=label,
                url=getattr(told, "url", ""),
                retrieved=getattr(told, "retrieved", None),
            )
        )
    return Docs(tuple(sources))


def _path(file: Path, top: Path) -> str:
    whole = file.resolve()
    return whole.relative_to(top).as_posix() if whole.is_relative_to(top) else file.as_posix()

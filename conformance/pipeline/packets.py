"""Packets for the people who keep the pages: grouped, tried on copies of the pages, written down.

The pages themselves are read and never written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from conformance.drift.known import KnownEntry
from conformance.drift.packets import Docs, Packet, PageSource, advised
from conformance.drift.packets import packets as grouped
from conformance.errors import ConformanceError
from conformance.model.document import Document
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation
from conformance.pages.exchange import Exchange, read_bytes
from conformance.pages.sources import sides_of_exchange
from conformance.parse import parse_page
from conformance.pipeline.evidence import read_all_evidence
from conformance.pipeline.project import CASSETTES
from conformance.pipeline.recheck import Recheck
from conformance.pipeline.reproduction import reproduction
from conformance.reading import PageReading, read_documents


def packets_of_exchange(
    exchange: Exchange,
    findings: Sequence[Finding],
    known: Iterable[KnownEntry] = (),
    *,
    root: Path | None = None,
    interactions: Sequence[Interaction] | None = None,
    prefix: str = "",
) -> tuple[Packet, ...]:
    """One packet for each cause of ``findings``, those that ``known`` accepts included.

    ``root`` is the repository's: patches name pages from there.  With ``prefix`` they name them as
    they lie in the repository of those who keep them: ``docs/{language}`` is the folder of the
    pages in one language, ``docs`` of the only language there is.  ``interactions`` are what the
    pages are checked against when a patch is tried; without them, the exchange's cassettes.
    Findings that no page of the exchange has (a page that cannot be read) are packets, too; what
    only interactions show that no API answered is not.
    """
    top = (root or exchange.root.resolve().parent.parent).resolve()
    docs = _docs(list(_of_exchange(exchange, prefix)), top)
    if interactions is None:
        folder = top / CASSETTES / exchange.name
        interactions = read_all_evidence([folder], top).interactions if folder.is_dir() else ()
    return _packets(exchange, findings, known, docs, interactions)


def packets_of_files(
    files: Iterable[tuple[str, Path]],
    findings: Sequence[Finding],
    *,
    root: Path | None = None,
    interactions: Sequence[Interaction] = (),
) -> tuple[Packet, ...]:
    """As :func:`packets_of_exchange`, for any pages: ``files`` is what a reading of them gives.

    Pages are twins when their names differ in a folder named like the page's language.
    """
    top = (root or Path.cwd()).resolve()
    read = [_read_source(page, path) for page, path in files]
    docs = _docs([one for one in read if one], top)
    exchange = Exchange(name="", title="", root=Path(), pages=())
    return _packets(exchange, findings, (), docs, interactions)


def _packets(
    exchange: Exchange,
    findings: Sequence[Finding],
    known: Iterable[KnownEntry],
    docs: Docs,
    interactions: Sequence[Interaction],
) -> tuple[Packet, ...]:
    interactions = [one for one in interactions if one.origin.is_of_api]
    recheck = Recheck(docs, interactions)
    operations = {o.key: o for source in docs.sources for o in source.reading.operations}
    by_where = {interaction.where: interaction for interaction in interactions}
    made_packets = []
    findings = [finding for finding in findings if finding.made_of is None]
    everywhere = _once([*findings, *recheck.sightings(findings)])
    for packet in grouped(everywhere, docs, known):
        shown = _reproduce(packet, operations, exchange, by_where)
        made_packets.append(advised(shown, docs, recheck.trial))
    return tuple(made_packets)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Each sighting once: by fingerprint, line and place of evidence."""
    kept: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        where = finding.observed.where if finding.observed else ""
        line = finding.documented and (finding.documented.page, finding.documented.line)
        kept.setdefault((finding.fingerprint, line, where), finding)
    return list(kept.values())


def _reproduce(
    packet: Packet,
    operations: dict[str, Operation],
    exchange: Exchange,
    interactions: dict[str, Interaction],
) -> Packet:
    shown = (
        reproduction(finding, operations.get(finding.operation), exchange, interactions)
        for finding in packet.findings
    )
    return replace(packet, reproduction=next((one for one in shown if one), None))


@dataclass(frozen=True, slots=True)
class _Page:
    """One page as a first reading has it."""

    file: Path
    data: bytes
    document: Document
    place: str
    language: str
    url: str = ""
    retrieved: dt.date | None = None
    path: str = ""
    """In the repository of those who keep it; empty where that is not known."""


def _read_source(
    page: str, file: Path, language: str = "", place: str | None = None
) -> _Page | None:
    """None for a page that cannot be read: nothing can be proposed for it."""
    try:
        data = read_bytes(file)
    except ConformanceError:
        return None
    document = parse_page(data, page)
    own = language or _folder_of(document)
    found = _without(page, own) if place is None else str(PurePosixPath(place).with_suffix(""))
    return _Page(file, data, document, found, own)


def _folder_of(document: Document) -> str:
    """The folder the page's name has for its language; empty when it has none."""
    folders = PurePosixPath(document.page).parts[:-1]
    own = document.language
    return next((f for f in folders if own and f.lower().partition("-")[0] == own), "")


def _without(page: str, folder: str) -> str:
    parts = list(PurePosixPath(page).with_suffix("").parts)
    if folder not in parts:
        return ""
    parts.remove(folder)
    return "/".join(parts)


def _of_exchange(exchange: Exchange, prefix: str) -> Iterator[_Page]:
    listed = {page.path: page for page in exchange.pages}
    is_single = len({page.language for page in exchange.pages}) == 1
    for side in sides_of_exchange(exchange):
        for twin in side.pages:
            listed_page = listed[twin.source.page]
            read = _read_source(listed_page.path, twin.source.path, side.label, twin.place)
            if read is not None:
                path = (
                    _path_below(prefix, listed_page.path, listed_page.language, is_single)
                    if prefix
                    else ""
                )
                yield replace(read, url=listed_page.url, retrieved=listed_page.retrieved, path=path)


def _path_below(prefix: str, page: str, language: str, is_single: bool) -> str:
    """Where a page lies in a repository whose folder of pages is ``prefix``."""
    if is_single or "{language}" in prefix:
        page = page.removeprefix(f"{language}/")
    return f"{prefix.replace('{language}', language).rstrip('/')}/{page}".removeprefix("./")


def _docs(read: Sequence[_Page], top: Path) -> Docs:
    """The pages, each read with what the others know."""
    readings = read_documents(page.document for page in read)
    pages = zip(read, readings, strict=True)
    return Docs(tuple(_source(page, reading, top) for page, reading in pages))


def _source(page: _Page, reading: PageReading, top: Path) -> PageSource:
    return PageSource(
        path=page.path or _path(page.file, top),
        data=page.data,
        document=page.document,
        reading=reading,
        place=page.place,
        language=page.language,
        url=page.url,
        retrieved=page.retrieved,
    )


def _path(file: Path, top: Path) -> str:
    whole = file.resolve()
    return whole.relative_to(top).as_posix() if whole.is_relative_to(top) else file.as_posix()

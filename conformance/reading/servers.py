"""Base URLs: servers that a page names apart from any operation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from conformance.model.document import CodeBlock, Heading, ListBlock, Paragraph, Table
from conformance.reading.context import LocatedBlock
from conformance.vocabulary import phrases

_URL = r"https?://[\w.\-:]+(?:/[\w./-]*)?"
_LABEL = phrases("endpoints.server").pattern
_LABELLED = re.compile(rf"(?<![\w-])(?:{_LABEL})s?(?![a-z])[^\n]{{0,60}}?(?P<url>{_URL})", re.I)
_ANNOUNCED = re.compile(rf"(?:^|[^\w-])(?:{_LABEL})s?\W*$", re.IGNORECASE)
_FIRST = re.compile(rf"^\W{{0,4}}(?P<url>{_URL})")
_HOST = re.compile(r"^\s*Host:\s{1,4}(?P<host>[\w-]+(?:\.[\w-]+)+(?::\d+)?)\s*$", re.MULTILINE)
_LINE = 2_000
"""Characters of a line that are looked at."""
_MOST_OF_A_PAGE = 8
_MOST = 4
"""Servers that pages without one of their own may take over from others."""


def base_urls(pieces: Iterable[LocatedBlock]) -> tuple[str, ...]:
    """Servers the page names apart from any operation ("Base URL: https://...")."""
    labelled: dict[str, None] = {}
    hosts: dict[str, None] = {}
    for piece in pieces:
        for line in _lines(piece):
            labelled.update(dict.fromkeys(_in_line(line[:_LINE], piece)))
        if isinstance(piece.block, CodeBlock) and "Host:" in piece.block.text:
            hosts.update((f"https://{hit['host']}", None) for hit in _HOST.finditer(_head(piece)))
    return tuple(labelled or hosts)[:_MOST_OF_A_PAGE]


def without_path(servers: Iterable[str], path: str) -> tuple[str, ...]:
    """The servers of an operation: one that names its whole address is its begin."""
    whole = path.rstrip("/")
    cut = (s.removesuffix(whole) if whole and s.endswith(whole) else s for s in servers)
    return tuple(dict.fromkeys(s for s in cut if s))


def servers_near(page: str, named: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What the pages of the nearest folder that names any servers call one site's servers.

    Servers of several sites are none: nothing says which of them ``page`` is about.
    """
    for folder in PurePosixPath(page).parents:
        below = named.get(str(folder), ())
        if below:
            sites = {".".join(urlsplit(s).netloc.partition(":")[0].split(".")[-2:]) for s in below}
            return tuple(below) if len(sites) == 1 and len(below) <= _MOST else ()
    return ()


def hosts_of(servers: Iterable[str]) -> frozenset[str]:
    """The hosts of base URLs, in lower case, with the port where one is named."""
    return frozenset(host for s in servers if (host := urlsplit(s).netloc.lower()))


def by_folder(pages: Iterable[tuple[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """The servers that the pages below each folder name."""
    found: dict[str, dict[str, None]] = {}
    for page, servers in pages:
        for folder in PurePosixPath(page).parents if servers else ():
            found.setdefault(str(folder), {}).update(dict.fromkeys(servers))
    return {folder: tuple(servers) for folder, servers in found.items()}


def _in_line(line: str, piece: LocatedBlock) -> Iterator[str]:
    if "://" not in line:
        return
    hits = [hit["url"] for hit in _LABELLED.finditer(line)]
    if not hits and (first := _FIRST.match(line)):
        nearest = [
            *reversed(piece.place.captions),
            *(h.text.plain for h in piece.place.headings[-1:]),
        ]
        if any(_ANNOUNCED.search(words[-_LINE:]) for words in nearest if words != line):
            hits = [first["url"]]
    yield from (hit.rstrip("/.") for hit in hits)


def _lines(piece: LocatedBlock) -> Iterator[str]:
    block = piece.block
    if isinstance(block, Paragraph | Heading):
        yield block.text.plain
    elif isinstance(block, ListBlock):
        yield from (f"{piece.place.caption} {item.text.plain}" for item in block.items)
        yield from (item.text.plain for item in block.items)
    elif isinstance(block, Table):
        for cells in (block.header, *(row.cells for row in block.rows)):
            yield " ".join(cell.plain for cell in cells)
    elif isinstance(block, CodeBlock):
        yield block.text[:_LINE].split("\n", 1)[0]


def _head(piece: LocatedBlock) -> str:
    block = piece.block
    return block.text[:_LINE] if isinstance(block, CodeBlock) else ""

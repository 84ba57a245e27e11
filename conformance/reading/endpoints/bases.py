"""What a page says of its paths apart from its operations: their base, and their placeholders.

``Base URL: /api/v1``, or the path alone below such a heading, stands before the paths of the
section it is in, or of the whole page where that section has none.  A segment that a row documents
is a placeholder where it stands in capitals or an address of the page has a value there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from conformance.model.document import CodeBlock, ListBlock, Paragraph
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints.candidate import EndpointCandidate
from conformance.reading.rows.lines import split_lines
from conformance.vocabulary import phrases

_BASE = regex(
    rf"^\W{{0,4}}(?:[\w ]{{0,20}}\s)?(?:{phrases('endpoints.base').pattern})(?![a-z])\W{{1,6}}?"
    r"(?P<path>/[\w.-]{1,40}(?:/[\w.-]{1,40}){0,4})/?[`*\s]{0,4}$",
    re.IGNORECASE,
)
_LINE = 200
_BRACED = regex(r"\{[^{}]*\}")
_CAPITALS = regex(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")


def with_bases(
    places: Sequence[EndpointCandidate], pieces: Sequence[LocatedBlock]
) -> tuple[EndpointCandidate, ...]:
    """The places with the base of their path, where the page writes paths without it.

    A base is that of the nearest heading around it with any place below.
    """
    below: dict[int, list[EndpointCandidate]] = {}
    for candidate in places:
        for heading in _list_around(pieces[candidate.index]) if not candidate.server else ():
            below.setdefault(heading, []).append(candidate)
    based: dict[int, tuple[str, int]] = {}
    for piece, base in _find_bases(pieces):
        at = piece.place.index
        scope = next(
            (h for h in _list_around(piece) if h in below and below[h][-1].index > at), None
        )
        if scope is not None and scope not in based:
            whole = any(c.path == base or c.path.startswith(f"{base}/") for c in below[scope])
            based[scope] = ("" if whole else base, at)
    return tuple(_add_base(c, pieces[c.index], based) for c in places)


def _list_around(piece: LocatedBlock) -> tuple[int, ...]:
    """The headings around a block, the nearest first, and the page."""
    return (*(id(h) for h in reversed(piece.place.headings)), 0)


def _add_base(
    candidate: EndpointCandidate, piece: LocatedBlock, based: Mapping[int, tuple[str, int]]
) -> EndpointCandidate:
    found = (based[h] for h in _list_around(piece) if h in based)
    base = next((base for base, at in found if at < candidate.index), "")
    if not base or candidate.server:
        return candidate
    return replace(candidate, path=f"{base}{candidate.path}".rstrip("/"))


def _find_bases(pieces: Sequence[LocatedBlock]) -> Iterator[tuple[LocatedBlock, str]]:
    for piece in pieces:
        lines: list[str] = []
        if isinstance(piece.block, Paragraph):
            lines = [line.plain for line in split_lines(piece.block)]
        elif isinstance(piece.block, ListBlock):
            lines = [item.text.plain for item in piece.block.items]
        elif isinstance(piece.block, CodeBlock):
            lines = piece.block.text.split("\n")[:2]
        above = next((h.text.plain[:_LINE] for h in piece.place.headings[-1:]), "")
        for line in lines:
            said = f"{above}: {line}" if line.startswith("/") and len(lines) == 1 else line
            if len(line) <= _LINE and (hit := _BASE.match(said)):
                yield piece, hit["path"]


def with_placeholders(
    places: Sequence[EndpointCandidate], names: Collection[str], pieces: Sequence[LocatedBlock]
) -> tuple[EndpointCandidate, ...]:
    """The places with ``/orders/ORDER_ID`` as ``/orders/{ORDER_ID}`` where ``names``, those of
    rows, have it; one in small letters where an address of the page has a value in its place."""
    known = {_BRACED.sub("{}", c.path) for c in places}
    return tuple(replace(c, path=_brace_segments(c.path, names, known, pieces)) for c in places)


def _brace_segments(
    path: str, names: Collection[str], known: Collection[str], pieces: Sequence[LocatedBlock]
) -> str:
    segments = path.split("/")
    for at, segment in enumerate(segments):
        if segment not in names:
            continue
        parts = ("/".join(segments[:at]), "/".join(["", *segments[at + 1 :]]))
        is_other = _BRACED.sub("{}", "/{}".join(parts)) in known
        if _CAPITALS.fullmatch(segment) or (
            at > 1 and not is_other and _shows_value(parts, pieces)
        ):
            segments[at] = f"{{{segment}}}"
    return "/".join(segments)


def _shows_value(parts: tuple[str, str], pieces: Sequence[LocatedBlock]) -> bool:
    """Whether a full address has something in capitals or digits between two parts of a path."""
    before, behind = map(re.escape, parts)
    filled = re.compile(rf"https?://[\w.:-]+{before}/[A-Z\d][A-Z\d_.-]*{behind}(?![\w/.-])")
    texts = (
        p.block.text if isinstance(p.block, CodeBlock) else p.block.text.plain
        for p in pieces
        if isinstance(p.block, CodeBlock | Paragraph)
    )
    return any(filled.search(text) for text in texts)

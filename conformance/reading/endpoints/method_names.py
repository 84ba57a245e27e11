"""Operations that are named by headings, below one address with a hole for the name:
``https://host/bot<token>/METHOD_NAME``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import CodeBlock, Heading, ListBlock, Table
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock, find_lone_text
from conformance.reading.endpoints.candidate import EndpointCandidate, make_candidates
from conformance.reading.endpoints.labelled import METHOD_WORDS
from conformance.reading.endpoints.paths_alone import find_stated_methods

_ADDRESS = regex(
    r"(?P<server>https?://[\w.:-]{1,100})(?P<base>(?:/[^\s/`\"']{1,80}){0,6}/)(?P<hole>[^\s/`\"',?]{1,40})"
)
_SIGNS = regex(r"[\W_]+")
_BRACKETS = ("<", "{", "[", ":", "%", "$")
_NAME = regex(r"[a-z][A-Za-z0-9]*(?:[._][A-Za-z0-9]+)*")
_JOINED = regex(r"[a-z0-9][A-Z._]")
"""What only a name has: ``sendBoat``, ``boats.list``."""
_LEAST = 2
"""Headings that are such names."""


class _AddressOfMethods(Struct, frozen=True):
    """Where operations are reached that headings name."""

    piece: LocatedBlock
    server: str
    base: str


def find_named_methods(pieces: Sequence[LocatedBlock]) -> Iterator[EndpointCandidate]:
    """One operation for each heading that is a name, on a page with such an address."""
    address = next(_find_addresses(pieces), None)
    named = [p for p in pieces if isinstance(p.block, Heading) and _NAME.fullmatch(_title(p))]
    if address is None or sum(bool(_JOINED.search(_title(p))) for p in named) < _LEAST:
        return
    stated = find_stated_methods(pieces).get(tuple(map(id, address.piece.place.headings)), set())
    for piece in named:
        index = piece.place.index
        guess = "POST" if _takes_inputs(pieces, index) else "GET"
        method = next(iter(stated)) if len(stated) == 1 else guess
        path = f"{address.base}{_title(piece)}"
        for found in make_candidates(method, address.server, path, piece.block.span, index):
            yield replace(found, confidence="medium")


def _title(piece: LocatedBlock) -> str:
    return piece.block.text.plain.strip()[:80] if isinstance(piece.block, Heading) else ""


def _find_addresses(pieces: Sequence[LocatedBlock]) -> Iterator[_AddressOfMethods]:
    """Addresses whose last part stands for the name of a method."""
    for piece in pieces:
        text = find_lone_text(piece.block)
        plain = piece.block.text if isinstance(piece.block, CodeBlock) else text and text.plain
        for hit in _ADDRESS.finditer(plain or ""):
            hole = hit["hole"].rstrip(".")
            words = _SIGNS.sub(" ", hole).strip().lower()
            is_hole = hole.startswith(_BRACKETS) or hole.isupper()
            if is_hole and METHOD_WORDS.begins(words):
                yield _AddressOfMethods(piece, hit["server"], hit["base"])


def _takes_inputs(pieces: Sequence[LocatedBlock], index: int) -> bool:
    """Whether fields stand between a heading and the next one."""
    for piece in pieces[index + 1 :]:
        if isinstance(piece.block, Heading):
            return False
        if isinstance(piece.block, Table | ListBlock):
            return True
    return False

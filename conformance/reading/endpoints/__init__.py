"""Method and path: said in a heading, a code block, a component, or only in a sample."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from conformance.model.document import Document, Heading, ListBlock, Paragraph
from conformance.reading.context import LocatedBlock, topics_of
from conformance.reading.endpoints.candidate import METHODS, EndpointCandidate, normal_path
from conformance.reading.endpoints.explicit import SPOKEN, explicit_endpoints, is_bare
from conformance.reading.endpoints.samples import in_samples

__all__ = [
    "METHODS",
    "EndpointCandidate",
    "base_urls",
    "find_endpoints",
    "normal_path",
    "without_endpoint",
]

_BASE_URL = re.compile(
    r"(?:base (?:url|endpoint|uri)|(?:rest )?(?:api )?(?:host|server|endpoint)s?(?: url)?"
    r"|基础 ?url|请求域名|기본 ?url)"
    r"[^\n]{0,60}?(https?://[\w.\-:]+(?:/[\w./-]*)?)",
    re.IGNORECASE,
)


def find_endpoints(
    document: Document, pieces: tuple[LocatedBlock, ...]
) -> tuple[EndpointCandidate, ...]:
    """Where the page turns to an operation, in reading order.

    Mentions of one operation in a row are one; told again further down, it is there twice.
    Samples count only when nothing else speaks.
    """
    told = tuple(explicit_endpoints(document, pieces))
    plain = [m for m in told if not m.in_example]
    covered = _covered(plain, pieces)
    lone = [m for m in told if m.in_example and not _is_told_beside(m, covered, pieces)]
    found = _in_a_row(sorted([*plain, *lone], key=lambda m: m.index))
    return found or _in_a_row(sorted(in_samples(document), key=lambda m: m.key))


def _covered(plain: list[EndpointCandidate], pieces: tuple[LocatedBlock, ...]) -> set[int]:
    """Headings, by identity, whose sections say an endpoint outside of examples."""
    covered = {id(pieces[m.index].block) for m in plain}
    covered.update(id(h) for m in plain for h in pieces[m.index].place.headings)
    return covered


def _is_told_beside(
    mention: EndpointCandidate, covered: set[int], pieces: tuple[LocatedBlock, ...]
) -> bool:
    """Whether the section an example stands in says its endpoint outside of examples."""
    own = [h for h in pieces[mention.index].place.headings if not topics_of(h.text.plain)]
    return id(own[-1]) in covered if own else bool(covered)


def base_urls(pieces: tuple[LocatedBlock, ...]) -> tuple[str, ...]:
    """Servers the page names apart from any operation ("Base URL: https://...")."""
    hits = [hit for said in _lines(pieces) for hit in _BASE_URL.findall(said)]
    return tuple(dict.fromkeys(h.rstrip("/.") for h in hits))


def _lines(pieces: tuple[LocatedBlock, ...]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece.block, Paragraph | Heading):
            yield piece.block.text.plain
        elif isinstance(piece.block, ListBlock):
            yield from (f"{piece.place.caption} {i.text.plain}" for i in piece.block.items)


def _in_a_row(mentions: list[EndpointCandidate]) -> tuple[EndpointCandidate, ...]:
    """Each stretch of mentions of one operation as its first, with any server they name."""
    found: list[EndpointCandidate] = []
    for mention in mentions:
        if not found or found[-1].key != mention.key:
            found.append(mention)
        elif mention.server and not found[-1].server:
            found[-1] = replace(found[-1], server=mention.server)
    return tuple(found)


def without_endpoint(said: str) -> str:
    """A heading's words less the method and path in them; empty when there are no others."""
    if is_bare(said):
        return ""
    return " ".join(SPOKEN.sub(" ", said.replace("\\", "")).split()).strip(" -–:`")

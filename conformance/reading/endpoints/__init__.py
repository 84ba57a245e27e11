"""Method and path: said in a heading, a code block, a component, or only in a sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from conformance.model.document import Document, Table
from conformance.model.span import Span
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints.candidate import METHODS, EndpointCandidate
from conformance.reading.endpoints.explicit import explicit_endpoints, without_endpoint
from conformance.reading.endpoints.places import choose_places
from conformance.reading.endpoints.samples import in_samples

__all__ = [
    "METHODS",
    "EndpointCandidate",
    "Endpoints",
    "find_endpoints",
    "without_endpoint",
]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The operations a page names."""

    places: tuple[EndpointCandidate, ...]
    """Where the page turns to an operation, in reading order."""
    routes: frozenset[int]
    """Blocks that are tables of methods and paths and of nothing else, by index."""


def find_endpoints(document: Document, pieces: tuple[LocatedBlock, ...]) -> Endpoints:
    """What the page names, and where it documents it.

    Mentions of one operation in a row are one; told again further down, it is there twice.
    Samples count only when nothing else speaks.
    """
    found = tuple(explicit_endpoints(document, pieces))
    chosen = choose_places(found, pieces, document.page)
    places = _in_a_row(sorted(chosen, key=lambda c: c.index)) or _in_a_row(
        sorted(in_samples(document), key=lambda c: c.key)
    )
    return Endpoints(places, frozenset(_route_tables(found, pieces)))


def _route_tables(
    found: Iterable[EndpointCandidate], pieces: tuple[LocatedBlock, ...]
) -> Iterator[int]:
    """Tables of which every row names an endpoint."""
    named: dict[int, set[Span]] = {}
    for candidate in found:
        if isinstance(pieces[candidate.index].block, Table):
            named.setdefault(candidate.index, set()).add(candidate.span)
    for index, spans in named.items():
        block = pieces[index].block
        if isinstance(block, Table) and all(row.span in spans for row in block.rows):
            yield index


def _in_a_row(candidates: list[EndpointCandidate]) -> tuple[EndpointCandidate, ...]:
    """Each stretch of candidates of one operation as its first, with any server they name."""
    found: list[EndpointCandidate] = []
    for candidate in candidates:
        if not found or found[-1].key != candidate.key:
            found.append(candidate)
        elif candidate.server and not found[-1].server:
            found[-1] = replace(found[-1], server=candidate.server)
    return tuple(found)

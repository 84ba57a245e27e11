"""Method and path: said in a heading, a code block, a component, or only in a sample."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.document import Document
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints.candidate import METHODS, EndpointCandidate
from conformance.reading.endpoints.explicit import explicit_endpoints, without_endpoint
from conformance.reading.endpoints.places import choose_places
from conformance.reading.endpoints.samples import in_samples

__all__ = [
    "METHODS",
    "EndpointCandidate",
    "find_endpoints",
    "without_endpoint",
]


def find_endpoints(
    document: Document, pieces: tuple[LocatedBlock, ...]
) -> tuple[EndpointCandidate, ...]:
    """Where the page turns to an operation, in reading order.

    Mentions of one operation in a row are one; told again further down, it is there twice.
    Samples count only when nothing else speaks.
    """
    found = explicit_endpoints(document, pieces)
    chosen = choose_places(found, pieces, document.page)
    return _in_a_row(sorted(chosen, key=lambda c: c.index)) or _in_a_row(
        sorted(in_samples(document), key=lambda c: c.key)
    )


def _in_a_row(candidates: list[EndpointCandidate]) -> tuple[EndpointCandidate, ...]:
    """Each stretch of candidates of one operation as its first, with any server they name."""
    found: list[EndpointCandidate] = []
    for candidate in candidates:
        if not found or found[-1].key != candidate.key:
            found.append(candidate)
        elif candidate.server and not found[-1].server:
            found[-1] = replace(found[-1], server=candidate.server)
    return tuple(found)

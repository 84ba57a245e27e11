"""Operations whose method and path only the index of another page names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import Heading
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints.candidate import EndpointCandidate
from conformance.reading.endpoints.places import fold_anchor


class Route(Struct, frozen=True):
    """A row of an index that leads to a page."""

    candidate: EndpointCandidate
    anchor: str
    """Of the section there; empty when it leads to the page as a whole."""


def follow_routes(
    places: Sequence[EndpointCandidate], routes: Iterable[Route], pieces: Sequence[LocatedBlock]
) -> tuple[EndpointCandidate, ...]:
    """``places`` of a page with the operations that ``routes`` lead to, in page order.

    A page that names an operation itself needs no index.
    """
    named = {place.key for place in places}
    sections = {
        fold_anchor(p.block.anchor): p for p in reversed(pieces) if isinstance(p.block, Heading)
    }
    found = list(places)
    wanted = [route for route in routes if route.candidate.key not in named]
    for route in wanted:
        section = sections.get(fold_anchor(route.anchor)) if route.anchor else None
        whole = not route.anchor and len(wanted) == 1 and not places and pieces
        at = section or (pieces[0] if whole else None)
        if at is not None:
            place = replace(
                route.candidate,
                index=at.place.index,
                span=at.block.span,
                standing="place",
                target="",
            )
            found.append(place)
    return tuple(sorted(found, key=lambda c: c.index))

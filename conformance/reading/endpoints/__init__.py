"""Method and path: stated in a heading, a code block, a component, or only in a sample."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import CodeBlock, Document, Heading, Table
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints.bases import with_bases
from conformance.reading.endpoints.candidate import METHODS, EndpointCandidate
from conformance.reading.endpoints.explicit import explicit_endpoints, without_endpoint
from conformance.reading.endpoints.labelled import label_of
from conformance.reading.endpoints.paths import read_constants
from conformance.reading.endpoints.places import choose_places
from conformance.reading.endpoints.samples import in_samples
from conformance.reading.topics import titles_operation

__all__ = [
    "METHODS",
    "EndpointCandidate",
    "Endpoints",
    "find_endpoints",
    "without_endpoint",
]


_BASE = regex(r"/\{[^{}/]+\}(?=/[^{}/])")


class Endpoints(Struct, frozen=True):
    """The operations a page names."""

    places: tuple[EndpointCandidate, ...]
    """Where the page turns to an operation, in reading order."""
    routes: frozenset[int]
    """Blocks that are tables of methods and paths and of nothing else, by index."""


def find_endpoints(document: Document, pieces: tuple[LocatedBlock, ...]) -> Endpoints:
    """What the page names, and where it documents it.

    Mentions of one operation in a row are one, but for sections beside each other that each say
    what a request of another kind gets; documented again further down, it is there twice.  Samples
    count only when nothing else speaks.
    """
    found = tuple(explicit_endpoints(document, pieces))
    chosen = with_bases(choose_places(found, pieces, document.page), pieces)
    places = _in_a_row(sorted(chosen, key=lambda c: c.index), pieces)
    if not places:
        sampled = sorted(in_samples(document), key=lambda c: c.key)
        if len({candidate.key for candidate in sampled}) > 1:
            sampled = sorted(_in_code(sampled, pieces), key=lambda c: c.index) or sampled
        places = _in_a_row(sampled, ())
    return Endpoints(places, frozenset(_find_route_tables(found, pieces)))


def _in_code(
    sampled: Sequence[EndpointCandidate], pieces: tuple[LocatedBlock, ...]
) -> list[EndpointCandidate]:
    """Each where the code is that makes the request; none where some stand in no block of code."""
    codes = [piece for piece in pieces if isinstance(piece.block, CodeBlock)]
    lines = [piece.block.span.line for piece in codes]
    found = []
    for candidate in sampled:
        at = bisect(lines, candidate.span.line) - 1
        if at >= 0 and candidate.span.line <= codes[at].block.span.end_line:
            found.append(replace(candidate, index=codes[at].place.index))
    return found if len(found) == len(sampled) else []


def _find_route_tables(
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


def _in_a_row(
    candidates: list[EndpointCandidate], pieces: tuple[LocatedBlock, ...]
) -> tuple[EndpointCandidate, ...]:
    """Each stretch of candidates of one operation as its first, with any server they name and the
    inputs that their addresses show."""
    found: list[EndpointCandidate] = []
    mended: EndpointCandidate | None = None
    for candidate in candidates:
        last = found[-1] if found else None
        if last and last is not mended and _mends_method(last, candidate, pieces):
            found[-1] = mended = replace(last, method=candidate.method)
        elif last and _fills_base(last, candidate):
            query = tuple({**dict(candidate.query), **dict(last.query)}.items())
            found[-1] = replace(last, path=candidate.path, server=candidate.server, query=query)
        elif not last or last.key != candidate.key or _are_apart(last, candidate, pieces):
            found.append(candidate)
        else:
            query = tuple({**dict(candidate.query), **dict(found[-1].query)}.items())
            server = found[-1].server or candidate.server
            found[-1] = replace(found[-1], server=server, query=query)
    return tuple(found)


def _fills_base(named: EndpointCandidate, called: EndpointCandidate) -> bool:
    """Whether a full address has several segments where a path without a host begins with a
    placeholder, which is then no input: ``{base}/parcels``, ``https://host/api/v2/parcels``."""
    hit = _BASE.match(named.path)
    return (
        hit is not None
        and not named.server
        and bool(called.server)
        and named.method == called.method
        and called.path.endswith(named.path[hit.end() :])
        and called.path.count("/") > named.path.count("/")
    )


def _mends_method(
    first: EndpointCandidate, second: EndpointCandidate, pieces: tuple[LocatedBlock, ...]
) -> bool:
    """Whether a section called ``REST method`` gives the operation of the title above it another
    method than that title does."""
    if not pieces or first.path != second.path or first.method == second.method:
        return False
    above = pieces[second.index].place.headings
    titled = pieces[first.index].block in above
    return titled and any(label_of(heading.text.plain) == "method" for heading in above[-1:])


def _are_apart(
    first: EndpointCandidate, second: EndpointCandidate, pieces: tuple[LocatedBlock, ...]
) -> bool:
    """Whether two places of one operation are sections beside each other, each with samples or
    with a constant of its own in the address."""
    if not pieces or {first.standing, second.standing} != {"place"}:
        return False
    above, below = (_list_titles(pieces[c.index]) for c in (first, second))
    if not above or len(above) != len(below) or above[-1] is below[-1]:
        return False
    beside = all(one is other for one, other in zip(above[:-1], below[:-1], strict=True))
    if not beside or above[-1].level != below[-1].level:
        return False
    constants, others = (read_constants(c.span.quote) for c in (first, second))
    if any(others.get(name, value) != value for name, value in constants.items()):
        return True
    return _has_sample(above[-1], pieces, first) and _has_sample(below[-1], pieces, second)


def _list_titles(piece: LocatedBlock) -> list[Heading]:
    """The headings above that are no part of an operation; itself, where it is one."""
    own = [piece.block] if isinstance(piece.block, Heading) else []
    return [h for h in (*piece.place.headings, *own) if titles_operation(h.text.plain)]


def _has_sample(
    heading: Heading, pieces: tuple[LocatedBlock, ...], candidate: EndpointCandidate
) -> bool:
    """Whether code that is more than the endpoint stands under the heading, below the candidate."""
    for piece in pieces[candidate.index + 1 :]:
        if heading not in piece.place.headings:
            return False
        if isinstance(piece.block, CodeBlock) and piece.block.text.lstrip()[:1] in ("{", "["):
            return True
    return False

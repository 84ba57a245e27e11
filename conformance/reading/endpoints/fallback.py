"""Operations whose page documents everything but method and path.

Their contracts are worth keeping, so each is named after its address, or a lone one after the page
itself, with low confidence; the gap ``endpoint-missing`` says that this is a guess.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from msgspec.structs import replace

from conformance.model.document import (
    CodeBlock,
    Document,
    Heading,
    ListBlock,
    Paragraph,
    Table,
    Text,
    walk,
)
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints import METHODS, EndpointCandidate
from conformance.reading.endpoints.candidate import make_candidates
from conformance.reading.endpoints.labelled import (
    PATH_ALONE,
    PATH_WORDS,
    RELATIVE_ALONE,
    find_labelled_method,
    find_labelled_path,
)
from conformance.reading.endpoints.paths import PATH, TARGET, read_paths
from conformance.reading.endpoints.paths_alone import find_lone_address, find_stated_methods
from conformance.reading.roles import Role
from conformance.reading.rows.lines import split_lines
from conformance.reading.topics import topics_of
from conformance.vocabulary import phrases

_VERSION = regex(r"v\d+$")
_CHANNEL = regex(r"web-?socket|\bwss?\b", re.IGNORECASE)
_SUBSCRIPTION = regex(r"\bwss://|[\"']op[\"']\s?:\s?[\"']subscribe[\"']")
_TITLED = regex(rf"^\W{{0,3}}?(?:\d{{1,3}}[.)]\s)?{TARGET}(?:[\s:–-]+(?P<title>\w.*))?\W*$")
_IN_SENTENCE = regex(
    rf"(?:{PATH_WORDS.pattern})[^\W\d_]{{0,2}}\W{{1,6}}?"
    rf"(?P<server>https?://[\w.\-:]+)(?P<path>{PATH})",
    re.IGNORECASE,
)
"""``The endpoint is https://...``, with a particle or a short verb."""
_BASE_WORDS = phrases("endpoints.base")
_LINE = 400
_ADDRESS_KEYS = ("endpoint", "path", "api_path", "route")
_INDEX = frozenset({"index", "readme"})


def fallback_endpoints(
    document: Document,
    pieces: Sequence[LocatedBlock],
    roles: Iterable[Role],
    documented: Collection[int],
    sent: Collection[int],
) -> tuple[EndpointCandidate, ...]:
    """Stand-ins for the endpoints of a page that documents inputs; none for any other page.

    ``documented`` are the places of fields and bodies on the page, ``sent`` those of the bodies
    that are sent.
    Messages of a WebSocket channel have no method and path that could be missing.
    """
    if _is_about_a_channel(document):
        return ()
    stated = [role for role in roles if role.kind in ("request", "response")]
    marked = _read_marked_method(document)
    if several := _read_addresses(pieces, documented):
        method = marked or _find_method_of_all(pieces)
        bodies = _find_covered(several, sent, len(pieces))
        guesses = (method or ("POST" if has_body else "GET") for has_body in bodies)
        return tuple(replace(c, method=m) for c, m in zip(several, guesses, strict=True))
    method = marked or _find_method_of_all(pieces)
    if (stated or documented or method) and (bare := _find_bare_address(pieces)):
        return (replace(bare, method=method or ("POST" if sent else "GET")),)
    if not marked and not any(_tells_an_operation(role) for role in stated):
        return ()
    guess = "POST" if any(role.where == "body" for role in stated) else "GET"
    return (_guess_endpoint(document, marked, guess),)


def _tells_an_operation(role: Role) -> bool:
    """Whether a table is of one operation: inputs but headers alone, which any request may carry,
    or the answer under a status."""
    return bool(role.status) or (role.kind == "request" and role.where != "header")


def _guess_endpoint(document: Document, marked: str, guess: str) -> EndpointCandidate:
    """The one endpoint of a page that names none as such; ``guess`` is its method where no words
    name one."""
    own = _own_address(document)
    address = own or _find_lone_address(document)
    path = next(iter(read_paths(address["path"])), "") if address else ""
    return EndpointCandidate(
        method=marked or _find_labelled_method(document) or guess,
        path=path or _find_heading_path(document) or _find_path(document),
        server=(address["server"] or "") if address and path else "",
        span=find_top(document),
        index=0,
        confidence="medium" if own and marked else "low",
    )


def _read_addresses(
    pieces: Sequence[LocatedBlock], documented: Collection[int]
) -> tuple[EndpointCandidate, ...]:
    """One for each of several addresses that begin a section, most of them with documentation."""
    found = [c for piece in pieces for c in _read_address(piece)]
    if len({c.path for c in found}) < 2:
        return ()
    covered = sum(_find_covered(found, documented, len(pieces)))
    return tuple(found) if 2 * covered > len(found) else ()


def _find_covered(
    addresses: Sequence[EndpointCandidate], places: Collection[int], end: int
) -> list[bool]:
    """Whether any of ``places`` stands below each address, before the next one."""
    ordered = sorted(places)
    at = [bisect(ordered, c.index) for c in addresses] + [bisect(ordered, end)]
    return [below > own for own, below in pairwise(at)]


def _find_bare_address(pieces: Sequence[LocatedBlock]) -> EndpointCandidate | None:
    """The one address that stands alone on lines of the page with its query, or below words for an
    address, or the one path below words for a request; with the inputs that any of them shows."""
    found: dict[str, EndpointCandidate] = {}
    before = ""
    for piece in pieces:
        words, before = before, ""
        for line, above in _find_lines_alone(piece):
            hit = PATH_ALONE.match(line)
            asked = topics_of(above[-1])[:1] == ("request",) if above else False
            named = asked or "=" in line or any(map(PATH_WORDS.found_in, (*above, words)))
            words, before = "", line
            if not hit or not (hit["server"] or asked) or hit["path"] == "/" or not named:
                continue
            span, index = piece.block.span, piece.place.index
            for one in make_candidates("GET", hit["server"], hit["path"], span, index):
                first = found.setdefault(one.path, replace(one, confidence="low"))
                query = tuple({**dict(one.query), **dict(first.query)}.items())
                found[one.path] = replace(first, query=query)
    return next(iter(found.values())) if len(found) == 1 else None


def _find_lines_alone(piece: LocatedBlock) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The lines of a paragraph, or the only one of a block of code, each with the words above."""
    heading = tuple(h.text.plain[:_LINE] for h in piece.place.headings[-1:])
    if isinstance(piece.block, CodeBlock) and "\n" not in piece.block.text.strip():
        yield piece.block.text.strip()[:_LINE], heading
    elif isinstance(piece.block, Paragraph):
        above = heading
        for line in split_lines(piece.block):
            plain = line.plain.strip()[:_LINE]
            yield plain, above
            above = (plain, *heading)


def _read_address(piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    """The address that a heading, a lone or documented item, or a labelled line begins with, or
    that a paragraph is, or the rows of a table for one server each."""
    block = piece.block
    texts: list[Text] = []
    labels: list[Text] = []
    if isinstance(block, Table):
        texts = _read_servers(block)
    elif isinstance(block, Heading):
        texts = [block.text]
    elif isinstance(block, ListBlock):
        texts = [item.text for item in block.items if item.blocks or len(block.items) == 1]
        labels = [item.text for item in block.items]
    elif isinstance(block, Paragraph):
        labels = [line.text for line in split_lines(block)]
        texts = [block.text] if find_lone_address(block) else []
    found = [(text, _TITLED.match(text.plain.strip()[:_LINE])) for text in texts]
    found += [(text, find_labelled_path(text.plain.strip()[:_LINE])) for text in labels]
    for text, hit in found:
        if hit:
            title = hit.groupdict().get("title") or ""
            span, index = text.span, piece.place.index
            low = make_candidates("GET", hit["server"], hit["path"], span, index, title=title)
            yield from (replace(candidate, confidence="low") for candidate in low)


def _read_servers(table: Table) -> list[Text]:
    """The address in the first row of a table that has nothing but one operation's addresses on
    several servers, each beside its name."""
    rows = [cells for cells in (table.header, *(row.cells for row in table.rows)) if cells]
    hits = [PATH_ALONE.match(cells[-1].plain.strip()) for cells in rows if len(cells) == 2]
    whole = [hit["path"] for hit in hits if hit and hit["server"]]
    return [rows[0][-1]] if 1 < len(whole) == len(rows) and len(set(whole)) == 1 else []


def _find_method_of_all(pieces: Sequence[LocatedBlock]) -> str:
    """The one method that the words of the page name."""
    named = find_stated_methods(pieces).get((), set())
    return next(iter(named)) if len(named) == 1 else ""


def find_top(document: Document) -> Span:
    """The page's first line that is not blank."""
    first = next((n for n, line in enumerate(document.lines, 1) if line.strip()), 1)
    quote = document.lines[first - 1].strip()[:160] if document.lines else ""
    return Span(document.page, first, first, quote)


def _is_about_a_channel(document: Document) -> bool:
    return bool(_CHANNEL.search(f"{document.page}\n{document.title}")) or any(
        _SUBSCRIPTION.search(line) for line in document.lines
    )


def _read_marked_method(document: Document) -> str:
    """The method that the page's own data or the site's navigation gives the page, if any."""
    metadata = dict(document.metadata)
    marks = f"{metadata.get('navigation-class', '')} {metadata.get('method', '')}".upper().split()
    marked = [method for method in METHODS if method in marks]
    return marked[0] if len(marked) == 1 else ""


def _own_address(document: Document) -> re.Match[str] | None:
    """The address of the operation in the data that the page begins with: ``endpoint: /orders``."""
    metadata = dict(document.metadata)
    given = (metadata.get(key, "")[:_LINE] for key in _ADDRESS_KEYS)
    return next((hit for wording in given if (hit := PATH_ALONE.match(wording))), None)


def _find_lone_address(document: Document) -> re.Match[str] | None:
    """The one address that the page announces on a line of its own, ``Endpoint: https://...``, or
    else in a sentence."""
    blocks = list(walk(document.blocks))
    texts = [line.text for b in blocks if isinstance(b, Paragraph) for line in split_lines(b)]
    items = [i.text for b in blocks if isinstance(b, ListBlock) for i in b.items]
    every = [text.plain.strip()[:_LINE] for text in (*texts, *items)]
    others = [line for line in every if not _BASE_WORDS.found_in(line)]
    lines = [text.plain.strip()[:_LINE] for text in texts]
    for find, among in ((find_labelled_path, lines), (_IN_SENTENCE.search, others)):
        if hits := {hit["path"]: hit for line in among if (hit := find(line)) and hit["server"]}:
            return next(iter(hits.values())) if len(hits) == 1 else None
    below = {hit["path"]: hit for line in others if (hit := find_labelled_path(line))}
    return next(iter(below.values())) if len(below) == 1 else None


def _find_labelled_method(document: Document) -> str:
    """The one method that the page labels as such, away from any path."""
    blocks = list(walk(document.blocks))
    texts = [line.text for b in blocks if isinstance(b, Paragraph) for line in split_lines(b)]
    texts += [i.text for b in blocks if isinstance(b, ListBlock) for i in b.items]
    named = {method for text in texts if (method := find_labelled_method(text.plain[:_LINE]))}
    return next(iter(named)) if len(named) == 1 else ""


def _find_heading_path(document: Document) -> str:
    """The path that is the whole heading of the page, if one is."""
    wording = (b.text.plain[:300] for b in walk(document.blocks) if isinstance(b, Heading))
    patterns = (PATH_ALONE, RELATIVE_ALONE)
    hit = next((m for plain in wording for p in patterns if (m := p.match(plain))), None)
    return next(iter(read_paths(hit["path"])), "") if hit else ""


def _find_path(document: Document) -> str:
    """The page's own address from its version segment on, else its last segment."""
    address = urlsplit(dict(document.metadata).get("canonical", "")).path or document.page
    segments = [s for s in PurePosixPath(address).with_suffix("").parts if s not in ("/", "..")]
    if segments and segments[-1].lower() in _INDEX:
        segments.pop()
    versions = [i for i, s in enumerate(segments) if _VERSION.match(s)]
    kept = segments[versions[0] :] if versions else segments[-1:]
    return "/" + "/".join(re.sub(r"[^\w.~-]", "-", s) for s in kept)

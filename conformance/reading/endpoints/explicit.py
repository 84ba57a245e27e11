"""Endpoints that a page says: in headings, paragraphs, lists, tables, components, code."""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Component,
    Document,
    EndpointBlock,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Section,
    Table,
)
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock, count_pieces
from conformance.reading.endpoints.candidate import (
    METHOD,
    METHODS,
    EndpointCandidate,
    Standing,
    make_candidates,
)
from conformance.reading.endpoints.labelled import (
    METHOD_ALONE,
    PATH_ALONE,
    find_labelled_path,
    in_two_blocks,
    is_label,
    path_over_methods,
    read_labelled,
    read_titled_path,
)
from conformance.reading.endpoints.method_names import find_named_methods
from conformance.reading.endpoints.paths import PATH, RELATIVE, TARGET, KnownPaths, read_paths
from conformance.reading.endpoints.paths_alone import paths_without_method, with_common_address
from conformance.reading.endpoints.samples import in_curl, is_curl, read_command_at
from conformance.reading.endpoints.tables import in_table
from conformance.reading.endpoints.text import (
    ALONE,
    SPOKEN,
    UNROOTED,
    in_flat_text,
    in_heading,
    in_line,
)
from conformance.reading.http_messages import spell_out_httpie
from conformance.reading.topics import topics_of
from conformance.vocabulary import phrases

_CODE_LINE = regex(
    rf"^\s*(?:HTTP )?(?P<box>\[)?{METHOD}(?(box)\])(?:\s{{0,3}}:)?\s{{1,12}}[\"']?{TARGET}"
)
_GLUED_LINE = regex(
    rf"^\s*(?:HTTP )?{METHOD}(?=/[a-z])(?!/(?:get|post|put|delete|patch)\b){TARGET}\s*$"
)
"""Nothing between method and path, and nothing else on the line."""
_RELATIVE_LINE = regex(rf"^\s*{METHOD}\s{{1,4}}[\"']?{RELATIVE}[\"']?\s*$")
"""A request line whose path lacks its first slash; nothing else stands on the line."""
_SERVER_KEYS = ("baseurl", "host", "server", "url")
_HOST = regex(r"^\s*Host:", re.IGNORECASE)
_URL_KEYS = ("url", "path", "endpoint", "route", "uri", "href")
_UNROOTED = regex(r"[\w{}:-][\w{}:.-]*(?:/[\w{}:.-]*)*")
_CAPTION = regex(rf"(?:^|\s)(?P<path>{PATH})\s*$")
_EMPTY_BRACKETS = regex(r"\(\s*\)|\[\s*\]")
_LONGEST = 600
"""Characters of a label or of a code block that is a method and a path."""
_EXAMPLE = 24
"""Characters of a line that announces an example."""
_COMMAND = 12
"""Lines a curl command may go on for."""


def explicit_endpoints(
    document: Document, pieces: tuple[LocatedBlock, ...]
) -> Iterator[EndpointCandidate]:
    """Every mention in reading order."""
    if document.markup == "flat":
        for piece in pieces:
            if isinstance(piece.block, Paragraph):
                yield from in_flat_text(piece.block.text.plain, piece.block.span, piece.place.index)
        return
    found: list[EndpointCandidate] = []
    for number, piece in enumerate(pieces):
        found += _in_block(piece.block, piece, document)
        found += in_two_blocks(piece, pieces[number + 1 : number + 2])
    found += path_over_methods(pieces)
    found += read_labelled(pieces)
    found += find_named_methods(pieces)
    found = list(_read_captions(found, pieces))
    known = (c.path for c in found if c.standing != "sample")
    for part in with_common_address(found, list(paths_without_method(pieces, known))):
        yield from part


def _read_captions(
    found: Sequence[EndpointCandidate], pieces: Iterable[LocatedBlock]
) -> Iterator[EndpointCandidate]:
    """Calls with values for their placeholders, each with the path that the caption of a table of
    its placeholders has, where no other call stands in between."""
    places: dict[str, list[int]] = {}
    for piece in pieces:
        if isinstance(piece.block, Table) and (hit := _CAPTION.search(piece.block.caption)):
            for path in read_paths(hit["path"]):
                places.setdefault(f"/{path.strip('/')}", []).append(piece.place.index)
    templates, calls = KnownPaths(places), sorted(candidate.index for candidate in found)
    for candidate in found:
        whole = "{" in candidate.path
        near = {
            abs(at - candidate.index): path
            for path in (() if whole else templates.find(candidate.path))
            if path != candidate.path
            for at in _find_neighbours(places[path], candidate.index)
            if not _is_between(calls, candidate.index, at)
        }
        yield replace(candidate, path=near[min(near)], standing="place") if near else candidate


def _is_between(calls: Sequence[int], one: int, other: int) -> bool:
    """Whether a further call stands between two places."""
    low, high = sorted((one, other))
    return bisect_left(calls, high) > bisect(calls, low)


def _find_neighbours(places: Sequence[int], index: int) -> Sequence[int]:
    """Of places in page order, those next to ``index``."""
    at = bisect(places, index)
    return places[max(at - 1, 0) : at + 1]


def _in_block(block: Block, piece: LocatedBlock, document: Document) -> Iterator[EndpointCandidate]:
    index = piece.place.index
    if isinstance(block, Heading):
        yield from in_heading(block.text.plain, block.span, index)
    elif isinstance(block, Section):
        yield from in_heading(block.label[:_LONGEST], block.span, index)
    elif isinstance(block, Paragraph):
        yield from _in_paragraph(block, piece, document)
    elif isinstance(block, ListBlock):
        yield from _in_list(block, index)
    elif isinstance(block, EndpointBlock):
        for found in make_candidates(block.method, block.server, block.path, block.span, index):
            yield replace(found, title=block.summary, server=block.server)
    elif isinstance(block, Component):
        yield from _in_component(block, piece)
    elif isinstance(block, CodeBlock):
        yield from _in_code(block, piece)
    elif isinstance(block, Table):
        yield from in_table(block, piece)


def _in_paragraph(
    block: Paragraph, piece: LocatedBlock, document: Document
) -> Iterator[EndpointCandidate]:
    source = document.lines[block.span.line - 1 : block.span.end_line]
    shown = _is_under_example(piece)
    called = not shown and _follows_example(block, piece)
    for found in in_line(block.text, block.span, piece.place.index, source):
        is_sample = found.standing == "place" and (shown or (called and found.query))
        yield replace(found, standing="sample") if is_sample else found


def _follows_example(block: Paragraph, piece: LocatedBlock) -> bool:
    """Whether the line above says no more than that an example follows."""
    own = block.text.plain.strip()
    wording = next((words for words in reversed(piece.place.captions) if words.strip() != own), "")
    return len(wording) <= _EXAMPLE and topics_of(wording) == ("example",)


def _is_under_example(piece: LocatedBlock) -> bool:
    """Whether the nearest heading announces an example of a request, or of its address."""
    nearest = piece.place.headings[-1:]
    topics = topics_of(nearest[0].text.plain[:_LONGEST]) if nearest else ()
    return "example" in topics and (
        "request" in topics or phrases("endpoints.path").found_in(nearest[0].text.plain)
    )


def _in_list(block: ListBlock, index: int) -> Iterator[EndpointCandidate]:
    """An item that says an endpoint; items that say several are an index of operations, unless
    most have their operation's documentation in them."""
    found: list[tuple[ListItem, EndpointCandidate]] = []
    for item in block.items:
        target = next((m.target for m in item.text.marks if m.kind == "link"), "")
        lines = in_line(item.text, item.span, index)
        found.extend((item, replace(c, target=target)) for c in lines)
    several = len({candidate.path for _, candidate in found}) > 1
    documented = [(item, c) for item, c in found if any(map(_documents, item.blocks))]
    if several and len(documented) > len(found) / 2:
        yield from _assign_to_items(block, documented, index)
        if len(documented) == len(found):
            return
    for _, candidate in found:
        standing: Standing = "index" if several else candidate.standing
        yield replace(candidate, standing=standing)


def _assign_to_items(
    block: ListBlock, found: Iterable[tuple[ListItem, EndpointCandidate]], index: int
) -> Iterator[EndpointCandidate]:
    """Endpoints of items, each where the first block in its item is."""
    at, places = index + 1, {}
    for item in block.items:
        places[id(item)] = at
        at += count_pieces(item.blocks)
    for item, candidate in found:
        yield replace(candidate, index=places[id(item)])


def _documents(block: Block) -> bool:
    """Whether a block in a list item tells more of its operation than words do."""
    return isinstance(block, CodeBlock | Table | ListBlock)


def is_bare(wording: str) -> bool:
    """Whether the words are a method or a path alone."""
    return bool(METHOD_ALONE.match(wording) or PATH_ALONE.match(wording))


def without_endpoint(wording: str) -> str:
    """A heading's words less the method and path in them; empty when there are no others."""
    if (
        is_bare(wording)
        or is_label(wording)
        or find_labelled_path(wording)
        or UNROOTED.match(wording)
    ):
        return ""
    left = " ".join(_EMPTY_BRACKETS.sub(" ", SPOKEN.sub(" ", wording.replace("\\", ""))).split())
    return left.lstrip(" -–:`()[]").rstrip(" -–:`([")


def _in_component(block: Component, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    attributes = {key.lower(): value for key, value in block.attributes}
    method = attributes.get("method", "").upper()
    target = next((attributes[k] for k in _URL_KEYS if attributes.get(k)), "")
    hit = re.fullmatch(TARGET, _make_rooted(target.strip(), attributes.get("baseurl", "").strip()))
    if hit and method in METHODS:
        server = hit["server"] or next(
            (attributes[k] for k in _SERVER_KEYS if "://" in attributes.get(k, "")), ""
        )
        title = attributes.get("summary") or attributes.get("title") or ""
        for found in make_candidates(
            method, hit["server"], hit["path"], block.span, piece.place.index, title=title
        ):
            yield replace(found, server=found.server or server.rstrip("/"))


def _make_rooted(target: str, base: str) -> str:
    """A path of a component with the slash it begins with, below a base that is a path, too."""
    if "://" not in target and _UNROOTED.fullmatch(target):
        target = f"/{target}"
    if target.startswith("/") and "://" not in base and _UNROOTED.fullmatch(base.strip("/")):
        return f"/{base.strip('/')}{target}"
    return target


def _in_code(block: CodeBlock, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    """Request lines, and curl commands, which are samples wherever they stand."""
    words = next(piece.place.words(), "")
    lines, spelt = block.text.split("\n"), spell_out_httpie(block.text).split("\n")
    example = "example" in topics_of(words) or _is_message(lines)
    standing: Standing = "sample" if example else "place"
    if found := read_titled_path(block):
        yield from make_candidates(*found, block.span, piece.place.index)
        return
    alone = ALONE.match(block.text[:_LONGEST]) if len(lines) == 1 else None
    for offset, line in enumerate(lines):
        hit = alone
        if "/" in line:
            wording = line.removeprefix("# ") if not offset else line
            hit = _CODE_LINE.match(wording) or _GLUED_LINE.match(line) or _RELATIVE_LINE.match(line)
            hit = hit or alone
        if hit:
            span = block.span.at_line(offset, line)
            yield from make_candidates(
                hit["method"], hit["server"], hit["path"], span, piece.place.index, standing
            )
        elif is_curl(spelt[offset]):
            span = block.span.at_line(offset, line)
            command = read_command_at(spelt, offset, _COMMAND)
            yield from in_curl(command, span, piece)


def _is_message(lines: list[str]) -> bool:
    """A whole request, with its host: it shows a call, with values for the placeholders."""
    return any(map(_HOST.match, lines[1:_COMMAND]))

"""Endpoints that a page says: in headings, paragraphs, lists, tables, components, code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Component,
    Document,
    EndpointBlock,
    Heading,
    ListBlock,
    Paragraph,
    Table,
)
from conformance.model.span import Span
from conformance.reading.context import LocatedBlock, topics_of
from conformance.reading.endpoints.candidate import (
    METHOD,
    METHODS,
    TARGET,
    EndpointCandidate,
    make_candidate,
)
from conformance.reading.endpoints.samples import in_curl, is_curl

SPOKEN = re.compile(rf"(?<![\w/]){METHOD}[\s`*:：|()\[\]]{{1,12}}{TARGET}")
_GLUED = re.compile(rf"(?<![A-Z]){METHOD}\s{{1,3}}{TARGET}")
_LOWER = re.compile(
    r"^\W{0,3}(?P<method>get|post|put|delete|patch)\s{0,3}(?P<server>https?://[\w.\-:]+)(?P<path>/"
    r"\S*)"
)
_GLUED_LOWER = re.compile(
    r"(?P<method>get|post|put|delete|patch)\s?(?P<server>https?://[\w.\-:]+)(?P<path>/[^\s`\"'"
    r"|,;]*)"
)
_LOWER_ALONE = re.compile(r"^\W{0,3}(?P<method>get|post|put|delete|patch)\W{0,3}$")
_METHOD_LABEL = re.compile(
    rf"^\W{{0,4}}(?:(?:http )?(?:request )?method|请求方[式法]|請求方[式法]|요청 방식"
    rf"|메서드)\W{{1,6}}{METHOD}\b",
    re.IGNORECASE,
)
_PATH_LABEL = re.compile(
    r"^\W{0,4}(?:(?:http )?(?:request |api )?(?:url|uri|path|endpoint|address)|请求(?:地址|路径"
    r"|url)|接口(?:地址|路径)"
    rf"|請求(?:地址|路徑)|요청 (?:url|주소|경로)|엔드포인트)\W{{1,6}}?{TARGET}",
    re.IGNORECASE,
)
_CODE_LINE = re.compile(rf"^\s*(?:HTTP )?{METHOD}\s{{1,12}}{TARGET}")
_ALONE = re.compile(rf"^\W{{0,3}}{METHOD}\W{{0,3}}$")
_PATH_ALONE = re.compile(rf"^\W{{0,2}}?{TARGET}\W{{0,2}}$")
_SENTENCE = re.compile(r"(?<=[a-z0-9})])(?=[A-Z][a-z]*$)")
_URL_KEYS = ("url", "path", "endpoint", "route", "uri", "href")
_ANNOUNCED = 40
"""An endpoint further into a paragraph is mentioned in passing."""


def explicit_endpoints(
    document: Document, pieces: tuple[LocatedBlock, ...]
) -> Iterator[EndpointCandidate]:
    """Every mention in reading order."""
    if document.markup == "flat":
        for piece in pieces:
            if isinstance(piece.block, Paragraph):
                yield from _glued(piece.block.text.plain, piece.block.span, piece)
        return
    for number, piece in enumerate(pieces):
        yield from _in_block(piece.block, piece)
        yield from _in_two_pieces(piece, pieces[number + 1 : number + 2])
    yield from _path_over_methods(pieces)
    yield from _labelled(pieces)


def _in_block(block: Block, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    if isinstance(block, Heading):
        yield from _in_text(block.text.plain, block.span, piece)
    elif isinstance(block, Paragraph):
        yield from _announced(block.text.plain, block.span, piece)
    elif isinstance(block, ListBlock):
        for item in block.items:
            yield from _announced(item.text.plain, item.span, piece)
    elif isinstance(block, EndpointBlock):
        yield from _hit(block.method, block.server, block.path, block.span, piece)
    elif isinstance(block, Component):
        yield from _in_component(block, piece)
    elif isinstance(block, CodeBlock):
        yield from _in_code(block, piece)
    elif isinstance(block, Table):
        yield from _in_table(block, piece)


def _in_text(plain: str, span: Span, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    for hit in SPOKEN.finditer(plain):
        yield from _hit(hit["method"], hit["server"], hit["path"], span, piece)


def _announced(plain: str, span: Span, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    """A line that says an endpoint rather than mentioning one in a sentence."""
    hit = SPOKEN.search(plain)
    if hit and hit.start() <= _ANNOUNCED:
        yield from _in_text(plain, span, piece)
    elif hit := _LOWER.match(plain):
        yield from _hit(hit["method"], hit["server"], hit["path"], span, piece)


def _glued(plain: str, span: Span, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    """In flattened text: ``/orders/allThis request``, where a sentence begins at its capital."""
    for hit in (*_GLUED.finditer(plain), *_GLUED_LOWER.finditer(plain)):
        path, sentence = hit["path"], plain[hit.end() : hit.end() + 1] == " "
        cut = _SENTENCE.search(path) if sentence else None
        for mention in _hit(
            hit["method"], hit["server"], path[: cut.start()] if cut else path, span, piece
        ):
            yield replace(mention, confidence="medium") if cut else mention


def _in_two_pieces(
    piece: LocatedBlock, after: tuple[LocatedBlock, ...]
) -> Iterator[EndpointCandidate]:
    """A method and a path that are blocks of their own, as a badge and its address."""
    texts = [_text(p.block) for p in (piece, *after)]
    if len(texts) == 2 and all(texts):
        for method, target in (texts, reversed(texts)):
            path = _PATH_ALONE.match(target)
            verb = _ALONE.match(method)
            if path and path["server"]:
                verb = verb or _LOWER_ALONE.match(method)
            if verb and path and " " not in path["path"]:
                yield from _hit(verb["method"], path["server"], path["path"], _span(piece), piece)


def _path_over_methods(pieces: tuple[LocatedBlock, ...]) -> Iterator[EndpointCandidate]:
    """Headings that are a method, each under a heading that is a path."""
    for piece in pieces:
        if isinstance(piece.block, Heading) and (verb := _ALONE.match(piece.block.text.plain)):
            for heading in reversed(piece.place.headings[:-1]):
                if path := _PATH_ALONE.match(heading.text.plain):
                    yield from _hit(
                        verb["method"], path["server"], path["path"], piece.block.span, piece
                    )
                    break


def _labelled(pieces: tuple[LocatedBlock, ...]) -> Iterator[EndpointCandidate]:
    """``Method: POST`` and ``URL: /orders``, each on a line of its own under one heading."""
    method, path, place = "", None, None
    for piece in pieces:
        if piece.place.headings[-1:] != place:
            method, path, place = "", None, piece.place.headings[-1:]
        for line, span in _lines(piece.block):
            told = _METHOD_LABEL.match(line)
            method = told["method"] if told else method
            path = _PATH_LABEL.match(line) or path
            if method and path:
                yield from _hit(method, path["server"], path["path"], span, piece)
                method, path = "", None


def _lines(block: Block) -> Iterator[tuple[str, Span]]:
    if isinstance(block, Paragraph):
        yield from ((line, block.span) for line in block.text.plain.split("\n"))
    elif isinstance(block, ListBlock):
        yield from ((item.text.plain, item.span) for item in block.items)


def is_bare(said: str) -> bool:
    """Whether the words are a method or a path alone."""
    return bool(_ALONE.match(said) or _PATH_ALONE.match(said))


def _text(block: Block) -> str:
    return block.text.plain if isinstance(block, Heading | Paragraph) else ""


def _span(piece: LocatedBlock) -> Span:
    return piece.block.span


def _in_component(block: Component, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    attributes = {key.lower(): value for key, value in block.attributes}
    method = attributes.get("method", "").upper()
    target = next((attributes[k] for k in _URL_KEYS if attributes.get(k)), "")
    hit = re.fullmatch(TARGET, target.strip())
    if hit and method in METHODS:
        yield from _hit(method, hit["server"], hit["path"], block.span, piece)


def _in_code(block: CodeBlock, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    example = any("example" in topics_of(w) for w in list(piece.place.words())[:1])
    lines = block.text.split("\n")
    for offset, line in enumerate(lines):
        at = block.span.line + offset
        span = Span(block.span.page, at, at, line.strip()[:160])
        if hit := _CODE_LINE.match(line):
            for mention in _hit(hit["method"], hit["server"], hit["path"], span, piece):
                yield replace(mention, in_example=example)
        elif is_curl(line):
            yield from in_curl("\n".join(lines[offset : offset + 12]), span, piece)


def _in_table(block: Table, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    """Rows that hold a method and a path, or two rows that do."""
    rows = [[cell.plain.strip() for cell in row.cells] for row in block.rows]
    grid = [[cell.plain.strip() for cell in block.header], *rows] if block.header else rows
    spans = [block.span] * (len(grid) - len(rows)) + [row.span for row in block.rows]
    pending = ""
    for cells, span in zip(grid, spans, strict=True):
        method = next((m["method"] for c in cells if (m := _ALONE.match(c))), "")
        path = next((p for c in cells if (p := _PATH_ALONE.match(c))), None)
        if path and (method or pending):
            yield from _hit(method or pending, path["server"], path["path"], span, piece)
        pending = method if method and not path else ""


def _hit(
    method: str, server: str | None, path: str, span: Span, piece: LocatedBlock
) -> Iterator[EndpointCandidate]:
    mention = make_candidate(method, server, path, span, piece.place.index, False)
    if mention:
        yield mention

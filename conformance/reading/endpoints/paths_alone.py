"""Paths that the page announces without a method: a sample or the prose of the page has it.

``URL: https://api.example.com/v1/depth`` on a line of its own, or a path alone in a code block
under a heading for the request, or below a line that is a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Heading,
    ListBlock,
    Paragraph,
    Quote,
    Table,
)
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints.candidate import METHOD, EndpointCandidate, make_candidates
from conformance.reading.endpoints.labelled import (
    PATH_ALONE,
    PATH_WORDS,
    find_labelled_path,
    label_of,
)
from conformance.reading.endpoints.paths import TARGET, read_paths
from conformance.reading.rows.lines import split_lines
from conformance.reading.topics import topics_of
from conformance.vocabulary import phrases

_REQUEST_LINE = regex(rf"^[ \t]*{METHOD}[ \t]+{TARGET}", re.MULTILINE)
_MENTION = regex(rf"(?<![\w/-]){METHOD}(?![\w/-])")
_CALLED = regex(
    rf"(?<![\w/-]){METHOD}\s?(?:{phrases('endpoints.call').pattern})(?![\w/-])", re.IGNORECASE
)
_NEAREST = 2
"""Paragraphs above a path, the nearest of which may say how it is called."""
_NUMBERED = regex(r"^\W{0,3}\d{1,3}\s?[.、)）]\s*(?P<title>\S.*)$")
_COMMENT_SIGN = regex(r"\s*(?://|#)")
_LABELLED_COMMENT = regex(
    rf"^\s*(?://|\#)\s*[^\W\d_]{{0,12}}\s?(?:{PATH_WORDS.pattern})\s?[:：]\s*{TARGET}\s*$",
    re.IGNORECASE,
)
_COMMENTS = 10
_LONGEST = 400
_TITLE = 80
_NEAR = 6
"""Blocks between a heading, the path below it and what is documented of it."""


class _Announced(Struct, frozen=True):
    """A path with its place."""

    server: str | None
    path: str
    span: Span
    index: int
    is_alone: bool
    """Whether it is all that its block or line says."""


def paths_without_method(
    pieces: Sequence[LocatedBlock], known: Iterable[str]
) -> Iterator[EndpointCandidate]:
    """Announced paths that are none of ``known``, with the method of a sample below them.

    A sample below one that calls another path counts where the page's other samples call theirs.
    Without any sample, the one method that the prose of the page names is that of all.
    """
    taken = set(known)
    found = [a for a in _find_announced(pieces) if not set(read_paths(a.path)) & taken]
    if not found:
        return
    ends = [a.index for a in found[1:]] + [len(pieces)]
    called = [_find_sample_below(pieces[a.index : end]) for a, end in zip(found, ends, strict=True)]
    own = [
        hit and hit["path"].partition("?")[0].endswith(a.path)
        for a, hit in zip(found, called, strict=True)
    ]
    stated = {} if any(called) else find_stated_methods(pieces)
    for announced, hit, sure in zip(found, called, own, strict=True):
        method = hit["method"] if hit and (sure or any(own)) else ""
        method = method or _find_method_above(pieces, announced.index)
        if not method and announced.is_alone:
            method = _find_method_around(pieces[announced.index], stated)
        for candidate in make_candidates(
            method,
            announced.server,
            announced.path,
            announced.span,
            announced.index,
            title=_find_title_above(pieces, announced.index),
        ):
            yield candidate if sure else replace(candidate, confidence="medium")


def with_common_address(
    found: Sequence[EndpointCandidate], alone: Sequence[EndpointCandidate]
) -> tuple[Sequence[EndpointCandidate], Sequence[EndpointCandidate]]:
    """Both with the one address above several paths without a server as their server.

    ``Endpoint: https://host/api`` and ``Method: GET`` stand there for all of them.
    """
    addresses = {candidate.key for candidate in found if candidate.standing != "sample"}
    first = found[0] if found else None
    bare = len(alone) > 1 and not any(candidate.server for candidate in alone)
    if len(addresses) != 1 or not bare or not first or not first.server:
        return found, alone
    if first.index >= min(candidate.index for candidate in alone):
        return found, alone
    server = f"{first.server}{first.path}".rstrip("/")
    kept = [candidate for candidate in found if candidate.standing == "sample"]
    return kept, [replace(candidate, server=server) for candidate in alone]


def _find_announced(pieces: Sequence[LocatedBlock]) -> Iterator[_Announced]:
    above = ""
    for piece in pieces:
        index = piece.place.index
        if isinstance(piece.block, Heading):
            above = piece.block.text.plain[:_LONGEST]
            continue
        if isinstance(piece.block, CodeBlock):
            above = ""
            words = next(piece.place.words(), "")
            if hit := find_commented_address(piece.block.text):
                yield _Announced(hit["server"], hit["path"], piece.block.span, index, True)
                continue
            hit = PATH_ALONE.match(piece.block.text.strip()[:_LONGEST])
            asked = label_of(words) or topics_of(words)[:1] == ("request",)
            if hit and (asked or _opens_section(pieces, index)):
                yield _Announced(hit["server"], hit["path"], piece.block.span, index, True)
            continue
        if (hit := find_lone_address(piece.block)) and _opens_section(pieces, index):
            yield _Announced(hit["server"], hit["path"], piece.block.span, index, True)
            continue
        for line, span in _list_lines(piece.block):
            if hit := find_labelled_path(line):
                yield _Announced(hit["server"], hit["path"], span, index, False)
            elif label_of(above) and (hit := PATH_ALONE.match(line)):
                yield _Announced(hit["server"], hit["path"], span, index, True)
            above = line


def find_lone_address(block: Block) -> re.Match[str] | None:
    """The whole address that is all a paragraph says."""
    plain = block.text.plain.strip() if isinstance(block, Paragraph) else ""
    hit = PATH_ALONE.match(plain) if plain and len(plain) <= _LONGEST else None
    return hit if hit and hit["server"] else None


def find_commented_address(text: str) -> re.Match[str] | None:
    """The address that a comment labels above a body: ``// Live URL: https://host/x``."""
    lines = text.split("\n")[:_COMMENTS]
    body = any(line.strip() == "{" for line in lines)
    comments = [line[:_LONGEST] for line in lines if body and _COMMENT_SIGN.match(line)]
    hits = [hit for line in comments if (hit := _LABELLED_COMMENT.match(line))]
    return hits[-1] if len({hit["path"] for hit in hits}) == 1 else None


def _opens_section(pieces: Sequence[LocatedBlock], index: int) -> bool:
    """Whether a block follows its heading, and fields or an answer follow the block."""
    above = pieces[max(0, index - _NEAR) : index]
    head = next((p for p in reversed(above) if isinstance(p.block, Heading)), None)
    if head is None or topics_of(head.block.text.plain[:_LONGEST]):  # type: ignore[union-attr]
        return False
    for piece in pieces[index + 1 : index + 1 + _NEAR]:
        if isinstance(piece.block, Heading) and not topics_of(piece.block.text.plain[:_LONGEST]):
            return False
        if "response" in topics_of(next(piece.place.words(), "")):
            return isinstance(piece.block, Table | CodeBlock | Heading | Paragraph)
    return False


def _list_lines(block: Block) -> Iterator[tuple[str, Span]]:
    if isinstance(block, Paragraph):
        for line in split_lines(block):
            yield line.plain.strip()[:_LONGEST], block.span
    elif isinstance(block, ListBlock):
        yield from ((item.text.plain[:_LONGEST], item.span) for item in block.items)


def _find_sample_below(pieces: Sequence[LocatedBlock]) -> re.Match[str] | None:
    codes = (text for p in pieces for text in _list_code(p.block))
    return next((hit for text in codes if (hit := _REQUEST_LINE.search(text))), None)


def _list_code(block: Block) -> Iterator[str]:
    """A block of code, or what a paragraph has as code."""
    if isinstance(block, CodeBlock):
        yield block.text
    elif isinstance(block, Paragraph):
        marks = (mark for mark in block.text.marks if mark.kind == "code")
        yield from (block.text.plain[mark.start : mark.end] for mark in marks)


_Methods = dict[tuple[int, ...], set[str]]
"""Methods by the headings they are named under; by none those of the whole page."""


def find_stated_methods(pieces: Sequence[LocatedBlock]) -> _Methods:
    """The methods that paragraphs name."""
    found: _Methods = {}
    for piece in pieces:
        if isinstance(piece.block, Paragraph):
            named = {hit["method"] for hit in _MENTION.finditer(piece.block.text.plain)}
            for around in {(), tuple(map(id, piece.place.headings))} if named else ():
                found.setdefault(around, set()).update(named)
    return found


def _find_method_around(piece: LocatedBlock, stated: _Methods) -> str:
    """The one method that words name: those of the nearest section around, else of the page."""
    around = tuple(map(id, piece.place.headings))
    named = next(
        (stated[around[:n]] for n in range(len(around), -1, -1) if around[:n] in stated), ()
    )
    return next(iter(named)) if len(named) == 1 else ""


def _find_method_above(pieces: Sequence[LocatedBlock], index: int) -> str:
    """The one method that the words up to a path say is called: ``By sending a POST request``."""
    named: set[str] = set()
    for piece in reversed(pieces[max(0, index - _NEAREST) : index + 1]):
        if not isinstance(piece.block, Paragraph) or named:
            break
        lines = [line.plain for line in split_lines(piece.block)]
        if piece.place.index == index:
            ends = [n for n, line in enumerate(lines) if find_labelled_path(line.strip())]
            lines = lines[: ends[0]] if ends else []
        named = {hit["method"] for line in lines[-1:] for hit in _CALLED.finditer(line[:_LONGEST])}
    return named.pop() if len(named) == 1 else ""


def _find_title_above(pieces: Sequence[LocatedBlock], index: int) -> str:
    """A numbered line right above: the title of the section where headings have no mark-up."""
    above = [p.block for p in pieces[max(0, index - 2) : index] if not isinstance(p.block, Quote)]
    block = above[-1] if above else None
    if isinstance(block, ListBlock):
        plain = block.items[-1].text.plain.strip() if block.items else ""
        return plain if len(plain) <= _TITLE else ""
    hit = _NUMBERED.match(block.text.plain.strip()) if isinstance(block, Paragraph) else None
    return hit["title"].strip() if hit and len(hit.group()) <= _TITLE else ""

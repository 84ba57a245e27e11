"""Comments of apiDoc: ``@api {get} /parcels/:id``, ``@apiParam {Number{1-9}} [page=1] Words``.

A type may hold a size and values (``{String{..5}="a","b"}``), brackets around a name make it
optional, and examples are the lines below their tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Document,
    EndpointBlock,
    FieldBlock,
    FieldItem,
    Heading,
    Paragraph,
    Text,
)
from conformance.model.span import Span
from conformance.parse.inline import scan_inline
from conformance.parse.source import Source
from conformance.patterns import regex

_OPERATION: Final = regex(
    r"\{(?P<verb>get|post|put|delete|patch|head|options)\}\s+(?P<path>/?\S+)\s*(?P<title>.*)", re.I
)
_TAG: Final = regex(r"[\s*#/;-]{0,40}@(?P<tag>api[A-Za-z]*)(?:\s+(?P<rest>.*))?")
_EDGE: Final = regex(r"^[ \t]*(?:/\*+|\*+/|\*+|#+|//+)[ \t]?")
_FIELD: Final = regex(
    r"(?:\((?P<group>[^()]{1,80})\)\s*)?(?:\{(?P<type>[^{}=]{1,80})?(?:\{(?P<size>[^{}]{1,40})\})?"
    r"(?:=(?P<enum>[^{}]{1,400}))?\}\s*)?"
    r"(?:\[(?P<optional>[\w.$@-]+(?:\[\w*\])*)(?:=(?P<default>\"[^\"]*\"|'[^']*'|[^\]]*))?\]"
    r"|(?P<name>[\w.$@-]+(?:\[\w*\])*)(?:=(?P<preset>\"[^\"]*\"|\S+))?)\s*(?P<words>.*)"
)
_STATUS: Final = regex(r"[1-5]\d\d(?!\d)")
_PARTS: Final = {
    "apiparam": ("request", ""),
    "apibody": ("request", "body"),
    "apiquery": ("request", "query"),
    "apiheader": ("request", "header"),
    "apisuccess": ("response", ""),
    "apierror": ("response", ""),
}
_EXAMPLES: Final = {
    "apiparamexample": "Request",
    "apisuccessexample": "Response",
    "apierrorexample": "Error response",
}


class ApidocSourceEngine:
    """apiDoc's comments, in a source file or in code of a page."""

    name = "apidoc-source"

    def score(self, document: Document) -> float:
        """Sure where a comment says that an operation is documented."""
        marked = (hit for line in document.lines if "@api " in line and (hit := _TAG.match(line)))
        return 1.0 if any(_OPERATION.match(hit["rest"] or "") for hit in marked) else 0.0

    def rewrite(self, document: Document) -> Document:
        """Each comment as a heading, its method and path, its fields and examples."""
        source = Source(document.page, document.lines)
        tags = tuple(_read_tags(document.lines))
        covered = {line for tag in tags for line in range(tag.line, tag.last + 1)}
        others = (
            b
            for b in document.blocks
            if isinstance(b, Heading) or covered.isdisjoint(range(b.span.line, b.span.end_line + 1))
        )
        blocks = sorted((*_read_blocks(tags, source), *others), key=lambda block: block.span.line)
        return replace(document, blocks=tuple(blocks), markup="markdown")


class _CommentTag(Struct):
    """A tag, what stands behind it, and the lines below it."""

    tag: str
    rest: str
    line: int
    last: int
    below: list[str]


def _read_tags(lines: Sequence[str]) -> Iterator[_CommentTag]:
    """The tags of comments about operations, with what goes on below them."""
    current: _CommentTag | None = None
    for number, line in enumerate(lines, 1):
        hit = _TAG.match(line) if "@api" in line else None
        if current and (hit or "*/" in line or (line and not _EDGE.match(line) and line[0] != " ")):
            yield current
            current = None
        if hit:
            current = _CommentTag(
                hit["tag"].lower(), (hit["rest"] or "").strip(), number, number, []
            )
        elif current:
            current.below.append(_EDGE.sub("", line))
            current.last = number
    if current:
        yield current


def _read_blocks(tags: Sequence[_CommentTag], source: Source) -> Iterator[Block]:
    known = False
    for kind, group in groupby(tags, key=lambda tag: tag.tag):
        members = list(group)
        if kind == "api":
            known = False
            for tag in members:
                if hit := _OPERATION.match(tag.rest):
                    known = True
                    yield from _read_operation(hit, source.span(tag.line))
        elif known and kind in _PARTS:
            yield from _read_fields(kind, members, source)
        elif known and kind in _EXAMPLES:
            for tag in members:
                yield from _read_example(_EXAMPLES[kind], tag, source)
        elif known and kind == "apidescription":
            for tag in members:
                words = " ".join((tag.rest, *map(str.strip, tag.below)))
                span = source.span(tag.line, tag.last)
                yield Paragraph(scan_inline(words.strip(), span), span)


def _read_operation(hit: re.Match[str], span: Span) -> Iterator[Block]:
    path = hit["path"] if hit["path"].startswith("/") else f"/{hit['path']}"
    title = hit["title"].strip() or f"{hit['verb'].upper()} {path}"
    yield Heading(5, Text(title, span), f"operation-{span.line}", span)
    yield EndpointBlock(method=hit["verb"].upper(), path=path, span=span, summary=title)


def _read_fields(kind: str, tags: Sequence[_CommentTag], source: Source) -> Iterator[Block]:
    """The fields of one kind; a group that names a status is one of its own."""
    found = [(hit, tag) for tag in tags if (hit := _FIELD.match(tag.rest))]
    side, location = _PARTS[kind]
    stated: Literal["request", "response"] = "response" if side == "response" else "request"
    for group, rows in groupby(found, key=lambda row: row[0]["group"] or ""):
        items = tuple(_read_item(hit, tag, source, stated) for hit, tag in rows)
        status = _STATUS.search(group)
        yield FieldBlock(
            items=items,
            span=items[0].span.to(items[-1].span),
            caption=group,
            side=stated,
            location=location,
            status=status[0] if status else "4XX" if kind == "apierror" else "",
        )


def _read_item(hit: re.Match[str], tag: _CommentTag, source: Source, side: str) -> FieldItem:
    span = source.span(tag.line, tag.last)
    default = hit["default"] or hit["preset"] or ""
    cells = {
        "name": hit["optional"] or hit["name"],
        "type": (hit["type"] or "").strip(),
        "required": "" if side == "response" else "optional" if hit["optional"] else "required",
        "limits": (hit["size"] or "").replace("..", "-").replace(":", "-"),
        "enum": (hit["enum"] or "").strip(),
        "default": default.strip("\"'"),
    }
    words = " ".join((hit["words"], *map(str.strip, tag.below))).strip()
    return FieldItem.of(cells, span, scan_inline(words, span))


def _read_example(label: str, tag: _CommentTag, source: Source) -> Iterator[Block]:
    """The lines below the tag as code, under what they are a sample of."""
    if not any(line.strip() for line in tag.below):
        return
    span = source.span(tag.line)
    text = Text(label, span)
    yield Heading(6, text, f"example-{span.line}", span)
    body = source.span(tag.line + 1, tag.last)
    yield CodeBlock("\n".join(tag.below), "", body)

"""Sphinx pages of the HTTP domain (``.. http:get:: /x``): definition lists of operations.

``<dl class="http get">`` is an operation, its ``<dt>`` the signature with typed placeholders
(``/users/(int:id)``); each term of its field list says what the names below it are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from bs4 import Tag
from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    Document,
    EndpointBlock,
    FieldBlock,
    FieldItem,
    Heading,
    Paragraph,
    Text,
)
from conformance.parse.html import code_block, reread_html
from conformance.parse.html_inline import collect_text
from conformance.parse.html_tree import attribute, line_of
from conformance.parse.source import Anchors, Source
from conformance.patterns import regex
from conformance.reading.endpoints.candidate import METHODS
from conformance.reading.engines.sphinx_source import PLACEHOLDER
from conformance.reading.rows.row import cut_text
from conformance.reading.topics import topics_of
from conformance.vocabulary import Topic

_OPERATION: Final = regex(r"(?:^|\s)(?:get|post|put|delete|patch|head|options)(?:\s|$)")
_SIGNATURE: Final = regex(rf"(?P<method>{'|'.join(METHODS)})\s+(?P<path>/\S*)")
_FIELD: Final = regex(
    r"(?P<name>[\w.$@\[\]-]{1,80})\s*(?:\((?P<type>[^()\n]{1,80})\))?\s*(?:[–—:-]\s+|$)"
)
_STATUS: Final = regex(r"[1-5]\d\d(?!\d)")
_SUCCESS: Final = regex(r"2\d\d(?!\d)")
_INPUTS: Final[tuple[Topic, ...]] = ("path", "query", "header", "body")


class SphinxEngine:
    """The HTTP domain of Sphinx."""

    name = "sphinx"

    def score(self, document: Document) -> float:
        """Sure where a definition list is marked as an operation."""
        if document.markup != "html":
            return 0.0
        marked = any('class="http ' in line for line in document.lines)
        return 1.0 if marked and any("field-list" in line for line in document.lines) else 0.0

    def rewrite(self, document: Document) -> Document:
        """Each operation as a heading, its method and path, its fields and its statuses."""
        return reread_html(document, _OperationReader)


class _OperationReader(Struct):
    """Reads what stands in the definition list of an operation."""

    source: Source

    def __call__(self, tag: Tag) -> tuple[Block, ...] | None:
        """The blocks of a signature or a list of fields; None for an element like any other."""
        if tag.name == "dt" and _is_operation(tag.parent):
            return tuple(self._read_signature(tag))
        if tag.name == "dl" and "field-list" in attribute(tag, "class").split():
            return tuple(self._read_lists(tag)) if _operation_of(tag) else None
        return None

    def _read_signature(self, tag: Tag) -> Iterator[Block]:
        line = line_of(tag)
        words = collect_text(tag, self.source, line)[0].plain
        plain = PLACEHOLDER.sub(r"{\1}", " ".join(words.split()))
        method, _, rest = plain.partition(" ")
        hit = _SIGNATURE.match(f"{method} {rest.replace(' ', '')}")
        if hit is None:
            return
        span = self.source.span(line, line, f"{hit['method']} {hit['path']}")
        anchor = Anchors().take(attribute(tag, "id"), span.quote)
        yield Heading(5, Text(span.quote, span), anchor, span)
        yield EndpointBlock(method=hit["method"], path=hit["path"].rstrip("¶"), span=span)

    def _read_lists(self, tag: Tag) -> Iterator[Block]:
        """One block for each term; the statuses as headings of their own."""
        answers = (_SUCCESS.match(item.get_text().strip()) for item in tag.find_all("li"))
        success = next((hit.group() for hit in answers if hit), "")
        for term in tag.find_all("dt", recursive=False):
            given = term.find_next_sibling("dd")
            if not isinstance(given, Tag):
                continue
            label = " ".join(term.get_text().split()).rstrip(":")
            items = [self._read_item(item) for item in given.find_all("li")] or [
                self._read_item(given)
            ]
            fields = tuple(item for item in items if item)
            if fields and not _STATUS.match(given.get_text().strip()):
                yield _make_block(fields, label, success)
                continue
            for item in given.find_all("li") or [given]:
                yield from self._read_answer(item)

    def _read_answer(self, item: Tag) -> Iterator[Block]:
        """A status as a heading, with the samples that stand in its words."""
        text = collect_text(item, self.source, line_of(item))[0]
        if _STATUS.match(text.plain):
            short = text.plain.split("\n")[0][:40]
            yield Heading(6, Text(short, text.span), "", text.span)
            yield from (code_block(pre, self.source) for pre in item.find_all("pre"))
        elif text.plain:
            yield Paragraph(text, text.span)

    def _read_item(self, tag: Tag) -> FieldItem | None:
        text = collect_text(tag, self.source, line_of(tag))[0]
        hit = _FIELD.match(text.plain)
        if hit is None:
            return None
        cells = {"name": hit["name"], "type": hit["type"] or ""}
        return FieldItem.of(cells, text.span, cut_text(text, hit.end()))


def _is_operation(tag: Tag | None) -> bool:
    if tag is None or tag.name != "dl":
        return False
    style = attribute(tag, "class")
    return "http" in style.split() and bool(_OPERATION.search(style))


def _operation_of(tag: Tag) -> bool:
    return any(map(_is_operation, tag.parents))


def _make_block(items: tuple[FieldItem, ...], label: str, success: str) -> FieldBlock:
    topics = topics_of(label)
    location = next((t for t in topics if t in _INPUTS), "")
    span = items[0].span.to(items[-1].span)
    block = FieldBlock(items=items, span=span, caption=label, side="request", location=location)
    if "response" not in topics:
        is_body = not location and "json" in label.lower()
        return replace(block, location="body") if is_body else block
    side: Literal["response", "other"] = "other" if location == "header" else "response"
    return replace(block, side=side, location="", status=success)

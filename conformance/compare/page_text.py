"""The text of a page as it is compared: cells of rows, paragraphs, printed requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from conformance.model.document import (
    CodeBlock,
    Document,
    ListBlock,
    Mark,
    Paragraph,
    Row,
    Table,
    Text,
    walk,
)
from conformance.model.operation import Stated, Value
from conformance.model.span import Span
from conformance.reading.rows.columns import table_columns
from conformance.reading.rows.row import read_name, read_required
from conformance.vocabulary import Column

_FACTS: Final = frozenset({"name", "type", "required", "optional", "location", "nullable"})
"""Columns whose content is compared by itself."""
_MOST_PARAGRAPHS: Final = 500
"""Paragraphs of a page that are searched for what a row leaves out."""
_REQUEST_LINE: Final = re.compile(
    r"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?:https?:/)?/\S+(?: HTTP/[\d.]+)?[ \t]*(?:\n|\Z)"
)
_INVERTED: Final = {Stated.YES: Stated.NO, Stated.NO: Stated.YES}


@dataclass(frozen=True, slots=True)
class MarkedText:
    """Text as a reader sees it, with what is set apart in it."""

    plain: str
    codes: tuple[str, ...] = ()
    """Pieces marked as code."""
    links: tuple[tuple[str, str], ...] = ()
    """Text and target of every link."""


@dataclass(frozen=True, slots=True)
class RowText:
    """One row of a table of fields, by what its columns are about."""

    described: MarkedText
    """All cells that describe: meaning, default, values, limits, examples."""
    mark: Stated | None = None
    """The required mark as it stands; None when the source has no place for one."""
    has_types: bool = True
    """Whether the source has a place for types."""


@dataclass(frozen=True, slots=True)
class PrintedRequest:
    """A request printed as it goes over the wire: request line, headers, blank line, body."""

    text: str
    span: Span

    @property
    def method(self) -> str:
        return self.text.split(None, 1)[0]

    @property
    def path(self) -> str:
        """The request's path, without server and query."""
        target = self.text.split(None, 2)[1].partition("?")[0]
        return "/" + target.partition("://")[2].partition("/")[2] if "://" in target else target


@dataclass(frozen=True, slots=True)
class PageText:
    """The rows, paragraphs and printed requests of one page."""

    rows: dict[Span, RowText] = field(default_factory=dict)
    paragraphs: tuple[tuple[MarkedText, Span], ...] = ()
    requests: tuple[PrintedRequest, ...] = ()

    def row(self, value: Value) -> RowText:
        """The row that documents ``value``; its description alone when it is in no table."""
        known = self.rows.get(value.span)
        return known or RowText(MarkedText(value.description), None, bool(value.type_text))

    def about(self, name: str) -> str:
        """The paragraphs that mention ``name``."""
        first = self.paragraphs[:_MOST_PARAGRAPHS]
        return "\n".join(w.plain for w, _ in first if mentions(w.plain, name))


def read_page_text(document: Document) -> PageText:
    """The text of a page; small enough to keep for thousands of pages."""
    rows: dict[Span, RowText] = {}
    paragraphs: list[tuple[MarkedText, Span]] = []
    requests: list[PrintedRequest] = []
    for block in walk(document.blocks):
        if isinstance(block, Table):
            rows.update(_rows(block))
        elif isinstance(block, Paragraph):
            paragraphs.append((_marked([block.text]), block.span))
        elif isinstance(block, ListBlock):
            paragraphs += ((_marked([item.text]), item.span) for item in block.items)
        elif isinstance(block, CodeBlock) and _REQUEST_LINE.match(block.text):
            requests.append(PrintedRequest(block.text, block.span))
    return PageText(rows, tuple(paragraphs), tuple(requests))


def mentions(text: str, token: str) -> bool:
    """Whether ``token`` stands in ``text`` as a word of its own, whatever the case.

    Letters of other scripts end a word: particles follow names without a blank.
    """
    if not token:
        return False
    low, word = text.casefold(), token.casefold()
    at = low.find(word)
    while at >= 0:
        before, after = low[at - 1 : at] if at else "", low[at + len(word) : at + len(word) + 1]
        if not (_joins(word[0], before) or _joins(word[-1], after)):
            return True
        at = low.find(word, at + 1)
    return False


def _joins(edge: str, neighbour: str) -> bool:
    """Whether a neighbouring character makes a longer word of it."""
    return _is_word(edge) and _is_word(neighbour)


def _is_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


def _rows(table: Table) -> Iterator[tuple[Span, RowText]]:
    """Rows that name something; one that names nothing goes on with the row above."""
    columns = table_columns(table)
    if "name" not in columns:
        return
    last: tuple[Span, list[Text], Stated | None] | None = None
    for row in table.rows:
        cells = _cells(row, columns)
        name = read_name(cells["name"]) if "name" in cells else None
        described = [text for column, text in _described(row, columns) if text.plain.strip()]
        if name is None and last is not None and not _plain(cells.get("name")):
            last[1].extend(described)
            continue
        if last is not None:
            yield last[0], RowText(_marked(last[1]), last[2], "type" in columns)
        mark = _mark(cells, name.required if name else Stated.NOT_STATED)
        last = (row.span, described, mark) if name else None
    if last is not None:
        yield last[0], RowText(_marked(last[1]), last[2], "type" in columns)


def _cells(row: Row, columns: tuple[Column | None, ...]) -> dict[Column, Text]:
    pairs = zip(columns, row.cells, strict=False)
    return {column: text for column, text in pairs if column is not None}


def _described(row: Row, columns: tuple[Column | None, ...]) -> Iterator[tuple[int, Text]]:
    for number, text in enumerate(row.cells):
        column = columns[number] if number < len(columns) else None
        if column not in _FACTS or (column == "required" and read_required(text.plain) is None):
            yield number, text


def _mark(cells: dict[Column, Text], beside: Stated) -> Stated | None:
    """The mark in a column of its own, or beside the name; None when there is no place for one."""
    if "required" in cells:
        stated = read_required(cells["required"].plain)
    elif "optional" in cells:
        stated = read_required(cells["optional"].plain)
        stated = _INVERTED.get(stated, stated) if stated else None
    else:
        return beside if beside is not Stated.NOT_STATED else None
    return stated if stated and stated is not Stated.NOT_STATED else beside


def _plain(text: Text | None) -> str:
    return text.plain.strip() if text else ""


def _marked(texts: list[Text]) -> MarkedText:
    return MarkedText(
        plain="\n".join(text.plain for text in texts),
        codes=tuple(piece for text in texts for piece in text.marked("code")),
        links=tuple((_under(text, mark), mark.target) for text in texts for mark in _links(text)),
    )


def _links(text: Text) -> Iterator[Mark]:
    return (mark for mark in text.marks if mark.kind == "link")


def _under(text: Text, mark: Mark) -> str:
    return re.sub(r"\s+", " ", text.plain[mark.start : mark.end]).strip()

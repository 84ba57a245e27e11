"""Redoc's server-rendered pages: operations whose verb and path follow the parameters.

What holds in every version and theme: sections are marked ``data-section-id="operation/..."``,
cells of names ``kind="field"``, verbs ``http-verb``, samples ``redoc-json``.  All other class
names are made up by styled-components at build time, so position and text say the rest: members
that are unfolded stand in a table of the next row, and what comes below the button of a status
belongs to that answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from bs4 import Tag
from bs4.element import PageElement
from msgspec import Struct, field
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Document,
    EndpointBlock,
    FieldBlock,
    FieldItem,
    Heading,
    Text,
)
from conformance.parse.html import reread_html
from conformance.parse.html_inline import collect_text
from conformance.parse.html_tree import attribute, find_tag, line_of
from conformance.parse.source import Anchors, Source
from conformance.patterns import regex
from conformance.reading.endpoints.candidate import METHODS
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.row import read_required
from conformance.reading.topics import status_of, topics_of
from conformance.vocabulary import phrases

_SECTION: Final = regex(r"(?:^|/)(?:operation|paths)/")
_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5"))
_TYPE: Final = regex(
    r"(?P<type>(?:[A-Za-z]+ of )*[\w.-]+(?: or [\w.-]+)*(?:\s*<\s*[\w./:-]+\s*>)?)"
    r"(?P<rest>.*)$",
    re.DOTALL,
)
_LABELLED: Final = ("enum", "default", "example")
_MAX_DEPTH: Final = 32
_LOCATIONS: Final = ("path", "query", "header", "cookie", "body")

FieldSide: TypeAlias = Literal["request", "response", "other"]


class RedocEngine:
    """Redoc 2, rendered to HTML before it is served."""

    name = "redoc"

    def score(self, document: Document) -> float:
        """Sure where sections of operations are marked and something is a field or a verb."""
        if document.markup != "html":
            return 0.0
        marked = any(
            'data-section-id="' in line and _SECTION.search(line) for line in document.lines
        )
        return 1.0 if marked and any("http-verb" in line for line in document.lines) else 0.0

    def rewrite(self, document: Document) -> Document:
        """Each operation's heading, method and path first; then fields, answers and samples."""
        return reread_html(document, _PageReader)


class _PageReader(Struct):
    """Reads the elements that mean something only to this engine, in page order."""

    source: Source
    anchors: Anchors = field(default_factory=Anchors)
    caption: str = ""
    """Words of the last heading of a table."""
    status: str = ""
    """Of the answer whose button has been passed; empty outside of answers."""

    def __call__(self, tag: Tag) -> tuple[Block, ...] | None:
        """The blocks of ``tag``; None for an element like any other."""
        if tag.name in _HEADINGS:
            return self._read_heading(tag)
        if tag.name == "button":
            return self._read_status(tag)
        if tag.name == "table":
            return self._read_fields(tag)
        if tag.name == "div":
            if "redoc-json" in attribute(tag, "class").split():
                return self._read_sample(tag)
            if _is_endpoint(tag):
                return ()
        return None

    def _read_heading(self, tag: Tag) -> tuple[Block, ...] | None:
        section = _find_section(tag) if tag.name in ("h1", "h2") else None
        if tag.name != "h5":
            self.status = ""
        self.caption = " ".join(tag.get_text(" ").split())
        if section is None:
            return None
        text = collect_text(tag, self.source, line_of(tag))[0]
        anchor = self.anchors.take(attribute(section, "id"), text.plain)
        heading = Heading(2, text, anchor, text.span)
        return (heading, *_find_endpoints(section, self.source))

    def _read_status(self, tag: Tag) -> tuple[Block, ...] | None:
        """The button that unfolds an answer."""
        strong = tag.find("strong")
        status = status_of(strong.get_text().strip()) if isinstance(strong, Tag) else None
        if status is None and isinstance(strong, Tag) and strong.get_text().strip() == "default":
            status = "default"
        if status is None:
            return None
        self.status = status
        text = collect_text(tag, self.source, line_of(tag), without=("svg",))[0]
        text = replace(text, plain=" ".join(text.plain.split()), marks=())
        anchor = self.anchors.take("", text.plain)
        return (Heading(4, text, anchor, text.span),)

    def _read_fields(self, tag: Tag) -> tuple[Block, ...] | None:
        if find_tag(tag, "td", kind="field") is None:
            return None
        items = tuple(_read_items(tag, self.source, 0))
        if not items:
            return None
        topics = topics_of(self.caption)
        location = next((t for t in topics if t in _LOCATIONS), "")
        side: FieldSide = "response" if self.status else "request"
        if side == "response" and location == "header":
            side = "other"
        block = FieldBlock(
            items=items,
            span=self.source.span(items[0].span.line, items[-1].span.line, items[0].span.quote),
            caption=self.caption,
            side=side,
            location=location if side == "request" else "",
            status=self.status if side == "response" else "",
        )
        return (block,)

    def _read_sample(self, tag: Tag) -> tuple[Block, ...] | None:
        """A sample whose lines are lists: its text less the buttons that fold them."""
        text = "".join(_list_strings(tag)).strip()
        if not text:
            return None
        line = line_of(tag)
        return (CodeBlock(text, "json", self.source.span(line, line, text)),)


def _list_strings(sample: Tag) -> Iterator[str]:
    if sample.find_parent("button") is not None:
        return
    left: list[PageElement] = [sample]
    while left:
        node = left.pop()
        if not isinstance(node, Tag):
            yield str(node)
        elif node.name != "button":
            left.extend(reversed(node.contents))


def _find_section(tag: Tag) -> Tag | None:
    """The section of an operation that ``tag`` is the heading of."""
    for parent in tag.parents:
        if name := attribute(parent, "data-section-id"):
            return parent if _SECTION.search(name) else None
    return None


def _read_verb(tag: Tag) -> str:
    """The method that a badge shows; those of callbacks have another class."""
    if tag.name != "span" or "http-verb" not in attribute(tag, "class").split():
        return ""
    word = (attribute(tag, "type") or tag.get_text().strip()).upper()
    return "DELETE" if word == "DEL" else word if word in METHODS else ""


def _is_endpoint(tag: Tag) -> bool:
    """The box of verb, path and servers: a button that begins with the verb, and a fold."""
    first = next((child for child in tag.children if isinstance(child, Tag)), None)
    if first is None or first.name not in ("button", "div"):
        return False
    inner = next((child for child in first.children if isinstance(child, Tag)), None)
    return inner is not None and bool(_read_verb(inner))


def _find_endpoints(section: Tag, source: Source) -> Iterator[EndpointBlock]:
    verb = section.find(lambda tag: isinstance(tag, Tag) and bool(_read_verb(tag)))
    path = verb.find_next_sibling() if isinstance(verb, Tag) else None
    if not isinstance(verb, Tag) or not isinstance(path, Tag):
        return
    words = path.get_text().strip()
    box = verb.find_parent("div")
    served = [b.get_text().strip() for b in box.find_all("div", role="button")] if box else []
    servers = [s.removesuffix(words) for s in served if s.startswith("http") and s.endswith(words)]
    yield EndpointBlock(
        method=_read_verb(verb),
        path=words,
        span=source.span(line_of(verb), line_of(verb), f"{_read_verb(verb)} {words}"),
        server=servers[0] if servers else "",
    )


def _read_items(table: Tag, source: Source, depth: int) -> Iterator[FieldItem]:
    """The rows of a table and of the tables unfolded in it, in page order."""
    body = table.find("tbody", recursive=False)
    for row in (body if isinstance(body, Tag) else table).find_all("tr", recursive=False):
        cells = row.find_all("td", recursive=False)
        if cells and attribute(cells[0], "kind") == "field":
            if item := _read_item(cells, row, source, depth):
                yield item
        elif depth < _MAX_DEPTH:
            for inner in _find_outermost_tables(row):
                yield from _read_items(inner, source, depth + 1)


def _find_outermost_tables(row: Tag) -> Iterator[Tag]:
    for table in row.find_all("table"):
        if table.find_parent("tr") is row:
            yield table


def _read_item(cells: list[Tag], row: Tag, source: Source, depth: int) -> FieldItem | None:
    line = line_of(row)
    named = cells[0].find(class_="property-name")
    shown = " ".join(cells[0].get_text(" ").split())
    name = attribute(cells[0], "title") or (named.get_text() if isinstance(named, Tag) else shown)
    name = name.strip().split(" ")[0]
    if not name or name.endswith("*"):
        return None
    found = {"name": name}
    if mark := shown.replace(name, "", 1).strip():
        found["required"] = mark if read_required(mark) else ""
    description = Text("", source.span(line, line, shown))
    if len(cells) > 1:
        facts, description = _read_facts(cells[1], source, line)
        found.update(facts)
    span = source.span(line, line, " ".join(f"{shown} {found.get('type', '')}".split()))
    return FieldItem.of(found, span, description if description.plain else None, depth)


def _read_facts(cell: Tag, source: Source, line: int) -> tuple[dict[str, str], Text]:
    """Type, limits and labelled values of a field, and its description."""
    found: dict[str, str] = {}
    description = Text("", source.span(line))
    for part in _list_parts(cell):
        words = " ".join(part.get_text(" ").replace("\xa0", " ").split())
        label, colon, rest = words.partition(":")
        column = column_of(label.strip()) if colon and len(label) < 20 else None
        if find_tag(part, "p") is not None or attribute(part, "html"):
            description = collect_text(part, source, line)[0]
        elif column in _LABELLED:
            found.setdefault(column, ", ".join(_list_values(part)) or rest.strip())
        elif "type" not in found and (hit := _TYPE.match(words)):
            found["type"] = hit["type"].strip()
            found["limits"] = hit["rest"].strip()
            if phrases("types.nullable").found_in(found["limits"]):
                found["type"] += " | null"
    return found, description


def _list_parts(cell: Tag) -> Iterator[Tag]:
    """The lines of a cell: elements that hold no further boxes, and descriptions as a whole."""
    for tag in cell.find_all("div"):
        whole = bool(attribute(tag, "html")) or find_tag(tag, "div") is None
        if whole and not any(attribute(p, "html") for p in tag.find_parents("div")):
            yield tag


def _list_values(part: Tag) -> list[str]:
    """The values after a label, each an element of its own."""
    spans = [s for s in part.find_all("span") if find_tag(s, "span") is None]
    return [s.get_text().strip() for s in spans[1:] if s.get_text().strip()]

"""Docusaurus pages made from an OpenAPI document, as MDX source or as rendered HTML.

The source carries the operation in its front matter, ``api: {...}`` or the same compressed
(``api: eJy9...``), and in the attributes of its components: ``<ParamsDetails parameters={[...]}>``,
``<RequestSchema body={{...}}>``, ``<StatusCodes responses={{...}}>``.  The rendered page writes a
field as a name, a type and a mark without a blank between them, and the members of an object in a
fold whose label is the object.
"""

from __future__ import annotations

import binascii
import json
import re
import zlib
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from bs4 import Tag

from conformance.model.document import (
    Block,
    Component,
    Document,
    FieldBlock,
    FieldItem,
    SpecificationBlock,
    Text,
    walk,
)
from conformance.model.span import Span
from conformance.parse.html import read_html
from conformance.parse.html_inline import collect_text
from conformance.parse.html_tree import attribute, line_of
from conformance.parse.source import Source
from conformance.reading.endpoints.candidate import METHODS
from conformance.reading.rows.row import join_texts

_PARTS: Final = {"parameters": "parameters", "body": "requestBody", "responses": "responses"}
"""Attributes that hold a part of an operation, and what OpenAPI calls the part."""
_JSON: Final = re.compile(r"\s*[\[{]")
_ITEM: Final = re.compile(r"(?:^|\s)(?:openapi-(?:schema|params)__list-item|schemaItem|paramsItem)")
_PROPERTY: Final = "openapi-schema__property"
_CELLS: Final = {
    "openapi-schema__name": "type",
    "openapi-schema__type": "type",
    "openapi-schema__required": "required",
}
_FRONT: Final = re.compile(r"api:\s*(?P<value>\{.*\}|[A-Za-z0-9+/]{32,}={0,2})\s*")
_FRONT_LINES: Final = 60
_MOST_BYTES: Final = 8_000_000
"""Of an operation in the front matter, once it is unpacked."""
_LISTS: Final = frozenset(("ul", "div"))
_MAX_DEPTH: Final = 32


class DocusaurusEngine:
    """The OpenAPI theme of Docusaurus."""

    name = "docusaurus"

    def score(self, document: Document) -> float:
        """Sure where components carry parts of a document or fields are marked by class."""
        if document.markup == "html":
            return 1.0 if any(_PROPERTY in line for line in document.lines) else 0.0
        if _of_front_matter(document):
            return 1.0
        components = [b for b in walk(document.blocks) if isinstance(b, Component)]
        return 1.0 if _endpoint(components) and any(map(_parts, components)) else 0.0

    def rewrite(self, document: Document) -> Document:
        """Components as the document they were made from, rendered fields as fields."""
        if document.markup == "html":
            source = Source(document.page, document.lines)
            blocks, _ = read_html(source, "\n".join(document.lines), _FieldReader(source))
            return replace(document, blocks=blocks)
        if found := _of_front_matter(document):
            return replace(document, blocks=(*document.blocks, found))
        components = [b for b in walk(document.blocks) if isinstance(b, Component)]
        return replace(document, blocks=(*document.blocks, _specification(components)))


def _of_front_matter(document: Document) -> SpecificationBlock | None:
    """The operation that the front matter holds, with its method and path."""
    lines = document.lines[:_FRONT_LINES]
    if not lines or lines[0].strip() != "---":
        return None
    for number, line in enumerate(lines, 1):
        if line.startswith("api:") and (hit := _FRONT.fullmatch(line)):
            operation = _unpacked(hit["value"])
            method, path = operation.get("method"), operation.get("path")
            if isinstance(method, str) and method.upper() in METHODS and isinstance(path, str):
                text = json.dumps({"paths": {path: {method.lower(): operation}}})
                span = Span(document.page, number, number, f"{method.upper()} {path}")
                return SpecificationBlock(text=text, language="json", span=span)
            return None
    return None


def _unpacked(value: str) -> dict[str, object]:
    """The operation as JSON or as zlib in base64; empty for anything else."""
    try:
        if not value.startswith("{"):
            raw = zlib.decompressobj().decompress(b64decode(value, validate=True), _MOST_BYTES)
            value = raw.decode()
        operation = json.loads(value)
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        return {}
    return operation if isinstance(operation, dict) else {}


def _endpoint(components: Iterable[Component]) -> tuple[str, str] | None:
    for component in components:
        values = dict(component.attributes)
        method, path = values.get("method", "").upper(), values.get("path", "")
        if method in METHODS and path.startswith("/"):
            return method.lower(), path
    return None


def _parts(component: Component) -> list[tuple[str, str]]:
    """OpenAPI's name and the text of each part of an operation that a component carries."""
    return [
        (_PARTS[name], value)
        for name, value in component.attributes
        if name in _PARTS and _JSON.match(value)
    ]


def _specification(components: list[Component]) -> SpecificationBlock:
    """One document of the parts, each in the line of its component."""
    method, path = _endpoint(components) or ("", "")
    first = next(c.span.line for c in components if _parts(c))
    span = components[0].span
    text, line = f'{{"paths": {{"{path}": {{"{method}": {{', first
    for component in components:
        for name, value in _parts(component):
            text += "\n" * (component.span.line - line) + f'"{name}": {value},'
            line = max(line, component.span.line) + value.count("\n")
    last = max(component.span.end_line for component in components)
    return SpecificationBlock(
        text=text + "}}}}", language="json", span=replace(span, line=first, end_line=last)
    )


@dataclass(frozen=True, slots=True)
class _FieldReader:
    """Reads lists of fields."""

    source: Source

    def __call__(self, tag: Tag) -> tuple[Block, ...] | None:
        """The fields of a list whose children are marked as such; None for anything else."""
        if tag.name not in _LISTS or not _is_list(tag):
            return None
        items = tuple(_items(tag, self.source))
        if not items:
            return None
        first, last = items[0].span, items[-1].span
        span = self.source.span(first.line, last.line, first.quote)
        return (FieldBlock(items=items, span=span),)


def _is_list(tag: Tag) -> bool:
    """A list with such a child, or a box that has nothing else in it."""
    marked = [
        bool(_ITEM.search(attribute(child, "class")))
        for child in tag.children
        if isinstance(child, Tag)
    ]
    return any(marked) if tag.name == "ul" else bool(marked) and all(marked)


def _items(root: Tag, source: Source) -> Iterator[FieldItem]:
    for name in root.find_all(class_=_PROPERTY):
        around = []
        for parent in name.parents:
            if parent is root:
                break
            if _ITEM.search(attribute(parent, "class")):
                around.append(parent)
        if around and len(around) <= _MAX_DEPTH:
            yield _item(name, around[0], len(around) - 1, source)


def _item(name: Tag, item: Tag, depth: int, source: Source) -> FieldItem:
    line = line_of(name) or line_of(item)
    words = {"name": name.get_text().strip()}
    for sibling in name.find_next_siblings():
        for style in attribute(sibling, "class").split():
            if style in _CELLS:
                words.setdefault(_CELLS[style], sibling.get_text().strip())
    span = source.span(line, line, " ".join(words.values()))
    cells = [(column, Text(text, span)) for column, text in words.items() if text]
    description = Text("", span)
    for part in item.find_all("p"):
        if part.find_parent(class_=_ITEM) is item:
            description = join_texts(
                description, collect_text(part, source, line_of(part) or line)[0]
            )
    if description.plain:
        cells.append(("description", description))
    return FieldItem(cells=tuple(cells), span=span, depth=depth)

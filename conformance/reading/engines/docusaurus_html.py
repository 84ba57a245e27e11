"""Fields of rendered Docusaurus pages, as their class names set them apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bs4 import Tag
from msgspec import Struct

from conformance.model.document import Block, Document, FieldBlock, FieldItem, Text
from conformance.parse.html import reread_html
from conformance.parse.html_inline import collect_text
from conformance.parse.html_tree import attribute, line_of
from conformance.parse.source import Source
from conformance.patterns import regex
from conformance.reading.engines.docusaurus import PROPERTY
from conformance.reading.rows.row import join_texts

_ITEM: Final = regex(r"(?:^|\s)(?:openapi-(?:schema|params)__list-item|schemaItem|paramsItem)")
_CELLS: Final = {
    "openapi-schema__name": "type",
    "openapi-schema__type": "type",
    "openapi-schema__required": "required",
}
_LISTS: Final = frozenset(("ul", "div"))
_MAX_DEPTH: Final = 32


def read_fields(document: Document) -> Document:
    """The page with its lists of fields as such."""
    return reread_html(document, _FieldReader)


class _FieldReader(Struct, frozen=True):
    """Reads lists of fields."""

    source: Source

    def __call__(self, tag: Tag) -> tuple[Block, ...] | None:
        """The fields of a list whose children are marked as such; None for anything else."""
        if tag.name not in _LISTS or not _is_list(tag):
            return None
        items = tuple(_read_items(tag, self.source))
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


def _read_items(root: Tag, source: Source) -> Iterator[FieldItem]:
    for name in root.find_all(class_=PROPERTY):
        around = []
        for parent in name.parents:
            if parent is root:
                break
            if _ITEM.search(attribute(parent, "class")):
                around.append(parent)
        if around and len(around) <= _MAX_DEPTH:
            yield _read_item(name, around[0], len(around) - 1, source)


def _read_item(name: Tag, item: Tag, depth: int, source: Source) -> FieldItem:
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

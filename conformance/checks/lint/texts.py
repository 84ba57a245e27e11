"""The words of a page, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.document import Document, Heading, ListBlock, Paragraph, Table, Text, walk
from conformance.reading import PageReading


def texts(document: Document) -> Iterator[Text]:
    """Every text of the page in reading order, header cells and terms included."""
    for block in walk(document.blocks):
        match block:
            case Heading() | Paragraph():
                yield block.text
            case Table():
                yield from block.header
                for row in block.rows:
                    yield from row.cells
            case ListBlock():
                for item in block.items:
                    yield item.text


def sole_operation(reading: PageReading) -> str:
    """The page's one operation; empty when it has none or several."""
    return reading.operations[0].key if len(reading.operations) == 1 else ""

"""Markdown that OpenAPI Generator and Swagger Codegen write beside a client library.

Its tables mark what may be left out (``[optional]``) and nothing else, so a row without the mark
is required; ``[default to 20]`` is the default.  The list of media types below an operation looks
like one of header parameters.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from conformance.model.document import (
    Block,
    Document,
    ListBlock,
    Paragraph,
    Row,
    Table,
    Text,
    walk,
)

_HEADER: Final = ("name", "type", "description", "notes")
_OPTIONAL: Final = re.compile(r"\[optional\]")
_DEFAULT: Final = re.compile(r"\[default to ([^\[\]]{1,200})\]")
_MARK: Final = re.compile(rf"{_OPTIONAL.pattern}|{_DEFAULT.pattern}")
_NOTHING: Final = frozenset(("null", "None", "nil", "undefined"))
_MEDIA: Final = re.compile(r"(?:Content-Type|Accept)\s*:")
_SIGNS: Final = ("All URIs are relative to", "[[Back to ", "documentation-for-")
"""Words of the templates that every page has some of."""


class CodegenEngine:
    """Documentation of a generated client library."""

    name = "openapi-generator"

    def score(self, document: Document) -> float:
        """Sure where a table has the four columns and the page the links of the templates."""
        if document.markup != "markdown" or not any(map(_is_notes, walk(document.blocks))):
            return 0.0
        signed = any(sign in line for line in document.lines for sign in _SIGNS)
        signed = signed or any(_MARK.search(line) for line in document.lines)
        return 1.0 if signed else 0.4

    def rewrite(self, document: Document) -> Document:
        """Notes as columns of marks and defaults, media types as words."""
        return replace(document, blocks=tuple(map(_rewritten, document.blocks)))


def _is_notes(block: Block) -> bool:
    if not isinstance(block, Table):
        return False
    return tuple(cell.plain.strip().lower() for cell in block.header) == _HEADER


def _rewritten(block: Block) -> Block:
    if isinstance(block, Table) and _is_notes(block):
        span = block.header[-1].span
        header = (*block.header[:-1], Text("Required", span), Text("Default", span))
        return replace(block, header=header, rows=tuple(map(_with_marks, block.rows)))
    if isinstance(block, ListBlock) and all(_MEDIA.match(i.text.plain) for i in block.items):
        words = "\n".join(item.text.plain for item in block.items)
        return Paragraph(Text(words, block.span), block.span)
    return block


def _with_marks(row: Row) -> Row:
    """The row with a mark and a default in place of its notes."""
    if len(row.cells) < len(_HEADER):
        return row
    notes = row.cells[-1]
    default = _DEFAULT.search(notes.plain)
    value = default[1].strip() if default and default[1].strip() not in _NOTHING else ""
    mark = "no" if _OPTIONAL.search(notes.plain) else "yes"
    return replace(row, cells=(*row.cells[:-1], Text(mark, notes.span), Text(value, notes.span)))

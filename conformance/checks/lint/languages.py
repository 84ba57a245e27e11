"""Header words in a language that is neither the page's nor the table's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from conformance.checks.lint.facts import ForeignHeader
from conformance.checks.lint.texts import sole_operation
from conformance.model.document import Document, Table
from conformance.reading import PageReading
from conformance.reading.context import LocatedBlock, locate_blocks

_SCRIPTS: Final = (
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
)
_LATIN_WORD: Final = re.compile("[A-Za-z]{3}")
_READ_BY: Final = {"zh": ("zh", "ja"), "ja": ("ja",), "ko": ("ko",)}
"""Languages whose readers know the script."""


def foreign_headers(document: Document, reading: PageReading) -> Iterator[ForeignHeader]:
    """Headers of tables whose rows are in the page's language.

    English header words are at home everywhere.
    """
    if not document.language:
        return
    for piece in locate_blocks(document):
        if isinstance(piece.block, Table):
            yield from _in_table(piece.block, piece, document, reading)


def _in_table(
    table: Table, piece: LocatedBlock, document: Document, reading: PageReading
) -> Iterator[ForeignHeader]:
    foreign = [(cell, _script(cell.plain)) for cell in table.header]
    told = [(c, tag) for c, tag in foreign if tag and document.language not in _READ_BY[tag]]
    if not told or _LATIN_WORD.search(told[0][0].plain):
        return
    cell, tag = told[0]
    pattern = dict(_SCRIPTS)[tag]
    if any(pattern.search(c.plain) for row in table.rows for c in row.cells):
        return
    operation = sole_operation(reading)
    name = f"table {next(piece.place.words(), '')!r}"
    yield ForeignHeader(
        operation=operation,
        subject=name if operation else f"{document.page} {name}",
        span=cell.span,
        words=tuple(c.plain.strip() for c, _ in told),
        language=tag,
        page_language=document.language,
    )


def _script(words: str) -> str:
    return next((tag for tag, pattern in _SCRIPTS if pattern.search(words)), "")

"""Header words in a foreign language: the words the page's other tables use for such columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from conformance.drift.packets.cells import cell_places, cells_of, put_cell
from conformance.drift.packets.packet import Advice, Docs, Edit, PageSource, Proposal, Question
from conformance.model.document import Table, walk
from conformance.model.finding import Finding
from conformance.reading.rows.columns import column_of
from conformance.vocabulary import Column

_ENGLISH: Final[dict[Column, str]] = {
    "name": "Name",
    "type": "Type",
    "description": "Description",
    "required": "Required",
    "optional": "Optional",
    "location": "In",
    "default": "Default",
    "enum": "Values",
    "limits": "Range",
    "example": "Example",
    "nullable": "Nullable",
    "code": "Code",
}
"""The words for a page that has no other table; English header words are at home everywhere."""


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when the vocabulary knows what every foreign word announces."""
    span = finding.documented
    source = docs.by_page.get(span.page) if span else None
    if span is None or source is None:
        return None
    line = source.document.lines[span.line - 1]
    used = _used(source, but=span.line)
    below = (
        cells_of(source.document.lines[span.line]) if span.line < len(source.document.lines) else ()
    )
    made, swaps = line, []
    for number, (start, end) in enumerate(cell_places(line)):
        word = line[start:end].strip()
        meaning = column_of(word)
        if word.isascii():
            continue
        if meaning is None:
            return Question(asks=f"What is `{word}` in the language of the page?")
        new = used.get(meaning) or _ENGLISH[meaning]
        made = put_cell(made, number, new, below[number] if len(below) > number else "")
        swaps.append(f"`{word}` becomes `{new}`")
    if not swaps:
        return None
    return Proposal(
        says=f"The header speaks the language of the page: {', '.join(swaps)}.",
        edits=(Edit(span.page, span.line, span.line, (made,)),),
    )


def _used(source: PageSource, but: int) -> dict[Column, str]:
    """The word the page's other tables use most for each kind of column."""
    words: dict[Column, Counter[str]] = {}
    for meaning, word in _headers(source, but):
        if word.isascii():
            words.setdefault(meaning, Counter())[word] += 1
    return {meaning: counts.most_common(1)[0][0] for meaning, counts in words.items()}


def _headers(source: PageSource, but: int) -> Iterator[tuple[Column, str]]:
    for block in walk(source.document.blocks):
        if isinstance(block, Table):
            for cell in block.header:
                meaning = column_of(cell.plain)
                if meaning and cell.span.line != but:
                    yield meaning, cell.plain.strip()

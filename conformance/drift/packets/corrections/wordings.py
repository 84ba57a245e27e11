"""Single words of a page: the target of a link, the words of a header, a media type."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from conformance.drift.packets.cells import cell_places, cells_of, put_cell
from conformance.drift.packets.packet import (
    Advice,
    Answer,
    Docs,
    Edit,
    PageSource,
    Proposal,
    Question,
)
from conformance.model.document import Heading, Table, walk
from conformance.model.finding import Finding
from conformance.reading.rows.columns import column_of
from conformance.vocabulary import Column

_NEAR: Final = 0.8
_LONGEST: Final = 200
_TARGET: Final = re.compile(r"#\S{0,200}")
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


def correct_link(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when one anchor is near and no other is; else the near ones are offered."""
    source = docs.by_page.get(finding.documented.page) if finding.documented else None
    hit = _TARGET.search(finding.expected)
    if source is None or hit is None or "…" in finding.expected:
        return None
    target = hit.group()
    anchors = [b.anchor for b in walk(source.document.blocks) if isinstance(b, Heading)]
    near = difflib.get_close_matches(
        target[1:], [a for a in anchors if a and len(a) < _LONGEST], n=3, cutoff=_NEAR
    )
    if len(near) == 1:
        return Proposal(
            says=f"The link leads to `#{near[0]}`, the one section of nearly that name.",
            edits=_linked(source, target, near[0]),
        )
    answers = [Answer(says=f"To `#{a}`.", edits=_linked(source, target, a)) for a in near]
    return Question(asks=f"Where is the link to `{target}` to lead?", answers=tuple(answers))


def _linked(source: PageSource, target: str, anchor: str) -> tuple[Edit, ...]:
    old = re.compile(re.escape(f"({target}") + r"(?=[)\s])")
    return tuple(
        Edit(source.page, number, number, (old.sub(f"(#{anchor}", line),))
        for number, line in enumerate(source.document.lines, 1)
        if old.search(line)
    )


def correct_headers(finding: Finding, docs: Docs) -> Advice | None:
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


def correct_media_type(finding: Finding, docs: Docs) -> Advice | None:
    """Certain: no such media type is registered, and one that differs in a letter is."""
    source = docs.by_page.get(finding.documented.page) if finding.documented else None
    wrong, right = finding.actual, finding.expected
    if source is None or not wrong:
        return None
    either = re.compile(f"{re.escape(right)}|{re.escape(wrong)}")  # one may hold the other
    edits = tuple(
        Edit(source.page, number, number, (either.sub(right, line),))
        for number, line in enumerate(source.document.lines, 1)
        if wrong in either.findall(line)
    )
    return Proposal(says=f"`{wrong}` is spelt `{right}`.", edits=edits) if edits else None

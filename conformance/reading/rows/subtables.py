"""Tables whose caption names a row of the table above: its rows are members of that row.

``**details of deposits**`` or ``depositsの詳細`` between a table with a row ``deposits`` and the
next table says so.  Headings that name an object are found for a whole page elsewhere; a caption
speaks of the table right above only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from conformance.model.document import Paragraph
from conformance.reading.context import LocatedBlock
from conformance.reading.facets.types import read_type
from conformance.reading.rows.row import FieldRow, FieldTable
from conformance.vocabulary import word_set, words

_LONGEST_CAPTION = 60
_MOST_ROWS = 500
_LONGEST_REST = 8
"""Characters of a script without blanks around the name."""
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_WORD = re.compile(r"[A-Za-z]+")
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)


def parent_of(caption: str, rows: Sequence[FieldRow]) -> int | None:
    """Index of the row that ``caption`` names and that can have members, but has none yet."""
    if not caption or len(caption) > _LONGEST_CAPTION or len(rows) > _MOST_ROWS:
        return None
    named = {word.lower(): word for word in _IDENTIFIER.findall(caption)}
    for index, row in enumerate(rows):
        name = row.name.name.removesuffix("[]").rpartition(".")[2]
        word = named.get(name.lower(), "")
        if word and _holds(row) and not _has_members(index, rows):
            return index if _says_no_more(caption, word) else None
    return None


def nest_rows(parent: FieldTable, at: int, members: FieldTable) -> FieldTable:
    """``parent`` with the rows of ``members`` below its row ``at``."""
    depth = parent.fields[at].name.depth + 1
    inner = (replace(r, name=replace(r.name, depth=r.name.depth + depth)) for r in members.fields)
    fields = (*parent.fields[: at + 1], *inner, *parent.fields[at + 1 :])
    return replace(parent, fields=fields)


def caption_above(blocks: Sequence[LocatedBlock], index: int) -> str:
    """The words of the paragraph right above a block."""
    above = blocks[index - 1].block if index else None
    return above.text.plain.strip(" :：*") if isinstance(above, Paragraph) else ""


def _holds(row: FieldRow) -> bool:
    reading = read_type(row.type_text)
    inner = reading.item if reading.kind == "array" and reading.item else reading
    return inner.kind in ("object", "array")


def _has_members(index: int, rows: Sequence[FieldRow]) -> bool:
    below = rows[index + 1] if index + 1 < len(rows) else None
    prefix = rows[index].name.name.removesuffix("[]")
    dotted: Iterable[str] = (row.name.name for row in rows if "." in row.name.name)
    return (below is not None and below.name.depth > rows[index].name.depth) or any(
        name.startswith((f"{prefix}.", f"{prefix}[].")) for name in dotted
    )


def _says_no_more(caption: str, name: str) -> bool:
    """Whether the rest of a caption only says that it is about that row."""
    rest = _BRACKETED.sub(" ", caption.replace(name, " ", 1))
    known = words("object_words").keys() | word_set("rows.article") | word_set("rows.of-parent")
    spoken = _WORD.findall(rest)
    other = re.sub(r"[\x00-\x7f\s]", "", rest)
    for word in sorted(known, key=len, reverse=True):
        other = other.replace(word, "")
    return all(word.lower() in known for word in spoken) and len(other) <= _LONGEST_REST

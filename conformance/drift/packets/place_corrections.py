"""Inputs tabled where they do not go, endpoints that only sample code has, twins that disagree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, get_args

from conformance.drift.packets.cells import (
    RowAt,
    count_type_words,
    edit_rows,
    place_of,
    replace_word,
    row_at,
    strip_ticks,
    table_rows,
)
from conformance.drift.packets.packet import Advice, Docs, Edit, Proposal, ask
from conformance.model.document import Heading
from conformance.model.finding import Finding
from conformance.model.operation import Location
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.facets.types import read_type
from conformance.reading.rows.row import read_required
from conformance.vocabulary import Column, counterparts, locations, normalize_text

_CELLS: Final[dict[str, Column]] = {
    "parity-type": "type",
    "parity-required": "required",
    "parity-default": "default",
}
"""Rules whose fact has a cell of its own."""
_OPPOSITES: Final = (("case-sensitive", "not-case-sensitive"), ("ascending", "descending"))
"""What says the contrary of each other."""
_ALONE: Final = regex(r"; (?P<side>\S{1,40}) stands alone\Z")


def correct_location(finding: Finding, docs: Docs) -> Advice | None:
    """Certain for a placeholder of the path; where prose and table differ it is asked."""
    stated, tabled = finding.expected, finding.actual
    if stated not in (*get_args(Location), "body"):
        return ask("Where does it go?")
    if finding.subject in ("parameters", "requestBody"):
        cells = _correct_all_places(finding, docs, stated)
        words = _reword_places(finding, docs, stated, tabled)
        return ask(
            f"Do the inputs go in the {stated} or the {tabled}?",
            (f"In the {stated}, as the text says: the table is corrected.", cells),
            (f"In the {tabled}, as the table says: the text says so, too.", words),
        )

    def correct(row: RowAt) -> str | None:
        return stated if locations().get(normalize_text(row.raw("location"))) else None

    cells = edit_rows(docs, finding, "location", correct)
    if stated == "path" and cells:
        return Proposal(text="It is part of the path: the table says so, too.", edits=cells)
    return ask(
        f"Does it go in the {stated} or the {tabled}?",
        (f"In the {stated}.", cells),
        (f"In the {tabled}, as tabled.", ()),
    )


def _reword_places(finding: Finding, docs: Docs, old: str, new: str) -> tuple[Edit, ...]:
    """The word changed in every sentence that says where the inputs go."""
    return tuple(
        edit
        for source in docs.sources
        for wording in source.reading.statements
        if wording.kind == "location" and wording.operation == finding.operation
        for line in range(wording.span.line, wording.span.end_line + 1)
        for wrong, right in counterparts("corrections", old, new)
        for edit in replace_word(docs, source.page, line, wrong, right)
    )


def _correct_all_places(finding: Finding, docs: Docs, stated: str) -> tuple[Edit, ...]:
    """The place of every row of the table in every language."""
    edits: dict[Edit, None] = {}
    for claim in docs.claims_of(finding.operation):
        row = row_at(docs, claim.span) if claim.location == finding.actual else None
        for other in table_rows(docs, row) if row else ():
            if locations().get(normalize_text(other.raw("location"))) == finding.actual:
                edits |= dict.fromkeys(other.edit("location", stated))
    return tuple(edits)


def correct_endpoint(finding: Finding, docs: Docs) -> Advice | None:
    """Certain where the page's own sample calls them; nobody can say where nothing does."""
    source, key = docs.page_of(finding), finding.operation
    if source is None or finding.subject != "endpoint" or source.document.markup != "markdown":
        return ask("Which method and path is this page about?")
    headings = (b for b in source.document.blocks if isinstance(b, Heading) and b.level == 1)
    title = next(headings, None)
    if title is None or not title.text.plain.strip():
        return ask(f"Where should the page say `{key}`?")
    line = title.span.end_line + 1
    method, _, path = key.partition(" ")
    servers = (s for o in source.reading.operations if o.key == key for s in o.servers)
    called = f"`{method} {next(servers, '').rstrip('/')}{path}`"
    return Proposal(
        text=f"{called}, which the sample calls, stands below the title.",
        edits=(Edit(source.page, line, line - 1, ("", called)),),
    )


def correct_twin(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when witnesses leave one side standing alone and what it has to say is no prose."""
    other, here, old, new = place_of(finding), finding.documented, finding.expected, finding.actual
    if here is None or other is None:
        return None
    there = Span(other[0], other[1], other[1])
    first = _edit_line(finding, docs, here, there, old, new)
    second = _edit_line(finding, docs, there, here, new, old)
    alone = _ALONE.search(finding.message)
    sources = [docs.by_page.get(span.page) for span in (here, there)]
    sides = ((here.page, first, old, new), (there.page, second, new, old))
    for source, (page, edits, wrong, right) in zip(sources, sides, strict=True):
        if alone and source and source.language == alone["side"] and edits:
            text = f"{page} says {right}, as every other source does, instead of {wrong}."
            return Proposal(text=text, edits=edits)
    if not (old and new):  # what one page says and the other leaves out, by their languages
        pages = [
            (source.language if source else "") or side[0]
            for source, side in zip(sources, sides, strict=True)
        ]
        lacking, having = pages if not old else reversed(pages)
        return ask(
            f"{having} says {old or new}, {lacking} leaves it out: which is meant?",
            (f"It holds: {lacking} is to say it, too.", ()),
            (f"It does not: it goes from {having}.", ()),
        )
    return ask(
        "Which of the pages is right?",
        (f"{there.page} is right, and {here.page} is corrected.", first),
        (f"{here.page} is right, and {there.page} is corrected.", second),
    )


def _edit_line(
    finding: Finding, docs: Docs, wrong: Span, right: Span, old: str, new: str
) -> tuple[Edit, ...]:
    """The edit that makes the line ``wrong`` say what ``right`` says; none for prose."""
    column = _CELLS.get(finding.rule)
    rows = row_at(docs, wrong), row_at(docs, right)
    if column and rows[0] and rows[1]:
        word = _find_cell_word(docs, rows[0], rows[1], column)
        if word is not None and (edits := rows[0].edit(column, word)):
            return edits
    pairs = [*_list_word_pairs(old, new)]
    for affirms, denies in _OPPOSITES if finding.rule == "parity-prose" else ():
        for one, other in counterparts("corrections", affirms, denies):
            pairs += ((one, other), (other, one))
    found = (replace_word(docs, wrong.page, wrong.line, *pair) for pair in pairs)
    return next(filter(None, found), ())


def _find_cell_word(docs: Docs, wrong: RowAt, right: RowAt, column: Column) -> str | None:
    """What the cell has to hold, in the words of the page it is on; None for another language."""
    raw = right.raw(column)
    if column == "type":
        kind = read_type(raw.strip("`")).kind
        if kind and not raw.isascii():
            words = count_type_words(docs, wrong.page, kind)
            return next(iter(words), None)
    if column == "required":
        meant = read_required(raw)
        for claim in docs.claims_on(wrong.page):
            row = row_at(docs, claim.span)
            if row and row.has(column) and read_required(row.raw(column)) is meant:
                return row.raw(column)
    return raw if raw.isascii() else None


def _list_word_pairs(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The words in dispute as a message has them, then without its quotes and backticks."""
    if old and new:
        yield old, new
        bare = strip_ticks(old).strip('"'), strip_ticks(new).strip('"')
        if bare != (old, new) and all(bare):
            yield bare
        numbers = re.findall(r"\d+(?:\.\d+)?", old), re.findall(r"\d+(?:\.\d+)?", new)
        if len(numbers[0]) == len(numbers[1]) == 1:
            yield numbers[0][0], numbers[1][0]

"""Two names a letter apart: the one that is used everywhere else, or that the API sends."""

from __future__ import annotations

from conformance.drift.packets.cells import swapped
from conformance.drift.packets.corrections.told import (
    line_of,
    place_of,
    proven,
    replace_word,
    rows_told,
    unticked,
    uses,
)
from conformance.drift.packets.packet import Advice, Answer, Docs, Edit, Proposal, Question
from conformance.model.finding import Finding

_EVERYWHERE = 2
"""Other lines that have to use a name, with none that uses the other, before it is the name."""


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain by use on the other pages, or by responses enough that all have the other name."""
    told, seen = unticked(finding.expected), unticked(finding.actual)
    table, example = _in_table(finding, docs, told, seen), _in_example(finding, docs, seen, told)
    if proven(finding) and table:
        return Proposal(says=f"The API sends `{seen}`: the tables say so, too.", edits=table)
    beside = _disputed(finding, docs)
    told_uses, seen_uses = uses(docs, told, beside), uses(docs, seen, beside)
    if seen_uses >= _EVERYWHERE and not told_uses and table:
        says = f"Every other line says `{seen}` ({seen_uses} of them): the table does, too."
        return Proposal(says=says, edits=table)
    if told_uses >= _EVERYWHERE and not seen_uses and example:
        says = f"Every other line says `{told}` ({told_uses} of them): the example does, too."
        return Proposal(says=says, edits=example)
    answers = (
        Answer(says=f"It is `{seen}`: the table is corrected.", edits=table),
        Answer(says=f"It is `{told}`: the example is corrected.", edits=example),
    )
    return Question(asks=f"Is the member called `{told}` or `{seen}`?", answers=answers)


def _in_table(finding: Finding, docs: Docs, old: str, new: str) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    for row in rows_told(docs, finding):
        cell = swapped(row.raw("name"), old, new)
        edits += row.edit("name", cell) if cell else ()
    return tuple(edits)


def _in_example(finding: Finding, docs: Docs, old: str, new: str) -> tuple[Edit, ...]:
    place = place_of(finding.observed.where) if finding.observed else None
    return replace_word(docs, *place, old, new) if place and line_of(docs, *place) else ()


def _disputed(finding: Finding, docs: Docs) -> list[tuple[str, int]]:
    """Lines of the pages that are in dispute themselves: the operation's own, in any language."""
    pages = {span.page for span in docs.told(finding.operation, finding.subject)}
    return [
        (page, number)
        for page in pages
        for number in range(1, len(docs.by_page[page].document.lines) + 1)
    ]

"""Inputs tabled where they do not go, and endpoints that only sample code has."""

from __future__ import annotations

from typing import Final, get_args

from conformance.drift.packets.cells import row_at, table_rows
from conformance.drift.packets.corrections.references import documenting_rows, replace_word
from conformance.drift.packets.packet import Advice, Answer, Docs, Edit, Proposal, Question
from conformance.model.document import Heading
from conformance.model.finding import Finding
from conformance.model.operation import Location
from conformance.vocabulary import locations, normal


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain for a placeholder of the path; where prose and table differ it is asked."""
    stated, tabled = finding.expected, finding.actual
    if stated not in (*get_args(Location), "body"):
        return Question(asks="Where does it go?")
    if finding.subject in ("parameters", "requestBody"):
        cells = _all(finding, docs, stated)
        answers = (
            Answer(says=f"In the {stated}, as the text says: the table is corrected.", edits=cells),
            Answer(
                says=f"In the {tabled}, as the table says: the text says so, too.",
                edits=_reworded(finding, docs, stated, tabled),
            ),
        )
        return Question(asks=f"Do the inputs go in the {stated} or the {tabled}?", answers=answers)
    cells = tuple(
        edit
        for row in documenting_rows(docs, finding)
        if locations().get(normal(row.raw("location")))
        for edit in row.edit("location", stated)
    )
    if stated == "path" and cells:
        return Proposal(says="It is part of the path: the table says so, too.", edits=cells)
    answers = (
        Answer(says=f"In the {stated}.", edits=cells),
        Answer(says=f"In the {tabled}, as tabled."),
    )
    return Question(asks=f"Does it go in the {stated} or the {tabled}?", answers=answers)


_WORDS: Final = {"query": ("query", "쿼리", "查询"), "body": ("body", "본문", "请求体")}
"""The same word in each language, in one order."""


def _reworded(finding: Finding, docs: Docs, old: str, new: str) -> tuple[Edit, ...]:
    """The word changed in every sentence that says where the inputs go."""
    pairs = list(zip(_WORDS.get(old, ()), _WORDS.get(new, ()), strict=False))
    return tuple(
        edit
        for source in docs.sources
        for wording in source.reading.statements
        if wording.kind == "location" and wording.operation == finding.operation
        for line in range(wording.span.line, wording.span.end_line + 1)
        for wrong, right in pairs
        for edit in replace_word(docs, source.page, line, wrong, right)
    )


def _all(finding: Finding, docs: Docs, stated: str) -> tuple[Edit, ...]:
    """The place of every row of the table in every language."""
    edits: dict[Edit, None] = {}
    for source in docs.sources:
        for claim in source.reading.claims:
            if claim.operation != finding.operation or claim.location != finding.actual:
                continue
            row = row_at(docs, claim.span)
            for other in table_rows(docs, row) if row else ():
                if locations().get(normal(other.raw("location"))) == finding.actual:
                    edits |= dict.fromkeys(other.edit("location", stated))
    return tuple(edits)


def correct_endpoint(finding: Finding, docs: Docs) -> Advice | None:
    """Certain where the page's own sample calls them; nobody can say where nothing does."""
    source = docs.page_of(finding)
    if source is None or finding.subject != "endpoint" or source.document.markup != "markdown":
        return Question(asks="Which method and path is this page about?")
    title = next(
        (b for b in source.document.blocks if isinstance(b, Heading) and b.level == 1), None
    )
    if title is None or not title.text.plain.strip():
        return Question(asks=f"Where should the page say `{finding.operation}`?")
    line = title.span.end_line + 1
    method, _, path = finding.operation.partition(" ")
    operations = (o for o in source.reading.operations if o.key == finding.operation)
    server = next((server for o in operations for server in o.servers), "")
    called = f"`{method} {server.rstrip('/')}{path}`"
    return Proposal(
        says=f"{called}, which the sample calls, stands below the title.",
        edits=(Edit(source.page, line, line - 1, ("", called)),),
    )

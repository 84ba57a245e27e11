"""An empty type cell: filled with the type the page gives the same member in another place."""

from __future__ import annotations

from conformance.drift.packets.cells import row_at
from conformance.drift.packets.corrections.told import word_for
from conformance.drift.packets.packet import Advice, Answer, Docs, Proposal, Question
from conformance.model.contract import Claim
from conformance.model.finding import Finding


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when every other row of that name, on the page or its twins, has one type."""
    row = row_at(docs, finding.documented) if finding.documented else None
    if row is None or finding.documented is None:
        return None
    name = finding.subject.rpartition(".")[2]
    others = [t for t in _alike(docs, finding) if t.span != finding.documented]
    asks = f"What is the type of `{name}`?"
    if not others:
        words = [word_for(docs, row.page, kind) for kind in ("string", "integer", "number")]
        answers = [Answer(says=f"`{w}`.", edits=row.edit("type", w)) for w in dict.fromkeys(words)]
        return Question(asks=asks, answers=tuple(answers))
    kinds = {other.kind for other in others}
    beside = next((o for o in others if o.span.page == row.page), others[0])
    told = row_at(docs, beside.span)
    word = told.raw("type") if told else beside.type_text
    if len(kinds) > 1 or not word:
        return Question(asks=asks)
    return Proposal(
        says=f"`{name}` gets the type `{word}`, as on line {beside.span.line}"
        + ("" if beside.span.page == row.page else f" of {beside.span.page}")
        + ".",
        edits=row.edit("type", word),
    )


def _alike(docs: Docs, finding: Finding) -> list[Claim]:
    """Rows that tell a member of that name of the operation, with a type."""
    name = finding.subject.rpartition(".")[2]
    return [
        t
        for t in docs.tellings(finding.operation)
        if t.kind and t.type_text and t.subject.rpartition(".")[2] == name
    ]

"""A table that makes no sense where it stands: nobody but its keepers knows what it was."""

from __future__ import annotations

from conformance.drift.packets.packet import Advice, Answer, Docs, Edit, Question
from conformance.model.finding import Finding


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Asked; leaving it out is the one answer that needs no knowledge."""
    span = finding.documented
    if span is None:
        return None
    source = docs.by_page.get(span.page)
    lines = source.document.lines if source else ()
    blank = span.end_line + 1 < len(lines) and not lines[span.end_line].strip()
    gone = Edit(span.page, span.line, span.end_line + blank, ())
    answers = (
        Answer(
            says="Nothing that clients need: it goes, with all that it alone lists.", edits=(gone,)
        ),
        Answer(says="Members of an answer: it gets a heading that says so, and their names."),
        Answer(says="Inputs: it moves to where the request is documented."),
    )
    return Question(asks="What does this table list?", answers=answers)

"""Method and path that stand in sample code alone: said once more below the page's title."""

from __future__ import annotations

from conformance.drift.packets.packet import Advice, Docs, Edit, Proposal, Question
from conformance.model.document import Heading
from conformance.model.finding import Finding


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain where the page's own sample calls them; nobody can tell where nothing does."""
    source = docs.by_page.get(finding.documented.page) if finding.documented else None
    if source is None or finding.subject != "endpoint" or source.document.markup != "markdown":
        return Question(asks="Which method and path is this page about?")
    title = next(
        (b for b in source.document.blocks if isinstance(b, Heading) and b.level == 1), None
    )
    if title is None or not title.text.plain.strip():
        return Question(asks=f"Where should the page say `{finding.operation}`?")
    line = title.span.end_line + 1
    return Proposal(
        says=f"`{finding.operation}`, which the sample calls, is said below the title.",
        edits=(Edit(source.page, line, line - 1, ("", f"`{finding.operation}`")),),
    )

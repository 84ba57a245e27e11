"""A misspelt media type: the registered one that is a letter away."""

from __future__ import annotations

from conformance.drift.packets.packet import Advice, Docs, Edit, Proposal
from conformance.model.finding import Finding


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain: no such media type is registered, and one that differs in a letter is."""
    source = docs.by_page.get(finding.documented.page) if finding.documented else None
    wrong, right = finding.actual, finding.expected
    if source is None or not wrong:
        return None
    edits = tuple(
        Edit(source.page, number, number, (line.replace(wrong, right),))
        for number, line in enumerate(source.document.lines, 1)
        if wrong in line
    )
    return Proposal(says=f"`{wrong}` is spelt `{right}`.", edits=edits) if edits else None

"""Text on the page is no documentation but debris of the site it was captured from.

Navigation, footers ("Updated 3 months ago"), signs of loading, forms for feedback, the line
numbers of a code editor, and text whose encoding was mistaken.

Bad:

    Returns the order. Copyright Â© 2024

    Loading...

Good:

    Returns the order.
"""

from __future__ import annotations

from conformance.checks.lint.facts import Artefact
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import cut, listed, many
from conformance.model.finding import Severity


def judge(fact: Artefact) -> Verdict:
    """Says where else."""
    lines = listed((str(line) for line in fact.lines), 6)
    where = f" ({many(len(fact.lines), 'place')}: lines {lines})" if len(fact.lines) > 1 else ""
    return Verdict(
        severity=Severity.WARNING,
        message=f"{cut(fact.said, 60)!r} is debris of capture ({fact.what}){where}",
        expected="documentation",
        actual=cut(fact.said, 60),
    )


RULE = Rule(
    id="capture-artefact",
    families=("lint",),
    severity=Severity.WARNING,
    summary="Text of the site the page was captured from stands on the page",
    facts=(Artefact,),
    judge=judge,
    doc=__doc__,
)

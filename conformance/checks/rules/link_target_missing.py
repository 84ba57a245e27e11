"""A link leads to a section of the same page that the page does not have.

Bad:

    See [the statuses](#order-status).

Good:

    See [the statuses](#order-status).

    ## Order status
"""

from __future__ import annotations

from conformance.checks.lint.facts import DeadLink
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import LONGEST_NAME, cut
from conformance.model.finding import Severity


def judge(fact: DeadLink) -> Verdict:
    """Quotes the words of the link."""
    target = cut(fact.target, LONGEST_NAME)
    said = f" ({cut(fact.text, 40)!r})" if fact.text.strip() else ""
    return Verdict(
        severity=Severity.WARNING,
        message=f"the link to {target}{said} leads nowhere",
        expected=f"a section {target}",
        actual="no such section",
    )


RULE = Rule(
    id="link-target-missing",
    families=("lint",),
    severity=Severity.WARNING,
    summary="A link leads to a section that the page does not have",
    facts=(DeadLink,),
    judge=judge,
    doc=__doc__,
)

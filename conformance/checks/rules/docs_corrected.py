"""The new page agrees with evidence that the old one did not: the page changed, not the API.

Evidence is what was recorded or is printed as an example, and is weighed: where a weightier one
speaks against the new page, the change is told as a change.

Bad: every recorded answer has a number

    | price | String |    ->    | price | Number |

Good: every recorded answer has a string, and the change is told as ``type-changed``

    | price | String |    ->    | price | Number |
"""

from __future__ import annotations

from conformance.checks.change.facts import Corrected
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: Corrected) -> Verdict:
    """Nothing breaks that was not broken before."""
    return Verdict(
        severity=Severity.INFO,
        message=f"the page was corrected: {fact.message}, as {fact.disagreed}",
        expected=fact.old.text,
        actual=fact.new.text,
    )


RULE = Rule(
    id="docs-corrected",
    families=("change",),
    severity=Severity.INFO,
    summary="The new page agrees with evidence that the old one did not",
    facts=(Corrected,),
    judge=judge,
    doc=__doc__,
)

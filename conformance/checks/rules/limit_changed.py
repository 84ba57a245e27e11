"""A limit or a default changed: of a value, a length, a size, or the rate of requests.

Bad: an input

    Max. 100    ->    Max. 20

Good:

    Max. 1,000    ->    The maximum is 1000.
"""

from __future__ import annotations

from conformance.checks.change.effects import DEFAULTS, LIMITS, from_to, verdict
from conformance.checks.change.facts import LimitChanged
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: LimitChanged) -> Verdict:
    """By whether there is more room or less, and who has to keep to it."""
    weights = DEFAULTS if fact.about == "default" else LIMITS
    told = f"the {fact.about} changed {from_to(fact, 'none')}"
    return verdict(fact, weights[fact.side, fact.effect], told)


RULE = Rule(
    id="limit-changed",
    families=("change",),
    severity=Severity.ERROR,
    summary="A limit or a default changed",
    facts=(LimitChanged,),
    judge=judge,
    doc=__doc__,
)

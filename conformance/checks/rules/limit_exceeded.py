"""A number, a length or a size is outside the bounds the page gives.

Bad: the page says "at most 3 items"

    {"ids": [1, 2, 3, 4]}

Good:

    {"ids": [1, 2, 3]}
"""

from __future__ import annotations

from conformance.checks.facts import OverLimit
from conformance.checks.limits import BOUND_WORDS
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import cut
from conformance.model.finding import Severity


def judge(fact: OverLimit) -> Verdict:
    """Both numbers, in the words of the bound."""
    wanted, size = BOUND_WORDS[fact.limit].format(fact.bound), cut(fact.size, 40)
    return Verdict(
        severity=Severity.ERROR,
        message=f"documented as {wanted}, {size} observed",
        expected=wanted,
        actual=size,
    )


RULE = Rule(
    id="limit-exceeded",
    families=("check",),
    severity=Severity.ERROR,
    summary="A number, a length or a size is outside the documented bounds",
    facts=(OverLimit,),
    judge=judge,
    doc=__doc__,
)

"""A success has exactly the members of an error response, and its examples are rejections.

Bad:

    ### 200

    {"type": "REJECT", "reason": "NOT_FOUND"}

    ### 400

    {"type": "REJECT", "reason": "NOT_FOUND"}

Good:

    ### 200

    {"id": 7, "state": "cancelled"}

    ### 400

    {"type": "REJECT", "reason": "NOT_FOUND"}
"""

from __future__ import annotations

from conformance.checks.lint.facts import RejectedSuccess
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import shown
from conformance.model.finding import Severity


def judge(fact: RejectedSuccess) -> Verdict:
    """What a success looks like is documented nowhere."""
    return Verdict(
        severity=Severity.ERROR,
        message=f"{fact.status} is documented with the members of {fact.error}, and its example "
        f"is a rejection ({shown(fact.sign, 40)})",
        expected="what a success looks like",
        actual=f"the body of {fact.error}",
    )


RULE = Rule(
    id="success-documented-as-error",
    families=("lint",),
    severity=Severity.ERROR,
    summary="A success is documented with the body of an error",
    facts=(RejectedSuccess,),
    judge=judge,
    doc=__doc__,
)

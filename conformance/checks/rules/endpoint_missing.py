"""A page documents inputs or answers and nowhere says the method and path they belong to.

Worth an ``info`` when they stand in sample code: they can be found there.

Bad:

    ## Request Parameters

    | Name | Type   |
    | ---- | ------ |
    | id   | string |

Good:

    ## GET /orders

    | Name | Type   |
    | ---- | ------ |
    | id   | string |
"""

from __future__ import annotations

from conformance.checks.lint.facts import OnlySampled
from conformance.checks.rule import Rule, Verdict
from conformance.model.contract import Gap
from conformance.model.finding import Severity


def judge(gap: Gap | OnlySampled) -> Verdict:
    """The page as a whole is meant."""
    if isinstance(gap, OnlySampled):
        return Verdict(
            severity=Severity.INFO,
            message="method and path stand in sample code and nowhere else",
            expected="a method and a path",
            actual="a sample that uses them",
        )
    return Verdict(
        severity=Severity.WARNING, message=gap.detail, expected="a method and a path", actual="none"
    )


RULE = Rule(
    id="endpoint-missing",
    families=("lint", "change"),
    severity=Severity.WARNING,
    summary="Parameters are documented, method and path are not",
    facts=(OnlySampled,),
    judge=judge,
    doc=__doc__,
)

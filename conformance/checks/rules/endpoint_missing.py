"""A page documents inputs or answers and nowhere says the method and path they belong to.

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

from conformance.checks.rule import Rule, Verdict
from conformance.model.contract import Gap
from conformance.model.finding import Severity


def judge(gap: Gap) -> Verdict:
    """The page as a whole is meant."""
    return Verdict(
        severity=Severity.WARNING, message=gap.detail, expected="a method and a path", actual="none"
    )


RULE = Rule(
    id="endpoint-missing",
    families=("lint",),
    severity=Severity.WARNING,
    summary="Parameters are documented, method and path are not",
    facts=(),
    judge=judge,
    doc=__doc__,
)

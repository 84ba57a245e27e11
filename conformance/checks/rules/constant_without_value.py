"""A value is said to be constant, and the page does not say which value it is.

Bad:

    | Name | Type   | Description             |
    | ---- | ------ | ----------------------- |
    | type | string | Message type, constant. |

Good:

    | Name | Type   | Description                       |
    | ---- | ------ | --------------------------------- |
    | type | string | Message type. It is always "NEW". |
"""

from __future__ import annotations

from conformance.checks.lint.facts import Unvalued
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: Unvalued) -> Verdict:
    """The word the page uses is quoted."""
    return Verdict(
        severity=Severity.WARNING,
        message=f"said to be {fact.said!r}, without the value",
        expected="the constant value",
        actual="no value",
    )


RULE = Rule(
    id="constant-without-value",
    families=("lint",),
    severity=Severity.WARNING,
    summary="A value is said to be constant, and not which",
    facts=(Unvalued,),
    judge=judge,
    doc=__doc__,
)

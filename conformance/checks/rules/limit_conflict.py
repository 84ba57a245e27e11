"""The limits of a value, or its limits and its listed values, exclude everything.

Nothing that a client sends or receives can keep to them: one of the numbers is wrong, or stands
in the row of another name.

Bad:

    | Name  | Type    | Description                     |
    | ----- | ------- | ------------------------------- |
    | limit | integer | At least 100 and at most 10.    |

Good:

    | Name  | Type    | Description                     |
    | ----- | ------- | ------------------------------- |
    | limit | integer | At least 10 and at most 100.    |
"""

from __future__ import annotations

from conformance.checks.limits import BOUND_WORDS
from conformance.checks.lint.facts import EmptyRange
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import cut
from conformance.model.finding import Severity


def judge(fact: EmptyRange) -> Verdict:
    """Quotes the bounds in words."""
    bounds = [BOUND_WORDS[name].format(cut(str(bound), 40)) for name, bound in fact.bounds]
    whatever = "none of the listed values" if fact.listed else "no value"
    return Verdict(
        severity=Severity.WARNING,
        message=f"documented as {' and '.join(bounds)}, and {whatever} is that",
        expected="limits that some value keeps to",
        actual=", ".join(bounds),
    )


RULE = Rule(
    id="limit-conflict",
    families=("lint",),
    severity=Severity.WARNING,
    summary="The limits of a value exclude everything",
    facts=(EmptyRange,),
    judge=judge,
    doc=__doc__,
)

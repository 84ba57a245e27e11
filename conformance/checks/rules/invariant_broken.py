"""A relation between values that the page's words or names promise does not hold.

A count that is not the number of items it counts; a value both among the successes and among the
failures; an answer about something the request did not ask for.

Bad: the page says that ``count`` is the number of orders

    {"count": 3, "orders": [{"id": 7}]}

Good:

    {"count": 1, "orders": [{"id": 7}]}
"""

from __future__ import annotations

from conformance.checks.facts import Broken
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import LONGEST_PLACE, cut, shown
from conformance.model.finding import Severity


def judge(fact: Broken) -> Verdict:
    """Both sides, with where they stand."""
    other = f"`{cut(fact.other, LONGEST_PLACE)}`"
    return Verdict(
        severity=Severity.ERROR,
        message=_MESSAGES[fact.invariant.kind].format(
            seen=shown(fact.seen, 60), other=other, expected=fact.expected, actual=fact.actual
        ),
        expected=fact.expected,
        actual=fact.actual,
        related=(_OTHER_SIDE[fact.invariant.kind].format(other=other),),
    )


_MESSAGES = {
    "count": "documented as the number of items of {other}; {actual} was given for {expected}",
    "disjoint": "{seen} stands here and under {other}, which are documented to exclude each other",
    "within-request": "{seen} was not asked for in {other}",
}
_OTHER_SIDE = {
    "count": "the items are at {other}",
    "disjoint": "the same value is at {other}",
    "within-request": "the request's input is {other}",
}

RULE = Rule(
    id="invariant-broken",
    families=("check",),
    severity=Severity.ERROR,
    summary="A relation between values that the page promises does not hold",
    facts=(Broken,),
    judge=judge,
    doc=__doc__,
)

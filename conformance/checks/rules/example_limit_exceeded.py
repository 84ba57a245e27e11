"""An example shows a number, a length or a size outside the bounds its table gives.

Bad: the table says "at most 3 items"

    {"ids": [1, 2, 3, 4]}

Good:

    {"ids": [1, 2, 3]}
"""

from __future__ import annotations

from conformance.checks.facts import OverLimit
from conformance.checks.rule import Rule
from conformance.checks.rules import limit_exceeded
from conformance.model.finding import Severity

RULE = Rule(
    id="example-limit-exceeded",
    families=("lint",),
    severity=Severity.ERROR,
    summary="An example is outside the bounds its table gives",
    facts=(OverLimit,),
    judge=limit_exceeded.judge,
    doc=__doc__,
)

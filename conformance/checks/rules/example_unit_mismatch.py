"""An example shows a moment in another unit than its table says.

Seconds, milliseconds, microseconds and nanoseconds since 1970 are told by their number of
digits (10, 13, 16, 19).  0, -1 and durations are left alone.

Bad: the table says milliseconds since 1970

    {"createdAt": 1525080718}

Good:

    {"createdAt": 1525080718000}
"""

from __future__ import annotations

from conformance.checks.facts import WrongUnit
from conformance.checks.rule import Rule
from conformance.checks.rules import unit_mismatch
from conformance.model.finding import Severity

RULE = Rule(
    id="example-unit-mismatch",
    families=("lint",),
    severity=Severity.ERROR,
    summary="An example shows a moment in another unit than its table says",
    facts=(WrongUnit,),
    judge=unit_mismatch.judge,
    doc=__doc__,
)

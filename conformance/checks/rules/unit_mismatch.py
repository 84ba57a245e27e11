"""A moment is in another unit than the documented one.

Seconds, milliseconds, microseconds and nanoseconds since 1970 are told by their number of
digits (10, 13, 16, 19).  Numbers that are no moment of our time in any unit (0, -1) and durations
are left alone.

Bad: the page says milliseconds

    {"startedAt": 1700000000}

Good:

    {"startedAt": 1700000000000}
"""

from __future__ import annotations

from typing import Final

from conformance.checks.facts import WrongUnit
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import shown
from conformance.model.finding import Severity
from conformance.model.operation import Unit

_WORDS: Final[dict[Unit | None, str]] = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
}


def judge(fact: WrongUnit) -> Verdict:
    """A client is off by a factor of a thousand or more."""
    documented, seen = _WORDS[fact.value.unit], _WORDS[fact.unit]
    return Verdict(
        severity=Severity.ERROR,
        message=f"documented in {documented} since 1970, {shown(fact.seen, 40)} is in {seen}",
        expected=f"{documented} since 1970",
        actual=f"{shown(fact.seen, 40)}, {seen} since 1970",
    )


RULE = Rule(
    id="unit-mismatch",
    families=("check",),
    severity=Severity.ERROR,
    summary="A moment is in another unit than the documented one",
    facts=(WrongUnit,),
    judge=judge,
    doc=__doc__,
)

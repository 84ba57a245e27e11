"""A value of the right type is not written as the page says.

UUID, date and time, numbers written as strings, the range of 32 and 64 bit integers.  ISO 8601
is read as documentation means it: the zone may be left out, a blank may stand for the ``T``.
An empty string is worth an ``info``: it says "nothing" rather than something else.

Bad: the page says that ``id`` is a UUID

    {"id": "order-7"}

Good:

    {"id": "9f2c1c0e-6a0b-4c0e-9f0e-0b7a1c1d2e3f"}
"""

from __future__ import annotations

from typing import Final

from conformance.checks.facts import BadFormat
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import shown
from conformance.model.finding import Severity

_WORDS: Final[dict[str, str]] = {
    "uuid": "a UUID",
    "date-time": "a date and time (ISO 8601)",
    "date": "a date (ISO 8601)",
    "decimal": "a number written as a string",
    "int32": "a 32 bit integer",
    "int64": "a 64 bit integer",
}


def judge(fact: BadFormat) -> Verdict:
    """Empty strings stand for "nothing" so often that they are told apart."""
    wanted = _WORDS.get(fact.value.format or "", fact.value.format or "")
    empty = fact.seen == ""
    observed = "an empty string" if empty else shown(fact.seen, 60)
    return Verdict(
        severity=Severity.INFO if empty else Severity.WARNING,
        message=f"documented as {wanted}, {observed} was observed",
        expected=wanted,
        actual=shown(fact.seen, 60),
    )


RULE = Rule(
    id="format-mismatch",
    families=("check",),
    severity=Severity.WARNING,
    summary="A value is not written as the page says",
    facts=(BadFormat,),
    judge=judge,
    doc=__doc__,
)

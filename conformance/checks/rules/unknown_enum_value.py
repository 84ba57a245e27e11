"""A value is none of those the page lists, or not the one it says is always there.

Bad: the page says ``BUY`` or ``SELL``

    {"side": "SHORT"}

Good:

    {"side": "BUY"}
"""

from __future__ import annotations

from conformance.checks.facts import NotListed
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import as_text, documented_values, shown
from conformance.model.finding import Severity
from conformance.model.operation import Json, Scalar, Value
from conformance.schema.kinds import allowed


def judge(fact: NotListed) -> Verdict:
    """Says so where a documented value differs only in case."""
    always = "documented as always" if fact.value.constant else "documented as one of"
    return Verdict(
        severity=Severity.ERROR,
        message=(
            f"{always} {documented_values(fact.value)}; {shown(fact.seen, 60)} was observed"
            f"{_nearly(fact.value, fact.seen)}"
        ),
        expected=documented_values(fact.value),
        actual=shown(fact.seen, 60),
    )


def _nearly(value: Value, seen: Json) -> str:
    if isinstance(seen, list | dict):
        return ""
    same = [m for m in allowed(value) if m is not None and _folded(m) == _folded(seen)]
    return f", which differs from {shown(same[0])} only in case or blanks" if same else ""


def _folded(scalar: Scalar) -> str:
    return as_text(scalar).strip().casefold()


RULE = Rule(
    id="unknown-enum-value",
    families=("check",),
    severity=Severity.ERROR,
    summary="A value is none of those the page lists",
    facts=(NotListed,),
    judge=judge,
    doc=__doc__,
)

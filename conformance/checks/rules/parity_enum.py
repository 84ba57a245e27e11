"""A value is listed in one twin and not in the other.

Order does not matter, and a value that the other page names anywhere in the same row is not
missing.  A constant is a list of one.

Bad:

    One of `BUY`, `SELL`.    `BUY`, `SALE` 중 하나입니다.

Good:

    One of `BUY`, `SELL`.    `SELL`(팔기)이나 `BUY`(사기)
"""

from __future__ import annotations

from conformance.checks.parity.facts import EnumApart
from conformance.checks.parity.saying import does_not, each, having, verdict
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity

_WHAT = {"values": "the values differ", "constant": "the constant differs"}


def judge(fact: EnumApart) -> Verdict:
    """Values on both sides contradict each other; on one side only, the other says less."""
    both = [w for w in fact.words if w.text]
    if len(both) > 1:
        return verdict(fact, Severity.ERROR, f"{_WHAT[fact.about]}: {each(fact)}")
    listed = both[0].text
    severity = Severity.WARNING if fact.counted else Severity.INFO
    return verdict(fact, severity, f"{having(fact)} lists {listed}, {does_not(fact)}")


RULE = Rule(
    id="parity-enum",
    families=("parity",),
    severity=Severity.ERROR,
    summary="Twins list different values",
    facts=(EnumApart,),
    judge=judge,
    doc=__doc__,
)

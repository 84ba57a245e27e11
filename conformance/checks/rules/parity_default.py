"""The default is another one in one twin.

A default that only one twin states is worth a remark, unless the other prints the value anywhere
in the same row.

Bad:

    The default is 20.    기본값은 30입니다.

Good:

    The default is 20.    20이 기본값입니다.
"""

from __future__ import annotations

from conformance.checks.parity.facts import DefaultApart
from conformance.checks.parity.saying import does_not, each, having, verdict
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: DefaultApart) -> Verdict:
    """Two defaults contradict each other; one that is left out says less."""
    if fact.one_sided:
        said = next(w.text for w in fact.words if w.text)
        message = f"{having(fact)} gives the default {said}, {does_not(fact)}"
        return verdict(fact, Severity.INFO, message)
    return verdict(fact, Severity.ERROR, f"the default differs: {each(fact)}")


RULE = Rule(
    id="parity-default",
    families=("parity",),
    severity=Severity.ERROR,
    summary="Twins give different defaults",
    facts=(DefaultApart,),
    judge=judge,
    doc=__doc__,
)

"""An operation is no longer documented, or has another method or path.

A page that can no longer be read removes nothing: that is told as what it is.

Bad:

    POST /v1/orders    ->    POST /v2/orders

Good: the page has another name

    orders.md    ->    trading/orders.md
"""

from __future__ import annotations

from conformance.checks.change.effects import ERROR, Weight, from_to, verdict
from conformance.checks.change.facts import OperationRemoved
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: OperationRemoved) -> Verdict:
    """Whoever calls it may get no answer."""
    weight = Weight(ERROR, "a request as before may find nothing")
    if fact.about == "endpoint":
        return verdict(fact, weight, f"method or path changed {from_to(fact)}")
    return verdict(fact, weight, "the operation is no longer documented")


RULE = Rule(
    id="operation-removed",
    families=("change",),
    severity=Severity.ERROR,
    summary="An operation is gone, or has another method or path",
    facts=(OperationRemoved,),
    judge=judge,
    doc=__doc__,
)

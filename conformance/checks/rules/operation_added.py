"""The new pages document an operation that the old ones do not.

A translation, or a second page about an operation that was documented before, is none.

Bad: a page is new

    POST /v1/orders/test

Good: a page has another name, and documents what another one did
"""

from __future__ import annotations

from conformance.checks.change.effects import INFO, Weight, verdict
from conformance.checks.change.facts import OperationAdded
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: OperationAdded) -> Verdict:
    """Nobody depends on it yet."""
    weight = Weight(INFO, "no client depends on it")
    return verdict(fact, weight, "the operation is new")


RULE = Rule(
    id="operation-added",
    families=("change",),
    severity=Severity.INFO,
    summary="An operation is new",
    facts=(OperationAdded,),
    judge=judge,
    doc=__doc__,
)

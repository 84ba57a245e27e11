"""The same method and path is documented twice, and the two disagree.

Bad:

    GET /orders with a required id on one page, with an optional id on another

Good:

    the same parameters and fields wherever GET /orders is told
"""

from __future__ import annotations

from conformance.checks.rule import Rule, Verdict
from conformance.model.contract import Gap
from conformance.model.finding import Severity


def judge(gap: Gap) -> Verdict:
    """Says in what."""
    return Verdict(
        severity=Severity.WARNING, message=gap.detail, expected="one contract", actual="two"
    )


RULE = Rule(
    id="operation-conflict",
    families=("lint",),
    severity=Severity.WARNING,
    summary="Two pages tell one operation differently",
    facts=(),
    judge=judge,
    doc=__doc__,
)

"""A heading and a sample, or a heading and the line below it, call one path with two methods.

Paths that the page documents with both methods are left alone.

Bad:

    ## POST /orders

    curl -X GET https://api.example.com/orders

Good:

    ## POST /orders

    curl -X POST https://api.example.com/orders
"""

from __future__ import annotations

from conformance.checks.lint.facts import OtherMethod
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: OtherMethod) -> Verdict:
    """One of the two requests fails."""
    return Verdict(
        severity=Severity.ERROR,
        message=f"documented as {fact.method} and called with {fact.other_method} by a sample",
        expected=fact.method,
        actual=fact.other_method,
    )


RULE = Rule(
    id="method-conflict",
    families=("lint",),
    severity=Severity.ERROR,
    summary="Heading and sample call one path with two methods",
    facts=(OtherMethod,),
    judge=judge,
    doc=__doc__,
)

"""An example breaks a relation between its values that the page promises.

A count that is not the number of items it counts, a value both among the successes and among the
failures.  Worth a warning: examples are shortened, and a number is forgotten then.  An example
that says itself that something is left out (``...``) is left alone.

Bad: the page says that ``count`` is the number of orders

    {"count": 3, "orders": [{"id": 7}]}

Good:

    {"count": 1, "orders": [{"id": 7}]}
"""

from __future__ import annotations

from dataclasses import replace

from conformance.checks.facts import Broken
from conformance.checks.rule import Rule, Verdict
from conformance.checks.rules import invariant_broken
from conformance.model.finding import Severity


def judge(fact: Broken) -> Verdict:
    """As the same fact in a response, less grave."""
    return replace(invariant_broken.judge(fact), severity=Severity.WARNING)


RULE = Rule(
    id="example-invariant-broken",
    families=("lint",),
    severity=Severity.WARNING,
    summary="An example breaks a relation between its values that the page promises",
    facts=(Broken,),
    judge=judge,
    doc=__doc__,
)

"""No operation is documented on a page: nothing of it was checked by itself.

Worth an ``info``: introductions and lists of error codes have none.  On a page that should have
one, neither a method beside a path nor a table of inputs was found.

Bad:

    # Get an order

    A script shows the rest of this page.

Good:

    # Get an order

    GET /orders/{id}
"""

from __future__ import annotations

from conformance.checks.lint.facts import NoOperation
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: NoOperation) -> Verdict:
    """The page as a whole is meant."""
    return Verdict(
        severity=Severity.INFO,
        message="no operation is documented on this page: nothing of it was checked by itself",
        expected="a method and a path",
        actual="none",
    )


RULE = Rule(
    id="page-without-operation",
    families=("lint",),
    severity=Severity.INFO,
    summary="No operation is documented on a page",
    facts=(NoOperation,),
    judge=judge,
    doc=__doc__,
)

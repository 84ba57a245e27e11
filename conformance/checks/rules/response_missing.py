"""No page describes what an operation answers: no status, no members, no example.

Nothing that it answers can be checked, and clients have to find out by trying.  Worth an
``info``: where nothing but a status comes back, a sentence that says so is enough.

Bad:

    ## DELETE /orders/{id}

    Cancels the order.

Good:

    ## DELETE /orders/{id}

    ### Response 204
"""

from __future__ import annotations

from conformance.checks.lint.facts import NoResponse
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: NoResponse) -> Verdict:
    """The operation as a whole is meant."""
    return Verdict(
        severity=Severity.INFO,
        message="no page describes a response of it: none can be checked",
        expected="a status, members or an example",
        actual="none",
    )


RULE = Rule(
    id="response-missing",
    families=("lint",),
    severity=Severity.INFO,
    summary="No response of an operation is described",
    facts=(NoResponse,),
    judge=judge,
    doc=__doc__,
)

"""Recorded traffic has an operation that no page documents, and it answered.

It counts where the host is known to be the documented API: other requests to it are documented,
or a page names it.  The answer has to be a success in JSON: assets and pages of a site are none.
A path that is documented for another method is worth a `warning`, since one of the two is wrong;
a path that no page has is worth an `info`, since the pages at hand may be a part of all.

Bad: the page documents ``POST /orders``

    PUT /orders
    HTTP 200

Good:

    POST /orders
    HTTP 200
"""

from __future__ import annotations

from conformance.checks.request_facts import UnknownOperation
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import listed
from conformance.model.finding import Severity


def judge(fact: UnknownOperation) -> Verdict:
    """Says whether the path or only its method is not documented."""
    if fact.methods:
        return Verdict(
            severity=Severity.WARNING,
            message=f"{fact.method} was answered with status {fact.status}, and the path is "
            f"documented for {listed(fact.methods)} only",
            expected=listed(fact.methods),
            actual=fact.method,
        )
    return Verdict(
        severity=Severity.INFO,
        message=f"the operation was answered with status {fact.status}, and no page documents it",
        expected="a documented operation",
        actual=fact.method,
    )


RULE = Rule(
    id="undocumented-operation",
    families=("check",),
    severity=Severity.INFO,
    summary="An operation that answers is on no page",
    facts=(UnknownOperation,),
    judge=judge,
    doc=__doc__,
)

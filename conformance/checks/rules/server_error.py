"""The server failed: a status of 5xx, a connection dropped, an answer cut off or never begun.

A 5xx that the page documents for the operation is an answer like any other.

Bad:

    HTTP 500

Good:

    HTTP 400
"""

from __future__ import annotations

from conformance.checks.request_facts import Failed
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: Failed) -> Verdict:
    """The status, or what happened instead of an answer."""
    told = f"status {fact.status}" if fact.status else f"no whole answer: {fact.reason}"
    return Verdict(
        severity=Severity.ERROR,
        message=f"the server failed: {told}",
        expected="an answer to the request",
        actual=str(fact.status) if fact.status else fact.reason,
    )


RULE = Rule(
    id="server-error",
    families=("request",),
    severity=Severity.ERROR,
    summary="The server failed, or gave no whole answer",
    facts=(Failed,),
    judge=judge,
    doc=__doc__,
)

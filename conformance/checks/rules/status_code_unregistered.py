"""A documented status code is not in IANA's registry.

Clients must treat it as the x00 of its class (RFC 9110, section 15), proxies and libraries may
do otherwise.

Bad:

    ### Response 490

Good:

    ### Response 503
"""

from __future__ import annotations

from conformance.checks.lint.facts import UnregisteredStatus
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: UnregisteredStatus) -> Verdict:
    """Says what clients make of it."""
    return Verdict(
        severity=Severity.WARNING,
        message=f"{fact.status} is no registered status code; clients take it for "
        f"{fact.status[0]}00",
        expected="a registered status code",
        actual=fact.status,
    )


RULE = Rule(
    id="status-code-unregistered",
    families=("lint",),
    severity=Severity.WARNING,
    summary="A documented status code is not registered",
    facts=(UnregisteredStatus,),
    judge=judge,
    doc=__doc__,
)

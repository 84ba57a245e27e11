"""Recorded traffic has an input that no page speaks of, and the request was accepted.

Servers ignore what they do not know, so it is worth an `info`: it is either an input that works
and is not documented, or one that a client sends in vain.  It counts only where the table of the
inputs was read with high confidence, and where neither the prose of the operation nor a general
note of any page has the name.  Nothing is said of keys, signatures and their moment, nor of what
requests to several operations carry: that belongs to all of them.

Bad: the page documents market and limit

    GET /trades?market=KRW-BTC&cursor=1
    HTTP 200

Good:

    GET /trades?market=KRW-BTC&limit=1
    HTTP 200
"""

from __future__ import annotations

from conformance.checks.request_facts import UnknownInput
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import named, shown
from conformance.model.finding import Severity


def judge(fact: UnknownInput) -> Verdict:
    """Names the input, and the documented one that it may have been meant to be."""
    near = f"; {named(fact.near)} is documented" if fact.near else ""
    return Verdict(
        severity=Severity.INFO,
        message=f"{named(fact.name)} was sent, accepted, and is not documented{near}",
        expected="a documented input",
        actual=shown(fact.seen),
    )


RULE = Rule(
    id="undocumented-parameter",
    families=("check",),
    severity=Severity.INFO,
    summary="An accepted request has an input that no page speaks of",
    facts=(UnknownInput,),
    judge=judge,
    doc=__doc__,
)

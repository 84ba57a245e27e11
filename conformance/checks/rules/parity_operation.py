"""An operation, its servers, its statuses or its media types are not the same in twins.

An operation that only one side documents is reported once, whatever it takes and gives.

Bad: one page and its twin

    GET /v1/orders        | GET /v1/order

Good: placeholders of a path may be called differently

    GET /v1/orders/{id}   | GET /v1/orders/{orderId}
"""

from __future__ import annotations

from conformance.checks.parity.facts import OperationApart
from conformance.checks.parity.saying import does_not, each, having, verdict
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity

_NAMES = {
    "endpoint": "the endpoint differs",
    "servers": "the server differs",
    "media type": "the media type differs",
}


def judge(fact: OperationApart) -> Verdict:
    """Another endpoint or server breaks a program; what is lacking may not be translated yet."""
    if fact.about in ("operation", "status"):
        what = "the operation" if fact.about == "operation" else "the status"
        return verdict(fact, Severity.WARNING, f"{having(fact)} documents {what}, {does_not(fact)}")
    return verdict(fact, Severity.ERROR, f"{_NAMES[fact.about]}: {each(fact)}")


RULE = Rule(
    id="parity-operation",
    families=("parity",),
    severity=Severity.ERROR,
    summary="Twins document another operation, server, status or media type",
    facts=(OperationApart,),
    judge=judge,
    doc=__doc__,
)

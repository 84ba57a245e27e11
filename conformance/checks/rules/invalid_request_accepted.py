"""A request that the page rules out had success.

Only what the page says in so many words counts: something required left out, a value of another
type, outside a list or a limit, inputs that exclude each other, a request that is not signed.
An input that is not documented is ignored by most servers: see `undocumented-parameter`.

In recorded traffic a request counts when its answer is a success by its status and by its body.
What recorders leave out is not missing: headers, keys, and the inputs of a recording that keeps
method and address alone.

Bad: the page says "at most 2 ids"

    GET /orders?ids=1&ids=2&ids=3
    HTTP 200

Good:

    GET /orders?ids=1&ids=2&ids=3
    HTTP 400
"""

from __future__ import annotations

from typing import Final

from conformance.checks.request_facts import Accepted
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity

_WORDS: Final[dict[str, str]] = {
    "missing": "without what is documented as required",
    "type": "with a value of another type than the documented one",
    "enum": "with a value that is not listed",
    "limit": "with a value beyond the documented limit",
    "group": "against the documented choice of inputs",
    "auth": "without the documented authentication",
}


def judge(fact: Accepted) -> Verdict:
    """What was wrong with the request, and the status that says that it was not seen."""
    what = _WORDS.get(fact.fault, f"with a fault in it ({fact.fault})")
    detail = f": {fact.detail}" if fact.detail else ""
    return Verdict(
        severity=Severity.WARNING,
        message=f"a request {what} was accepted with status {fact.status}{detail}",
        expected="a status that says that the request is wrong",
        actual=str(fact.status),
    )


RULE = Rule(
    id="invalid-request-accepted",
    families=("request",),
    severity=Severity.WARNING,
    summary="A request that the page rules out had success",
    facts=(Accepted,),
    judge=judge,
    doc=__doc__,
)

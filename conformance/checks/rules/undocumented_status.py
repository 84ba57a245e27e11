"""A response has a status that the page does not have.

Worth an ``info`` on a page that names no status at all: it promises none.

Bad: the page has 200 and 400

    HTTP 409

Good:

    HTTP 400
"""

from __future__ import annotations

from conformance.checks.facts import OtherStatus
from conformance.checks.rule import Rule, Verdict
from conformance.checks.wording import listed
from conformance.model.finding import Severity


def judge(fact: OtherStatus) -> Verdict:
    """The body of such a response cannot be checked against anything."""
    known = listed(dict.fromkeys(r.status for r in fact.documented if r.stated))
    if fact.stated:
        message = f"status {fact.status} was observed; documented are {known}"
    else:
        message = f"status {fact.status} was observed; the page names no status codes"
    return Verdict(
        severity=Severity.WARNING if fact.stated else Severity.INFO,
        message=message,
        expected=known or "none is stated",
        actual=str(fact.status),
        related=("the body of such a response could not be checked",),
    )


RULE = Rule(
    id="undocumented-status",
    families=("check",),
    severity=Severity.WARNING,
    summary="A response has a status that the page does not have",
    facts=(OtherStatus,),
    judge=judge,
    doc=__doc__,
)

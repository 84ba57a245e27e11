"""A response has a status that the page does not have.

Worth an ``info`` where the page promises nothing about it: it names no status at all, or none of
an error and the response is one.

Bad: the page has 200 and 400

    HTTP 409

Good:

    HTTP 400
"""

from __future__ import annotations

from typing import Final

from conformance.checks.facts import OtherStatus
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import listed
from conformance.model.finding import Severity

_ERROR: Final = 400


def judge(fact: OtherStatus) -> Verdict:
    """The body of such a response cannot be checked against anything."""
    named = tuple(dict.fromkeys(r.status for r in fact.documented if r.stated))
    known = listed(named)
    promised = fact.stated and not (fact.status >= _ERROR and all(map(_is_success, named)))
    if promised:
        told = f"documented are {known}"
    elif fact.stated:
        told = f"of errors the page names none, only {known}"
    else:
        told = "the page names no status codes"
    return Verdict(
        severity=Severity.WARNING if promised else Severity.INFO,
        message=f"status {fact.status} was observed; {told}",
        expected=known or "none is stated",
        actual=str(fact.status),
        related=("the body of such a response could not be checked",),
    )


def _is_success(status: str) -> bool:
    return status[:1] in ("1", "2", "3")


RULE = Rule(
    id="undocumented-status",
    families=("check",),
    severity=Severity.WARNING,
    summary="A response has a status that the page does not have",
    facts=(OtherStatus,),
    judge=judge,
    doc=__doc__,
)

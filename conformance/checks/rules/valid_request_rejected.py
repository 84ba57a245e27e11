"""A request that keeps to the page was turned down.

Only requests count of which it is known how they are answered: a probe says which statuses are
as good as a success, since nothing can be found under a name that does not exist.  A status that
the page does not have, where it has some, is `undocumented-status` and not found twice.

Of a request in recorded traffic nobody knows whether it was to succeed.  It counts where the
answer tells: it names an input that is documented as one that may be left out and was, or says
that there is no such operation or method.

Bad: the page says that one of ids and names is required

    DELETE /orders?ids=0b1c7ad4-7bd5-5f0c-b2c8-2bb9cf4d0b11
    HTTP 400

Good:

    DELETE /orders?ids=0b1c7ad4-7bd5-5f0c-b2c8-2bb9cf4d0b11
    HTTP 200
"""

from __future__ import annotations

from typing import Final

from conformance.checks.request_facts import Rejected
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import named
from conformance.model.finding import Severity

_WHY: Final[dict[int, str]] = {
    401: "; the credentials may be wrong, or signing is not as documented",
    403: "; the credentials may lack a right",
    429: "; the documented rate limits were kept to",
}


def judge(fact: Rejected) -> Verdict:
    """The status, with what it usually means where that is no fault of the page."""
    why = _WHY.get(fact.status, "") if fact.vouched else _in_traffic(fact)
    return Verdict(
        severity=Severity.ERROR if fact.vouched else Severity.WARNING,
        message=f"a request as documented was rejected with status {fact.status}{why}",
        expected="a status of success",
        actual=str(fact.status),
    )


def _in_traffic(fact: Rejected) -> str:
    if fact.named:
        return f"; the answer names {named(fact.named)}, which is not documented as required"
    return "; it says that there is no such operation"


RULE = Rule(
    id="valid-request-rejected",
    families=("request",),
    severity=Severity.ERROR,
    summary="A request that keeps to the page was turned down",
    facts=(Rejected,),
    judge=judge,
    doc=__doc__,
)

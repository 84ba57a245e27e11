"""A limit is another one in one twin: of a value, a length, a size, or the rate of requests.

A limit that only one twin states is worth a remark, unless the other prints its number anywhere
in the same row.

Bad:

    The maximum is 1,000.    최댓값은 500입니다.

Good:

    The maximum is 1,000.    최댓값은 1000입니다.
"""

from __future__ import annotations

from conformance.checks.parity.facts import LimitApart
from conformance.checks.parity.saying import does_not, each, having, verdict
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: LimitApart) -> Verdict:
    """Two limits contradict each other; one that is left out says less."""
    if fact.one_sided:
        said = next(w.text for w in fact.words if w.text)
        message = f"{having(fact)} limits it ({said}), {does_not(fact)}"
        return verdict(fact, Severity.INFO, message)
    return verdict(fact, Severity.ERROR, f"the {fact.about} limit differs: {each(fact)}")


RULE = Rule(
    id="parity-limit",
    families=("parity",),
    severity=Severity.ERROR,
    summary="Twins set different limits",
    facts=(LimitApart,),
    judge=judge,
    doc=__doc__,
)

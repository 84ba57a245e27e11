"""The words of one twin deny what the other's say, or give another number.

Looked for are statements that hold or do not (case, order, time zone), numbers in the
description of one field, and pieces of code or sections that only one page names: the last is
worth a remark.  Dates, times and version numbers are left out.

Bad:

    This parameter is not case sensitive.    대소문자를 구분합니다.

Good:

    A case-sensitive string.    대소문자를 구분하는 문자열입니다.
"""

from __future__ import annotations

from conformance.checks.parity.facts import ProseApart
from conformance.checks.parity.saying import does_not, each, having, verdict
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: ProseApart) -> Verdict:
    """The contrary is an error, another number a warning, something more a remark."""
    if fact.about == "statement":
        return verdict(fact, Severity.ERROR, f"the pages say the contrary: {each(fact)}")
    if fact.about == "bound":
        return verdict(fact, Severity.WARNING, f"the bound differs: {each(fact)}")
    if fact.about == "numbers":
        return verdict(fact, Severity.WARNING, f"the description has other numbers: {each(fact)}")
    both = [w for w in fact.words if w.text]
    if fact.about == "numbers missing":
        return verdict(fact, Severity.INFO, f"{having(fact)} says {both[0].text}, {does_not(fact)}")
    if len(both) == 1:
        message = f"{having(fact)} mentions {both[0].text}, {does_not(fact)}"
        return verdict(fact, Severity.INFO, message)
    return verdict(fact, Severity.INFO, f"the pages mention different things: {each(fact)}")


RULE = Rule(
    id="parity-prose",
    families=("parity",),
    severity=Severity.ERROR,
    summary="The words of twins contradict each other",
    facts=(ProseApart,),
    judge=judge,
    doc=__doc__,
)

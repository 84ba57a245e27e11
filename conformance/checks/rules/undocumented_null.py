"""A value is null, and the page does not say that it may be.

Worth an ``info`` where the page says that the member may be absent: null often stands for that.

Bad: the page says that ``price`` is a string

    {"price": null}

Good: the page says "string or null"

    {"price": null}
"""

from __future__ import annotations

from conformance.checks.facts import Null
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import documented_type
from conformance.model.finding import Severity
from conformance.model.operation import Stated


def judge(fact: Null) -> Verdict:
    """An error only where the page rules null out."""
    never = fact.value.nullable is Stated.NO
    said = "documented as never null" if never else "not documented as possibly null"
    return Verdict(
        severity=Severity.ERROR if never else Severity.WARNING,
        message=f"{said}, null was observed",
        expected=documented_type(fact.value),
        actual="null",
    )


RULE = Rule(
    id="undocumented-null",
    families=("check",),
    severity=Severity.WARNING,
    summary="A value is null, and the page does not say that it may be",
    facts=(Null,),
    judge=judge,
    doc=__doc__,
)

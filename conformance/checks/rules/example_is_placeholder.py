"""An example shows the name of a type, or ``...``, where a reader looks for a value.

Such values are no evidence of anything; no other rule looks at them.  0 and empty strings count
as placeholders only beside such words: alone they are values.

Bad:

    {"id": 0, "name": "string"}

Good:

    {"id": 7, "name": "Alice"}
"""

from __future__ import annotations

from conformance.checks.lint.facts import Placeholder
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import shown
from conformance.model.finding import Severity


def judge(fact: Placeholder) -> Verdict:
    """Worth knowing, not worth stopping for."""
    what = "every value of the example" if fact.whole else f"{shown(fact.seen, 40)} is no value: it"
    return Verdict(
        severity=Severity.INFO,
        message=f"{what} stands for any value and shows nothing",
        expected="a value as the API gives it",
        actual=shown(fact.seen, 60),
    )


RULE = Rule(
    id="example-is-placeholder",
    families=("lint",),
    severity=Severity.INFO,
    summary="An example shows a placeholder instead of a value",
    facts=(Placeholder,),
    judge=judge,
    doc=__doc__,
)

"""One input or member is marked as required and as not required.

By its name, its column of marks and its description, in one row or in several.  Marks that mean
the same (``O``, ``√``, ``Yes``) agree; a mark that names a condition contradicts neither.

Bad:

    | Name | Required | Description         |
    | ---- | -------- | ------------------- |
    | id   | Yes      | Optional. The order |

Good:

    | Name | Required | Description |
    | ---- | -------- | ----------- |
    | id   | Yes      | The order   |
"""

from __future__ import annotations

from conformance.checks.lint.facts import MarksApart
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: MarksApart) -> Verdict:
    """Says where the second mark stands."""
    return Verdict(
        severity=Severity.WARNING,
        message=f"marked as required and, {fact.place}, as not required",
        expected="one mark",
        actual="required and not required",
    )


RULE = Rule(
    id="required-conflict",
    families=("lint",),
    severity=Severity.WARNING,
    summary="One input or member is marked as required and as not required",
    facts=(MarksApart,),
    judge=judge,
    doc=__doc__,
)

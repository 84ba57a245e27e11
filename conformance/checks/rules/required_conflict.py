"""One input or member is marked as required and as not required.

By its name, its column of marks and its description, in one row or in several; or it is part of
the path, which cannot do without it, and marked as not required.  Marks that mean the same
(``O``, ``√``, ``Yes``) agree; a mark that names a condition contradicts neither.

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
    if fact.against == "path":
        return Verdict(
            severity=Severity.WARNING,
            message="marked as not required, and the path cannot do without it",
            expected="required",
            actual="not required",
        )
    where = "on another line" if fact.against == "other" else "in the same row"
    return Verdict(
        severity=Severity.WARNING,
        message=f"marked as required and, {where}, as not required",
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

"""The type cell of a field is empty although the table gives a type for others.

Bad:

    | Name | Type   |
    | ---- | ------ |
    | id   | string |
    | size |        |

Good:

    | Name | Type   |
    | ---- | ------ |
    | id   | string |
    | size | number |
"""

from __future__ import annotations

from conformance.checks.rule import Rule, Verdict
from conformance.model.contract import Gap
from conformance.model.finding import Severity


def judge(gap: Gap) -> Verdict:
    """Names no field: the subject does."""
    return Verdict(
        severity=Severity.WARNING, message=gap.detail, expected="a type", actual="an empty cell"
    )


RULE = Rule(
    id="type-missing",
    families=("lint",),
    severity=Severity.WARNING,
    summary="A field has no type where the fields beside it have one",
    facts=(),
    judge=judge,
    doc=__doc__,
)

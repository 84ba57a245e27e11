"""A row of a table of fields could not be read as a field, and no fact was taken from it.

Bad:

    | Name | Type   |
    | ---- | ------ |
    | —    | string |

Good:

    | Name | Type   |
    | ---- | ------ |
    | id   | string |
"""

from __future__ import annotations

from conformance.checks.rule import Rule, Verdict
from conformance.model.contract import Gap
from conformance.model.finding import Severity


def judge(gap: Gap) -> Verdict:
    """Says what stood in the way."""
    return Verdict(severity=Severity.WARNING, message=gap.detail, expected="a name", actual="")


RULE = Rule(
    id="row-unread",
    families=("lint", "change"),
    severity=Severity.WARNING,
    summary="A table row could not be read",
    facts=(),
    judge=judge,
    doc=__doc__,
)

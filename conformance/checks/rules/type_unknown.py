"""The words of a type cell are no known type and name nothing that is told elsewhere.

Bad:

    | Name | Type              |
    | ---- | ----------------- |
    | id   | see the note (ii) |

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
    """Quotes the cell."""
    return Verdict(severity=Severity.INFO, message=gap.detail, expected="a type", actual="")


RULE = Rule(
    id="type-unknown",
    families=("lint",),
    severity=Severity.INFO,
    summary="A type cell cannot be understood",
    facts=(),
    judge=judge,
    doc=__doc__,
)

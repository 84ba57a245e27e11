"""A column of a table of fields has a header that means nothing known: its cells were not read.

Bad:

    | Name | Type   | Zorp |
    | ---- | ------ | ---- |
    | id   | string | 7    |

Good:

    | Name | Type   | Required |
    | ---- | ------ | -------- |
    | id   | string | yes      |
"""

from __future__ import annotations

from conformance.checks.rule import Rule, Verdict
from conformance.model.contract import Gap
from conformance.model.finding import Severity


def judge(gap: Gap) -> Verdict:
    """Names the header."""
    return Verdict(severity=Severity.INFO, message=gap.detail, expected="a known header", actual="")


RULE = Rule(
    id="header-unknown",
    families=("lint", "change"),
    severity=Severity.INFO,
    summary="A column header means nothing known",
    facts=(),
    judge=judge,
    doc=__doc__,
)

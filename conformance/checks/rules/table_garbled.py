"""A table cannot be what it says it is: inputs under the status of an answer, types without names.

Nothing is extracted from such a table.

Bad:

    # 200

    ## Query Parameters

    | Parameter | Type   | Required |
    | --------- | ------ | -------- |
    | message   | string | No       |

Good:

    # 200

    | Field   | Type   |
    | ------- | ------ |
    | message | string |
"""

from __future__ import annotations

from conformance.checks.rule import Rule, Verdict
from conformance.model.contract import Gap
from conformance.model.finding import Severity


def judge(gap: Gap) -> Verdict:
    """Says what does not fit."""
    return Verdict(
        severity=Severity.WARNING, message=gap.detail, expected="a table of one thing", actual=""
    )


RULE = Rule(
    id="table-garbled",
    families=("lint", "change"),
    severity=Severity.WARNING,
    summary="A table makes no sense where it stands",
    facts=(),
    judge=judge,
    doc=__doc__,
)

"""A placeholder of the path is described by no row.

What goes into the path has to be looked up elsewhere or guessed: an identifier of what, and
where it comes from.

Bad:

    GET /orders/{order_id}/fills/{fill_id}

    | Name     | Type   |
    | -------- | ------ |
    | order_id | string |

Good:

    GET /orders/{order_id}/fills/{fill_id}

    | Name     | Type   |
    | -------- | ------ |
    | order_id | string |
    | fill_id  | string |
"""

from __future__ import annotations

from conformance.checks.rule import Rule, Verdict
from conformance.model.contract import Gap
from conformance.model.finding import Severity


def judge(gap: Gap) -> Verdict:
    """Readers can still guess what belongs there."""
    return Verdict(
        severity=Severity.INFO, message=gap.detail, expected="a description", actual="none"
    )


RULE = Rule(
    id="placeholder-undocumented",
    families=("lint",),
    severity=Severity.INFO,
    summary="A placeholder of the path is described by no row",
    facts=(),
    judge=judge,
    doc=__doc__,
)

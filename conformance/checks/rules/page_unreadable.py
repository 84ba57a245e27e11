"""A page could not be read at all: nothing on it was checked.

Bad:

    a file without read permission, or one that vanished during the run

Good:

    any readable file, whatever is in it
"""

from __future__ import annotations

from conformance.checks.rule import Rule, Verdict
from conformance.model.contract import Gap
from conformance.model.finding import Severity


def judge(gap: Gap) -> Verdict:
    """Says why, in the reader's words."""
    return Verdict(
        severity=Severity.ERROR, message=gap.detail, expected="a readable page", actual=""
    )


RULE = Rule(
    id="page-unreadable",
    families=("lint",),
    severity=Severity.ERROR,
    summary="A page could not be read at all",
    facts=(),
    judge=judge,
    doc=__doc__,
)

"""An example that is meant as JSON does not parse: pasted it fails, and it is no evidence.

Bad:

    {"id": 7,}

Good:

    {"id": 7}
"""

from __future__ import annotations

from conformance.checks.rule import Rule, Verdict
from conformance.model.contract import Gap
from conformance.model.finding import Severity


def judge(gap: Gap) -> Verdict:
    """Says where parsing stopped."""
    return Verdict(
        severity=Severity.WARNING,
        message=f"the example is no JSON: {gap.detail}",
        expected="JSON",
        actual="",
    )


RULE = Rule(
    id="example-not-json",
    families=("lint",),
    severity=Severity.WARNING,
    summary="A printed example is no JSON",
    facts=(),
    judge=judge,
    doc=__doc__,
)

"""The sample of an operation calls a path that is nearly the documented one.

One segment differs, by a letter, by its case or by the order of its words; which of the two
works, the page does not say.

Bad:

    ## GET /query-fills

    curl -X GET https://api.example.com/fills-query

Good:

    ## GET /query-fills

    curl -X GET https://api.example.com/query-fills
"""

from __future__ import annotations

from conformance.checks.lint.facts import OtherPath
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: OtherPath) -> Verdict:
    """One of the two requests fails."""
    return Verdict(
        severity=Severity.WARNING,
        message=f"documented as {fact.path} and called as {fact.other_path} by a sample",
        expected=fact.path,
        actual=fact.other_path,
    )


RULE = Rule(
    id="path-conflict",
    families=("lint",),
    severity=Severity.WARNING,
    summary="Heading and sample name two paths that are nearly the same",
    facts=(OtherPath,),
    judge=judge,
    doc=__doc__,
)

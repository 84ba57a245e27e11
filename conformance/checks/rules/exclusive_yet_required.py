"""Inputs of which only one may be given are both marked as required.

Whoever trusts the marks sends both, which the page itself forbids.

Bad:

    | Name   | Required | Description                                |
    | ------ | -------- | ------------------------------------------ |
    | id     | Yes      |                                            |
    | client | Yes      | Either id or client is required, not both. |

Good:

    | Name   | Required    | Description                                |
    | ------ | ----------- | ------------------------------------------ |
    | id     | Conditional |                                            |
    | client | Conditional | Either id or client is required, not both. |
"""

from __future__ import annotations

from conformance.checks.lint.facts import BothRequired
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import listed, named
from conformance.model.finding import Severity


def judge(fact: BothRequired) -> Verdict:
    """Names all that exclude each other."""
    names = listed(map(named, fact.names))
    return Verdict(
        severity=Severity.WARNING,
        message=f"of {names} only one may be given, and more than one is marked as required",
        expected="a mark that says that one of them is required",
        actual="each is marked as required",
    )


RULE = Rule(
    id="exclusive-yet-required",
    families=("lint",),
    severity=Severity.WARNING,
    summary="Inputs that exclude each other are all marked as required",
    facts=(BothRequired,),
    judge=judge,
    doc=__doc__,
)

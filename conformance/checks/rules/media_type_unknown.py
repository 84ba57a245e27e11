"""A media type is registered nowhere and one letter away from one that is.

Media types of vendors and with suffixes of their own are left alone.

Bad:

    Content-Type: appliction/json

Good:

    Content-Type: application/json
"""

from __future__ import annotations

from conformance.checks.lint.facts import NearMediaType
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: NearMediaType) -> Verdict:
    """A client that copies it is refused, or refuses the answer."""
    return Verdict(
        severity=Severity.WARNING,
        message=f"{fact.written} is no registered media type; {fact.registered} is",
        expected=fact.registered,
        actual=fact.written,
    )


RULE = Rule(
    id="media-type-unknown",
    families=("lint",),
    severity=Severity.WARNING,
    summary="A media type is one letter away from a registered one",
    facts=(NearMediaType,),
    judge=judge,
    doc=__doc__,
)

"""A response lacks a member that the page says is always there.

Members whose presence is optional, conditional or not stated may be absent.

Bad: the page marks ``price`` as always included

    {"id": 7}

Good:

    {"id": 7, "price": "1.5"}
"""

from __future__ import annotations

from conformance.checks.facts import Missing
from conformance.checks.rule import Rule, Verdict
from conformance.checks.wording import documented_type, named
from conformance.model.finding import Severity


def judge(fact: Missing) -> Verdict:
    """A client that trusts the page fails on the absent member."""
    return Verdict(
        severity=Severity.ERROR,
        message=f"{named(fact.field.name)} is documented as always there and was not observed",
        expected=f"{named(fact.field.name)}, {documented_type(fact.field.value)}",
        actual="no such member",
    )


RULE = Rule(
    id="missing-field",
    families=("check",),
    severity=Severity.ERROR,
    summary="A response lacks a member that the page says is always there",
    facts=(Missing,),
    judge=judge,
    doc=__doc__,
)

"""A response lacks a member that the page says is always there.

Members whose presence is optional, conditional or not stated may be absent.  An object without any
member, where the page lists some and says of none that it is always there, is worth one ``info``.

Bad: the page marks ``price`` as always included

    {"id": 7}

Good:

    {"id": 7, "price": "1.5"}
"""

from __future__ import annotations

from conformance.checks.facts import Empty, Missing
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import documented_type, listed, named
from conformance.model.finding import Severity


def judge(fact: Missing | Empty) -> Verdict:
    """A client that trusts the page fails on the absent member."""
    if isinstance(fact, Empty):
        return Verdict(
            severity=Severity.INFO,
            message="an object without members was observed; the page does not say of "
            f"{_any(len(fact.names))} that it is always there",
            expected=listed(map(named, fact.names)),
            actual="no members",
        )
    return Verdict(
        severity=Severity.ERROR,
        message=f"{named(fact.field.name)} is documented as always there and was not observed",
        expected=f"{named(fact.field.name)}, {documented_type(fact.field.value)}",
        actual="no such member",
    )


def _any(count: int) -> str:
    return "the one member" if count == 1 else f"any of the {count} members"


RULE = Rule(
    id="missing-field",
    families=("check",),
    severity=Severity.ERROR,
    summary="A response lacks a member that the page says is always there",
    facts=(Missing, Empty),
    judge=judge,
    doc=__doc__,
)

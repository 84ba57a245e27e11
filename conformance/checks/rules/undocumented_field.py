"""A response has a member that the page does not list.

Nothing is said of the members of an object whose page lists none.  A member that is nearly
named like an absent documented one is ``near-miss-name``.  More than thirty different members
that are not documented are one finding about the object: it is a map, or something else.

Bad: the page lists ``id`` and ``price``

    {"id": 7, "price": "1.5", "fee": "0.1"}

Good:

    {"id": 7, "price": "1.5"}
"""

from __future__ import annotations

from conformance.checks.facts import Extra, ManyExtra
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import kind, listed, many, named
from conformance.model.finding import Severity


def judge(fact: Extra | ManyExtra) -> Verdict:
    """More than an addition only where the page says that there are no others."""
    closed = "; the page says it has no others" if fact.closed else ""
    if isinstance(fact, Extra):
        message = f"{named(fact.name)} was observed and is not documented{closed}"
        actual = f"{named(fact.name)}, {kind(fact.seen)}"
    else:
        message = f"{many(fact.count, 'different member')} or more are not documented{closed}"
        actual = listed(map(named, fact.names)) + " …"
    return Verdict(
        severity=Severity.ERROR if fact.closed else Severity.WARNING,
        message=message,
        expected="only documented members",
        actual=actual,
    )


RULE = Rule(
    id="undocumented-field",
    families=("check",),
    severity=Severity.WARNING,
    summary="A response has a member that the page does not list",
    facts=(Extra, ManyExtra),
    judge=judge,
    doc=__doc__,
)

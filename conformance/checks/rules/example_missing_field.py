"""A documented member is in no example of the page.

A warning when the page says that it is always there; an ``info`` when the page says nothing of
it.  Optional and conditional members, and those that some item of a list or another example
has, are left alone.

Bad: the table marks ``price`` as always included

    {"id": 7}

Good:

    {"id": 7, "price": "1.5"}
"""

from __future__ import annotations

from conformance.checks.facts import Missing
from conformance.checks.lint.facts import Unshown
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import documented_type, named
from conformance.model.finding import Severity


def judge(fact: Missing | Unshown) -> Verdict:
    """Only what is promised can be missing."""
    name = named(fact.field.name)
    promised = isinstance(fact, Missing)
    always = " as always there" if promised else ""
    return Verdict(
        severity=Severity.WARNING if promised else Severity.INFO,
        message=f"{name} is documented{always} and the example does not have it",
        expected=f"{name}, {documented_type(fact.field.value)}",
        actual="no such member",
    )


RULE = Rule(
    id="example-missing-field",
    families=("lint",),
    severity=Severity.WARNING,
    summary="A documented member is in no example",
    facts=(Missing, Unshown),
    judge=judge,
    doc=__doc__,
)

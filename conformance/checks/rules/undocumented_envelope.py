"""The documented record stands under a path that the page does not have.

One finding for the envelope, none for each of its members; the record is then checked where it
is.  When the envelope has an empty place where records may stand, nothing of the record was
seen: the finding says so, and is less sure.  Pages leave an envelope out so often that it is a
warning at most.

Bad: the page lists ``id`` and ``price`` as the response

    {"code": 0, "data": {"orders": [{"id": 7, "price": "1.5"}]}}

Good:

    {"id": 7, "price": "1.5"}
"""

from __future__ import annotations

from conformance.checks.facts import Enveloped
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import cut, listed, many, named
from conformance.model.finding import Severity


def judge(fact: Enveloped) -> Verdict:
    """A client that looks for the record where the page has it finds nothing."""
    place = f"`{cut(fact.pattern, 120)}`"
    members = many(fact.known, "documented member")
    if fact.found:
        message = f"the documented record was observed under {place}, not at the top level"
        actual = f"{fact.found} of {members} under {place}"
    else:
        message = (
            f"none of the {members} was observed; {place} is empty and may be their place, "
            "so nothing of the record could be checked"
        )
        actual = f"none of {members}"
    outside = f"the body's own members are {listed(map(named, fact.outside))}"
    return Verdict(
        severity=Severity.WARNING,
        message=message,
        expected="the documented members at the top level",
        actual=actual,
        related=(outside,) if fact.outside else (),
    )


RULE = Rule(
    id="undocumented-envelope",
    families=("check",),
    severity=Severity.WARNING,
    summary="The documented record stands under a path that is not documented",
    facts=(Enveloped,),
    judge=judge,
    doc=__doc__,
)

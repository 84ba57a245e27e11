"""A parameter or field is told in one twin only, or under another name or place.

Names that are nearly the same, or stand in the same row of both, are one finding.  What such a
member holds, and its place in the examples, is told with it.

Bad: the row is missing in the twin

    | `price` | Limit price | Double |

Good: rows in another order
"""

from __future__ import annotations

from conformance.checks.parity.facts import FieldApart
from conformance.checks.parity.saying import does_not, each, having, verdict
from conformance.checks.rule import Rule, Verdict
from conformance.checks.wording import named
from conformance.model.finding import Severity

_NEARNESS = {
    "case": "they differ only in case",
    "separators": "they differ only in separators and case",
    "letter": "they differ by one letter",
    "word-order": "they have the same words in another order",
    "place": "they stand in the same place",
}


def judge(fact: FieldApart) -> Verdict:
    """Another name or place breaks a program; a missing row leaves its reader in the dark."""
    if fact.about == "presence":
        message = f"{having(fact)} documents {named(fact.name)}, {does_not(fact)}"
        return verdict(fact, Severity.WARNING, message)
    if fact.about == "name":
        said = f"the name differs: {each(fact)}; {_NEARNESS.get(fact.nearness or '', '')}"
        severity = Severity.WARNING if fact.confidence == "medium" else Severity.ERROR
        return verdict(fact, severity, said.rstrip("; "))
    what = "the place differs" if fact.nearness == "moved" else "the location differs"
    return verdict(fact, Severity.ERROR, f"{named(fact.name)}: {what}: {each(fact)}")


RULE = Rule(
    id="parity-field",
    families=("parity",),
    severity=Severity.WARNING,
    summary="A parameter or field is not in all twins, or not under one name and place",
    facts=(FieldApart,),
    judge=judge,
    doc=__doc__,
)

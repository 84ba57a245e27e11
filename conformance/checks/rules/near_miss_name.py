"""A documented member is absent, and one with nearly its name is there.

Names are near when they differ by case, by separators, by one letter, or (least surely) in the
order of their words.  The value is then checked as that of the documented member.

Bad: the page says ``closeAt``

    {"closedAt": 1700000000000}

Good:

    {"closeAt": 1700000000000}
"""

from __future__ import annotations

from conformance.checks.facts import Renamed
from conformance.checks.rule import Rule, Verdict
from conformance.compare.similar_names import Similarity
from conformance.compare.wording import named
from conformance.model.finding import Severity
from conformance.model.operation import Stated

_DIFFERENCE: dict[Similarity, str] = {
    "case": "they differ only in case",
    "separators": "they differ only in separators and case",
    "letter": "they differ by one letter",
    "word-order": "they have the same words in another order",
}


def judge(fact: Renamed) -> Verdict:
    """As grave as the absence of the member under its documented name."""
    promised = fact.field.required is Stated.YES
    return Verdict(
        severity=Severity.ERROR if promised else Severity.WARNING,
        message=(
            f"{named(fact.field.name)} is documented and {named(fact.name)} was observed; "
            f"{_DIFFERENCE[fact.likeness]}"
        ),
        expected=named(fact.field.name),
        actual=named(fact.name),
    )


RULE = Rule(
    id="near-miss-name",
    families=("lint", "check"),
    severity=Severity.WARNING,
    summary="A documented name and the one observed are nearly the same",
    facts=(Renamed,),
    judge=judge,
    doc=__doc__,
)

"""An input, a member of an answer, or a whole answer is gone, has another name or another place.

A name that is nearly the old one, or has its description or its place between the same
neighbours, is the old one changed: one finding, not two.

Bad:

    | executedQty |    ->    | filledQty |

Good: rows in another order
"""

from __future__ import annotations

from typing import Final

from conformance.checks.change.effects import INFO, REMOVED, Weight, from_to, verdict
from conformance.checks.change.facts import FieldRemoved
from conformance.checks.rule import Rule, Verdict
from conformance.checks.wording import named
from conformance.model.finding import Severity

_NEARNESS: Final = {
    "case": "they differ only in case",
    "separators": "they differ only in separators and case",
    "letter": "they differ by one letter",
    "word-order": "they have the same words in another order",
    "description": "they are described alike",
    "place": "they stand in the same place",
}
_POSITIONAL: Final = Weight(INFO, "the name stands for a part of the path and is never sent")


def judge(fact: FieldRemoved) -> Verdict:
    """As grave as the absence of what a client sends or reads."""
    weight = _POSITIONAL if fact.positional else REMOVED[fact.side, fact.required]
    if fact.about == "name":
        near = f" ({_NEARNESS[fact.nearness]})" if fact.nearness else ""
        return verdict(fact, weight, f"the name changed {from_to(fact)}{near}")
    if fact.about == "place":
        return verdict(fact, weight, f"{named(fact.name)} moved {from_to(fact)}")
    gone = "is no longer among the answers" if fact.answer else "is no longer documented"
    return verdict(fact, weight, f"{named(fact.name)} {gone}")


RULE = Rule(
    id="field-removed",
    families=("change",),
    severity=Severity.ERROR,
    summary="An input, a member or an answer is gone, renamed or moved",
    facts=(FieldRemoved,),
    judge=judge,
    doc=__doc__,
)

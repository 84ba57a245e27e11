"""An input, a member of an answer, or a whole answer is new.

A new input that has to be sent breaks those who do not know it.  What an answer has besides is
for clients to pass over.

Bad: the row is new, and the input is required

    | recvWindow | Integer | Yes |

Good: rows in another order
"""

from __future__ import annotations

from typing import Final

from conformance.checks.change.effects import ADDED, Added, verdict
from conformance.checks.change.facts import FieldAdded
from conformance.checks.rule import Rule, Verdict
from conformance.checks.wording import named
from conformance.model.finding import Severity
from conformance.model.operation import Stated

_MARKS: Final[dict[Stated, Added]] = {
    Stated.YES: "required",
    Stated.NO: "optional",
    Stated.CONDITIONAL: "conditional",
}


def judge(fact: FieldAdded) -> Verdict:
    """An empty cell in a column of marks says that it may be left out."""
    weight = ADDED[fact.side, _MARKS.get(fact.required, "optional" if fact.marked else "unmarked")]
    if fact.answer:
        return verdict(fact, weight, f"{named(fact.name)} is new among the answers")
    asked = fact.side == "request" and fact.required is Stated.YES
    what = "is new and has to be sent" if asked else "is new"
    return verdict(fact, weight, f"{named(fact.name)} {what}")


RULE = Rule(
    id="field-added",
    families=("change",),
    severity=Severity.INFO,
    summary="An input, a member or an answer is new",
    facts=(FieldAdded,),
    judge=judge,
    doc=__doc__,
)

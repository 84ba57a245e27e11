"""A parameter or field is required in one twin and not in the other.

Marks are compared by what they mean: `O`, `√` and `Yes` are one, and so are an empty cell and
`No`.  Conditions told in prose are not compared.

Bad:

    | `price` | O |    | `price` |   |

Good:

    | `price` | O |    | `price` | √ |
"""

from __future__ import annotations

from conformance.checks.parity.facts import RequiredApart
from conformance.checks.parity.saying import each, verdict
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: RequiredApart) -> Verdict:
    """One of the pages makes its reader send too little, or check for too much."""
    what = "the inputs are bound together differently" if fact.about == "group" else "marks differ"
    conditional = any(w.key == "conditional" for w in fact.words)
    severity = Severity.WARNING if conditional else Severity.ERROR
    return verdict(fact, severity, f"{what}: {each(fact)}")


RULE = Rule(
    id="parity-required",
    families=("parity",),
    severity=Severity.ERROR,
    summary="Required in one twin, not required in the other",
    facts=(RequiredApart,),
    judge=judge,
    doc=__doc__,
)

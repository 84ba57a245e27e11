"""A value has another type, format or unit in one twin.

Words for one type in several languages are one type, and an array whose items are not told is
any array.  `Long` where the twin says `Integer`, and a unit that only one twin names, are worth
a remark.

Bad:

    | `price` | Double |    | `price` | String |

Good:

    | `price` | Double |    | `price` | 실수 |
"""

from __future__ import annotations

from conformance.checks.parity.facts import TypeApart
from conformance.checks.parity.saying import does_not, each, having, verdict
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity


def judge(fact: TypeApart) -> Verdict:
    """Two types or units contradict each other; a format or unit left out says less."""
    if fact.one_sided:
        if fact.about == "unit":
            said = next(w.text for w in fact.words if w.text)
            message = f"{having(fact)} gives {said}, {does_not(fact)} name a unit"
            return verdict(fact, Severity.INFO, message)
        severity = Severity.INFO if fact.about == "format" else Severity.WARNING
        return verdict(fact, severity, f"the {fact.about} differs: {each(fact)}")
    unknown = any(w.key.startswith("?") for w in fact.words)
    severity = Severity.WARNING if fact.about == "format" or unknown else Severity.ERROR
    return verdict(fact, severity, f"the {fact.about} differs: {each(fact)}")


RULE = Rule(
    id="parity-type",
    families=("parity",),
    severity=Severity.ERROR,
    summary="Twins give a value another type, format or unit",
    facts=(TypeApart,),
    judge=judge,
    doc=__doc__,
)

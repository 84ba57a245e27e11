"""The type changed: of a value, its items, its format or unit, of a body, of authentication.

Words that mean the same type are the same.  Where one of the pages gives no type, the finding
says so and is milder: nothing need have changed but the page.

Bad:

    | price | String |    ->    | price | Number |

Good:

    | price | String |    ->    | price | string |
"""

from __future__ import annotations

from typing import Final

from conformance.checks.change.effects import AUTH, MEDIA, TYPES, Effects, from_to, verdict
from conformance.checks.change.facts import TypeChanged
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity

_WEIGHTS: Final[dict[str, Effects]] = {"media type": MEDIA, "authentication": AUTH}


def judge(fact: TypeChanged) -> Verdict:
    """By what happened to the values, and who sends them."""
    weight = _WEIGHTS.get(fact.about, TYPES)[fact.side, fact.effect]
    return verdict(fact, weight, f"the {fact.about} changed {from_to(fact, 'not stated')}")


RULE = Rule(
    id="type-changed",
    families=("change",),
    severity=Severity.ERROR,
    summary="A type, format, unit or media type changed",
    facts=(TypeChanged,),
    judge=judge,
    doc=__doc__,
)

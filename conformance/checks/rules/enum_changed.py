"""Other values are allowed: in a list, as a constant, as servers.

A request loses by a value that is gone, a client that reads loses by one that is new.

Bad: an answer

    One of WAIT, DONE    ->    One of WAIT, DONE, FAILED

Good:

    One of WAIT, DONE    ->    Either DONE or WAIT
"""

from __future__ import annotations

from conformance.checks.change.effects import VALUES, from_to, verdict
from conformance.checks.change.facts import EnumChanged
from conformance.checks.rule import Rule, Verdict
from conformance.checks.wording import listed
from conformance.model.finding import Severity


def judge(fact: EnumChanged) -> Verdict:
    """What is new and what is gone, by who sends it."""
    return verdict(fact, VALUES[fact.side, fact.effect], _what(fact))


def _what(fact: EnumChanged) -> str:
    noun = "server" if fact.about == "servers" else "value"
    if fact.effect in ("stated", "unstated") or fact.about == "constant":
        return f"the {noun}s changed {from_to(fact, 'not stated')}"
    pairs = (("new", fact.added), ("gone", fact.removed))
    told = [
        f"{noun}{'' if len(values) == 1 else 's'} {listed([f'`{v}`' for v in values], 12)} "
        f"{'is' if len(values) == 1 else 'are'} {word}"
        for word, values in pairs
        if values
    ]
    return ", ".join(told)


RULE = Rule(
    id="enum-changed",
    families=("change",),
    severity=Severity.WARNING,
    summary="Other values are allowed",
    facts=(EnumChanged,),
    judge=judge,
    doc=__doc__,
)

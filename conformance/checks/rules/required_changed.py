"""What has to be sent, is always there or may be null changed.

``Not stated`` is no ``no``: a page that begins to say so is told, and as grave as it is.  Inputs
that are bound together, and authentication that is asked for, are told here, too.

Bad: an input

    | symbol | String | No |    ->    | symbol | String | Yes |

Good:

    | symbol | String | No |    ->    | symbol | String | Optional |
"""

from __future__ import annotations

from typing import Final

from conformance.checks.change.effects import AUTH, GROUPS, MARKS, NULLS, verdict
from conformance.checks.change.facts import GroupChanged, RequiredChanged
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity
from conformance.model.operation import Stated

_MARK: Final = {
    ("request", Stated.YES): "required",
    ("request", Stated.NO): "optional",
    ("request", Stated.CONDITIONAL): "required in some cases",
    ("response", Stated.YES): "always there",
    ("response", Stated.NO): "not always there",
    ("response", Stated.CONDITIONAL): "there in some cases",
}
_NULL: Final = {Stated.YES: "may be null", Stated.NO: "is never null"}


def judge(fact: RequiredChanged | GroupChanged) -> Verdict:
    """By what was said before and is said now."""
    if isinstance(fact, GroupChanged):
        weights = GROUPS if fact.about == "group" else AUTH
        told = f"from {fact.old.text or 'not stated'} to {fact.new.text or 'not stated'}"
        what = "what inputs are bound together" if fact.about == "group" else "authentication"
        return verdict(fact, weights[fact.side, fact.effect], f"{what} changed {told}")
    if fact.about == "null":
        was, now = (_NULL.get(s, "null not spoken of") for s in (fact.before, fact.after))
        return verdict(fact, NULLS[fact.side, fact.before, fact.after], f"was: {was}; now: {now}")
    was, now = (_MARK.get((fact.side, s), "not marked") for s in (fact.before, fact.after))
    return verdict(fact, MARKS[fact.side, fact.before, fact.after], f"was {was}, is {now}")


RULE = Rule(
    id="required-changed",
    families=("change",),
    severity=Severity.ERROR,
    summary="What has to be sent, is always there or may be null changed",
    facts=(RequiredChanged, GroupChanged),
    judge=judge,
    doc=__doc__,
)

"""A printed example shows another value in one twin.

Values are compared, not layout or comments; texts for people may be in the page's language.
Two examples that have little in common are of different things, which is worth a remark.

Bad:

    {"size": 100}    {"size": 10}

Good:

    {"rate": 3.0, "message": "done"}    {"message": "완료", "rate": 3}
"""

from __future__ import annotations

from conformance.checks.parity.facts import ExampleApart
from conformance.checks.parity.saying import each, verdict
from conformance.checks.rule import Rule, Verdict
from conformance.model.finding import Severity

_WHAT = {
    "value": "the value in the example differs",
    "type": "the type in the example differs",
    "member": "the examples do not have the same members",
    "name": "the name in the example differs",
    "items": "the examples do not have the same number of items",
    "sample": "the examples are not the same",
    "presence": "only one side shows an example",
}


def judge(fact: ExampleApart) -> Verdict:
    """Twins print one example; where they do not, one of them was left behind."""
    severity = Severity.INFO if fact.about in ("sample", "presence") else Severity.WARNING
    return verdict(fact, severity, f"{_WHAT[fact.about]}: {each(fact)}")


RULE = Rule(
    id="parity-example",
    families=("parity",),
    severity=Severity.WARNING,
    summary="Twins print different examples",
    facts=(ExampleApart,),
    judge=judge,
    doc=__doc__,
)

"""A page tells the type of one input or member twice, and differently.

In two rows of a table, or in a table and in a form that stands beside it.  An integer is a
number; two inputs or members that only share a name are two things.  Where a table tells many
names twice, it tells of several objects, and a conflict in it is worth an ``info``.

Bad:

    | Name | Type          |
    | ---- | ------------- |
    | ids  | Array[String] |
    | ids  | String        |

Good:

    | Name | Type          |
    | ---- | ------------- |
    | ids  | Array[String] |
"""

from __future__ import annotations

from conformance.checks.lint.facts import TypesApart
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import LONGEST_NAME, cut
from conformance.model.finding import Severity


def judge(fact: TypesApart) -> Verdict:
    """Both words as the page has them."""
    first, second = (
        cut(fact.first.type_text, LONGEST_NAME),
        cut(fact.second.type_text, LONGEST_NAME),
    )
    return Verdict(
        severity=Severity.INFO if fact.confidence == "low" else Severity.WARNING,
        message=f"documented as {first} here and as {second} on line {fact.second.span.line}",
        expected=first,
        actual=second,
    )


RULE = Rule(
    id="type-conflict",
    families=("lint",),
    severity=Severity.WARNING,
    summary="One input or member is told with two types",
    facts=(TypesApart,),
    judge=judge,
    doc=__doc__,
)

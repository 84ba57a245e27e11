"""An example shows a value of another type, or written otherwise, than its table says.

An integer is a number.  null where the page does not speak of null, and an empty string where a
date or a number in quotes is documented, are worth an ``info``.

Bad: the table says that ``pages`` is a string

    {"pages": 1}

Good:

    {"pages": "1"}
"""

from __future__ import annotations

from dataclasses import replace

from conformance.checks.facts import BadFormat, Null, WrongType
from conformance.checks.rule import Rule, Verdict
from conformance.checks.rules import format_mismatch, type_mismatch, undocumented_null
from conformance.model.finding import Severity
from conformance.model.operation import Stated


def judge(fact: WrongType | BadFormat | Null) -> Verdict:
    """As the same fact in a response, but for null, which says little in an example."""
    if isinstance(fact, WrongType):
        return type_mismatch.judge(fact)
    if isinstance(fact, BadFormat):
        return format_mismatch.judge(fact)
    never = fact.value.nullable is Stated.NO
    severity = Severity.WARNING if never else Severity.INFO
    return replace(undocumented_null.judge(fact), severity=severity)


RULE = Rule(
    id="example-type-mismatch",
    families=("lint",),
    severity=Severity.ERROR,
    summary="An example shows a value of another type than its table says",
    facts=(WrongType, BadFormat, Null),
    judge=judge,
    doc=__doc__,
)

"""An example shows a value that is none of those its table lists, or not the constant one.

An empty string says "nothing" rather than something else: it is worth an ``info``.

Bad: the table says ``BUY`` or ``SELL``

    {"side": "SHORT"}

Good:

    {"side": "BUY"}
"""

from __future__ import annotations

from dataclasses import replace

from conformance.checks.facts import NotListed
from conformance.checks.rule import Rule, Verdict
from conformance.checks.rules import unknown_enum_value
from conformance.model.finding import Severity


def judge(fact: NotListed) -> Verdict:
    """As the same fact in a response, but for the empty string."""
    verdict = unknown_enum_value.judge(fact)
    return replace(verdict, severity=Severity.INFO) if fact.seen == "" else verdict


RULE = Rule(
    id="example-unknown-enum-value",
    families=("lint",),
    severity=Severity.ERROR,
    summary="An example shows a value that its table does not list",
    facts=(NotListed,),
    judge=judge,
    doc=__doc__,
)

"""A number, a length or a size is outside the bounds the page gives.

Bad: the page says "at most 3 items"

    {"ids": [1, 2, 3, 4]}

Good:

    {"ids": [1, 2, 3]}
"""

from __future__ import annotations

from typing import Final

from conformance.checks.facts import OverLimit
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import cut
from conformance.model.finding import Severity

_WORDS: Final[dict[str, str]] = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusive_minimum": "more than {}",
    "exclusive_maximum": "less than {}",
    "min_length": "at least {} characters",
    "max_length": "at most {} characters",
    "min_items": "at least {} items",
    "max_items": "at most {} items",
}


def judge(fact: OverLimit) -> Verdict:
    """Both numbers, in the words of the bound."""
    wanted, size = _WORDS[fact.limit].format(fact.bound), cut(fact.size, 40)
    return Verdict(
        severity=Severity.ERROR,
        message=f"documented as {wanted}, {size} observed",
        expected=wanted,
        actual=size,
    )


RULE = Rule(
    id="limit-exceeded",
    families=("check",),
    severity=Severity.ERROR,
    summary="A number, a length or a size is outside the documented bounds",
    facts=(OverLimit,),
    judge=judge,
    doc=__doc__,
)

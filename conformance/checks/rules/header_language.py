"""The header words of a table are in another language than the page and the rows below them.

English header words are at home on pages of any language.

Bad: on a page in English

    | 필드 | 타입   |
    | ---- | ------ |
    | id   | string |

Good:

    | Field | Type   |
    | ----- | ------ |
    | id    | string |
"""

from __future__ import annotations

from conformance.checks.lint.facts import ForeignHeader
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import cut, listed
from conformance.model.finding import Severity


def judge(fact: ForeignHeader) -> Verdict:
    """Quotes the words."""
    words = listed(cut(word, 40) for word in fact.words)
    return Verdict(
        severity=Severity.WARNING,
        message=f"the page is in {_NAMES[fact.page_language]}, the header words {words} are in "
        f"{_NAMES[fact.language]}",
        expected=_NAMES[fact.page_language],
        actual=_NAMES[fact.language],
    )


_NAMES = {"en": "English", "ko": "Korean", "zh": "Chinese", "ja": "Japanese"}


RULE = Rule(
    id="header-language",
    families=("lint",),
    severity=Severity.WARNING,
    summary="Header words are in another language than the page",
    facts=(ForeignHeader,),
    judge=judge,
    doc=__doc__,
)

"""Statements that hold or do not hold, in every language they are looked for in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Statement:
    """Something a page says yes or no to."""

    topic: str
    yes: str
    """How a message words the one."""
    no: str
    """How it words the other."""
    when_no: re.Pattern[str]
    """Looked for first: a negation holds what it negates."""
    when_yes: re.Pattern[str]


def _statement(topic: str, yes: tuple[str, str], no: tuple[str, str]) -> Statement:
    (said_yes, yes_words), (said_no, no_words) = yes, no
    flags = re.IGNORECASE
    return Statement(
        topic, said_yes, said_no, re.compile(no_words, flags), re.compile(yes_words, flags)
    )


STATEMENTS: Final = (
    _statement(
        "case",
        (
            "case sensitive",
            r"\bcase[- ]sensitive\b|\bdistinguish(?:es)? (?:between )?(?:upper|case)"
            r"|대소문자(?:를|가)? ?구[분별](?!하지|되지|이? 없|은 없)|区分大小写|區分大小寫"
            r"|大小写敏感|大小寫敏感",
        ),
        (
            "not case sensitive",
            r"\b(?:not|n't|isn't|non)[- ](?:be )?case[- ]sensitive\b|\bcase[- ]insensitive\b"
            r"|\b(?:ignores?|regardless of) (?:the )?case\b"
            r"|대소문자(?:를|가)? ?(?:구[분별]하지|구[분별]되지|구[분별](?:이|은)? ?없|무관|상관)"
            r"|不(?:会|會)?区分大小写|不(?:会|會)?區分大小寫|(?:忽略|无视|無視)大小[写寫]|大小[写寫]不敏感",
        ),
    ),
    _statement(
        "letters",
        (
            "upper case",
            r"\bupper[- ]?case\b|\bcapital letters?\b|대문자|(?<!小)大[写寫](?!小|敏)",
        ),
        ("lower case", r"\blower[- ]?case\b|\bsmall letters?\b|(?<!대)소문자|(?<!大)小[写寫]"),
    ),
    _statement(
        "order",
        (
            "descending order",
            r"\bdesc(?:ending)?\b|\breverse (?:chronological )?order\b|\bnewest first\b"
            r"|내림차순|최신순|降序|倒序|[降倒]冪|由大到小|从大到小|從大到小",
        ),
        (
            "ascending order",
            r"\basc(?:ending)?\b|\boldest first\b|오름차순|升序|正序|升冪|由小到大|从小到大"
            r"|從小到大",
        ),
    ),
    _statement(
        "side",
        ("of buyers", r"\b(?:bids?|buy(?:s|ing|ers?)?)\b|매수|[买買](?![卖賣])"),
        ("of sellers", r"\b(?:asks?|sell(?:s|ing|ers?)?)\b|매도|(?<![买買])[卖賣]"),
    ),
    _statement(
        "zone",
        ("UTC", r"\b(?:UTC|GMT)(?:[+-]0)?\b(?! ?[+-]?[1-9])"),
        (
            "local time",
            r"\b(?:KST|JST|HKT|SGT|UTC ?\+ ?[1-9]|GMT ?\+ ?[1-9])|\blocal time\b|한국 ?시간",
        ),
    ),
    _statement(
        "bounds",
        ("inclusive", r"\binclusive\b|(?<!불)포함하며|闭区间|閉區間"),
        ("exclusive", r"\bexclusive\b|미포함|开区间|開區間"),
    ),
)


_NUMBER: Final = r"(?P<number>\d[\d,]*(?:\.\d+)?)"
_BEFORE: Final = {
    "less than": r"(?<!no )(?<!not )\b(?:less|smaller|lower|fewer) than(?! or)|[小少][于於](?!等)"
    r"|(?<![<=-])<(?![=a-z/])",
    "at most": r"\b(?:less|fewer|lower) than or equal to|\bat most|\b(?:no|not) more than"
    r"|\bnot exceed(?:ing)?|[小少][于於]等[于於]|不(?:能)?超[过過]|<=|≤",
    "more than": r"(?<!no )(?<!not )\b(?:more|greater|larger|higher) than(?! or)"
    r"|[大多][于於](?!等)",
    "at least": r"\b(?:more|greater|higher) than or equal to|\bat least|\b(?:no|not) less than"
    r"|[大多][于於]等[于於]|至少|不少[于於]|>=|≥",
}
"""Words before a number; ``up to`` and ``maximum`` are left out, they are said of both."""
_AFTER: Final = {
    "less than": r"미만|보다 ?(?:작|적|낮)",
    "at most": r"이하|이내|以下|以内|以內",
    "more than": r"초과|보다 ?(?:크|커|큰|많|높)",
    "at least": r"이상|以上",
}
"""Words after a number, a unit of one or two characters between."""


def _comparison(words: str, *, before: bool) -> re.Pattern[str]:
    form = rf"(?:{words})\s*{_NUMBER}" if before else rf"{_NUMBER} ?[^\W\d]{{0,2}} ?(?:{words})"
    return re.compile(form, re.IGNORECASE)


_COMPARISONS: Final = (
    *((name, _comparison(words, before=True)) for name, words in _BEFORE.items()),
    *((name, _comparison(words, before=False)) for name, words in _AFTER.items()),
)


def compared(text: str) -> dict[str, str]:
    """Number and how it bounds something, for numbers that do so in one way only."""
    found: dict[str, set[str]] = {}
    for name, pattern in _COMPARISONS:
        for hit in pattern.finditer(text):
            found.setdefault(hit["number"].replace(",", ""), set()).add(name)
    return {number: names.pop() for number, names in found.items() if len(names) == 1}


def stated(text: str) -> dict[str, bool]:
    """Topic and answer of each statement made in ``text``; one answered both ways is none."""
    found: dict[str, bool] = {}
    for statement in STATEMENTS:
        rest, denied = statement.when_no.subn(" ", text)
        affirmed = statement.when_yes.search(rest) is not None
        if denied and not affirmed:
            found[statement.topic] = False
        elif affirmed and not denied:
            found[statement.topic] = True
    return found


def claims(text: str) -> dict[str, str]:
    """Topic and what is claimed, in words: statements, and how numbers bound something."""
    answers = stated(text)
    found = {s.topic: s.yes if answers[s.topic] else s.no for s in STATEMENTS if s.topic in answers}
    return found | {number: f"{name} {number}" for number, name in compared(text).items()}

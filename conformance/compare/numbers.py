"""Numbers in prose, whatever the language writes them like."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Final

_MONTH: Final = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_LEFT_OUT: Final = re.compile(
    r"[a-z]+://\S+"
    r"|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
    r"|\b\d{1,2}[-/]\d{1,2}[-/]\d{4}\b"
    r"|\d{4} ?[年년](?: ?\d{1,2} ?[月월](?: ?\d{1,2} ?[日일])?)?|\d{1,2} ?[月월] ?\d{1,2} ?[日일]"
    rf"|\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\b(?:,? \d{{4}}\b)?"
    r"|\b(?:version|ver\.?|v|버전|版本) ?\d+(?:\.\d+)*\b|\b\d+(?:\.\d+){2,}\b"
    r"|\b\d{1,2}:\d{2}(?::\d{2})?\b|\b\d{1,2} ?(?:am|pm)\b|\b(?:utc|gmt) ?[+-]?\d{1,2}\b",
    re.IGNORECASE,
)
"""Addresses, dates, times of day and version numbers: none of them is a quantity."""
_NUMBER: Final = re.compile(
    r"(?<![A-Za-z0-9_.])(?<![A-Z_]-)(?:(?<![A-Za-z0-9_)\]~])-)?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?"
    r"(?: ?(만|万|萬|억|亿|億)|(?:st|nd|rd|th|ms|s|x|h|d|m)(?![A-Za-z0-9_])|(?![A-Za-z0-9_]))"
)
_MULTIPLES: Final = {
    **dict.fromkeys("만万萬", Decimal(10_000)),
    **dict.fromkeys("억亿億", Decimal(100_000_000)),
}
_LISTED: Final = re.compile(r"(?m)^\s*\(?\d{1,2}[.)]\s+")
"""The number of an item of a list."""
_SPELLED: Final = {
    number: words.split(" | ")
    for number, words in {
        "0": "zero | 영 | 零",
        "1": "one | once | a | an | single | first | best | 한 | 하나 | 첫 | 一 | 单 | 單 | 首",
        "2": "two | twice | both | second | 두 | 둘 | 二 | 两 | 兩 | 双 | 雙",
        "3": "three | third | 세 | 셋 | 三",
        "4": "four | 네 | 四",
        "5": "five | 다섯 | 五",
        "6": "six | 여섯 | 六",
        "7": "seven | week | 일곱 | 七 | 周 | 週 | 주일",
        "8": "eight | 여덟 | 八",
        "9": "nine | 아홉 | 九",
        "10": "ten | 열 | 十",
        "12": "twelve | year | 열두 | 十二 | 年",
        "24": "day | 하루 | 一天 | 日",
        "30": "month | 한 달 | 한달 | 个月 | 個月 | 一月",
        "60": "minute | minutes | hour | hours | 분 | 分",
        "100": "hundred | percent | 백 | 百",
        "1000": "thousand | 천 | 千",
    }.items()
}
"""Words that may stand for a number: enough to excuse its absence, too loose to claim it."""


def numbers(text: str) -> Counter[str]:
    """How often each number stands in ``text``: digits only, ``1,000`` and ``1000`` alike."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _LISTED.sub(" ", _LEFT_OUT.sub(" ", plain))
    return Counter(_canonical(hit) for hit in _NUMBER.finditer(plain))


def canonical(number: float) -> str:
    """A bound or value as :func:`numbers` writes it."""
    return _written(Decimal(str(number)))


def spelled(text: str, number: str) -> bool:
    """Whether ``number`` stands in ``text`` in words, as far as that can be told."""
    low = text.casefold()
    return any(_has(low, word) for word in _SPELLED.get(number.lstrip("-"), ()))


def _has(low: str, word: str) -> bool:
    if not word.isascii():
        return word in low
    return re.search(rf"(?<![a-z]){word}(?![a-z])", low) is not None


def _canonical(hit: re.Match[str]) -> str:
    try:
        sign = "-" if hit[0].startswith("-") else ""
        number = Decimal(sign + hit[1].replace(",", "") + (hit[2] or ""))
    except InvalidOperation:
        return hit[0]
    return _written(number * _MULTIPLES.get(hit[3] or "", Decimal(1)))


def _written(number: Decimal) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text

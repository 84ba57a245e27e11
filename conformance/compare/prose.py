"""What prose says in every language alike: numbers, statements and their contraries, bounds."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from conformance.vocabulary import multiple, phrases, word_set, words

_NUMBER: Final = re.compile(
    r"(?<![A-Za-z0-9_.])(?<![A-Z_]-)(?:(?<![A-Za-z0-9_)\]~])-)?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?"
    r"(?: ?([^\W\d_A-Za-z])|(?:st|nd|rd|th|ms|s|x|h|d|m)?(?![A-Za-z0-9_]))"
)
_LISTED: Final = re.compile(r"(?m)^\s*\(?\d{1,2}[.)]\s+")
"""The number of an item of a list."""
_CLAIMS: Final = {
    "case": ("case-sensitive", "not-case-sensitive"),
    "letters": ("upper-case", "lower-case"),
    "order": ("descending", "ascending"),
    "side": ("buyers", "sellers"),
    "zone": ("utc", "local-time"),
    "bounds": ("inclusive", "exclusive"),
}
"""What a page may say yes or no to: topic, and the phrases for either."""
_WORDINGS: Final = {
    "case-sensitive": "case sensitive",
    "not-case-sensitive": "not case sensitive",
    "upper-case": "upper case",
    "lower-case": "lower case",
    "descending": "descending order",
    "ascending": "ascending order",
    "buyers": "of buyers",
    "sellers": "of sellers",
    "utc": "UTC",
    "local-time": "local time",
}
"""How a message words them, where it does not use their names."""
_COMPARISONS: Final = ("less-than", "at-most", "more-than", "at-least")


def numbers(text: str) -> Counter[str]:
    """How often each number stands in ``text``: digits only, ``1,000`` and ``1000`` alike.

    Addresses, dates, times of day and version numbers are left out: none of them is a quantity.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = _LISTED.sub(" ", _no_quantities().sub(" ", plain))
    return Counter(_canonical(hit) for hit in _NUMBER.finditer(plain))


def canonical(number: float) -> str:
    """A bound or value as :func:`numbers` writes it."""
    return _written(Decimal(str(number)))


def spelled(text: str, number: str) -> bool:
    """Whether ``number`` stands in ``text`` in words, as far as one can say."""
    low = text.casefold()
    return any(_has(low, word) for word in _numerals().get(number.lstrip("-"), ()))


def claims(text: str) -> dict[str, str]:
    """Topic and what is claimed, in words: statements, and how numbers bound something."""
    return stated(text) | {number: f"{how} {number}" for number, how in compared(text).items()}


def stated(text: str) -> dict[str, str]:
    """Each topic that ``text`` says yes or no to, and what it says; nothing where it says both."""
    found: dict[str, str] = {}
    for topic, (yes, no) in _CLAIMS.items():
        rest = text
        denied = list(phrases(f"claims.{no}").finditer(text))
        for hit in reversed(denied):  # a denial has the words of what it denies
            rest = f"{rest[: hit.start]} {rest[hit.end :]}"
        affirmed = phrases(f"claims.{yes}").found_in(rest)
        if affirmed is not bool(denied):
            name = yes if affirmed else no
            found[topic] = _WORDINGS.get(name, name)
    return found


def compared(text: str) -> dict[str, str]:
    """Number and how it bounds something, for numbers that do so in one way only."""
    found: dict[str, set[str]] = {}
    for name in _COMPARISONS:
        for hit in phrases(f"comparisons.{name}").finditer(text):
            for number in numbers(hit["n"]):
                found.setdefault(number, set()).add(name.replace("-", " "))
    return {number: names.pop() for number, names in found.items() if len(names) == 1}


@cache
def _no_quantities() -> re.Pattern[str]:
    month, ordinal = _any_of("month"), _any_of("ordinal")
    year_sign, month_sign, day_sign = (_any_of(f"{unit}-sign") for unit in ("year", "month", "day"))
    day = rf"\d{{1,2}} ?{month_sign} ?\d{{1,2}} ?{day_sign}"
    return re.compile(
        r"[a-z]+://\S+"
        r"|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
        r"|\b\d{1,2}[-/]\d{1,2}[-/]\d{4}\b"
        rf"|\d{{4}} ?{year_sign}(?: ?\d{{1,2}} ?{month_sign}(?: ?\d{{1,2}} ?{day_sign})?)?|{day}"
        rf"|\b{month}\.? \d{{1,2}}{ordinal}?(?:,? \d{{4}})?\b"
        rf"|\b\d{{1,2}}{ordinal}? {month}\b(?:,? \d{{4}}\b)?"
        rf"|\b{_any_of('version')}\.? ?\d+(?:\.\d+)*\b|\b\d+(?:\.\d+){{2,}}\b"
        rf"|\b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b|\b\d{{1,2}} ?{_any_of('noon')}\b"
        rf"|\b{_any_of('zone')} ?[+-]?\d{{1,2}}\b",
        re.IGNORECASE,
    )


def _any_of(meaning: str) -> str:
    known = sorted(word_set(f"dates.{meaning}"), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, known))})"


@cache
def _numerals() -> Mapping[str, tuple[str, ...]]:
    """The words for each number."""
    found: dict[str, tuple[str, ...]] = {}
    for word, number in words("numerals").items():
        found[number] = (*found.get(number, ()), word)
    return found


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
    return _written(number * multiple(hit[3] or ""))


def _written(number: Decimal) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text

"""Bounds told in words: "Max. 20", "up to 50 characters", "1-100", "최대 20개"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from conformance.model.operation import Kind, Limits

_NUMBER = r"(-?\d[\d,]{0,20}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,2}(?!\w)|(?: ?[만万萬억亿億])?))"
_MULTIPLES = {**dict.fromkeys("만万萬", 10_000), **dict.fromkeys("억亿億", 100_000_000)}
_CHARACTERS = re.compile(
    r"\bcharacters?\b|\bchars?\b|\blength\b|\bletters?\b|\bbytes?\b|\blong\b|자 이내|글자|字符"
    r"|字元|长度|長度|位",
    re.IGNORECASE,
)
_ITEMS = re.compile(
    r"\bitems?\b|\bentries\b|\belements?\b|\borders?\b|\bids?\b|\bcoins?\b|\bsymbols?\b"
    r"|\bat once\b|\bper request\b|개|个|個|筆|笔|条|條",
    re.IGNORECASE,
)
_UPPER = re.compile(
    r"(?:\bmax(?:imum)?\b\.?(?: (?:value|number|length|size|limit|of|is|are|items?"
    r"|count)\b){0,3}\s*(?:is|are|of|=|:|：)?\s*"
    r"|\bup to\s+(?:a maximum of\s+)?|\bat most\s+|\bno more than\s+|\bnot exceed(?:ing)?\s+"
    r"|\bcannot exceed\s+"
    r"|\bless than or equal to\s+|<=\s*|≤\s*|최(?:댓|대)값(?:은|이|:)?\s*|최대\s*"
    r"|最大(?:值)?(?:为|為|是|：|:)?\s*|最多\s*"
    r"|不超过\s*|不超過\s*)" + _NUMBER,
    re.IGNORECASE,
)
_LOWER = re.compile(
    r"(?:\bmin(?:imum)?\b\.?(?: (?:value|number|length|size|limit|of|is|are|items?"
    r"|count)\b){0,3}\s*(?:is|are|of|=|:|：)?\s*"
    r"|\bat least\s+|\bnot less than\s+|\bgreater than or equal to\s+|>=\s*|≥\s*"
    r"|최(?:솟|소)값(?:은|이|:)?\s*|최소\s*"
    r"|最小(?:值)?(?:为|為|是|：|:)?\s*|最少\s*|至少\s*)" + _NUMBER,
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"(?:\b(?:greater|larger|more|bigger|higher) than\s+|(?<![<>=-])>(?!=|>)\s*|大于\s*|大於\s*)"
    + _NUMBER,
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?:\b(?:less|smaller|lower|fewer) than\s+|(?<![<>=-])<(?!=|<)\s*|小于\s*|小於\s*)"
    + _NUMBER
    + r"(?![\w>])",
    re.IGNORECASE,
)
_ABOVE_AFTER = re.compile(_NUMBER + r"\s*보다\s*(?:커|크|큰)")
_BELOW_AFTER = re.compile(_NUMBER + r"\s*보다\s*(?:작|적)")
_BEYOND = (
    ((_ABOVE, _ABOVE_AFTER), "exclusive_minimum"),
    ((_BELOW, _BELOW_AFTER), "exclusive_maximum"),
)
_RANGE = re.compile(
    r"(?:\b(?:range|between|from|limit|length|value|values)\b[^.\n\d]{0,40}?|^|(?<=[.。])\s|[\[(：:]\s*"
    r"|范围[^.\n\d]{0,10}|範圍[^.\n\d]{0,10})"
    + _NUMBER
    + r"\s*(?:-|–|~|～|to|and|,|至|到)\s*"
    + _NUMBER
    + r"(?P<after>[\])]?(?: ?(?:characters?|chars?|letters?|items?|entries|elements?|字符|개|个"
    r"|個))?\s*(?:[.,;)。，\n]|$|\bdefault"
    r"|으로|의 값|사이|之间|之間))",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\[[^\[\]]{0,4000}\]")
"""Beside an array brackets list what its items may be, and say nothing of their number."""


def read_limits(text: str, kind: Kind | None) -> Limits:
    """Bounds of a value of ``kind`` found in ``text``; an empty Limits when there are none.

    What a number bounds follows from the type: items of an array, the length of a
    string when the words speak of characters, otherwise the value itself.
    """
    if kind in ("object", "boolean") or not any(c.isdigit() for c in text):
        return Limits()
    if kind == "array":
        text = _LISTED.sub(" ", text)
    limits = Limits()
    for pattern, bound in ((_LOWER, "minimum"), (_UPPER, "maximum")):
        hits = pattern.findall(text)
        if len(hits) == 1:
            limits = _set(limits, bound, hits[0], text, kind)
    if limits == Limits() and (hit := _RANGE.search(text)):
        low, high = _number(hit[1]), _number(hit[2])
        if low < high:
            limits = _set(limits, "minimum", hit[1], text, kind)
            limits = _set(limits, "maximum", hit[2], text, kind)
    if kind in ("integer", "number"):
        for patterns, bound in _BEYOND:
            hits = [hit for pattern in patterns for hit in pattern.findall(text)]
            if len(hits) == 1:
                limits = replace(limits, **_bound(bound, _number(hits[0])))
    return limits


def _set(limits: Limits, bound: str, digits: str, text: str, kind: Kind | None) -> Limits:
    value = _number(digits)
    end = bound[:3]
    if kind == "array":
        whole = value == int(value) and value >= 0
        return replace(limits, **{f"{end}_items": int(value)}) if whole else limits
    if kind == "string":
        if _CHARACTERS.search(text) and value == int(value) and value >= 0:
            return replace(limits, **{f"{end}_length": int(value)})
        return limits
    if kind is None and _ITEMS.search(text):
        return limits
    return replace(limits, **_bound(bound, value))


def _bound(name: str, value: int | float) -> Any:
    """Keyword arguments for one numeric bound."""
    return {name: value}


def _number(digits: str) -> int | float:
    plain = digits.replace(",", "").rstrip(".")
    if plain[-1] in _MULTIPLES:
        return _number(plain[:-1].rstrip()) * _MULTIPLES[plain[-1]]
    if "e" in plain.lower():
        exact = float(plain)
        return int(exact) if exact.is_integer() else exact
    return float(plain) if "." in plain else int(plain)

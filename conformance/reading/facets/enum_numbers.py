"""Values that are numbers in a row: one after the other, with slashes, on lines of their own."""

from __future__ import annotations

from itertools import pairwise

from conformance.model.operation import Kind
from conformance.patterns import regex
from conformance.reading.facets.enum_labels import is_label
from conformance.reading.facets.enum_lists import is_value
from conformance.vocabulary import phrases

_ORDERED = regex(
    r"(?:^|(?<=[\s:：,，;；、]))(\d{1,3})\s?[.．、)](?!\d)\s?(?P<meaning>[^\W\d_][^\n.．。:：]{0,40}?)"
    r"\s?(?=$|[,，;；、.。\n]|\s\d{1,3}\s?[.．、)])"
)
"""``1. Buy 2. Sell``: a number and its meaning in a few words."""
_STEPS = regex(r"(?<![\w./-])(?:0|[1-9]\d{0,6})(?:/[1-9]\d{0,6}){2,20}(?![\w/-]|\.\d)")
"""Numbers with slashes between, none of which is written as part of a date."""
_COUNTED = regex(r"(?P<value>-?\d{1,2})\s+[^\W\d_][^\d:：=]{0,40}")
_COUNTED_LIST = regex(
    r"^(?P<label>[^\d:：]{0,60}?(?:[:：]|(?=\s-?\d)))?\s*(?P<list>-?\d.{0,1000})$"
)
_ITEM_SIGN = regex(r"\s*[,，;；\n]\s*")
_SIGN = regex(r"[:：=]")
_LINED = regex(r"([A-Za-z0-9](?a:[\w.+-]){0,63})\s?[:：=]\s*\S.*")
_CONSTANT = regex(r"[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*")
_BOUNDS = ("minimum", "maximum", "above", "below")
_NUMERIC = ("integer", "number")


def read_ordered(plain: str, kind: Kind | None) -> list[str]:
    """``Side: 1. Buy 2. Sell``: numbers that go up, each with a few words, and nothing else.

    Under a string such numbers count sentences.
    """
    if kind not in _NUMERIC:
        return []
    hits = list(_ORDERED.finditer(plain))
    numbers = [int(hit[1]) for hit in hits]
    lead = plain[: hits[0].start()].strip() if hits else ""
    gaps = [plain[a.end() : b.start()] for a, b in pairwise(hits)]
    rest = plain[hits[-1].end() :] if hits else ""
    if len(hits) < 2 or numbers[0] > 1 or sorted(set(numbers)) != numbers:
        return []
    if any(phrases(f"limits.{side}").found_in(plain) for side in _BOUNDS):
        return []
    if (lead and not lead.endswith((":", "："))) or any(
        g.strip(" ,，;；、.。") for g in [*gaps, rest]
    ):
        return []
    return [hit[1] for hit in hits]


def read_counted(plain: str, kind: Kind | None) -> list[str]:
    """``Status: 0 waiting, 1 done``: numbers one after the other, each with its meaning.

    Two of them are values only of a number.
    """
    hit = _COUNTED_LIST.match(plain.strip().rstrip(".。"))
    label = (hit["label"] or "").rstrip() if hit else ""
    known = not label or label[-1] in ":：" or phrases("enum.label").found_in(label)
    parts = _ITEM_SIGN.split(hit["list"]) if hit and known else []
    found = [part["value"] for text in parts if (part := _COUNTED.fullmatch(text.strip()))]
    numbers = [int(value) for value in found]
    steps = [b - a for a, b in pairwise(numbers)]
    following = all(step > 0 if label else step == 1 for step in steps)
    least = 2 if kind in _NUMERIC else 3
    if len(found) < max(least, len(parts)) or not following or numbers[0] > 1:
        return []
    return found


def ascending(plain: str) -> list[str]:
    """``1/2/3``: three numbers or more that go up, with slashes between."""
    hit = _STEPS.search(plain) if "/" in plain else None
    tokens = hit[0].split("/") if hit else []
    numbers = [int(token) for token in tokens]
    return tokens if sorted(set(numbers)) == numbers else []


def read_lined(plain: str, name: str) -> list[str]:
    """``Lengths are:``, ``1: a minute``, ``60: an hour``: on every line a value and its meaning.

    Words in small letters only below a label for a choice.
    """
    lines = [line.strip() for line in plain.split("\n") if line.strip()]
    lead = next((at for at, line in enumerate(lines) if _SIGN.search(line)), 0)
    chosen = lead > 0 and len(lines) > lead + 2 and is_label(lines[0], name)
    titled = chosen or (bool(lines) and lines[0].endswith((":", "：")))
    hits = [_LINED.fullmatch(line) for line in lines[lead if chosen else titled :]]
    tokens = [hit[1] for hit in hits if hit]
    numbers = all(map(str.isdigit, tokens)) and len(tokens) > 2
    whole = len(tokens) == len(hits) and len(tokens) > 1
    constants = titled and all(map(_CONSTANT.fullmatch, tokens))
    words = chosen and all(map(is_value, tokens))
    return tokens if whole and (numbers or constants or words) else []

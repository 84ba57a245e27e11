"""Values that each have a meaning beside them: on lines, behind signs, numbers in a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from conformance.model.operation import Kind
from conformance.patterns import regex
from conformance.reading.facets.enum_words import (
    IDEOGRAPH,
    LONE_CONSTANT,
    PLAIN_VALUE,
    VALUE,
    are_plain,
    is_choice,
    is_label,
    is_value,
    list_sign,
    meaning_words,
)
from conformance.vocabulary import phrases

_ITEM_SIGN = regex(rf"\s*[,，、;；\n]\s*|\s[-–•]\s(?={VALUE}\s?[:：])")
_TAGGED = regex(
    rf"(?:^|[\s:：,，、])(?P<value>{VALUE})\s*[(（](?!(?:true|false)[)）])"
    rf"(?=[^()（）]*[^\W_])[^()（）\n]{{1,60}}[)）](?=$|[\s,，、;；.。]|{IDEOGRAPH})"
)
_TITLE = regex(r"(?P<label>[^:：,，。\n]{1,60}?)(?:[:：,，。]|\.\s|\s[-–—]\s)")
_MANY_CAPITALS = regex(r"[A-Z][A-Z0-9_]+")
_LED = regex(r"(?:^|[\s:：])([A-Z][A-Z0-9_-]+\s*[:：].*)$")
_OPENED = regex(r"\s*[:：]?\s*[(（\[](?=[^()（）\[\]]*[)）\]]\s*[.。]?$)")
_GLUED = regex(
    rf"(?P<value>-?\d{{1,3}}|(?<![A-Za-z0-9_]){VALUE})\s?(?P<meaning>{IDEOGRAPH}{{0,2}}"
    rf"「[^」]{{1,20}}」|{IDEOGRAPH}{{1,20}}(?:\s{IDEOGRAPH}{{1,12}})?)"
)
"""A value and its meaning in another script, without a sign between them."""
_FOREIGN_TITLE = regex(rf"(?P<label>{IDEOGRAPH}{{1,20}})\s+(?={VALUE}\s?[-–—:：=])")
"""A label in another script than the values that begin right behind it."""
_LAST_SIGN = regex(r"[,，;；。](?=[^,，;；。]*$)")
_ORDERED = regex(
    r"(?:^|(?<=[\s:：,，;；、]))(\d{1,3})\s?[.．、)](?!\d)\s?(?P<meaning>[^\W\d_][^\n.．。:：]{0,40}?)"
    r"\s?(?=$|[,，;；、.。\n]|\s\d{1,3}\s?[.．、)])"
)
"""``1. Buy 2. Sell``: a number and its meaning in a few words."""
_STEPS = regex(r"(?<![\w./-])(?:0|[1-9]\d{0,6})(?:/[1-9]\d{0,6}){2,20}(?![\w/-]|\.\d)")
"""Numbers with slashes between, none of which is written as part of a date."""
_COUNTED = regex(r"(?P<value>-?\d{1,2})\s+[^\W\d_][^\d:：=]{0,40}")
_COUNT_SIGN = regex(r"\s*[,，;；\n]\s*")
_COUNTED_LIST = regex(
    r"^(?P<label>[^\d:：]{0,60}?(?:[:：]|(?=\s-?\d)))?\s*(?P<list>-?\d.{0,1000})$"
)
_SIGN = regex(r"[:：=]")
_LINED = regex(rf"[`“\"']?(?P<value>{VALUE})[`”\"']?\s?[:：=]\s*\S")
_BOUNDS = ("minimum", "maximum", "above", "below")
_NUMERIC = ("integer", "number")


def with_meanings(plain: str) -> tuple[str, ...]:
    """``wait: not yet, done: finished``, each item of the cell a value and what it means."""
    plain = read_opened(plain.strip())
    title = _FOREIGN_TITLE.match(plain) or _TITLE.match(plain)
    titled = title is not None and phrases("enum.label").found_in(title["label"])
    first, _, below = plain.partition("\n")
    if "\n" in below and not _ITEM_SIGN.search(first) and phrases("enum.label").found_in(first):
        plain = below
    elif title and (titled or title[0].endswith("。")):
        plain = plain[title.end() :]
    elif (led := _LED.search(plain)) and phrases("enum.cue").found_in(plain[: led.start(1)]):
        plain = plain[led.start(1) :]
    parts = [part for part in _ITEM_SIGN.split(plain.strip().rstrip(".。")) if part]
    if len(parts) > 2 and phrases("enum.default").begins(parts[-1].strip()):
        parts.pop()
    hits = [_with_meaning().fullmatch(part) for part in parts]
    tokens = tuple(hit["value"] for hit in hits if hit)
    forms = {hit["word"] is None for hit in hits if hit}
    if len(forms) > 1 or len(tokens) < len(parts) or not are_plain(tokens):
        return ()  # of several forms, words in one and signs in another, or not all of them values
    are_values = [is_value(token) for token in tokens]
    foreign = all(re.search(IDEOGRAPH, part) for part in parts)
    return tokens if all(are_values) or ((titled or foreign) and any(are_values)) else ()


def read_tagged(plain: str) -> tuple[str, ...]:
    """``wait(not yet) done(finished)``: every word before a bracket, nothing else between."""
    hits = list(_TAGGED.finditer(plain))
    gaps = [plain[a.end() : b.start()] for a, b in pairwise(hits)]
    if len(hits) < 2 or any(list_sign().sub("", gap).strip() for gap in gaps):
        return ()
    rest = plain[hits[-1].end() :].strip(" .。")
    tokens = tuple(hit["value"] for hit in hits)
    return () if rest or not all(map(is_value, tokens)) else tokens


def read_glued(plain: str, name: str) -> tuple[str, ...]:
    """``状态 0未成交 1完全成交``, ``1 は「国内」、2 は「国外」``.

    Each value before its meaning in another script, with no sign between, behind a label for a
    choice.
    """
    if phrases("enum.default").begins((parts := _LAST_SIGN.split(plain))[-1].strip()):
        plain = parts[0]
    hits = [] if plain.isascii() else list(_GLUED.finditer(plain))
    if hits and "\n" in plain[hits[0].end() : hits[-1].start()] and _is_title(hits):
        del hits[0]
    numbers = [int(hit["value"]) if hit["value"].isdigit() else -9 for hit in hits]
    counted = numbers[:1] in ([0], [1]) and all(b - a == 1 for a, b in pairwise(numbers))
    label = plain[: hits[0].start()].rstrip(" :：,，-") if hits else ""
    sure = counted or all(_MANY_CAPITALS.fullmatch(hit["value"]) for hit in hits)
    if len(hits) < 2 or not (is_choice(label, name) or (sure and not label)):
        return ()
    ends = [*(hit.start() for hit in hits[1:]), len(plain)]
    gaps = [plain[hit.end() : end] for hit, end in zip(hits, ends, strict=True)]
    if any(gap.strip(" ,，、;；/。.\n") for gap in gaps):
        return ()
    measured = any(phrases("measures.other").begins(hit["meaning"]) for hit in hits)
    tokens = tuple(dict.fromkeys(hit["value"] for hit in hits))
    plain_words = all(token.startswith("-") or PLAIN_VALUE.fullmatch(token) for token in tokens)
    values = plain_words and any(map(is_value, tokens))
    return tokens if values and not measured and len(tokens) == len(hits) else ()


def _is_title(hits: Sequence[re.Match[str]]) -> bool:
    """Whether only the first of some values is in capitals: a word of the line above a list."""
    first, *others = (hit["value"] for hit in hits)
    return first.isupper() and bool(others) and all(map(str.islower, others))


@cache
def _with_meaning() -> re.Pattern[str]:
    """A value, a sign or word such as "for", and what it means.

    A hyphen without blanks is part of a value, unless several words, or small letters after
    capitals, follow it.
    """
    latin, others = meaning_words()
    return re.compile(
        rf"(?:[-•*·]\s*)?[\"'“`]?(?P<value>{VALUE})[\"'”`]?"
        rf"(?:\s*[:：=]|\s+[-–—]|(?P<word>\s+(?:{latin})(?=\s)|\s*(?:{others}))|[-–—](?=[^:：=]*\s)"
        rf"|(?<=[A-Z])[-–—](?=[a-z])|[-–—](?={IDEOGRAPH}))\s*[\"“]?(?=[^\W\d_])[^:：=]+"
    )


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
    parts = _COUNT_SIGN.split(hit["list"]) if hit and known else []
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


def read_value_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """The values of lines each of which is one and what it means: ``open: not yet filled``."""
    hits = [_LINED.match(line) for line in lines]
    return tuple(hit["value"] for hit in hits if hit) if all(hits) else ()


def read_lined(plain: str, name: str) -> tuple[str, ...]:
    """``Lengths are:``, ``1: a minute``, ``60: an hour``: on every line a value and its meaning.

    Words in small letters only below a label for a choice.
    """
    lines = [line.strip() for line in plain.split("\n") if line.strip()]
    lead = next((at for at, line in enumerate(lines) if _SIGN.search(line)), 0)
    chosen = lead > 0 and len(lines) > lead + 2 and is_label(lines[0], name)
    titled = chosen or (bool(lines) and lines[0].endswith((":", "：")))
    tokens = read_value_lines(lines[lead if chosen else titled :])
    numbers = all(map(str.isdigit, tokens)) and len(tokens) > 2
    constants = titled and all(map(LONE_CONSTANT.fullmatch, tokens))
    words = chosen and all(map(is_value, tokens))
    return tokens if len(tokens) > 1 and (numbers or constants or words) else ()


def without_default_mark(line: str) -> str:
    """``A (default), B`` less the mark."""
    hits = list(phrases("default.mark").finditer(line))
    ends = [*(hit.start for hit in hits), len(line)]
    return "".join(map(line.__getitem__, map(slice, [0, *(hit.end for hit in hits)], ends)))


def read_opened(plain: str) -> str:
    """``Side (buy, sell)`` with a colon for its only bracket, which ends it."""
    plain = without_default_mark(plain)
    alone = sum(map(plain.count, "(（[")) == 1
    return _OPENED.sub(": ", plain) if alone else plain

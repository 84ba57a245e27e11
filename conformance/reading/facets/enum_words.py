"""Words that may be values, the lists they stand in, and what says that such a list is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from conformance.patterns import regex
from conformance.reading.facets.types import is_precise, without_null
from conformance.vocabulary import columns, kinds, normalize_text, phrases, words

IDEOGRAPH = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
VALUE = r"[A-Za-z0-9](?a:[\w.+-]){0,63}"
_ITEM = regex(
    rf"[\"'“”‘’`]?(?P<value>{VALUE})[\"'“”‘’`]?(?:\s*[(（][^()（）]*[)）]|(?:\s*[:：=]|\s+-|(?<=\d)-|-(?=\s))\s*[^\W\d_].*)?"
)
SIGNS = regex(r"[,，、|/;；]")
PLAIN_VALUE = regex(
    r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*"
    r"|[A-Za-z][a-z0-9]+(?:[A-Z][a-z0-9]+)*|[A-Z][a-z0-9]+(?:_[a-z0-9]+)+"
    r"|\d?[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*|\d{1,4}(?:[a-z]{1,6}|[A-Z])?"
)
CONSTANT = r"[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*"
LONE_CONSTANT = regex(CONSTANT)
_NAMED_LIST = regex(rf"\s*[A-Z][a-z][A-Za-z0-9]*\s+[-–—]\s+(?={CONSTANT}(?![a-z])\s*[,，、|/;；])")
_QUOTED_VALUE = regex(rf"[\"'“‘](?P<value>{VALUE})[\"'”’]")
_TYPE_CELL = regex(
    r"^(?P<type>[a-z]+(?:\[\])?(?:\s*<[a-z]+>)?)?\s*[,，:：(（\[]?\s*(?P<list>.{3,2000})$",
    re.IGNORECASE,
)
_LONE_CASE = regex(r"[a-z][a-z0-9_-]+|[A-Z][A-Z0-9_-]+")
"""A value that can stand in a cell of types without quotes; other words may name an object."""
_LEAST = 4
"""Letters of a word with which a name may end."""


def is_choice(label: str, name: str) -> bool:
    """Whether the words before a list, or the name of the value, are those of a choice."""
    words = (label, normalize_text(name).replace("_", " "))
    return any(phrases("enum.label").found_in(word) for word in words if word)


def is_label(label: str, name: str) -> bool:
    """Whether words are a label for a choice, or end as the name of the value does."""
    *_, last = normalize_text(label).split() or [""]
    last = last.removesuffix("s") or last
    named = normalize_text(name).replace("_", " ").removesuffix("s")
    own = last == named.split(" ")[-1] or (len(last) >= _LEAST and named.endswith(last))
    return own or phrases("enum.label").found_in(label)


def is_value(token: str) -> bool:
    """Whether a word may be a value: not ``Note: ...``, nor a word for another column but that of
    bounds, for ``limit`` is a type of orders."""
    free = columns().get(normalize_text(token)) in (None, "limits")
    return free and bool(PLAIN_VALUE.fullmatch(token))


def are_plain(tokens: Sequence[str]) -> bool:
    """Whether all of some words may be values; not those of a sentence: ``Buy or sell``."""
    first, *others = tokens or ("",)
    sentence = first.istitle() and bool(others) and all(map(str.islower, others))
    return not sentence and all(map(PLAIN_VALUE.fullmatch, tokens))


def is_led_by_example(token: str) -> bool:
    """Whether a list begins with a word that makes it one of examples: ``e.g., a, b``."""
    return phrases("example.lead").begins(token) is not None


@cache
def list_sign() -> re.Pattern[str]:
    """What separates the values of a list: a sign, or a word for "or"."""
    joints = [re.escape(word) for word, use in words("joints").items() if use == "or"]
    latin = "|".join(word for word in joints if word.isascii())
    others = "|".join(sorted((w for w in joints if not w.isascii()), key=len, reverse=True))
    return re.compile(
        rf"[,，、|/;；]|(?<![A-Za-z0-9_])(?:{latin})(?![A-Za-z0-9_])|{others}", re.IGNORECASE
    )


@cache
def meaning_words() -> tuple[str, str]:
    """Words between a value and its meaning, as parts of patterns: Latin ones, others."""
    joints = [re.escape(word) for word, use in words("joints").items() if use == "meaning"]
    latin = "|".join(word for word in joints if word.isascii())
    return latin, "|".join(word for word in joints if not word.isascii())


def read_listed(stretch: str) -> tuple[str, ...]:
    """The values of ``stretch`` when all of it is a list of two or more; what is default aside.

    The name of an enumeration may stand before its constants: ``Colour - RED, BLUE``.  A sign
    belongs to a value that is one without it, too: ``name, -name``.
    """
    if (named := _NAMED_LIST.match(stretch)) and SIGNS.search(stretch, named.end()):
        stretch = stretch[named.end() :]
    parts = [
        p.strip() if _ITEM.fullmatch(p.strip()) else p.strip(" []()（）")
        for p in list_sign().split(stretch.strip())
    ]
    parts = [p for p in parts if p and not phrases("enum.default").begins(p)]
    if parts and (is_led_by_example(parts[0]) or phrases("enum.goes-on").found_in(parts[-1])):
        return ()
    signed = {p for p in parts if p[0] in "-+" and p[1:] in parts}
    hits = [_ITEM.fullmatch(p.lstrip("-+") if p in signed else p) for p in parts]
    values = (
        (p if p in signed else hit["value"]) for p, hit in zip(parts, hits, strict=True) if hit
    )
    tokens = tuple(dict.fromkeys(values))
    return tokens if len(tokens) > 1 and all(hits) else ()


@lru_cache(maxsize=4096)
def read_type_cell_values(cell: str) -> tuple[str, ...]:
    """Values in the cell of the type: ``string: `A` / `B` ``, ``enum (up, down)``."""
    plain = without_null(" ".join(cell.replace("`", "").split()))
    hit = _TYPE_CELL.match(plain)
    if not hit or is_precise(plain):
        return ()
    known = bool(hit["type"]) and normalize_text(hit["type"]) in kinds()
    stretch = hit["list"] if known else plain.lstrip("([（")
    if cue := phrases("enum.type-cell").begins(stretch):
        stretch = stretch[cue.end :].strip(" :：()")
    tokens = read_listed(stretch.strip(" ()[]（）"))
    quoted = bool(tokens) and len(_QUOTED_VALUE.findall(plain)) == len(tokens)
    if not known and not quoted and not all(map(_LONE_CASE.fullmatch, tokens)):
        return ()
    return (
        () if any(normalize_text(t) in kinds() or t in ("null", "any") for t in tokens) else tokens
    )


def read_plain_values(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds nothing else, in plain words and separated by signs."""
    parts = [part.strip() for part in SIGNS.split(cell.strip())]
    values = len(parts) > 1 and all(map(PLAIN_VALUE.fullmatch, parts))
    return tuple(parts) if values else ()

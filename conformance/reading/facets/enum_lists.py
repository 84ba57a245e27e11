"""Values in plain words, without code spans or meanings: behind a cue or label, or in brackets.

Plain words are values only where the whole stretch from the cue to the end of its sentence
is a list of them.
"""

from __future__ import annotations

import re

from conformance.patterns import regex
from conformance.reading.facets.enum_meanings import read_opened, with_meanings
from conformance.reading.facets.enum_words import (
    IDEOGRAPH,
    LONE_CONSTANT,
    PLAIN_VALUE,
    SIGNS,
    VALUE,
    are_plain,
    is_choice,
    is_label,
    is_value,
    list_sign,
    read_listed,
)
from conformance.vocabulary import kinds, normalize_text, phrases, required_marks

_SIGNS_OR_BLANK = regex(r"[,，、/;；\s]")
_LABELLED = regex(
    rf"^(?P<label>[^:：\n]{{0,60}}[:：])?\s*"
    rf"(?P<list>{VALUE}(?:[,，、|/;；\s]|(?![A-Za-z0-9])\w{{1,2}})[^:：\n]{{0,400}}?)\s*[.。]?$"
)
_IN_BRACKETS = regex(r"[(（](?P<list>[^()（）\n]{3,200})[)）]")
_CONSTANTS = regex(r"(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?:\s?[/|]\s?|$)){2,40}")
"""Constants of several words, with slashes between them."""
_LABEL_REACH = 200
"""Characters before a bracket that may say what it lists."""
_LABEL_SIGN = regex(rf"[,，]\s*|\s+[-–—]\s+|[.。]\s+|(?<={IDEOGRAPH})\s+(?=[A-Za-z])")
_ENCLOSED = regex(
    rf"[\[{{<](?P<list>[^\[\]{{}}<>\n]{{3,400}})[\]}}>]|(?P<piped>{VALUE}(?:\s?\|\s?{VALUE})+)"
)
_PROPER = regex(r"[A-Z][A-Za-z0-9]*(?:[_-][A-Z0-9]+)*")
"""A constant, or words in capitals where no sentence begins."""
_MEASURED = regex(r"\d{1,4}[A-Za-z]{1,6}|[A-Za-z]{1,6}\d{1,4}")
_EXPLAINED = regex(r"\s*[(（][^()（）]*[)）]\s*[.。]?$")
_OPPOSITES = (("claims.ascending", "claims.descending"), ("claims.buyers", "claims.sellers"))
_LAST_SENTENCE = regex(r"[.。;；]\s*(?=[^.。;；]*$)")
_LAST_BRACKET = regex(r"\s*[(（]([^()（）]*)[)）]$")
_ONE_COMMA = regex(r"[,，]\s*")
_SLASHES = regex(r"\s?[/|]\s?")
_COLON = regex(r"[:：]")
_SENTENCE_SIGN = regex(r"[.。;；]\s|[。\n]")
_SENTENCE_END = regex(r"[.。]\s+(?=[^.。]*$)")


def read_announced(plain: str) -> tuple[str, ...]:
    """``Valid options are: day, week.``: the words of a list that a cue announces or closes."""
    for hit in phrases("enum.list").finditer(plain):
        if tokens := read_listed(hit["list"]):
            return tokens
    for hit in phrases("enum.list-of-constants").finditer(plain):
        tokens = read_listed(hit["list"])
        if tokens and all(map(_PROPER.fullmatch, tokens)):
            return tokens
    for hit in phrases("enum.closing").finditer(plain):
        if phrases("enum.conditioned").begins(plain[hit.start : hit.start + _LABEL_REACH]):
            continue
        before = plain[: hit.start][-_LABEL_REACH:]
        tokens = read_listed(_COLON.split(_SENTENCE_SIGN.split(before)[-1])[-1])
        if tokens and are_plain(tokens):
            return tokens
    return ()


def read_labelled(plain: str, name: str) -> tuple[str, ...]:
    """``Order status: sent，done``: a list behind a label for a choice, and nothing else."""
    if tokens := _with_default(plain.strip().rstrip(".。 ")):
        return tokens
    periods = read_listed(_EXPLAINED.sub("", plain.strip()))
    if len(periods) > 2 and all(map(_MEASURED.fullmatch, periods)):
        return periods
    hit = _LABELLED.match(read_opened(plain.strip()))
    if not hit:
        return ()
    if not hit["label"]:
        last = _SENTENCE_END.split(hit["list"])[-1]
        return _read_alternatives(hit["list"], name) or (() if "," in last else _read_opposed(last))
    if found := _read_opposed(hit["list"]):
        return found
    tokens = read_listed(hit["list"])
    signs = len(SIGNS.findall(hit["list"]))
    if len(tokens) > 2 and all(map(str.isdigit, tokens)) and signs < len(tokens) - 1:
        return tokens
    label = hit["label"].rstrip(" :：")
    if not is_label(label, name):
        return ()
    plain_words = are_plain(tokens) and not any(map(_is_mark, tokens))
    return tokens if plain_words and any(map(is_value, tokens)) else ()


def _with_default(plain: str) -> tuple[str, ...]:
    """``Sort order: asc, desc. Default: desc``, ``asc / desc, default desc``, ``Show: old, new
    (default = new)``: a list, one of which is the default."""
    head, *last = _LAST_SENTENCE.split(_LAST_BRACKET.sub(r"; \1", plain))
    if not last and plain.count(",") + plain.count("，") == 1:
        head, *last = _ONE_COMMA.split(plain)
        last = last if _SLASHES.search(head) else []
    cue = phrases("enum.default").begins(last[0]) if last else None
    tokens = read_listed(_COLON.split(head)[-1]) if cue else ()
    return tokens if cue and last[0][cue.end :].strip(" `\"'=") in tokens else ()


def _is_mark(token: str) -> bool:
    """Whether a word names a type or says whether something is there: ``(string, optional)``."""
    return normalize_text(token) in kinds() or (
        len(token) > 1 and normalize_text(token) in required_marks()
    )


def _read_opposed(stretch: str) -> tuple[str, ...]:
    """``buy or sell``, ``asc, desc``: the two sides or orders there are, and nothing else."""
    tokens = read_listed(stretch)
    if len(tokens) != 2 or not any(all(map(case, tokens)) for case in (str.islower, str.isupper)):
        return ()
    for one, other in _OPPOSITES:
        for first, second in (tokens, tokens[::-1]):
            if phrases(one).found_in(first) and phrases(other).found_in(second):
                return tokens
    return ()


def _read_alternatives(whole: str, name: str) -> tuple[str, ...]:
    """``BUY or SELL`` as the whole description; in small letters where the name is a choice, with
    signs where it is one of kinds: ``spot, margin``."""
    tokens = read_listed(whole)
    if len(tokens) == 2 and all(
        len(t) == 1 and normalize_text(t) in required_marks() for t in tokens
    ):
        return tokens  # Y/N
    if any(sign in whole for sign in ",，、|/;；"):
        kind = phrases("enum.lone").found_in(normalize_text(name).replace("_", " "))
        return tokens if kind and "/" not in whole and are_plain(tokens) else ()
    if not tokens:
        return ()
    if all(len(token) > 1 and LONE_CONSTANT.fullmatch(token) for token in tokens):
        return tokens
    return tokens if is_choice("", name) and are_plain(tokens) else ()


def in_brackets(plain: str, name: str) -> tuple[str, ...]:
    """``Side of the order (buy/sell)``: a list in brackets behind words, or under a name, for a
    choice; with pipes alone (``a|b``); or each with a meaning: ``From (A: first, B: second)``."""
    for hit in _IN_BRACKETS.finditer(plain):
        label = plain[: hit.start()][-_LABEL_REACH:].strip()
        inside = _without_mark(hit["list"])
        if phrases("enum.refused").found_in(label):
            continue
        if (tokens := with_meanings(inside)) and not _is_scale(inside):
            return tokens
        piped = "|" in inside and not _SIGNS_OR_BLANK.search(inside)
        chosen = piped or is_choice(label, name) or _CONSTANTS.fullmatch(inside)
        tokens = read_listed(inside) if chosen else ()
        if tokens and _are_bare(tokens, inside) and not any(map(_is_mark, tokens)):
            return tokens
    return ()


def _are_bare(tokens: tuple[str, ...], stretch: str) -> bool:
    """Whether a list is nothing but its values and, after the last, one that is the default."""
    words = {part.strip(" `\"'") for part in list_sign().split(stretch)}
    return all(PLAIN_VALUE.fullmatch(token) and token in words for token in tokens)


def _without_mark(inside: str) -> str:
    """``optional: a, b`` less its mark."""
    for mark in ("optional", "required"):
        if hit := phrases(f"beside-names.{mark}").begins(inside):
            return inside[hit.end :].lstrip(" :：,，;；")
    return inside


def _is_scale(inside: str) -> bool:
    """Whether the meanings are the ends of a scale: ``0 = lowest, 9 = highest``."""
    ends = (part.replace("=", ":").partition(":")[2] for part in re.split(r"[,，;；]", inside))
    return any(phrases("enum.scale").begins(end.strip()) for end in ends)


def read_behind_label(plain: str) -> tuple[str, ...]:
    """``Order side, buy or sell``: a list behind words for a choice, and nothing else.

    Small letters with commas alone may be further nouns.
    """
    label, sign, rest = _split_label(plain)
    if not rest or not phrases("enum.label").found_in(label):
        return ()
    tokens = read_listed(rest.rstrip(".。 "))
    joined = len(SIGNS.findall(rest.rstrip(",， "))) < len(tokens) - 1
    sure = (
        joined
        or bool(_read_opposed(rest))
        or sign not in ",，"
        or all(map(LONE_CONSTANT.fullmatch, tokens))
    )
    bare = _are_bare(tokens, rest.rstrip(".。 ")) and not any(map(_is_mark, tokens))
    return tokens if sure and bare else ()


def _split_label(plain: str) -> tuple[str, str, str]:
    hit = _LABEL_SIGN.search(plain)
    return (plain[: hit.start()], hit[0].strip(), plain[hit.end() :]) if hit else (plain, "", "")


def read_enclosed(plain: str) -> tuple[str, ...]:
    """``[limit, market]`` or ``limit|market`` as the whole description."""
    hit = _ENCLOSED.fullmatch(plain.strip().rstrip(".。"))
    tokens = read_listed(hit["list"] or hit["piped"]) if hit else ()
    return () if any(map(_is_mark, tokens)) else tokens

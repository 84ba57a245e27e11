"""Values in plain words, without code spans: behind a cue, each with a meaning, or in a type cell.

Plain words are values only where the whole stretch from the cue to the end of its sentence
is a list of them, or where every item of a list has the same form ``value sign meaning``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from conformance.patterns import regex
from conformance.reading.facets.enum_labels import is_choice, is_label
from conformance.vocabulary import columns, kinds, normalize_text, phrases, required_marks, words

IDEOGRAPH = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
VALUE = r"[A-Za-z0-9](?a:[\w.+-]){0,63}"
_ITEM = regex(
    rf"[\"'“”‘’`]?(?P<value>{VALUE})[\"'“”‘’`]?(?:\s*[(（][^()（）]*[)）]|(?:\s*[:：=]|\s+-|(?<=\d)-|-(?=\s))\s*[^\W\d_].*)?"
)
SIGNS = regex(r"[,，、|/;；]")
_SIGNS_OR_BLANK = regex(r"[,，、/;；\s]")
_ITEM_SIGN = regex(rf"\s*[,，、;；\n]\s*|\s[-–•]\s(?={VALUE}\s?[:：])")
PLAIN_VALUE = regex(
    r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*"
    r"|[A-Za-z][a-z0-9]+(?:[A-Z][a-z0-9]+)*|[A-Z][a-z0-9]+(?:_[a-z0-9]+)+"
    r"|\d?[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*|\d{1,4}(?:[a-z]{1,6}|[A-Z])?"
)
_TAGGED = regex(
    rf"(?:^|[\s:：,，、])(?P<value>{VALUE})\s*[(（](?!(?:true|false)[)）])"
    rf"(?=[^()（）]*[^\W_])[^()（）\n]{{1,60}}[)）](?=$|[\s,，、;；.。]|{IDEOGRAPH})"
)
_LABELLED = regex(
    rf"^(?P<label>[^:：\n]{{0,60}}[:：])?\s*"
    rf"(?P<list>{VALUE}(?:[,，、|/;；\s]|(?![A-Za-z0-9])\w{{1,2}})[^:：\n]{{0,400}}?)\s*[.。]?$"
)
_IN_BRACKETS = regex(r"[(（](?P<list>[^()（）\n]{3,200})[)）]")
_CONSTANTS = regex(r"(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?:\s?[/|]\s?|$)){2,40}")
"""Constants of several words, with slashes between them."""
_TITLE = regex(r"(?P<label>[^:：,，。\n]{1,60}?)(?:[:：,，。]|\.\s|\s[-–—]\s)")
_LABEL_REACH = 200
"""Characters before a bracket that may say what it lists."""
_LABEL_SIGN = regex(rf"[,，]\s*|\s+[-–—]\s+|[.。]\s+|(?<={IDEOGRAPH})\s+(?=[A-Za-z])")
_ENCLOSED = regex(
    rf"[\[{{<](?P<list>[^\[\]{{}}<>\n]{{3,400}})[\]}}>]|(?P<piped>{VALUE}(?:\s?\|\s?{VALUE})+)"
)
_CONSTANT = regex(r"[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*")
_PROPER = regex(r"[A-Z][A-Za-z0-9]*(?:[_-][A-Z0-9]+)*")
"""A constant, or words in capitals where no sentence begins."""
_NAMED_LIST = regex(
    rf"\s*[A-Z][a-z][A-Za-z0-9]*\s+[-–—]\s+(?={_CONSTANT.pattern}(?![a-z])\s*[,，、|/;；])"
)
_MANY_CAPITALS = regex(r"[A-Z][A-Z0-9_]+")
_MEASURED = regex(r"\d{1,4}[A-Za-z]{1,6}|[A-Za-z]{1,6}\d{1,4}")
_LED = regex(r"(?:^|[\s:：])([A-Z][A-Z0-9_-]+\s*[:：].*)$")
_OPENED = regex(r"\s*[:：]?\s*[(（\[](?=[^()（）\[\]]*[)）\]]\s*[.。]?$)")
_EXPLAINED = regex(r"\s*[(（][^()（）]*[)）]\s*[.。]?$")
_GLUED = regex(
    rf"(?P<value>-?\d{{1,3}}|(?<![A-Za-z0-9_]){VALUE})\s?(?P<meaning>{IDEOGRAPH}{{0,2}}"
    rf"「[^」]{{1,20}}」|{IDEOGRAPH}{{1,20}}(?:\s{IDEOGRAPH}{{1,12}})?)"
)
"""A value and its meaning in another script, without a sign between them."""
_FOREIGN_TITLE = regex(rf"(?P<label>{IDEOGRAPH}{{1,20}})\s+(?={VALUE}\s?[-–—:：=])")
"""A label in another script than the values that begin right behind it."""
_OPPOSITES = (("claims.ascending", "claims.descending"), ("claims.buyers", "claims.sellers"))
_LAST_SENTENCE = regex(r"[.。;；]\s*(?=[^.。;；]*$)")
_LAST_SIGN = regex(r"[,，;；。](?=[^,，;；。]*$)")
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
    hit = _LABELLED.match(_read_opened(plain.strip()))
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


def without_default_mark(line: str) -> str:
    """``A (default), B`` less the mark."""
    hits = list(phrases("default.mark").finditer(line))
    ends = [*(hit.start for hit in hits), len(line)]
    return "".join(map(line.__getitem__, map(slice, [0, *(hit.end for hit in hits)], ends)))


def _read_opened(plain: str) -> str:
    """``Side (buy, sell)`` with a colon for its only bracket, which ends it."""
    plain = without_default_mark(plain)
    alone = sum(map(plain.count, "(（[")) == 1
    return _OPENED.sub(": ", plain) if alone else plain


def is_led_by_example(token: str) -> bool:
    """Whether a list begins with a word that makes it one of examples: ``e.g., a, b``."""
    return phrases("example.lead").begins(token) is not None


def are_plain(tokens: Sequence[str]) -> bool:
    """Whether all of some words may be values; not those of a sentence: ``Buy or sell``."""
    first, *others = tokens or ("",)
    sentence = first.istitle() and bool(others) and all(map(str.islower, others))
    return not sentence and all(map(PLAIN_VALUE.fullmatch, tokens))


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
    if all(len(token) > 1 and _CONSTANT.fullmatch(token) for token in tokens):
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
        or all(map(_CONSTANT.fullmatch, tokens))
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


def with_meanings(plain: str) -> tuple[str, ...]:
    """``wait: not yet, done: finished``, each item of the cell a value and what it means."""
    plain = _read_opened(plain.strip())
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


@cache
def meaning_words() -> tuple[str, str]:
    """Words between a value and its meaning, as parts of patterns: Latin ones, others."""
    joints = [re.escape(word) for word, use in words("joints").items() if use == "meaning"]
    latin = "|".join(word for word in joints if word.isascii())
    return latin, "|".join(word for word in joints if not word.isascii())


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


@cache
def list_sign() -> re.Pattern[str]:
    """What separates the values of a list: a sign, or a word for "or"."""
    joints = [re.escape(word) for word, use in words("joints").items() if use == "or"]
    latin = "|".join(word for word in joints if word.isascii())
    others = "|".join(sorted((w for w in joints if not w.isascii()), key=len, reverse=True))
    return re.compile(
        rf"[,，、|/;；]|(?<![A-Za-z0-9_])(?:{latin})(?![A-Za-z0-9_])|{others}", re.IGNORECASE
    )


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


def is_value(token: str) -> bool:
    """Whether a word may be a value: not ``Note: ...``, nor a word for another column but that of
    bounds, for ``limit`` is a type of orders."""
    free = columns().get(normalize_text(token)) in (None, "limits")
    return free and bool(PLAIN_VALUE.fullmatch(token))

"""Values in plain words, without code spans: behind a cue, each with a meaning, or in a type cell.

Plain words are values only where the whole stretch from the cue to the end of its sentence
is a list of them, or where every item of a list has the same form ``value sign meaning``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from conformance.model.document import Text
from conformance.vocabulary import columns, kinds, normal

_VALUE = r"[A-Za-z0-9](?a:[\w.+-]){0,63}"
_CUE = re.compile(
    r"(?:\b(?:possible|allowed|valid|accepted|available|supported|permitted)"
    r" (?:values?|options?|choices)(?: are| is)?(?: one of)?|\bvalues|\boptions"
    r"|\benum(?:s|eration| values?)?|\b(?:one|any) of(?: the following)?(?: values)?"
    r"|가능한 값|허용 값|可选值|可選值|枚举值?|枚舉值?|取值(?:范围|範圍)?|有效值)"
    r"\s*(?:[:：]|\bare\b|为|為|은|는)\s*(?P<list>[^\n.。]{3,2000})",
    re.IGNORECASE,
)
_LIST_SIGN = re.compile(r"[,，、|/;；]|\bor\b|\band\b|或|또는")
_ITEM = re.compile(
    rf"[\"'“”‘’`]?(?P<value>{_VALUE})[\"'“”‘’`]?(?:\s*[(（][^()（）]*[)）]|\s*[:：=-]\s*[^\W\d_].*)?"
)
_DEFAULT_PART = re.compile(r"^(?:the )?default(?:s to| is)?\b.*$", re.IGNORECASE)
_ITEM_SIGN = re.compile(r"\s*[,，;；\n]\s*")
_WITH_MEANING = re.compile(
    rf"(?:[-•*·]\s*)?[\"'“`]?(?P<value>{_VALUE})[\"'”`]?\s*(?:[:：=]|[-–—])\s*(?=[^\W\d_])[^:：=]+"
)
_PLAIN_VALUE = re.compile(
    r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*"
    r"|[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*|\d{1,4}"
)
_TAGGED = re.compile(
    rf"(?:^|[\s:：,，、])(?P<value>{_VALUE})\s*[(（][^()（）\n]{{1,60}}[)）](?=$|[\s,，、;；.。])"
)
_QUOTED_VALUE = re.compile(rf"[\"'“‘](?P<value>{_VALUE})[\"'”’]")
_TYPE_CELL = re.compile(
    r"^(?P<type>[a-z]+(?:\[\])?(?:\s*<[a-z]+>)?)?\s*[,，:：(（\[]?\s*"
    r"(?:(?:enum|one of|(?:possible|allowed|valid) values)\s*[:：]?\s*)?[(\[]?(?P<list>.{3,2000})$",
    re.IGNORECASE,
)


def announced(plain: str) -> tuple[str, ...]:
    """``Valid options are: day, week.``: the words of a list that a cue announces."""
    hit = _CUE.search(plain)
    return _listed(hit["list"]) if hit else ()


def with_meanings(text: Text, plain: str, names: frozenset[str]) -> Iterable[str]:
    """``wait: not yet, done: finished``, each item of the cell a value and what it means."""
    parts = [part for part in _ITEM_SIGN.split(plain.strip().rstrip(".。")) if part]
    hits = [_WITH_MEANING.fullmatch(part) for part in parts]
    tokens = [hit["value"] for hit in hits if hit]
    if len(tokens) < len(parts) or not all(map(_is_value, tokens)):
        return ()
    return tokens


def tagged(plain: str) -> tuple[str, ...]:
    """``wait(not yet) done(finished)``: every word before a bracket, nothing else between."""
    hits = list(_TAGGED.finditer(plain))
    gaps = [plain[a.end() : b.start()] for a, b in pairwise(hits)]
    if len(hits) < 2 or any(gap.strip(" ,，、;；") for gap in gaps):
        return ()
    rest = plain[hits[-1].end() :].strip(" .。")
    tokens = tuple(hit["value"] for hit in hits)
    return () if rest or not all(map(_is_value, tokens)) else tokens


def in_type_cell(cell: str) -> tuple[str, ...]:
    """Values in the cell of the type: ``string: `A` / `B` ``, ``enum (up, down)``."""
    plain = " ".join(cell.replace("`", "").split())
    hit = _TYPE_CELL.match(plain)
    if not hit:
        return ()
    known = bool(hit["type"]) and normal(hit["type"]) in kinds()
    listed = hit["list"] if known else plain
    tokens = _listed(listed.strip(" ()[]（）"))
    if not known and not (tokens and len(_QUOTED_VALUE.findall(plain)) == len(tokens)):
        return ()
    return () if any(normal(t) in kinds() or t in ("null", "any") for t in tokens) else tokens


def _listed(words: str) -> tuple[str, ...]:
    """The values of ``words`` when all of it is a list of two or more; what is default aside."""
    parts = [p.strip(" []()（）") for p in _LIST_SIGN.split(words.strip())]
    parts = [p for p in parts if p and not _DEFAULT_PART.match(p)]
    hits = [_ITEM.fullmatch(p) for p in parts]
    tokens = tuple(dict.fromkeys(hit["value"] for hit in hits if hit))
    return tokens if len(tokens) > 1 and all(hits) else ()


def _is_value(token: str) -> bool:
    """Whether a word may be a value: not ``Note: ...``, nor a word for another column."""
    return bool(_PLAIN_VALUE.fullmatch(token)) and normal(token) not in columns()

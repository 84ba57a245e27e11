"""The values a page allows, told in brackets, bullets, code spans, slashes or meanings.

Words of prose are never values: a list counts when a cue announces it ("one of"), or
when its form leaves no doubt (all code spans, all constants, numbers with meanings).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from conformance.model.document import Text
from conformance.model.operation import Kind, Scalar
from conformance.reading.facets.enum_lists import announced, tagged, with_meanings

_BRACKETED = re.compile(
    r"(?:possible|allowed|valid|accepted|available|supported|optional|enum) ?values?\s*(?:are"
    r"|is)?\s*[:：]?\s*\[(?P<list>[^\[\]]{1,4000})\]",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"\b(?:one|any) of(?: the following(?: values?)?| these(?: values?)?)?\b|\b(?:possible|allowed"
    r"|valid|accepted|available|supported|optional)"
    r" (?:values?|options|types?)\b|\bvalue range\b|\benum(?:s|eration)?\b|\bcan be\b|\beither\b"
    r"|\bmust be\b|\boptions?\s*[:：]|\bvalues\s*[:：]"
    r"|다음 중 하나|가능한 값|可选值|取值(?:范围)?|枚举值?|有效值|可選值|取值範圍|枚舉值?",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"(?:\be\.?g\.?,?|\bi\.e\.,?|\bsuch as|\blike|\bfor example,?|\bfor instance,?|\bsame as"
    r"|\bapply to|\bapplies to|\bapplicable to"
    r"|\bfor|\bwhen|(?<!specify )\bif|\bonly|\bsee|\brefer to|\bexcept|\bwith|\bthan|\bboth|例如"
    r"|例|比如|如|예"
    r"|예를 들어|当|當|仅|僅)\s*[:：,，(（]?\s*$|(?<!specify )\b(?:if|when"
    r"|unless)\b[^.,;:\n]{0,40}$",
    re.IGNORECASE,
)
_IN_EXAMPLE = re.compile(r"\bexamples?\b|\bcurl\b|https?://", re.IGNORECASE)
_BOUND = re.compile(r"\b(?:lowest|highest|min(?:imum)?|max(?:imum)?)\b|最低|最高", re.IGNORECASE)
_WORD = r"[A-Za-z0-9][\w.+-]{0,63}"
_QUOTED = re.compile(rf"(?<!\w)(?:“({_WORD})”|\"({_WORD})\"|‘({_WORD})’|'({_WORD})')(?!\w)")
_GAP = re.compile(
    r"\s*(?:,|/|\||、|，|;|；|\bor\b|\bOR\b|或|또는|\n\s*[-•*]?)?\s*(?:\bor\b|\band\b)?\s*"
)
_MEANING = re.compile(
    r"[^\S\n]*(?:[:：=-]|[(（])\s*(?=[^\s`“\"])[^\n`“\"]{1,200}?(?:[,，;；.。)）]|\n|$)?"
    r"\s*(?:\n\s*[-•*]\s*)?(?:,|/|\||，|、)?\s*(?:(?:the )?default(?: value)?(?: is)?:?\s*)?"
)
_DEFAULT = re.compile(
    r"[\s,.;，。]*(?:the )?default(?:s to| value| is| to)*\s*[:：]?\s*", re.IGNORECASE
)
_CJK = re.compile(r"[^\S\n]*[\u3400-\u9fff\uac00-\ud7af]{1,12}[\s、，,;；。]*")
_LONE = re.compile(
    r"^[^\n`.]{0,60}\b(?:type|category|mode|kind|model|scope)\b[.:]?\s*$", re.IGNORECASE
)
_BULLET = re.compile(r"(?:^|\n)\s*[-•*·]\s*(?P<body>[^\n]*)")
_BULLET_VALUE = re.compile(
    rf"^(?:[`“\"‘'](?P<quoted>[^`”\"’'\s]{{1,64}})[`”\"’']|(?P<bare>{_WORD})(?=\s*(?:[:：=]|-\s|–"
    rf"|$)))"
)
_CONSTANT = r"[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*"
_SLASHED = re.compile(rf"(?:^|[:：]\s*|\s)({_WORD}(?:\s?/\s?{_WORD}){{1,40}})\s*[.。]?$")
_LISTED = re.compile(
    rf"(?:^|[:：]\s*)({_CONSTANT}(?:\s*[,，、|]\s*(?:or\s+"
    rf"|and\s+)?{_CONSTANT}){{1,60}})\s*(?:$|\n|[.。;；](?=\s|$))"
)
_NUMBERED = re.compile(r"(?<![\w.%-])(-?\d{1,4})\s*(?:[:：=]|-(?=\s?[A-Za-z]))\s*(?=[^\W\d])")

_Piece: TypeAlias = tuple[int, int, str]
"""Start, end and words of a code span or quotation."""


def read_enum(
    text: Text, kind: Kind | None, names: frozenset[str] = frozenset()
) -> tuple[Scalar, ...]:
    """The documented values in page order, as JSON scalars of ``kind``; empty when none are told.

    ``names`` are the inputs and fields of the page: a list of those is a reference, not a
    set of values.
    """
    if kind == "object":
        return ()
    plain = text.plain
    for reader in (_bracketed, _bullets, _spans, _constants, _numbers, _words, with_meanings):
        tokens = tuple(dict.fromkeys(reader(text, plain, names)))
        if (len(tokens) >= 2 or (tokens and reader is _bracketed)) and not set(tokens) <= names:
            values = typed_values(tokens, kind)
            if values:
                return values
    return ()


def read_enum_cell(text: Text, kind: Kind | None) -> tuple[Scalar, ...]:
    """Values of a cell whose column is for values: every separated token counts."""
    found = read_enum(text, kind)
    if found:
        return found
    tokens = [t.strip(" `\"'“”‘’[](){}") for t in re.split(r"[,/|、，;\n]| or ", text.plain)]
    if len(tokens) >= 2 and all(re.fullmatch(_WORD, t) for t in tokens):
        return typed_values(tuple(dict.fromkeys(tokens)), kind)
    return ()


def _bracketed(text: Text, plain: str, names: frozenset[str]) -> Iterable[str]:
    hit = _BRACKETED.search(plain)
    if not hit or re.match(r"\s*(?:[<>]=?|-?\d+\s*(?:\.\.|<))", hit["list"]):
        return ()
    return [t.strip(" `\"'“”") for t in hit["list"].split(",") if t.strip(" `\"'“”")]


def _bullets(text: Text, plain: str, names: frozenset[str]) -> Iterable[str]:
    bodies = [m["body"].strip() for m in _BULLET.finditer(plain) if m["body"].strip()]
    values = [_BULLET_VALUE.match(_unmarked(body)) for body in bodies]
    codes = set(text.marked("code")) | {q for m in _QUOTED.finditer(plain) for q in m.groups() if q}
    tokens = [(m["quoted"] or m["bare"]) for m in values if m]
    cued = bool(_CUE.search(plain))
    if len(tokens) < len(bodies) or not all(
        cued or t in codes or re.fullmatch(_CONSTANT, t) for t in tokens
    ):
        return ()
    return tokens


def _unmarked(body: str) -> str:
    return body.lstrip("*_ ")


def _spans(text: Text, plain: str, names: frozenset[str]) -> Iterable[str]:
    """The first run of code spans or quoted words, and others that stand after a colon."""
    pieces = [(m.start, m.end, plain[m.start : m.end]) for m in text.marks if m.kind == "code"]
    pieces += [
        (m.start(), m.end(), next(g for g in m.groups() if g)) for m in _QUOTED.finditer(plain)
    ]
    pieces.sort()
    runs: list[list[_Piece]] = [[]]
    for piece in pieces:
        if runs[-1] and not _joined(plain[runs[-1][-1][1] : piece[0]]):
            runs.append([])
        runs[-1].append(piece)
    best = next((accepted for run in runs if (accepted := _accepted(run, plain))), [])
    return [*best, *_after_colons(pieces, plain, names)] if best else []


def _after_colons(pieces: list[_Piece], plain: str, names: frozenset[str]) -> Iterable[str]:
    """``Other mode: `cash` ``: a further value under a label of its own."""
    for start, end, token in pieces:
        before = plain[:start].rstrip(" `“\"'‘")
        labelled = before.endswith((":", "：")) and plain[end : end + 1] not in (":", "：")
        if labelled and token not in names and not _REFUSED.search(before[-40:]):
            yield token.strip("\"' ")


def _joined(between: str) -> bool:
    forms = (_GAP, _MEANING, _DEFAULT, _CJK)
    return len(between) <= 240 and any(form.fullmatch(between) for form in forms)


def read_lone_value(text: Text) -> tuple[str, ...]:
    """``Product type `spot` ``: the one value an input of this operation can have."""
    codes = [m for m in text.marks if m.kind == "code"]
    if len(codes) != 1 or not _LONE.match(text.plain[: codes[0].start]):
        return ()
    token = text.plain[codes[0].start : codes[0].end].strip("\"' ")
    return (token,) if re.fullmatch(_WORD, token) else ()


def _accepted(run: list[_Piece], plain: str) -> list[str]:
    """The values of a run, unless what stands around it says that it is something else."""
    tokens = [t.strip("\"' “”") for _, _, t in run]
    if len(run) < 2 or not all(re.fullmatch(r"[\w.+-]{1,64}", t) for t in tokens):
        return []
    start, end = run[0][0], run[-1][1]
    line = plain[plain.rfind("\n", 0, start) + 1 : start]
    in_range = len(run) == 2 and line.endswith("[") and plain[end : end + 1] == "]"
    scale = len(run) == 2 and _BOUND.search(plain, end, end + 40)
    referred = line.rstrip(" `\"'“").endswith(("=", "&"))
    if in_range or referred or scale or _REFUSED.search(line[-60:]) or _IN_EXAMPLE.search(line):
        return []
    return tokens


def _constants(text: Text, plain: str, names: frozenset[str]) -> Iterable[str]:
    for line in plain.split("\n"):
        hit = _LISTED.search(line)
        before = line[: hit.start(1)] if hit else ""
        if hit and not _REFUSED.search(before) and not _IN_EXAMPLE.search(before):
            return _split_list(hit[1])
        hit = _SLASHED.search(line)
        if hit and _slashes_separate(line, hit):
            return re.split(r"\s?/\s?", hit[1])
    return ()


def _split_list(listed: str) -> list[str]:
    return [re.sub(r"^(?:or|and)\s+", "", t) for t in re.split(r"\s*[,，、|]\s*", listed)]


def _slashes_separate(line: str, hit: re.Match[str]) -> bool:
    """Constants as the whole line or after a colon; plain words only as the whole line."""
    tokens = re.split(r"\s?/\s?", hit[1])
    whole = hit.start(1) == 0
    if all(re.fullmatch(_CONSTANT, t) and len(t) > 1 for t in tokens):
        return whole or "_" in hit[1] or line[: hit.start(1)].rstrip().endswith((":", "："))
    return whole and all(re.fullmatch(r"[A-Za-z_]{2,}", t) for t in tokens)


def _numbers(text: Text, plain: str, names: frozenset[str]) -> Iterable[str]:
    """Numbers with meanings, except the two ends of a scale."""
    hits = list(_NUMBERED.finditer(plain))
    if any(_BOUND.match(plain, hit.end()) for hit in hits):
        return ()
    return [hit[1] for hit in hits]


def _words(text: Text, plain: str, names: frozenset[str]) -> Iterable[str]:
    """Plain words that a cue announces, or that each have a meaning in brackets."""
    if _IN_EXAMPLE.search(plain):
        return ()
    return announced(plain) or tagged(plain)


def typed_values(tokens: tuple[str, ...], kind: Kind | None) -> tuple[Scalar, ...]:
    """Tokens as values of ``kind``; empty when one of them cannot be such a value."""
    try:
        if kind == "integer":
            return tuple(int(t) for t in tokens)
        if kind == "number":
            return tuple(float(t) if "." in t else int(t) for t in tokens)
    except ValueError:
        return ()
    if kind == "boolean":
        low = [t.lower() for t in tokens]
        return tuple(t == "true" for t in low) if set(low) <= {"true", "false"} else ()
    return tokens

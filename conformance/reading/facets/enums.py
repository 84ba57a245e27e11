"""The values a page allows, listed in brackets, bullets, code spans, slashes or meanings.

Words of prose are never values: a list counts when a cue announces it ("one of"), or
when its form leaves no doubt (all code spans, all constants, numbers with meanings).  A list
that goes on ("...", "etc.") allows more than it names, and is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from conformance.model.document import Text
from conformance.model.operation import Kind, Scalar
from conformance.reading.facets.enum_lists import (
    announced,
    glued,
    in_brackets,
    labelled,
    list_sign,
    listed,
    tagged,
    with_meanings,
)
from conformance.reading.facets.single_values import typed_values
from conformance.vocabulary import phrases

_WORD = r"[A-Za-z0-9][\w.+-]{0,63}"
_QUOTED = re.compile(
    rf"(?<!(?a:\w))(?:“({_WORD})”|\"({_WORD})\"|‘({_WORD})’|'({_WORD})')(?!(?a:\w))"
)
_GAP = re.compile(r"\s*(?:[,/|、，;；]|\n\s*[-•*]?)?\s*")
_NOUN = re.compile(r"\s+[a-z]{2,15}\s{2,4}(?:an?\s+)?")
"""``an 'x' order or a 'y' order``, the word for "or" taken out."""
_MEANING = re.compile(
    r"[^\S\n]*(?:[:：=-]|[(（])\s*(?=[^\s`“\"])[^\n`“\"]{1,200}?(?:[,，;；.。)）]|\n|$)?"
    r"\s*(?:\n\s*[-•*]\s*)?[,/|，、]?\s*"
)
_AROUND_DEFAULT = re.compile(r"[\s,.;，。(（)）]*")
_OTHER_SCRIPT = re.compile(
    r"[^\S\n]*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,12}[\s、，,;；。]*"
)
_MEANING_BEFORE = re.compile(r"\s*[,，、;；]\s*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,16}\s*")
"""``"LIMIT", 成行注文の場合は "MARKET" ``: what the next value means, before it."""
_MEDIA_TYPE = re.compile(r"(?:application|audio|font|image|multipart|text|video)/")
_LONE = re.compile(r"^[^\n`.]{0,80}[.:：]?\s*$")
_LINE = re.compile(r"(?m)^\S")
_SIGNED = re.compile(r"\s?(?:[=:：]|-\s|–)\s?\S")
_MEANT = re.compile(r"\s*(?:$|[:：=(（,，.]|[-–—]\s|\b(?<=\s)[^\W\d_])")
_BULLET = re.compile(r"(?:^|\n)\s*[-•*·]\s*(?P<body>[^\n]*)")
_BULLET_VALUE = re.compile(
    rf"^(?:[`“\"‘'](?P<quoted>[^`”\"’'\s]{{1,64}})[`”\"’']|(?P<bare>{_WORD})(?=\s*(?:[:：=]|-\s|–"
    rf"|$)))"
)
_CONSTANT = r"[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*"
_AFTER_MEANING = re.compile(rf"[^\W\d_][^:：]{{1,60}}[:：]\s*({_CONSTANT})")
_SLASHED = re.compile(rf"(?:^|[:：]\s*|\s)({_WORD}(?:\s?/\s?{_WORD}){{1,40}})\s*[.。]?$")
_LISTED = re.compile(
    rf"(?:^|[:：]\s*)({_CONSTANT}(?:\s*[,，、|]\s*(?:[a-z]{{2,3}}\s+)?{_CONSTANT}){{1,60}})"
    r"\s*(?:$|\n|[.。;；](?=\s|$))"
)
_SEPARATED = re.compile(r"[,，、|]")
"""What a list of constants cannot do without; found in a fraction of the time."""
_NUMBERED = re.compile(r"(?<![\w.%-])(-?\d{1,4})\s*(?:[:：=]|-(?=\s?[^\W\d_]))\s*(?=[^\W\d])")
_ORDERED = re.compile(
    r"(?:^|(?<=[\s:：,，;；、]))(\d{1,3})\s?[.．、)](?!\d)\s?(?P<meaning>[^\W\d_][^\n.．。:：]{0,40}?)"
    r"\s?(?=$|[,，;；、.。\n]|\s\d{1,3}\s?[.．、)])"
)
"""``1. Buy 2. Sell``: a number and its meaning in a few words."""
_INTERVAL = re.compile(r"[\[(（]\s?-?\d[\d.]*\s?[,，~-]\s?-?\d[\d.]*\s?[\])）]")
_SQUARED = re.compile(r"\[\s?([a-z][a-z_-]*(?:\s?[/|]\s?[a-z][a-z_-]*)+)\s?\]")
_ENDED = re.compile(r"(?<!\.[a-z])[.。!?！？]\s*$", re.IGNORECASE)
_BOUNDED = re.compile(r"\s*(?:[<>]=?|-?\d+\s*(?:\.\.|<))")

_Span: TypeAlias = tuple[int, int, str]
"""Start, end and words of a code span, a quotation or bold words."""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The values a value can have."""

    values: tuple[Scalar, ...] = ()
    """Empty when the page lists none, or more than it names are allowed."""
    nullable: bool = False
    """Whether null is one of them."""
    open: bool = False
    """Whether the page says that its list goes on."""


@dataclass(frozen=True, slots=True)
class _Description:
    """One description with what the readers of lists need to know of it."""

    text: Text
    plain: str
    names: frozenset[str]
    name: str
    kind: Kind | None = None


def read_enum(
    text: Text, kind: Kind | None, names: frozenset[str] = frozenset(), name: str = ""
) -> Enumeration:
    """The documented values in page order, as JSON scalars of ``kind``.

    ``names`` are the inputs and fields of the page: a list of those is a reference, not a
    set of values.  ``name`` is the name of the value itself.
    """
    if kind == "object":
        return Enumeration()
    description = _Description(text, text.plain, names, name, kind)
    for reader in _READERS:
        tokens = tuple(dict.fromkeys(reader(description)))
        enough = len(tokens) >= 2 or (tokens and reader is _bracketed)
        if enough and name not in tokens and not set(tokens) <= names:
            found = to_enumeration(tokens, text.plain, kind)
            if found != Enumeration():
                return found
    return Enumeration()


def read_enum_cell(text: Text, kind: Kind | None) -> Enumeration:
    """Values of a cell whose column is for values: every separated token counts.

    Two numbers in brackets are the ends of a range.
    """
    if kind in ("integer", "number") and _INTERVAL.fullmatch(text.plain.strip()):
        return Enumeration()
    found = read_enum(text, kind)
    if found != Enumeration():
        return found
    parts = [t.strip(" `\"'“”‘’[](){}") for t in re.split(r"\n", text.plain) if t.strip()]
    tokens = [t.strip(" `\"'“”‘’[](){}.") for part in parts for t in list_sign().split(part)]
    tokens = [token for token in tokens if token]
    if len(tokens) == 1 and all(re.fullmatch(rf"{_CONSTANT}(?<=..)", t) for t in tokens[0].split()):
        tokens = tokens[0].split()
    if len(tokens) >= 2 and all(re.fullmatch(_WORD, t) for t in tokens):
        return to_enumeration(tuple(dict.fromkeys(tokens)), text.plain, kind)
    return Enumeration()


def read_enum_words(text: Text, kind: Kind | None) -> Enumeration:
    """A description that is nothing but a list, beside a type cell that says "enum"."""
    first = text.plain.strip().split("\n")[0].rstrip(".。 ")
    tokens = listed(first.rpartition(":")[2])
    return to_enumeration(tokens, text.plain, kind) if tokens else Enumeration()


def to_enumeration(tokens: tuple[str, ...], plain: str, kind: Kind | None) -> Enumeration:
    """``tokens`` as values of ``kind``, with what the words around them say of others."""
    values = typed_values(tuple(t for t in tokens if t != "null"), kind)
    if not values:
        return Enumeration()
    if any(hit.text not in tokens for hit in phrases("enum.open").finditer(plain)):
        return Enumeration(open=True)
    if kind in ("string", None) and "" not in values and phrases("enum.or-empty").found_in(plain):
        values = (*values, "")
    return Enumeration(values, nullable="null" in tokens)


def _bracketed(of: _Description) -> Iterable[str]:
    hit = phrases("enum.brackets").search(of.plain)
    if not hit or _BOUNDED.match(hit["inside"]):
        return ()
    return [t.strip(" `\"'“”") for t in hit["inside"].split(",") if t.strip(" `\"'“”")]


def _bullets(of: _Description) -> Iterable[str]:
    found = [m for m in _BULLET.finditer(of.plain) if m["body"].strip()]
    if not found:
        return ()
    spans = {m.start: of.plain[m.start : m.end] for m in of.text.marks if m.kind == "code"}
    tokens = [token for m in found if (token := _bullet_value(m, spans))]
    if len(tokens) < len(found):
        return ()
    codes = {q for m in _QUOTED.finditer(of.plain) for q in m.groups() if q}
    codes |= set(of.text.marked("code"))
    lead = of.plain[: found[0].start()].rstrip()
    cued = phrases("enum.cue").found_in(of.plain) or phrases("enum.label").found_in(lead[-60:])
    if not all(cued or t in codes or re.fullmatch(_CONSTANT, t) for t in tokens):
        return ()
    return tokens


def _bullet_value(bullet: re.Match[str], spans: dict[int, str]) -> str:
    """The value that a bullet begins with: a code span, a quoted word, or a word and a sign."""
    body = bullet["body"].lstrip("*_ ")
    code = spans.get(bullet.end("body") - len(body), "")
    if code and re.fullmatch(_WORD, code.strip("\"' ")) and _MEANT.match(body, len(code)):
        return code.strip("\"' ")
    hit = _BULLET_VALUE.match(body.strip())
    return (hit["quoted"] or hit["bare"]) if hit else ""


def _lines(of: _Description) -> Iterable[str]:
    """Lines that begin with a code span and its meaning: `` `a` = first``, `` `b` = second``."""
    ends = {m.start: m.end for m in of.text.marks if m.kind == "code"}
    if len(ends) < 2:
        return ()
    lines = [m for m in _LINE.finditer(of.plain) if m.start() in ends]
    signed = [m for m in lines if _SIGNED.match(of.plain, ends[m.start()])]
    if len(signed) < 2 or len(signed) < len(lines):
        return ()
    return [of.plain[m.start() : ends[m.start()]].strip("\"' ") for m in signed]


def _spans(of: _Description) -> Iterable[str]:
    """The first run of code spans or quoted words, and others that stand after a colon."""
    plain = of.plain
    spans = [(m.start, m.end, plain[m.start : m.end]) for m in of.text.marks if m.kind == "code"]
    spans += [
        (m.start(), m.end(), next(g for g in m.groups() if g)) for m in _QUOTED.finditer(plain)
    ]
    if len(spans) < 2:
        return ()
    runs = (run for run in _runs(spans, plain) if not _is_condition(run, of))
    best = next((found for run in runs if (found := _accepted(run, plain))), [])
    return [*best, *_after_colons(spans, of)] if best else []


def _is_condition(run: list[_Span], of: _Description) -> bool:
    """Whether a run begins with another member and its value: ``when `type` is `limit` `` in a
    language that sets a particle between the two."""
    if len(run) < 2 or run[0][2] not in of.names:
        return False
    between = of.plain[run[0][1] : run[1][0]]
    return bool(_OTHER_SCRIPT.fullmatch(between)) and not list_sign().search(between)


def _bold(of: _Description) -> Iterable[str]:
    """``Account type: **main**, **trade**``: bold words as a list behind a label or cue."""
    marks = [m for m in of.text.marks if m.kind == "strong"]
    if len(marks) < 2:
        return ()
    spans = [(m.start, m.end, of.plain[m.start : m.end].strip()) for m in marks]
    for run in _runs(spans, of.plain):
        before = of.plain[: run[0][0]].rstrip() if run else ""
        announced_by = before.endswith((":", "：")) or phrases("enum.cue").found_in(before[-40:])
        gaps = [of.plain[a[1] : b[0]] for a, b in pairwise(run)]
        if announced_by and all(len(gap) <= 8 for gap in gaps):
            return _accepted(run, of.plain)
    return ()


def _runs(spans: list[_Span], plain: str) -> list[list[_Span]]:
    """Marked words that stand as one list."""
    runs: list[list[_Span]] = [[]]
    for span in sorted(spans):
        if runs[-1] and not _joined(plain[runs[-1][-1][1] : span[0]]):
            runs.append([])
        runs[-1].append(span)
    return runs


def _after_colons(spans: list[_Span], of: _Description) -> Iterable[str]:
    """``Other mode: `cash` ``: a further value under a label of its own."""
    for start, end, token in spans:
        before = of.plain[:start].rstrip(" `“\"'‘")
        own = before.endswith((":", "：")) and of.plain[end : end + 1] not in (":", "：")
        if own and token not in of.names and not phrases("enum.refused").found_in(before[-40:]):
            yield token.strip("\"' ")


def _joined(between: str) -> bool:
    """Whether what stands between two values leaves them values of one list."""
    if len(between) > 240:
        return False
    bare = between
    if hit := phrases("enum.default").search(between):
        bare = between[: hit.start] + between[hit.end :]
        if _AROUND_DEFAULT.fullmatch(bare):
            return True
    spaced = list_sign().sub(lambda m: m.group() if len(m.group()) == 1 else " ", bare, count=2)
    if spaced != bare and _NOUN.fullmatch(spaced):
        return True
    forms = (_MEANING, _OTHER_SCRIPT, _MEANING_BEFORE)
    return bool(_GAP.fullmatch(spaced)) or any(form.fullmatch(bare) for form in forms)


def read_lone_value(text: Text) -> tuple[str, ...]:
    """``Product type `spot` ``: the one value an input of this operation can have."""
    codes = [m for m in text.marks if m.kind == "code"]
    if len(codes) != 1:
        return ()
    lead = text.plain[: codes[0].start]
    if not _LONE.match(lead) or not phrases("enum.lone").found_in(lead):
        return ()
    token = text.plain[codes[0].start : codes[0].end].strip("\"' ")
    return (token,) if re.fullmatch(_WORD, token) else ()


def _accepted(run: list[_Span], plain: str) -> list[str]:
    """The values of a run, unless what stands around it says that it is something else."""
    tokens = [t.strip("\"' “”") for _, _, t in run]
    if len(run) < 2 or not all(re.fullmatch(r"[\w.+-]{1,64}", t) for t in tokens):
        return []
    start, end = run[0][0], run[-1][1]
    line = plain[plain.rfind("\n", 0, start) + 1 : start]
    in_range = len(run) == 2 and line.endswith("[") and plain[end : end + 1] == "]"
    scale = len(run) == 2 and phrases("enum.scale").begins(plain[end : end + 40].strip(" :：=-(（"))
    referred = line.rstrip(" `\"'“").endswith(("=", "&"))
    after = plain[end : end + 24].lstrip(" `\"'“”‘’」")
    conditioned = bool(phrases("enum.conditioned").begins(after))
    if in_range or referred or scale or conditioned or _is_refused(line[-60:], line):
        return []
    return tokens


def _is_refused(before: str, line: str) -> bool:
    """Whether the words before a list say that it lists something else, or examples."""
    if phrases("enum.example-line").found_in(line):
        return True
    if _ENDED.search(before):
        return False
    under_condition = phrases("enum.condition").found_in(before)
    is_label = before.rstrip().endswith((":", "："))
    return phrases("enum.refused").found_in(before) or (under_condition and not is_label)


def _constants(of: _Description) -> Iterable[str]:
    for line in of.plain.split("\n"):
        hit = _LISTED.search(line) if _SEPARATED.search(line) else None
        before = line[: hit.start(1)] if hit else ""
        if hit and not _is_refused(before, before) and (tokens := listed(hit[1])):
            return tokens
        if tokens := _after_meanings(line):
            return tokens
        hit = _SLASHED.search(line) if "/" in line else None
        if hit and _slashes_separate(line, hit):
            return re.split(r"\s?/\s?", hit[1])
    return ()


def _after_meanings(line: str) -> tuple[str, ...]:
    """``Cross margin: CROSS, isolated margin: ISOLATED``: each constant behind its meaning."""
    parts = re.split(r"[,，;；、]\s*", line.strip().rstrip(".。")) if line.count(":") > 1 else []
    hits = [_AFTER_MEANING.fullmatch(part) for part in parts]
    return tuple(hit[1] for hit in hits if hit) if all(hits) else ()


def _slashes_separate(line: str, hit: re.Match[str]) -> bool:
    """Constants as the whole line or after a colon; plain words only as the whole line."""
    tokens = re.split(r"\s?/\s?", hit[1])
    if _MEDIA_TYPE.match(hit[1]):
        return False
    whole = hit.start(1) == 0
    if all(re.fullmatch(_CONSTANT, t) and len(t) > 1 for t in tokens):
        return whole or "_" in hit[1] or line[: hit.start(1)].rstrip().endswith((":", "："))
    return whole and all(re.fullmatch(r"[A-Za-z_]{2,}", t) for t in tokens)


def _numbers(of: _Description) -> Iterable[str]:
    """Numbers with meanings, except the two ends of a scale."""
    hits = list(_NUMBERED.finditer(of.plain))
    if any(phrases("enum.scale").begins(of.plain[hit.end() : hit.end() + 24]) for hit in hits):
        return ()
    return [hit[1] for hit in hits]


def _ordered(of: _Description) -> Iterable[str]:
    """``Side: 1. Buy 2. Sell``: numbers that go up, each with a few words, and nothing else.

    Under a string such numbers count sentences.
    """
    if of.kind not in ("integer", "number"):
        return ()
    hits = list(_ORDERED.finditer(of.plain))
    numbers = [int(hit[1]) for hit in hits]
    lead = of.plain[: hits[0].start()].strip() if hits else ""
    gaps = [of.plain[a.end() : b.start()] for a, b in pairwise(hits)]
    rest = of.plain[hits[-1].end() :] if hits else ""
    if len(hits) < 2 or numbers[0] > 1 or sorted(set(numbers)) != numbers:
        return ()
    if (lead and not lead.endswith((":", "："))) or any(
        g.strip(" ,，;；、.。") for g in [*gaps, rest]
    ):
        return ()
    return [hit[1] for hit in hits]


def _squared(of: _Description) -> Iterable[str]:
    """``Direction [buy/sell]``: plain words with signs between, alone in square brackets."""
    hit = _SQUARED.search(of.plain) if "[" in of.plain else None
    return re.split(r"\s?[/|]\s?", hit[1]) if hit else ()


def _lone_lines(of: _Description) -> Iterable[str]:
    """A value on every line and nothing else: three or more, most of them constants."""
    if of.plain.count("\n") < 2:
        return ()
    lines = [line.strip(" `\"'-•*") for line in of.plain.split("\n") if line.strip()]
    constants = sum(bool(re.fullmatch(_CONSTANT, line)) for line in lines)
    whole = len(lines) > 2 and all(re.fullmatch(_WORD, line) for line in lines)
    return lines if whole and constants * 2 > len(lines) else ()


def _words(of: _Description) -> Iterable[str]:
    """Plain words that a cue announces, or that each have a meaning in brackets."""
    if phrases("enum.example-line").found_in(of.plain):
        return ()
    found = announced(of.plain) or tagged(of.plain) or labelled(of.plain, of.name)
    found = found or in_brackets(of.plain, of.name) or glued(of.plain, of.name)
    _, line_break, last = of.plain.strip().rpartition("\n")
    return found or (labelled(last, of.name) if line_break else ())


def _with_meanings(of: _Description) -> Iterable[str]:
    return with_meanings(of.plain)


_READERS = (
    _bracketed,
    _bullets,
    _lines,
    _spans,
    _bold,
    _constants,
    _numbers,
    _ordered,
    _squared,
    _lone_lines,
    _words,
    _with_meanings,
)

"""Values that marks set apart: bullets, code spans, quotations and bold words in a description."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct

from conformance.model.document import Text
from conformance.model.operation import Kind
from conformance.patterns import regex
from conformance.reading.facets.enum_words import LONE_CONSTANT, list_sign, meaning_words
from conformance.vocabulary import phrases

WORD = r"[A-Za-z0-9][\w.+-]{0,63}"
_WORDS = regex(r"[A-Za-z0-9][\w.+-]*+(?: [A-Za-z0-9][\w.+-]*+){1,3}")
_QUOTED = regex(rf"(?<!(?a:\w))(?:“({WORD})”|\"({WORD})\"|‘({WORD})’|'({WORD})')(?!(?a:\w))")
_GAP = regex(r"\s*(?:[,/|、，;；]|\n\s*[-•*]?)?\s*")
_NOUN = regex(r"\s+[a-z]{2,15}\s{2,4}(?:an?\s+)?")
"""``an 'x' order or a 'y' order``, the word for "or" taken out."""
_MEANING = regex(
    r"[^\S\n]*(?:[:：=-]|[(（])\s*(?=[^\s`“\"])[^\n`“\"]{1,200}?(?:[,，;；.。)）]|\n|$)?"
    r"\s*(?:\n\s*[-•*]\s*)?[,/|，、]?\s*"
)
_AROUND_DEFAULT = regex(r"[\s,.;，。(（)）]*")
_OTHER_SCRIPT = regex(r"[^\S\n]*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,12}[\s、，,;；。]*")
_MEANING_BEFORE = regex(r"\s*[,，、;；]\s*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,16}\s*")
"""``"LIMIT", 成行注文の場合は "MARKET" ``: what the next value means, before it."""
_LONE = regex(r"^[^\n`.]{0,80}[.:：]?\s*$")
_LINE = regex(r"(?m)^\S")
_SIGNED = regex(r"\s?(?:[=:：]|-\s|–)\s?\S")
_MEANT = regex(r"\s*(?:$|[:：=(（,，.]|[-–—]\s|\b(?<=\s)[^\W\d_])")
_MEANS = regex(r"\s*(?:[:：=(（]|[-–—]\s)[^,，、;；/|]*$")
"""What stands between a value and a word within its meaning."""
_FEW_LINES = 2
"""Lines that begin with a value, of which a list of values on lines of their own has more."""
_NUMBER = regex(r"[-+]?\d[\d.]*")
_BULLET = regex(r"(?:(?:^|\n)\s*[-•*·]|•)\s*(?P<body>[^\n•]*)")
_BULLET_VALUE = regex(
    rf"^(?:[`“\"‘'](?P<quoted>[^`”\"’'\s]{{1,64}})[`”\"’']|(?P<bare>{WORD})(?=\s*(?:[:：=]|-\s|–"
    rf"|$)))"
)
_ENDED = regex(r"(?<!\.[a-z])[.。!?！？]\s*$", re.IGNORECASE)
_Span: TypeAlias = tuple[int, int, str]
"""Start, end and words of a code span, a quotation or bold words."""


class Description(Struct, frozen=True):
    """One description with what the readers of lists need to know of it."""

    text: Text
    plain: str
    names: frozenset[str]
    name: str
    kind: Kind | None = None


def read_bullets(of: Description) -> Iterable[str]:
    found = [m for m in _BULLET.finditer(of.plain) if m["body"].strip()]
    if not found:
        return ()
    spans = {m.start: of.plain[m.start : m.end] for m in of.text.marks if m.kind == "code"}
    tokens = [token for m in found if (token := _read_bullet_value(m, spans))]
    if len(tokens) < len(found):
        return ()
    codes = {q for m in _QUOTED.finditer(of.plain) for q in m.groups() if q}
    codes |= set(of.text.list_marked("code"))
    lead = of.plain[: found[0].start()].rstrip()
    cued = phrases("enum.cue").found_in(of.plain) or phrases("enum.label").found_in(lead[-60:])
    if not all(cued or t in codes or LONE_CONSTANT.fullmatch(t) for t in tokens):
        return ()
    return tokens


def _read_bullet_value(bullet: re.Match[str], spans: dict[int, str]) -> str:
    """The value that a bullet begins with: a code span, a quoted word, or a word and a sign."""
    body = bullet["body"].lstrip("*_ ")
    code = spans.get(bullet.end("body") - len(body), "")
    value = code.strip("\"' ")
    if code and re.fullmatch(WORD, value) and _MEANT.match(body, len(code)):
        return value
    if code and body.rstrip() == code and _WORDS.fullmatch(value):
        return value
    hit = _BULLET_VALUE.match(body.strip())
    return (hit["quoted"] or hit["bare"]) if hit else ""


def read_lines_of_code(of: Description) -> Iterable[str]:
    """Lines that begin with a code span and its meaning: `` `a` = first``, `` `b` second``.

    Without a sign, too, where no other line stands among them or below, nor another span in them.
    """
    ends = {m.start: m.end for m in of.text.marks if m.kind == "code"}
    if len(ends) < 2:
        return ()
    every = list(_LINE.finditer(of.plain))
    lines = [m for m in every if m.start() in ends]
    signed = [m for m in lines if _SIGNED.match(of.plain, ends[m.start()])]
    alone = len(ends) == len(lines) and lines == every[-len(lines) :]
    meant = alone and all(_MEANT.match(of.plain, ends[m.start()]) for m in lines)
    if not meant and (len(signed) < 2 or len(signed) < len(lines)):
        return ()
    lead = of.plain[: lines[0].start()].strip() if lines else ""
    labelled = phrases("enum.label").found_in(lead) or phrases("enum.cue").found_in(lead)
    if not signed and (not labelled or is_refused(lead[-60:], lead)):
        return ()
    return [of.plain[m.start() : ends[m.start()]].strip("\"' ") for m in lines]


def read_spans(of: Description) -> Iterable[str]:
    """The first run of code spans or quoted words, and others that stand after a colon."""
    plain = of.plain
    quoted = [
        (m.start(), m.end(), next(g for g in m.groups() if g)) for m in _QUOTED.finditer(plain)
    ]
    codes = [(m.start, m.end) for m in of.text.marks if m.kind == "code"]
    bodies = [(start, end) for start, end in codes if plain[start:end].lstrip()[:1] == "{"]
    if bodies:  # the names in an object are no values
        quoted = [q for q in quoted if not any(start <= q[0] < end for start, end in bodies)]
        codes = [code for code in codes if code not in bodies]
    starts = [start for start, _, _ in quoted]
    spans = [
        *((start, end, plain[start:end]) for start, end in codes if not _holds(starts, start, end)),
        *quoted,
    ]
    spans = _without_meanings(spans, plain)
    if len(spans) < 2:
        return ()
    runs = (run for run in _group_runs(spans, plain) if not _is_condition(run, of))
    best = next((found for run in runs if (found := _accept_run(run, plain))), [])
    return [*best, *_read_after_colons(spans, of)] if best else []


def _without_meanings(spans: list[_Span], plain: str) -> list[_Span]:
    """Without the words that the meaning of a value names, where each value begins a line of its
    own: `` `range`: from `start` to `end` ``."""
    if sum(not plain[:start].rpartition("\n")[2].strip() for start, _, _ in spans) <= _FEW_LINES:
        return spans
    kept: list[_Span] = []
    meant = False
    for before, span in pairwise([(0, 0, ""), *sorted(spans)]):
        between = plain[before[1] : span[0]]
        goes_on = bool(before[2]) and "\n" not in between
        meant = goes_on and (meant or bool(_MEANS.match(between)))
        if not meant:
            kept.append(span)
    return kept


def _holds(starts: list[int], start: int, end: int) -> bool:
    """Whether a code span is itself a list of quoted words: `` `"red", "blue"` ``."""
    return bisect_left(starts, end) - bisect_left(starts, start) > 1


def _is_condition(run: list[_Span], of: Description) -> bool:
    """Whether a run begins with another member and its value: ``when `type` is `limit` `` in a
    language that sets a particle between the two."""
    if len(run) < 2 or run[0][2] not in of.names:
        return False
    between = of.plain[run[0][1] : run[1][0]]
    if between.isascii() or not _OTHER_SCRIPT.fullmatch(between):
        return False
    return not list_sign().search(between)


def read_bold(of: Description) -> Iterable[str]:
    """``Account type: **main**, **trade**``: bold words as a list behind a label or cue."""
    marks = [m for m in of.text.marks if m.kind == "strong"]
    if len(marks) < 2:
        return ()
    spans = [(m.start, m.end, of.plain[m.start : m.end].strip()) for m in marks]
    for run in _group_runs(spans, of.plain):
        before = of.plain[: run[0][0]].rstrip() if run else ""
        announced_by = before.endswith((":", "：")) or phrases("enum.cue").found_in(before[-40:])
        gaps = [of.plain[a[1] : b[0]] for a, b in pairwise(run)]
        if announced_by and all(len(gap) <= 8 for gap in gaps):
            return _accept_run(run, of.plain)
    return ()


def _group_runs(spans: list[_Span], plain: str) -> list[list[_Span]]:
    """Marked words that stand as one list."""
    runs: list[list[_Span]] = [[]]
    for span in sorted(spans):
        if runs[-1] and not _is_joined(plain[runs[-1][-1][1] : span[0]]):
            runs.append([])
        runs[-1].append(span)
    return runs


def _read_after_colons(spans: list[_Span], of: Description) -> Iterable[str]:
    """``Other mode: `cash` ``: a further value under a label of its own."""
    for start, end, token in spans:
        before = of.plain[:start].rstrip(" `“\"'‘")
        own = before.endswith((":", "：")) and of.plain[end : end + 1] not in (":", "：")
        if own and token not in of.names and not phrases("enum.refused").found_in(before[-40:]):
            yield token.strip("\"' ")


def _is_joined(between: str) -> bool:
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
    if (
        _GAP.fullmatch(spaced)
        or _MEANING.fullmatch(bare)
        or _compile_meaning_in_words().fullmatch(bare)
    ):
        return True
    if bare.isascii():
        return False
    return bool(_OTHER_SCRIPT.fullmatch(bare) or _MEANING_BEFORE.fullmatch(bare))


@cache
def _compile_meaning_in_words() -> re.Pattern[str]:
    """`` for ascending, `` between two values."""
    latin, _ = meaning_words()
    return regex(rf"\s(?:{latin})\s[^`“\"\n]{{1,60}}?(?:{list_sign().pattern})\s*", re.IGNORECASE)


def read_returned(of: Description) -> Iterable[str]:
    """``an empty position returns `none` ``: a value that the words tell of beside their list."""
    spans = [(m.start, m.end) for m in of.text.marks if m.kind == "code"]
    for start, end in [*spans, *(m.span() for m in _QUOTED.finditer(of.plain))]:
        token = of.plain[start:end].strip("\"'“”‘’ ")
        before = of.plain[:start].rstrip(" \"'“‘")[-40:]
        if re.fullmatch(WORD, token) and phrases("enum.returned").found_in(before):
            yield token


def read_lone_value(text: Text) -> tuple[str, ...]:
    """``Product type `spot` ``: the one value an input of this operation can have."""
    codes = [m for m in text.marks if m.kind == "code"]
    if len(codes) != 1:
        return ()
    lead = text.plain[: codes[0].start]
    if not _LONE.match(lead) or not phrases("enum.lone").found_in(lead):
        return ()
    token = text.plain[codes[0].start : codes[0].end].strip("\"' ")
    return (token,) if re.fullmatch(WORD, token) else ()


def _accept_run(run: list[_Span], plain: str) -> list[str]:
    """The values of a run, unless what stands around it says that it is something else."""
    tokens = [t.strip("\"' “”") for _, _, t in run]
    if len(run) < 2 or not all(re.fullmatch(r"[\w.+-]{1,64}", t) for t in tokens):
        return []
    start, end = run[0][0], run[-1][1]
    line = plain[plain.rfind("\n", 0, start) + 1 : start]
    in_range = plain[end : end + 1] == "]" and _opens_range(line, tokens)
    scale = len(run) == 2 and phrases("enum.scale").begins(plain[end : end + 40].strip(" :：=-(（"))
    referred = line.rstrip(" `\"'“").endswith(("=", "&"))
    after = plain[end : end + 24].lstrip(" `\"'“”‘’」")
    conditioned = bool(phrases("enum.conditioned").begins(after))
    if in_range or referred or scale or conditioned or is_refused(line[-60:], line):
        return []
    return tokens


def _opens_range(before: str, tokens: list[str]) -> bool:
    """Whether two words in square brackets are the ends of a range, or a value that is a list."""
    if len(tokens) != 2 or not before.endswith("["):
        return False
    lead = before[:-1].rstrip()
    listed = lead.endswith((":", "：")) or phrases("enum.label").found_in(lead)
    return not listed or all(map(_NUMBER.fullmatch, tokens))


def is_refused(before: str, line: str) -> bool:
    """Whether the words before a list say that it lists something else, or examples."""
    if phrases("enum.example-line").found_in(line):
        return True
    if _ENDED.search(before):
        return False
    under_condition = phrases("enum.condition").found_in(before)
    is_label = before.rstrip().endswith((":", "："))
    return phrases("enum.refused").found_in(before) or (under_condition and not is_label)

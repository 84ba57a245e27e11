"""The values a page allows, listed in brackets, bullets, code spans, slashes or meanings.

Words of prose are never values: a list counts when a cue announces it ("one of"), or
when its form leaves no doubt (all code spans, all constants, numbers with meanings).  A list
that goes on ("...", "etc.") allows more than it names, and is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, takewhile

from msgspec import Struct

from conformance.model.document import Text
from conformance.model.operation import Kind, Scalar
from conformance.patterns import regex
from conformance.reading.facets.enum_lists import (
    in_brackets,
    read_announced,
    read_behind_label,
    read_enclosed,
    read_labelled,
)
from conformance.reading.facets.enum_marks import (
    WORD,
    Description,
    is_refused,
    read_bold,
    read_bullets,
    read_lines_of_code,
    read_returned,
    read_spans,
)
from conformance.reading.facets.enum_meanings import (
    ascending,
    read_counted,
    read_glued,
    read_lined,
    read_ordered,
    read_tagged,
    with_meanings,
    without_default_mark,
)
from conformance.reading.facets.enum_words import (
    CONSTANT,
    IDEOGRAPH,
    LONE_CONSTANT,
    SIGNS,
    VALUE,
    is_label,
    is_led_by_example,
    list_sign,
    read_listed,
)
from conformance.reading.facets.single_values import read_typed_values
from conformance.reading.rows.row import cut_text
from conformance.vocabulary import columns, kinds, normalize_text, phrases

_AFTER_MEANING = regex(
    rf"(?:[^\W\d_][^:：]{{1,60}}[:：]\s*(?={CONSTANT}$)|{IDEOGRAPH}[^:：=]{{0,60}}[:：=]\s*(?=[A-Za-z]))({WORD})"
)
_MEANINGS_APART = regex(rf"[,，;；、]\s*|(?<=[A-Za-z0-9])\s+(?={IDEOGRAPH})")
_LAST_BRACKET = regex(r"[(（](?P<inside>[^()（）]{3,300})[)）]$")
_COLON = regex(r"[:：=]")
_FOREIGN_LABEL = regex(
    rf"(?P<label>{IDEOGRAPH}{{1,20}}[:：]?)\s*(?P<list>[A-Z][\w\s,，、/|-]{{2,400}})"
)
_BETWEEN = regex(r"[\s,，、/|]+")
_SLASHED = regex(rf"(?:^|[:：]\s*|\s)({WORD}(?:\s?/\s?{WORD}){{1,40}})\s*[.。]?$")
_LISTED = regex(
    rf"(?:^|[:：]\s*)({CONSTANT}(?:\s*[,，、|]\s*(?:[a-z]{{2,3}}\s+)?{CONSTANT}){{1,60}})"
    r"\s*(?:$|\n|[.。;；](?=\s|$))"
)
_CONSTANTS = regex(rf"\s*{CONSTANT}(?:\s*[,，、|]\s*{CONSTANT}){{1,60}}[.,，。]?\s*")
_PARTS = regex(r"[,\n]")
_MEDIA = regex(r"\b(?:application|multipart|text|image|audio|video)/[a-z]")
"""The slash of a media type separates no values."""
_SEPARATED = regex(r"[,，、|]")
"""What a list of constants cannot do without; found in a fraction of the time."""
_NUMBERED = regex(r"(?<![\w.%-])(-?\d{1,6})\s*(?:[:：=]|-(?=\s?[^\W\d_]))\s*(?=[^\W\d])")
_INTERVAL = regex(r"[\[(（]\s?-?\d[\d.]*\s?[,，~-]\s?-?\d[\d.]*\s?[\])）]")
_SQUARED = regex(r"\[\s?([a-z][a-z_-]*(?:\s?[/|]\s?[a-z][a-z_-]*)+)\s?\]")
_PAIR = regex(r"[A-Z0-9]{2,10}[-_/:][A-Z0-9]{2,10}")
_GOES_ON = frozenset({"...", "…"})
_BOUNDED = regex(r"\s*(?:[<>]=?|-?\d+\s*(?:\.\.|<))")


class Enumeration(Struct, frozen=True):
    """The values a value can have."""

    values: tuple[Scalar, ...] = ()
    """Empty when the page lists none, or more than it names are allowed."""
    nullable: bool = False
    """Whether null is one of them."""
    open: bool = False
    """Whether the page says that its list goes on."""


NO_VALUES = Enumeration()


def read_enum(
    text: Text, kind: Kind | None, names: frozenset[str] = frozenset(), name: str = ""
) -> Enumeration:
    """The documented values in page order, as JSON scalars of ``kind``.

    ``names`` are the inputs and fields of the page: a list of those is a reference, not a
    set of values.  ``name`` is the name of the value itself.
    """
    if kind == "object" or _is_interval(text.plain, kind):
        return NO_VALUES
    text = _without_examples(text)
    description = Description(text, text.plain, names, name, kind)
    for reader in _READERS:
        tokens = tuple(dict.fromkeys(reader(description)))
        enough = len(tokens) >= 2 or (tokens and reader is _read_bracketed)
        if (
            enough
            and name not in tokens
            and not (set(tokens) <= names or _are_pairs(tokens, description))
        ):
            further = read_returned(description) if len(tokens) > 1 else ()
            tokens = tuple(dict.fromkeys((*tokens, *further)))
            found = to_enumeration(tokens, text.plain, kind)
            if found != NO_VALUES:
                return found
    return NO_VALUES


def _are_pairs(tokens: tuple[str, ...], of: Description) -> bool:
    """Whether a list that nothing announces names a few of the markets there are."""
    if not all(map(_PAIR.fullmatch, tokens)) or phrases("enum.cue").found_in(of.plain):
        return False
    words = (normalize_text(of.name).replace("_", " "), of.plain)
    return any(phrases("enum.instruments").found_in(wording) for wording in words)


def _without_examples(text: Text) -> Text:
    """A description of several lines less the last ones, where they give examples."""
    end = len(text.plain)
    while (at := text.plain.rfind("\n", 0, end)) > 0:
        if not phrases("enum.example-line").begins(text.plain[at + 1 : end].strip()):
            break
        end = at
    return cut_text(text, 0, end) if end < len(text.plain) else text


def read_enum_cell(text: Text, kind: Kind | None) -> Enumeration:
    """Values of a cell whose column is for values: every separated token counts.

    Two numbers in brackets are the ends of a range.
    """
    if _is_interval(text.plain, kind):
        return NO_VALUES
    found = read_enum(text, kind)
    if found != NO_VALUES:
        return found
    parts = [t.strip(" `\"'“”‘’[](){}") for t in re.split(r"\n", text.plain) if t.strip()]
    tokens = [t.strip(" `\"'“”‘’[](){}.") for part in parts for t in list_sign().split(part)]
    tokens = [token for token in tokens if token]
    if len(tokens) == 1 and all(re.fullmatch(rf"{CONSTANT}(?<=..)", t) for t in tokens[0].split()):
        tokens = tokens[0].split()
    if tokens and is_led_by_example(tokens[0]):
        return NO_VALUES
    if len(tokens) >= 2 and all(re.fullmatch(WORD, t) for t in tokens):
        return to_enumeration(tuple(dict.fromkeys(tokens)), text.plain, kind)
    return NO_VALUES


def read_enum_words(text: Text, kind: Kind | None) -> Enumeration:
    """A description that is nothing but a list, beside a type cell that says "enum"."""
    first = text.plain.strip().split("\n")[0].rstrip(".。 ")
    tokens = read_listed(first.rpartition(":")[2])
    return to_enumeration(tokens, text.plain, kind) if tokens else NO_VALUES


def _is_interval(plain: str, kind: Kind | None) -> bool:
    return kind in ("integer", "number") and bool(_INTERVAL.fullmatch(plain.strip()))


def to_enumeration(tokens: tuple[str, ...], plain: str, kind: Kind | None) -> Enumeration:
    """``tokens`` as values of ``kind``, with what the words around them say of others."""
    values = read_typed_values(tuple(t for t in tokens if t != "null"), kind)
    if not values:
        return NO_VALUES
    if not _GOES_ON.isdisjoint(tokens):
        return Enumeration(open=True)
    opened = (hit.text for hit in phrases("enum.open").finditer(plain))
    if not all({wording, wording.split()[-1].strip("`\"'")} & set(tokens) for wording in opened):
        return Enumeration(open=True)
    if kind in ("string", None) and "" not in values and phrases("enum.or-empty").found_in(plain):
        values = (*values, "")
    return Enumeration(values, nullable="null" in tokens)


def _read_bracketed(of: Description) -> Iterable[str]:
    hit = phrases("enum.brackets").search(of.plain)
    if not hit or _BOUNDED.match(hit["inside"]):
        return ()
    return [t for part in _PARTS.split(hit["inside"]) if (t := part.strip(" `\"'“”"))]


def _read_constants(of: Description) -> Iterable[str]:
    for line in map(without_default_mark, of.plain.split("\n")):
        hit = _LISTED.search(line) if _SEPARATED.search(line) else None
        before = line[: hit.start(1)] if hit else ""
        if hit and not is_refused(before, before) and (tokens := read_listed(hit[1])):
            return (*tokens, *_read_constants_below(of.plain, line))
        if tokens := _read_after_meanings(line) or _read_behind_foreign_label(line):
            return tokens
        hit = _SLASHED.search(line) if "/" in line and not _MEDIA.search(line) else None
        if hit and _slashes_separate(line, hit):
            return re.split(r"\s?/\s?", hit[1])
    return ()


def _read_constants_below(plain: str, line: str) -> Iterable[str]:
    """The constants of the lines below one of them, as long as they hold nothing else."""
    below = plain.partition(line)[2].lstrip("\n").split("\n")
    return chain.from_iterable(
        re.findall(CONSTANT, words) for words in takewhile(_CONSTANTS.fullmatch, below)
    )


def _read_behind_foreign_label(line: str) -> tuple[str, ...]:
    """``注文種別 LIMIT MARKET``: constants alone behind a label for a choice in another script."""
    hit = None if line.isascii() else _FOREIGN_LABEL.fullmatch(line.strip())
    if not hit or not phrases("enum.label").found_in(hit["label"].rstrip(" :：")):
        return ()
    tokens = tuple(token for token in _BETWEEN.split(hit["list"]) if token)
    return tokens if all(LONE_CONSTANT.fullmatch(token) for token in tokens) else ()


def _read_after_meanings(line: str) -> tuple[str, ...]:
    """``Cross margin: CROSS, isolated margin: ISOLATED``: each constant behind its meaning."""
    line = line.strip().rstrip(".。")
    if (bracket := _LAST_BRACKET.search(line)) and not _COLON.search(line[: bracket.start()]):
        line = bracket["inside"]
    several = len(_COLON.findall(line)) > 1
    first, *parts = _MEANINGS_APART.split(line) if several else [""]
    if not phrases("enum.label").found_in(first) or _COLON.search(first):
        parts = [first, *parts]
    if any(normalize_text(_COLON.split(part)[0]) in columns() for part in parts):
        return ()
    hits = [_AFTER_MEANING.fullmatch(part) for part in parts]
    examples = phrases("enum.example-line").found_in(line) or is_refused(
        line.partition(":")[0], line
    )
    return () if examples else tuple(hit[1] for hit in hits if hit) if all(hits) else ()


def _slashes_separate(line: str, hit: re.Match[str]) -> bool:
    """Constants as the whole line or after a colon; plain words only as the whole line."""
    tokens = re.split(r"\s?/\s?", hit[1])
    whole = hit.start(1) == 0
    if all(LONE_CONSTANT.fullmatch(t) and len(t) > 1 for t in tokens):
        return whole or "_" in hit[1] or line[: hit.start(1)].rstrip().endswith((":", "："))
    return whole and all(re.fullmatch(r"[A-Za-z_]{2,}", t) for t in tokens)


def _read_numbers(of: Description) -> Iterable[str]:
    """Numbers with meanings, except the two ends of a scale."""
    hits = list(_NUMBERED.finditer(of.plain))
    if any(phrases("enum.scale").begins(of.plain[hit.end() : hit.end() + 24]) for hit in hits):
        return ()
    return [hit[1] for hit in hits]


def _in_a_row(of: Description) -> Iterable[str]:
    return read_ordered(of.plain, of.kind) or read_counted(of.plain, of.kind) or ascending(of.plain)


def _read_on_lines(of: Description) -> Iterable[str]:
    return read_lined(of.plain, of.name)


def _read_piped(span: str) -> tuple[str, ...]:
    """A code span that is a list itself: ``all | open | done``."""
    tokens = tuple(dict.fromkeys(part.strip(" \"'") for part in span.split("|")))
    values = len(tokens) > 1 and all(re.fullmatch(VALUE, token) for token in tokens)
    return (
        tokens if values and not any(normalize_text(token) in kinds() for token in tokens) else ()
    )


def _read_piped_span(of: Description) -> Iterable[str]:
    spans = (of.plain[m.start : m.end] for m in of.text.marks if m.kind == "code")
    return next((found for span in spans if "|" in span and (found := _read_piped(span))), ())


def _read_squared(of: Description) -> Iterable[str]:
    """``Direction [buy/sell]``: plain words with signs between, alone in square brackets."""
    hit = _SQUARED.search(of.plain) if "[" in of.plain else None
    return re.split(r"\s?[/|]\s?", hit[1]) if hit else ()


def _read_lone_lines(of: Description) -> Iterable[str]:
    """A value on every line and nothing else: three or more, most of them constants."""
    if of.plain.count("\n") < 2:
        return ()
    lines = [line.strip(" `\"'-•*") for line in of.plain.split("\n") if line.strip()]
    constants = sum(bool(LONE_CONSTANT.fullmatch(line)) for line in lines)
    whole = len(lines) > 2 and all(re.fullmatch(WORD, line) for line in lines)
    return lines if whole and constants * 2 > len(lines) else ()


def _read_words(of: Description) -> Iterable[str]:
    """Plain words that a cue announces, or that each have a meaning in brackets."""
    if phrases("enum.example-line").found_in(of.plain):
        return ()
    found = (
        read_announced(of.plain)
        or read_enclosed(of.plain)
        or read_tagged(of.plain)
        or (() if _MEDIA.search(of.plain) else read_labelled(of.plain, of.name))
        or read_behind_label(of.plain)
        or read_glued(of.plain, of.name)
    )
    first, line_break, last = of.plain.strip().rpartition("\n")
    if found or not line_break:
        return found or in_brackets(of.plain, of.name)
    titled = "\n" not in first and is_label(first, of.name)
    below = titled and SIGNS.search(last) and not _COLON.search(last)
    return read_labelled(f"{first}: {last}" if below else last, of.name)


def _with_meanings(of: Description) -> Iterable[str]:
    return with_meanings(of.plain)


_READERS = (
    _read_bracketed,
    read_bullets,
    read_lines_of_code,
    read_spans,
    read_bold,
    _read_constants,
    _read_numbers,
    _in_a_row,
    _read_piped_span,
    _read_squared,
    _read_lone_lines,
    _read_on_lines,
    _read_words,
    _with_meanings,
)

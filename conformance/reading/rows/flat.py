"""Fields of a page whose tags are gone: names, types and descriptions run together.

What is left to go by are the words that generated API pages are built from: section
words, type words behind a blank, ``required``, ``Possible values: [...]``, status codes.
A type word that belongs to a field is never followed by a blank; in prose it always is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cache, lru_cache
from importlib.resources import files
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import CodeBlock, Document, Paragraph, Text
from conformance.model.operation import Confidence, Example, Json, Stated
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import BlockContext
from conformance.reading.examples import read_example
from conformance.reading.facets.types import is_type_word
from conformance.reading.role_features import Where
from conformance.reading.roles import Role
from conformance.reading.rows.row import FieldRow, FieldTable, RowName

_NAME = regex(r"[A-Za-z_$@][\w$@.-]*(?:\[\])?")
_LAST_WORD = regex(r"[A-Za-z]+$")
_HUMPS = regex(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_KNOWN = math.log(1e-2)
_NO_WORD = math.log(1e-3)
"""A description that ends in a digit or sign: nothing speaks against it."""
_ONE_WORD = math.log(1e-3)
"""A description of a single word, glued to the name that follows."""
_USED = math.log(10)
"""What it is worth that a word is used elsewhere on the page."""
_CLEAR = math.log(50)
"""A cut this much likelier than the next best one is no longer doubtful."""
_LONGEST = 120
"""Characters looked at: no name is longer, and a longer word is none."""
_PARTICLES = frozenset(
    ("a", "an", "and", "are", "as", "at", "be", "by", "for", "in", "is", "it", "no", "not")
) | {"of", "on", "or", "the", "to", "with"}
"""Words that end no description and name no field."""


class Words(Struct, frozen=True):
    """What is known of the words around a cut."""

    names: frozenset[str] = frozenset()
    """Names that the page or its folder uses beyond doubt."""
    used: frozenset[str] = frozenset()
    """Words that stand alone somewhere on the page, lower case."""


def cut_name(token: str, words: Words, *, whole: bool) -> tuple[str, Confidence]:
    """The name that ``token`` ends with, and how sure the cut is.

    ``whole`` says that nothing stands before the token: then it may be a name as it is.
    """
    if whole and token in words.names:
        return token, "high"
    if len(token) > _LONGEST:
        token, whole = token[-_LONGEST:], False
    ranked = sorted(_list_cuts(token, words, whole), reverse=True)
    if not ranked:
        return token, "low"
    best, name = ranked[0]
    clear = len(ranked) == 1 or best - ranked[1][0] > _CLEAR
    if name == token and clear:
        return name, "high"
    return name, "medium" if clear or name in words.names else "low"


def _list_cuts(token: str, words: Words, whole: bool) -> Iterator[tuple[float, str]]:
    if whole and _NAME.fullmatch(token):
        yield _measure_beginning(token, words), token
    for at in range(1, len(token)):
        left, name = token[:at], token[at:]
        if _NAME.fullmatch(name) and not (left[-1].isdigit() and name[0].isdigit()):
            ending = _measure_ending(left, words) + (_ONE_WORD if whole else 0)
            yield ending + _measure_beginning(name, words), name


def _measure_ending(left: str, words: Words) -> float:
    """How likely ``left`` is the end of a sentence."""
    hit = _LAST_WORD.search(left)
    if not hit:
        return _NO_WORD
    word = hit.group()
    glued = left[: hit.start()][-1:].isdigit() or word.lower() in _PARTICLES
    used = _USED if word.lower() in words.used else 0
    likelihood = _measure_likelihood(word) + used - (_USED if glued else 0)
    if word.isupper() and 1 < len(word) <= 5:
        return max(likelihood, _NO_WORD * 2)
    return likelihood


def _measure_beginning(name: str, words: Words) -> float:
    """How likely ``name`` is a name."""
    if name in words.names:
        return _KNOWN
    humps = _HUMPS.findall(name)
    odd = name.lower() in _PARTICLES or any(len(hump) == 1 for hump in humps)
    used = _USED if name.lower() in words.used else 0
    return (
        sum(map(_measure_likelihood, humps)) + used - name[0].isupper() - (2 * _USED if odd else 0)
    )


def _measure_likelihood(word: str) -> float:
    """Natural logarithm of the word's probability."""
    counts, total = _load_frequencies()
    count = counts.get(word.lower())
    if count:
        return math.log(count / total)
    return math.log(10 / total) - len(word) * math.log(10)


@cache
def _load_frequencies() -> tuple[dict[str, int], int]:
    """Counts by word; read only when a page has to be cut."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    counts = {word: int(count) for word, count in _list_pairs(text.splitlines())}
    return counts, sum(counts.values())


def _list_pairs(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        word, _, count = line.partition(" ")
        if count:
            yield word, count


_TYPE = (
    r"(?:string|integer|number|boolean|object|array|int32|int64|float|double|date-time|uuid|enum"
    r"|any)(?:\[\])*"
    r"|[A-Z]\w{2,60}(?:\[\])*(?=(?: required)?(?:Possible values|Default value)s?:)"
)
_FIELD = regex(
    rf" (?P<type>{_TYPE}|(?P<near>[a-z]{{5,9}})(?= required))"
    r"(?:(?P<required> required)|(?![\s.,;:)]|s\b)|$)(?P<nullable> ?nullable)?"
)
_SECTION = regex(
    r"(?P<place>Query|Path|Header|Cookie) Parameters|(?P<body>Request Body)(?P<required> "
    r"required)?|(?P<answers>Responses)(?=[1-5]\d\d|default)"
)
_STATUSES = regex(r"(?:[1-5]\d\d|[1-5]XX|default)")
_MEDIA_TYPE = regex(
    r"[a-z]{4,24}/(?:[a-z0-9.-]{1,40}\+)?"
    r"(?:json|xml|x-www-form-urlencoded|form-data|octet-stream|plain|html)"
)
_MEDIA_TOPS = ("application", "multipart", "text")
_MEDIA_LIKENESS = 0.9
_SCHEMA = regex(r"(?:Schema)?(?:Example \(from schema\)|Example)?Schema(?=[a-z_@$])|Schema")
_END = regex(
    r"Loading\.\.\.|Was this (?:section|page) helpful|Previous(?=[A-Z])|Edit this page|Copyright "
)
_NAME_END = regex(r"[A-Za-z_$@][\w$@.-]*(?:\[\])?$")
_BREAK = regex(r".*[.!?)\]。:;\"”]", re.DOTALL)
_ALONE = regex(r"(?<=[\s(,])[A-Za-z]+(?=[\s),.;:])")
_PLACES: dict[str, Where] = {
    "Query": "query",
    "Path": "path",
    "Header": "header",
    "Cookie": "cookie",
}


class FlatSection(Struct, frozen=True, kw_only=True):
    """One stretch of fields with what it is about."""

    role: Role
    table: FieldTable
    media_type: str = ""
    description: str = ""
    required: Stated = Stated.NOT_STATED
    example: Example | None = None


def read_flat(document: Document, names: frozenset[str]) -> tuple[FlatSection, ...]:
    """The request sections and one section per documented status of a flattened page.

    ``names`` are names that other pages of the folder use for sure.
    """
    blocks = [b for b in document.blocks if isinstance(b, Paragraph | CodeBlock)]
    text = " ".join(b.text.plain for b in blocks if isinstance(b, Paragraph))
    words = Words(
        names | frozenset(_list_example_names(blocks)), frozenset(_list_standing_alone(text))
    )
    found: list[FlatSection] = []
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph):
            continue
        marks = list(_SECTION.finditer(block.text.plain))
        for mark, after in zip_longest(marks, marks[1:]):
            end = after.start() if after else len(block.text.plain)
            text = block.text.plain[mark.end() : end]
            if mark["answers"]:
                return (*found, *_read_answers(text, block.span, blocks[index + 1 :], words))
            found.append(
                _read_inputs(mark, text, block.text.plain[: mark.start()], block.span, words)
            )
    return tuple(found)


def media_types(text: str) -> tuple[str, ...]:
    """Media types in prose, verbatim, misspelt or not."""
    return tuple(dict.fromkeys(text[start:end] for start, end in _find_media_spans(text)))


def _find_media_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where media types stand; letters of a word glued before one are left out."""
    for hit in _MEDIA_TYPE.finditer(text):
        top, _, _ = hit.group().partition("/")
        tails = ((_measure_likeness(top[i:]), i) for i in range(len(top) - 3))
        likeness, cut = max(tails, key=lambda tail: (tail[0], -tail[1]))
        if likeness >= _MEDIA_LIKENESS:
            yield hit.start() + cut, hit.end()


@lru_cache(maxsize=1024)
def _measure_likeness(top: str) -> float:
    """How near ``top`` comes to a registered top-level type (RFC 6838, 4.2)."""
    return max(SequenceMatcher(None, top, known, autojunk=False).ratio() for known in _MEDIA_TOPS)


def _list_standing_alone(text: str) -> Iterator[str]:
    """Words with a blank or a sign on both sides: surely not glued to anything."""
    return (hit.group().lower() for hit in _ALONE.finditer(text))


def _list_example_names(blocks: list[Paragraph | CodeBlock]) -> Iterator[str]:
    """Names that JSON on the page uses: where a glued word may be cut."""
    for block in blocks:
        if isinstance(block, CodeBlock):
            yield from _walk_keys(read_example(block, BlockContext(0)).value)


def _walk_keys(value: Json) -> Iterator[str]:
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield from node
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _read_inputs(
    mark: re.Match[str], text: str, before: str, span: Span, words: Words
) -> FlatSection:
    place: Where = "body" if mark["body"] else _PLACES[mark["place"]]
    media = media_types(before[-80:])
    cut = _END.search(text)
    return FlatSection(
        role=Role(kind="request", where=place),
        table=_read_table(text[: cut.start()] if cut else text, span, words),
        media_type=media[-1] if media and mark["body"] else "",
        required=Stated.YES if mark["required"] else Stated.NOT_STATED,
    )


def _read_answers(
    text: str, span: Span, rest: list[Paragraph | CodeBlock], words: Words
) -> Iterator[FlatSection]:
    """Statuses come first, all at once; then one panel per status, in the same order."""
    statuses, at = [], 0
    while hit := _STATUSES.match(text, at):
        statuses.append(hit.group())
        at = hit.end()
    panels = list(_read_panels(text[at:], span, rest))
    for status, (wording, where, code) in zip(statuses, panels, strict=False):
        begin, end = next(_find_media_spans(wording), (0, 0))
        split = _SCHEMA.search(wording, end)
        fields = wording[split.end() :] if split else ""
        yield FlatSection(
            role=Role(kind="response", status=status),
            table=_read_table(fields, where, words),
            media_type=wording[begin:end],
            description=wording[:begin].strip() if end else (wording if not split else ""),
            example=read_example(code, BlockContext(0)) if code else None,
        )


def _read_panels(
    first: str, span: Span, rest: list[Paragraph | CodeBlock]
) -> Iterator[tuple[str, Span, CodeBlock | None]]:
    """Text, its span and its example, panel by panel; an example ends a panel."""
    wording, where = first, span
    for block in rest:
        if isinstance(block, CodeBlock):
            yield wording, where, block
            wording = ""
        else:
            cut = _END.search(block.text.plain)
            wording = block.text.plain[: cut.start()] if cut else block.text.plain
            where = block.span
            if cut:
                break
    cut = _END.search(wording)
    wording = wording[: cut.start()] if cut else wording
    if wording.strip():
        yield wording, where, None


class _Cut(Struct, frozen=True):
    """A name in run-together text: from ``start``, its type words in ``hit``."""

    name: str
    start: int
    hit: re.Match[str]
    confidence: Confidence


def _read_table(text: str, span: Span, words: Words) -> FieldTable:
    """Fields of one stretch: a description runs from its type to the next name."""
    cuts = list(_find_word_cuts(text, words))
    ends = [cut.start for cut in cuts[1:]] + [len(text)] * bool(cuts)
    fields = tuple(_read_field(cut, text, end, span) for cut, end in zip(cuts, ends, strict=True))
    fields = _nest_fields(fields)
    return FieldTable(fields=fields, span=span, columns=frozenset({"name", "type", "required"}))


def _find_word_cuts(text: str, words: Words) -> Iterator[_Cut]:
    previous = 0
    for hit in _FIELD.finditer(text):
        if hit["near"] and not is_type_word(hit["near"]):
            continue
        begin = max(text.rfind(" ", previous, hit.start()) + 1, previous)
        token = text[begin : hit.start()]
        if token:
            name, confidence = _name_in(token, words, whole=begin == previous)
            yield _Cut(name, hit.start() - len(name), hit, confidence)
            previous = hit.end()


def _name_in(token: str, words: Words, *, whole: bool) -> tuple[str, Confidence]:
    """The name a token ends with; the token may start with the end of a description."""
    ending = _BREAK.match(token.removesuffix("[]"))
    if ending and (tail := token[ending.end() :]) and _NAME_END.fullmatch(tail):
        return tail, "high"
    return cut_name(token, words, whole=whole)


def _nest_fields(fields: tuple[FieldRow, ...]) -> tuple[FieldRow, ...]:
    """What follows a list of objects is taken for the members of its items: nothing else says."""
    lists = [n for n, raw in enumerate(fields) if raw.type_text == "object[]"]
    if not lists or lists[0] + 1 == len(fields):
        return fields
    first = lists[0] + 1
    inner = (
        replace(raw, name=replace(raw.name, depth=1), confidence="low") for raw in fields[first:]
    )
    return (*fields[:first], *inner)


def _read_field(cut: _Cut, text: str, end: int, span: Span) -> FieldRow:
    whole = text[cut.start : end]
    quote = whole if len(whole) <= 160 else whole[:159] + "…"
    here = Span(span.page, span.line, span.end_line, quote)
    return FieldRow(
        name=RowName(name=cut.name),
        span=here,
        description=Text(_space_brackets(text[cut.hit.end() : end].strip()), here),
        type_text=cut.hit["type"],
        required=Stated.YES if cut.hit["required"] else Stated.NOT_STATED,
        nullable=Stated.YES if cut.hit["nullable"] else Stated.NOT_STATED,
        confidence=cut.confidence,
    )


def _space_brackets(text: str) -> str:
    """A blank after the bracket that ends a list of values, where the tags took it."""
    return re.sub(r"(?<=\])(?=[A-Z])", " ", text)

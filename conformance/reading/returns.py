"""The object that an operation is stated to return or take: "Returns a list of [order](#order)"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from conformance.model.document import Block, ListBlock, Mark, Paragraph, Table, Text, texts_of
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock, count_pieces
from conformance.reading.facets.types import read_type
from conformance.reading.references import ReferenceResolver
from conformance.reading.rows.columns import table_columns
from conformance.reading.rows.row import FieldTable
from conformance.reading.topics import announces_fields, nearest_topics, topics_of
from conformance.vocabulary import Topic, phrases, word_set, words

_SENTENCE_END = regex(r"[.。!?;](?:\s|$)|\n")
_STATUS = regex(r"([1-5](?:\d\d|XX|xx)|default)(?:\s[^\W\d_](?:[^\W\d_]|[' -]){1,40})?")
"""A status, with its reason phrase or without: ``201 Created``."""
STATUSES: Final = {str(status.value): status.phrase.lower() for status in HTTPStatus}
ERROR_STATUSES: Final = frozenset(status for status in STATUSES if status >= "4")
"""Those that HTTP knows: a list of errors may as well have numbers of its own."""
_WORD = regex(r"[A-Za-z_][\w-]*")
_FAR = 80
"""Characters between the word that announces the object and its name."""
_MAX_WORDS = 3
"""Words of a name in prose."""
_LIST_OF = phrases("references.list_of")
_SHORT = 2
"""Letters of a word that only joins others."""
_AROUND = 12
"""Characters beside a link that stands alone: "Array of"."""
_NEAR = 2
"""Words above a link, the nearest first, that may be a status: its description, its heading."""
_MAX_SENTENCES = 200
"""Sentences of one operation that are looked at."""
Side: TypeAlias = Literal["request", "response", "inputs", "frame"]
_WORDS: Final[Mapping[Side, str]] = {
    "request": "references.takes",
    "response": "references.returns",
    "inputs": "references.supports",
    "frame": "references.framed",
}
_TOPICS: Final[Mapping[Side, tuple[tuple[Topic, ...], ...]]] = {
    "request": (("request",), ("body",)),
    "response": (("response",),),
    "inputs": (),
    "frame": (),
}
"""What the nearest words are about where a link alone is the body."""


class ReturnedObject(Struct, frozen=True):
    """An object that prose names as what comes back."""

    table: FieldTable
    span: Span
    """The words that say so."""
    is_array: bool
    is_linked: bool
    """False where a name without a link led to it."""
    is_partial: bool
    """Whether only some of its members come back."""


class _Sentence(Struct, frozen=True):
    """What follows a word like "returns", to the end of its sentence."""

    text: Text
    start: int
    end: int

    @property
    def words(self) -> str:
        return self.text.plain[self.start : self.end]

    @property
    def links(self) -> Iterator[Mark]:
        for mark in self.text.marks:
            if mark.kind == "link" and self.start <= mark.start < self.end:
                yield mark


def find_sent(
    pieces: Iterable[LocatedBlock], references: ReferenceResolver
) -> ReturnedObject | None:
    """The first object that ``pieces`` say is the body, by a link to where it is documented."""
    sentences = _find_sentences(pieces, "request", only_linked=True)
    found = (_find_by_link(sentence, references) for sentence in sentences)
    return next((each for each in found if each), None)


def find_returned(
    pieces: Iterable[LocatedBlock], references: ReferenceResolver
) -> ReturnedObject | None:
    """The first object that ``pieces`` say comes back and that is documented somewhere."""
    for sentence in _find_sentences(pieces, "response"):
        if phrases("references.container").found_in(sentence.words):
            continue  # the object is what one of the members is, whatever its name
        readers = (_find_by_link, _find_by_name, _find_by_noun)
        found = next((one for read in readers if (one := read(sentence, references))), None)
        if found is not None:
            return found
    return None


def find_frame(pieces: Iterable[LocatedBlock], references: ReferenceResolver) -> FieldTable | None:
    """The object that ``pieces`` say the answer is put into, by a link to its section."""
    sentences = _find_sentences(pieces, "frame", only_linked=True)
    found = (_find_by_link(sentence, references) for sentence in sentences)
    return next((each.table for each in found if each), None)


def find_supported(
    pieces: Iterable[LocatedBlock], references: ReferenceResolver
) -> Iterator[FieldTable]:
    """The inputs that ``pieces`` say an operation takes as others do, by a link to where they are
    documented: "supports the [pagination](#pagination) parameters"."""
    for sentence in _find_sentences(pieces, "inputs", only_linked=True):
        if {"request", "query"} & set(topics_of(sentence.words)):
            targets = dict.fromkeys(mark.target for mark in sentence.links)
            tables = (references.find(target, sentence.text.span.page) for target in targets)
            yield from filter(None, tables)


def find_returned_anchors(links: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Anchors of the page among what :func:`body_links` finds, with the place of the first."""
    found: dict[str, int] = {}
    for target, index in links:
        if target.startswith("#"):
            found.setdefault(target[1:], index)
    return found


def body_links(pieces: Iterable[LocatedBlock]) -> Iterator[tuple[str, int]]:
    """Where links lead in what is stated of bodies, each with its place."""
    for piece in _without_contents(pieces):
        sentences = (
            s for side in _WORDS for s in _find_sentences((piece,), side, only_linked=True)
        )
        links = [mark for sentence in sentences for mark in sentence.links]
        if isinstance(piece.block, Table) and is_status_table(piece.block, piece):
            cells = (cell for row in piece.block.rows for cell in row.cells)
            links += [mark for cell in cells for mark in cell.marks if mark.kind == "link"]
        yield from ((mark.target, piece.place.index) for mark in links)


def _without_contents(pieces: Iterable[LocatedBlock]) -> Iterator[LocatedBlock]:
    """All but tables of contents: lists in lists of nothing but links to sections."""
    left = 0
    for piece in pieces:
        block = piece.block
        if not left and isinstance(block, ListBlock):
            nested = any(item.blocks for item in block.items)
            left = count_pieces((block,)) if nested and _is_of_links(block) else 0
        if not left:
            yield piece
        left = max(0, left - 1)


def _is_of_links(block: Block) -> bool:
    """Whether every item is a link to a section and nothing else, and so is what is in it."""
    return isinstance(block, ListBlock) and all(
        any(
            m.target.startswith("#") and m.end - m.start >= len(text.strip())
            for m in item.text.marks
        )
        and all(map(_is_of_links, item.blocks))
        for item in block.items
        if (text := item.text.plain)
    )


def status_in(cell: str) -> str:
    """The status that a cell is; empty when it is none."""
    hit = _STATUS.fullmatch(cell.strip())
    return hit[1] if hit else ""


def is_status_table(table: Table, piece: LocatedBlock) -> bool:
    """Whether every row begins with a status and the place is about answers; the last may be for
    any other status."""
    firsts = [status_in(row.cells[0].plain) if row.cells else "" for row in table.rows]
    firsts = firsts[:-1] if firsts[1:] and not firsts[-1] else firsts
    if not firsts or not all(firsts):
        return False
    near = nearest_topics(piece.place.words())
    about_answers = "response" in near or ("error" in near and _are_of_http(firsts))
    return about_answers and table_columns(table)[:1] == ("code",)


def _are_of_http(numbers: Sequence[str]) -> bool:
    """Whether all are errors of HTTP, or statuses of HTTP that are no codes of somebody's own: a
    success among them, and an error that is no round number."""
    if ERROR_STATUSES.issuperset(numbers):
        return True
    errors = ERROR_STATUSES.intersection(numbers)
    return errors < STATUSES.keys() >= set(numbers) and any(n[1:] != "00" for n in errors)


def _find_sentences(
    pieces: Iterable[LocatedBlock], side: Side, *, only_linked: bool = False
) -> Iterator[_Sentence]:
    left = _MAX_SENTENCES
    for piece in pieces:
        for text in list_prose(piece):
            if only_linked and not any(mark.kind == "link" for mark in text.marks):
                continue
            starts = [hit.end for hit in phrases(_WORDS[side]).finditer(text.plain)]
            if not starts and _is_announced(text, piece, side):
                starts = [0]
            passive = phrases("references.returned").finditer(text.plain) if starts else ()
            ends = {hit.end: hit.start for hit in passive} if side == "response" else {}
            for start in starts[: max(left, 0)]:
                if verb := ends.get(start):  # "the sent message is returned"
                    cuts = [hit.end() for hit in _SENTENCE_END.finditer(text.plain, 0, verb)]
                    yield _Sentence(text, cuts[-1] if cuts else 0, verb)
                end = _SENTENCE_END.search(text.plain, start)
                yield _Sentence(text, start, end.start() if end else len(text.plain))
            left -= len(starts)


def _is_announced(text: Text, piece: LocatedBlock, side: Side) -> bool:
    """Whether a text is a link alone under words like "Return type" or "Response", or under the
    status of a success."""
    linked = sum(m.end - m.start for m in text.marks if m.kind == "link")
    if not linked or len(text.plain.strip()) > linked + _AROUND:
        return False
    above = [wording for wording in piece.place.words() if wording != text.plain]
    nearest = above[0] if above else ""
    is_about = topics_of(nearest)[:1] in _TOPICS[side]
    if side == "response" and not is_about:
        status = next(filter(None, map(status_in, above[:_NEAR])), "")
        is_about = status.startswith("2")
    return is_about or bool(phrases(_WORDS[side]).found_in(nearest))


def list_prose(piece: LocatedBlock) -> tuple[Text, ...]:
    """The running words of a block: those of a paragraph, of each item of a list."""
    return texts_of(piece.block) if isinstance(piece.block, Paragraph | ListBlock) else ()


def _find_by_link(sentence: _Sentence, references: ReferenceResolver) -> ReturnedObject | None:
    for mark in sentence.links:
        if mark.start - sentence.start > _FAR:
            break
        table = references.find(mark.target, sentence.text.span.page)
        if table is not None:
            plain = sentence.text.plain
            before = plain[sentence.start : mark.start]
            named = plain[mark.start : mark.end].strip("`* ")
            where = _WORD.findall(mark.target.casefold())
            is_own_name = named.casefold() in where[-1:]
            listed = not is_own_name and read_type(named).kind == "array"
            return _make_returned(sentence, table, before, linked=True, listed=listed)
    return None


def _find_by_name(sentence: _Sentence, references: ReferenceResolver) -> ReturnedObject | None:
    """A name before a word for objects: "a list of order objects", "the trading account object"."""
    kinds = words("object_words").keys()
    found = list(_WORD.finditer(sentence.words[: 2 * _FAR]))
    for at, hit in enumerate(found):
        if hit.group().lower() not in kinds or len(hit.group()) <= _SHORT:
            continue
        for start in range(max(0, at - _MAX_WORDS), at):
            name = [h.group() for h in found[start:at]]
            generic = kinds & {w.lower() for w in name} or announces_fields(" ".join(name))
            table = None if generic else references.named(" ".join(name))
            if table is not None:
                before = sentence.words[: found[start].start()]
                return _make_returned(sentence, table, before, linked=False)
    return None


def _find_by_noun(sentence: _Sentence, references: ReferenceResolver) -> ReturnedObject | None:
    """A name that ends the sentence or a part of it, behind an article or a word for lists: "the
    sent message", "a list of orders"."""
    found = list(_WORD.finditer(sentence.words[: 2 * _FAR]))
    first = found[0].group().lower() if found else ""
    if not (first in word_set("references.determiners") or _LIST_OF.begins(first)):
        return None
    for at, hit in enumerate(found[1 : 2 * _MAX_WORDS], 1):
        rest = sentence.words[hit.end() :].lstrip(" `*")
        if rest and rest[0].isalnum() and found[at + 1].group() not in word_set("rows.condition"):
            continue
        for start in range(max(1, at - _MAX_WORDS + 1), at + 1):
            name = " ".join(h.group() for h in found[start : at + 1])
            names = () if topics_of(name) else (name.removesuffix("s"), name)
            tables = [table for n in dict.fromkeys(names) if (table := references.named(n))]
            if tables and len(tables[0].fields) > 1:
                before = sentence.words[: found[start].start()]
                several = name.endswith("s") and references.named(name[:-1]) is not None
                return _make_returned(sentence, tables[0], before, linked=False, listed=several)
        return None
    return None


def _make_returned(
    sentence: _Sentence, table: FieldTable, before: str, *, linked: bool, listed: bool = False
) -> ReturnedObject:
    listed = listed or phrases("references.list_of").found_in(before)
    partial = phrases("references.partial").found_in(before)
    return ReturnedObject(table, sentence.text.span, listed, linked, partial)

"""A row as the page says it: words sorted by what their column is about, nothing judged yet.

Tables, lists, runs of paragraphs and flattened text all end as these rows, so that
everything after this point has one way to read a field.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import Block, Mark, Text
from conformance.model.operation import Confidence, Stated
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.vocabulary import normalize_text, phrases, required_marks, word_set

_NESTING = regex(
    r"^(?P<marks>(?:&gt;|[>»›↳└├─→⇒•·∟…|\u3134]|\s|-(?=[\s>-]|\w)|\+(?=[\s+\w])|\.{2,3}(?=\w))+)"
)
_ARROW = regex(r"(?<=[\w\]])\s?(?:-?>|&gt;|→|»)\s?(?=[A-Za-z_])")
"""Between the names of an object and of its member."""
_MOST_NAMES = 6
_CUT_AT_ONCE = 16
"""Parts of a text that are cut out of the whole."""
_CASE_WORDS = 3
"""Before a mark that is one for the case they name only."""
_JOINED_NAME = regex(r"[A-Za-z_$@][\w$@.-]{1,63}(?:\[\])?")
_POSITION = regex(r"`?\[(?P<position>\d{1,4})\]`?\s*[:：.-]?\s*(?=[A-Za-z_`*])")
_PLACEHOLDER = regex(r"(:|<|\{\{?|\[)(?P<name>[A-Za-z_][\w-]{0,63})(>|\}\}?|\]|)")
_CLOSING = {":": "", "<": ">", "{": "}", "{{": "}}", "[": "]"}
_STEP = regex(r"&gt;|[>»›↳→⇒∟…\u3134+-]|\.{2,3}")
_IDENTIFIER = regex(
    r"(?:[A-Za-z_$@#]|\d{1,4}[A-Za-z_])[\w$@#]*(?:[.\-][\w$@#]+|\[\w*\]|\{\w+\})*|\d{1,3}(?![\w.])"
)
_SCRIPT_NAME = regex(r"[^\W\d]\w{0,40}(?:\.\w{1,40}|\[\]){0,8}")
"""A name in any script, where it is code."""
_FOOTNOTE = regex(r"\s*(?:(?P<optional>\?)\s*\*+|\*{2,})\s*")
"""Asterisks that refer to a note: behind the mark of an optional name, or several."""
_STARRED_LINE = regex(r" ?\*(?=\n)")
_TAIL = regex(r"^(?:\[\])*")
_HEADER_NAMES = (
    "accept accept-charset accept-encoding accept-language authorization cache-control "
    "content-encoding content-length content-md5 content-type cookie forwarded host "
    "idempotency-key if-match if-modified-since if-none-match origin proxy-authorization referer "
    "signature-input user-agent x-api-key x-requested-with"
)
REQUEST_HEADERS = frozenset(_HEADER_NAMES.split())
"""https://www.iana.org/assignments/http-fields, requests, and three that are common."""
EVERY = -1
"""The position of all items alike: ``[0...n]``."""


class RowName(Struct, frozen=True, kw_only=True):
    """A name cell taken apart."""

    name: str
    depth: int = 0
    """Marks of nesting before the name, or blanks where there are only blanks."""
    required: Stated = Stated.NOT_STATED
    """From a ``*``, a ``?``, or a word beside the name."""
    rest: str = ""
    """What else stands in the cell."""
    target: str = ""
    """Where the name links to."""
    position: int | None = None
    """Index in an array, where the page counts members instead of keying them."""
    is_key: bool = False
    """Whether the page writes it as a placeholder: a member has any name in its place."""
    any_case: bool = False
    """Whether the page writes it in capitals for emphasis, so that its case is not known."""


class FieldRow(Struct, frozen=True, kw_only=True):
    """One field or parameter in the page's own words."""

    name: RowName
    span: Span
    description: Text
    type_text: str = ""
    type_target: str = ""
    has_type_cell: bool = True
    """False when the source has no place for a type, so that its absence means nothing."""
    required: Stated = Stated.NOT_STATED
    mark: str = ""
    """What its own cell for the required mark says."""
    location: str = ""
    default_text: str = ""
    enum: Text | None = None
    limits_text: str = ""
    example_text: str = ""
    nullable: Stated = Stated.NOT_STATED
    side: Literal["request", "response", ""] = ""
    """The only side it is of: a column says that it is read or written and nothing else."""
    confidence: Confidence = "high"

    def at_depth(self, depth: int) -> FieldRow:
        """The row as one of members that many levels down."""
        return replace(self, name=replace(self.name, depth=depth))

    def deeper(self, levels: int) -> FieldRow:
        """The row that many levels further down."""
        return self.at_depth(self.name.depth + levels)


class UnreadRow(Struct, frozen=True, kw_only=True):
    span: Span
    detail: str


class FieldTable(Struct, frozen=True, kw_only=True):
    """Fields documented together: one table, one list, one stretch of flattened text."""

    fields: tuple[FieldRow, ...]
    span: Span
    columns: frozenset[str] = frozenset()
    """The columns the source has, as :data:`conformance.vocabulary.Column`."""
    unread: tuple[UnreadRow, ...] = ()
    unknown_headers: tuple[Text, ...] = ()
    caption: str = ""
    heading: str = ""
    """Of the section that it documents, when that is known."""
    root: FieldRow | None = None
    """The row about the body itself, whose members or items the other rows are."""


class ReadRows(Struct, frozen=True):
    """The rows of one place of a page."""

    piece: LocatedBlock
    """The block they begin with, and what the words around it announce."""
    table: FieldTable
    from_paragraphs: bool = False
    """Read from bare paragraphs: trusted only where nothing better is there."""
    blocks: tuple[Block, ...] = ()
    """Further blocks that these rows were read from."""


def is_header_name(word: str) -> bool:
    """Whether a word is the name of a header as HTTP writes it: ``Cookie``, ``User-Agent``."""
    return word[:1].isupper() and word.lower() in REQUEST_HEADERS


def root_row(kind: str, span: Span) -> FieldRow:
    """The row about a body itself: ``kind`` is its type as a page writes it."""
    return FieldRow(name=RowName(name=""), span=span, description=Text("", span), type_text=kind)


def read_name(text: Text) -> RowName | None:
    """Take a name cell apart; None when no name can be found in it."""
    plain = text.plain
    depth = nesting_of(text)
    if hit := _NESTING.match(plain):
        plain = plain[hit.end() :]
    plain = _ARROW.sub(".", plain)
    if hit := _POSITION.match(plain):
        plain = plain[hit.end() :]
    position = int(hit["position"]) if hit else None
    plain = plain.lstrip("`* \"'“‘")
    hole = _PLACEHOLDER.fullmatch(plain.rstrip("`*_ "))
    is_hole = hole is not None and _CLOSING[hole[1]] == hole[3]
    if hole and is_hole:
        plain = hole["name"]
    hit_name = _IDENTIFIER.match(plain)
    if not hit_name and any(m.kind == "code" and m.end == len(text.plain) for m in text.marks):
        hit_name = _SCRIPT_NAME.fullmatch(plain)
    if not hit_name:
        return None
    rest = plain[hit_name.end() :]
    if rest.startswith("://") or (rest[:1] in ("<", "[", "{") and hit_name.group()[-1] in "_-"):
        return None  # an address, or a pattern for names: ``volume_<currency>``
    required, rest = _read_suffix(rest)
    if rest and not rest[0].isspace() and rest[0] not in "(（[,，/:：、<=":
        return None
    target = next((m.target for m in text.marks if m.kind == "link"), "")
    return RowName(
        name=_without_emphasis(hit_name.group()).rstrip("./:"),
        depth=depth,
        required=required,
        rest=rest.strip(" `*_\"'"),
        target=target,
        position=position,
        is_key=is_hole and hole is not None and hole[1] in ("<", "{"),
    )


def _without_emphasis(name: str) -> str:
    """A name without underscores on both sides: marks, not a part of it as in ``_id``."""
    return name.strip("_") or name if name[0] == "_" == name[-1] else name


def read_names(text: Text) -> tuple[RowName, ...]:
    """The names of a cell: one, or several that a comma, slash or "or" joins; else none."""
    one = read_name(text)
    if one is not None and not one.rest:
        return (one,)
    plain = text.plain[len(text.plain) - len(text.plain.lstrip(" >»")) :]
    parts = [part.strip("`* \"'") for part in _compile_joints().split(plain)]
    if not 1 < len(parts) <= _MOST_NAMES or not all(map(_JOINED_NAME.fullmatch, parts)):
        return (one,) if one else ()
    depth = nesting_of(text)
    marked = Stated.CONDITIONAL if "*" in plain else Stated.NOT_STATED
    return tuple(RowName(name=part, depth=depth, required=marked) for part in parts)


@cache
def _compile_joints() -> re.Pattern[str]:
    """What stands between two names of one cell."""
    words = sorted(word_set("rows.joins"))
    latin = "|".join(rf"(?<=[\s*`]){word}(?=[\s*`])" for word in words if word.isascii())
    other = "|".join(word for word in words if not word.isascii())
    return re.compile(rf"\s*(?:[,/|、，]|{latin}|{other})\s*", re.IGNORECASE)


def nesting_of(text: Text) -> int:
    """Marks of nesting before a name; blanks where there are only those, or before a lone mark."""
    hit = _NESTING.match(text.plain)
    if hit is None:
        return 0
    marks = hit["marks"]
    steps = len(_STEP.findall(marks))
    indent = len(marks) - len(marks.lstrip())
    return indent + 1 if steps == 1 and indent > 1 else steps or len(marks)


def _read_suffix(rest: str) -> tuple[Stated, str]:
    """Marks glued to a name: ``*`` required, ``?`` optional, or a word in brackets."""
    if not rest:
        return Stated.NOT_STATED, ""
    rest = rest.lstrip("`\"'”’")
    if note := _FOOTNOTE.fullmatch(rest):
        return Stated.NO if note["optional"] else Stated.NOT_STATED, ""
    if starred := _STARRED_LINE.match(rest):
        return Stated.YES, rest[starred.end() :]
    if rest.strip() == "*":
        return Stated.YES, ""
    if rest.startswith("*") and not rest.startswith("**"):
        return Stated.YES, rest.lstrip("* `")
    if rest.startswith("?"):
        return Stated.NO, rest[1:]
    plain = rest.replace("*", "").replace("_", "")
    for mark, stated in (("optional", Stated.NO), ("required", Stated.YES)):
        if hit := phrases(f"beside-names.{mark}").begins(plain):
            return stated, plain[hit.end :].lstrip(" ").removeprefix(")").removeprefix("]")
    return Stated.NOT_STATED, rest


def read_required(text: str) -> Stated | None:
    """A required mark; None when the cell says something else, NOT_STATED when it is empty."""
    word = normalize_text(text.replace("*", " ").replace("\ufe0f", ""))
    if not word or word in {"-", "--", "—", "/"}:
        return Stated.NOT_STATED
    marks = required_marks()
    if word in marks:
        return marks[word]
    if _states_both(word) or _states_for_some(word):
        return Stated.CONDITIONAL
    first = re.split(r"[\s,(（/:;.，。]", word, maxsplit=1)[0]
    alone = len(first) == 1 and first.isalnum() and first not in "oxyn"
    return None if alone else marks.get(first)


def _states_both(word: str) -> bool:
    """``Y / N``: required in some cases and optional in others."""
    parts = re.split(r"\s*[/|]\s*", word)
    return {required_marks().get(part) for part in parts} == {Stated.YES, Stated.NO}


def _states_for_some(word: str) -> bool:
    """``지정가 필수``, ``type=1时必填``: a mark behind the words of the case it is for."""
    if phrases("presence.depends").found_in(word):
        return True
    *case, mark = word.split()
    if case and not mark.isascii() and required_marks().get(mark) is Stated.YES:
        return phrases("enum.conditioned").found_in(word) or len(case) <= _CASE_WORDS
    return False


def join_texts(first: Text, second: Text, between: str = "\n") -> Text:
    """``second`` as a further line of ``first``, its marks moved along."""
    if not first.plain.strip():
        return second
    shift = len(first.plain) + len(between)
    moved = tuple(Mark(m.kind, m.start + shift, m.end + shift, m.target) for m in second.marks)
    return Text(f"{first.plain}{between}{second.plain}", first.span, first.marks + moved)


def cut_text(text: Text, start: int, end: int | None = None) -> Text:
    """``text.plain[start:end]`` without blanks at its ends, with its marks and line breaks."""
    plain = text.plain[start:end]
    start += len(plain) - len(plain.lstrip())
    plain = plain.strip()
    marks = tuple(
        Mark(m.kind, max(m.start - start, 0), min(m.end - start, len(plain)), m.target)
        for m in text.marks
        if m.end > start and m.start < start + len(plain)
    )
    breaks = tuple(at - start for at in text.breaks if start < at < start + len(plain))
    return Text(plain, text.span, marks, breaks)


def cut_texts(text: Text, cuts: Sequence[tuple[int, int]]) -> Iterator[Text]:
    """The parts of a text between such places, in order; of many each half is cut out first, so
    that not every part looks at the marks of all."""
    if len(cuts) <= _CUT_AT_ONCE:
        yield from (cut_text(text, *cut) for cut in cuts)
        return
    for half in (cuts[: len(cuts) // 2], cuts[len(cuts) // 2 :]):
        begin, end = half[0][0], half[-1][1]
        part = cut_text(text, begin, end)
        begin = end - len(text.plain[begin:end].lstrip())
        yield from cut_texts(part, [(max(a - begin, 0), max(b - begin, 0)) for a, b in half])


def as_alternatives(rows: Sequence[FieldRow]) -> Iterator[FieldRow]:
    """Members of bodies documented one after the other: those of one need not be in another,
    and what is stated of a name that several have is true of one."""
    counts = Counter(row.name.name for row in rows if not row.name.depth)
    for row in rows:
        if row.name.depth:
            yield row
        elif counts[row.name.name] == 1:
            yield replace(row, required=Stated.NOT_STATED)
        else:
            yield replace(row, description=Text("", row.span), enum=None)


def split_glued_spans(text: Text) -> Text:
    """Code spans glued to each other (```` `a``b` ````) as spans of their own."""
    if "``" not in text.plain:
        return text
    marks: list[Mark] = []
    for mark in text.marks:
        begin = mark.start
        inner = text.plain[mark.start : mark.end].split("``") if mark.kind == "code" else []
        for part in inner:
            marks.append(Mark("code", begin, begin + len(part)))
            begin += len(part) + 2
        if not inner:
            marks.append(mark)
    return Text(text.plain.replace("``", ", "), text.span, tuple(marks))

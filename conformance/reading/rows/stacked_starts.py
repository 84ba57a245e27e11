"""How a field begins whose cells are stacked: its name, with its type and marks beside or below."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPMethod

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import Text
from conformance.model.operation import Stated
from conformance.patterns import regex
from conformance.reading.facets.presence import read_nullable
from conformance.reading.facets.types import is_type_word, read_type
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.lines import Line, Lines
from conformance.reading.rows.remark import read_remark
from conformance.reading.rows.row import FieldRow, RowName, cut_text, read_name, read_required
from conformance.reading.rows.stacked_headers import LONGEST_WORD, is_side_caption
from conformance.vocabulary import (
    kinds,
    names_side,
    normalize_text,
    phrases,
    required_marks,
    word_set,
)

_NAME = regex(r"[A-Za-z_$@][\w$@.\-]*(?:\[\])*\*?")
GLUED_FIELD = regex(
    r"(?P<name>[A-Za-z_$@][\w$@.\-]{0,63}[?*]?)(?: |(?<=\*))(?P<type>[A-Za-z][\w<>\[\]-]{2,40})"
    r"(?: (?P<mark>[a-z]{4,12}))?"
)
_TITLED_TYPE = regex(r" [A-Z][\w ]{0,60} \(([a-z]+)\)((?:\[\])*)")
"""A schema's title with its type: ``Error (string)[]``."""
_MARKED = regex(
    r"(?P<type>[a-z]{3,10}(?=[ ,<]))(?:(?: \| |,)null)?"
    r"(?P<form><[\w-]{1,40}>)?(?P<marks>[a-z]{6,24})"
)
"""A type with its marks glued to it: ``number,null<double>nullablerequired``."""
_FUSED = regex(r"[A-Za-z_$][\w$.\-]{3,80}(?: [a-z]+){0,2}(?:[A-Z][a-z]+)?")
_FORM = regex(r"\s?(?:[·•] ?([a-z-]{3,20})|\(([\w -]{3,40})\)|<([\w -]{3,40})>)$")
"""Behind a type: ``number · decimal``, ``integer<unix-timestamp>``, ``string · required``."""
_OR = regex(r"(?: \| [a-z]{3,10})+$")
"""Further types: ``string | integer``."""
_PARTED = regex(r"[\w$.\-]+ \w")
_LAST_HUMP = regex(r"(?<=[a-z])[A-Z][a-z]{3,15}$")
_FEWEST_LETTERS, _NEAR, _FURTHER = 6, 2, 4
"""Of a type behind a name that has no mark, and lines around it in which others stand; those that
have no mark either may be further."""
_METHODS = frozenset(HTTPMethod)
_WORDS = regex(r"[a-z][\w-]*")
_LONGEST_NAME = 64
_MAX_WORDS = 5
"""Lines of a field before its description."""


class FieldStart(Struct, frozen=True):
    """A field's first lines."""

    row: FieldRow
    lines: int
    is_fused: bool = False
    """Whether it stands on a line of a capture, which has no depth."""


def find_start(lines: Lines, index: int) -> FieldStart | None:
    """The field that begins in a line, if one does."""
    line = lines.get(index)
    if line is None or len(line.plain) > 2 * _LONGEST_NAME or line.plain.strip() in _METHODS:
        return None
    if normalize_text(line.plain) in word_set("rows.nameless"):
        return None
    if line.plain[:1].isupper() and is_side_caption(line.plain):
        return None  # a title without mark-up: ``Response``
    return (
        _read_one_line(line)
        or _read_stacked_lines(lines, index, line)
        or _read_schema_line(lines, index, line)
        or _read_glued_line(lines, index, line)
        or _read_fused_line(lines, index)
    )


def _read_one_line(line: Line) -> FieldStart | None:
    """``**name** type``, ``name typerequired``."""
    mark = next(iter(line.text.marks), None)
    if mark and mark.start == 0 and mark.kind in ("strong", "code"):
        if names_side(line.plain[: mark.end]) and line.plain.rstrip().endswith((":", "：")):
            return None
        name = read_name(Text(line.plain[: mark.end], line.text.span))
        remark = read_remark(line.text, mark.end)
        dashed = line.plain[mark.end :].lstrip()[:1] in (":", "-", "–", "—", "：")
        titled = _TITLED_TYPE.match(line.plain, mark.end)
        kind = "".join(titled.groups()) if titled else remark.type_text
        required, words = remark.required, remark.text
        if titled and (mark_behind := read_required(line.plain[titled.end() :].strip())):
            required = mark_behind
        if glued := _read_glued_marks(line.plain[mark.end :].strip()):
            kind, marked = glued
            required, words = marked or required, Text("", line.text.span)
        if name is None or name.rest or not kind or dashed:
            return None
        row = make_stacked_row(name, line, kind, required)
        return FieldStart(replace(row, description=words), 1)
    return None


def _read_glued_marks(plain: str) -> tuple[str, Stated | None] | None:
    """A type that may be null by a mark glued to it, and a second mark behind that."""
    hit = _MARKED.fullmatch(plain)
    marks = hit["marks"] if hit else ""
    for cut in range(len(marks), 0, -1):
        required = required_marks().get(marks[cut:])
        if hit and (required or cut == len(marks)) and read_nullable(marks[:cut]) is Stated.YES:
            return f"{hit['type']}{hit['form'] or ''} | null", required
    return None


def _read_schema_line(lines: Lines, index: int, line: Line) -> FieldStart | None:
    """``name type maxLength 300``: keywords of JSON Schema behind a name and its type."""
    hits = list(phrases("rows.keyword").finditer(line.plain)) if " " in line.plain else []
    if not hits or " ".join(hit.text for hit in hits) != line.plain[hits[0].start :].strip():
        return None
    head = replace(line, text=cut_text(line.text, 0, hits[0].start))
    start = _read_glued_line(lines, index, head)
    facts = Text(" ".join(hit.text for hit in hits if "n" in hit.slots), line.text.span)
    return replace(start, row=replace(start.row, description=facts)) if start else None


def _read_glued_line(lines: Lines, index: int, line: Line) -> FieldStart | None:
    """``name type``, with its mark behind or glued to it; no title, of a type below it or bold."""
    below = lines.get(index + 1)
    bold = any(m.kind == "strong" and m.end - m.start == len(line.plain) for m in line.text.marks)
    if bold or (below and names_stacked_type(below.plain)):
        return None
    hit = GLUED_FIELD.fullmatch(line.plain)
    name = read_name(Text(hit["name"], line.text.span)) if hit else None
    if not hit or not name or _names_type(hit["name"]) or hit["name"].isupper():
        return None
    apart = _mark_of(hit["mark"]) if hit["mark"] else None
    if apart:
        return (
            FieldStart(make_stacked_row(name, line, hit["type"], apart), 1)
            if _names_type(hit["type"])
            else None
        )
    for cut in _mark_cuts(hit["type"]) if not hit["mark"] else ():
        kind, mark_text = hit["type"][:cut], hit["type"][cut:]
        if _names_type(kind):
            mark = read_required(mark_text) if mark_text else None
            return FieldStart(make_stacked_row(name, line, kind, mark or name.required), 1)
    return None


def _read_fused_line(lines: Lines, index: int) -> FieldStart | None:
    """``pageintegerOptional``, ``rowslist of objects``; one without a mark has others near it."""
    line = lines.get(index)
    fused = cut_fused(line.plain) if line else None
    if line is None or fused is None:
        return None
    name, kind, mark = fused
    if not mark and not _stands_among_fused(lines, index, line, kind):
        return None
    named = read_name(Text(name, line.text.span))
    if named is None:
        return None
    row = make_stacked_row(named, line, kind, mark or named.required)
    form = Text(kind.partition(" (")[2].rstrip(")"), line.text.span)
    return FieldStart(replace(row, description=form), 1, is_fused=True)


def _stands_among_fused(lines: Lines, index: int, line: Line, kind: str) -> bool:
    """Whether lines near one without a mark are fused, too; a short type has them in its block."""
    for n in range(max(index - _FURTHER, 0), index + _FURTHER + 1):
        other = lines.get(n) if n != index else None
        cut = cut_fused(other.plain) if other else None
        if other is None or cut is None or (cut[2] is not None and abs(n - index) > _NEAR):
            continue
        is_clear = cut[2] is not None or len(cut[1]) >= _FEWEST_LETTERS
        if is_clear and (len(kind) >= _FEWEST_LETTERS or other.block is line.block):
            return True
    return False


def cut_fused(plain: str) -> tuple[str, str, Stated | None] | None:
    """Name, type and mark of a line in which nothing parts them; a format may follow the type."""
    word = plain.strip()
    form = _FORM.search(word) if not _PARTED.match(word) else None
    tail = next(filter(None, form.groups()), "") if form else ""
    if form or (form := _OR.search(word)):
        whole = cut_fused(word[: form.start()])
        behind = required_marks().get(tail.lower()) if tail else None
        more = "" if behind else f" ({tail})" if tail else form[0]
        return (whole[0], whole[1] + more, behind or whole[2]) if whole else None
    if not _FUSED.fullmatch(word):
        return None
    hump = _LAST_HUMP.search(word)
    mark = required_marks().get(hump[0].lower()) if hump else None
    word = word[: hump.start()] if hump and mark else word
    for cut in range(1, len(word) - 2):
        kind = word[cut:]
        if kind[0].islower() and names_stacked_type(kind) and (mark or word[0].islower()):
            return word[:cut], kind, mark
    return None


def _mark_cuts(word: str) -> Iterator[int]:
    """Where a mark glued to a type may begin, and the end of the word."""
    yield len(word)
    for cut in range(len(word) - 4, 2, -1):
        if word[cut:].lower() in required_marks():
            yield cut


def _read_stacked_lines(lines: Lines, index: int, line: Line) -> FieldStart | None:
    """A name, and its type or mark on the next line."""
    below = lines.get(index + 1)
    if below is None or not _NAME.fullmatch(line.plain) or len(line.plain) > _LONGEST_NAME:
        return None
    kind = _without_label(below.plain)
    typed = names_stacked_type(kind)
    if _names_type(line.plain) or not (typed or _mark_of(below.plain)):
        return None
    name = read_name(line.text)
    if name is None or name.rest:
        return None
    row = make_stacked_row(name, line, kind if typed else "", name.required)
    used = 1 + typed
    while (after := lines.get(index + used)) and used < _MAX_WORDS:
        if mark := _mark_of(after.plain) or (_letter_of(after.plain) if used == 2 else None):
            row = replace(row, required=mark)
        elif not typed or not _repeats(row.type_text, after.plain):
            break
        used += 1
    return FieldStart(row, used)


def _without_label(plain: str) -> str:
    """A type without the word for it: ``Type: string``."""
    label, sign, kind = plain.partition(":")
    return kind.strip() if sign and column_of(label) == "type" else plain


def _repeats(kind: str, word: str) -> bool:
    """A second type word that only says more of the first (``string`` / ``enum``)."""
    return names_stacked_type(word) and read_type(word).kind == read_type(kind).kind != "object"


def make_stacked_row(name: RowName, line: Line, kind: str, required: Stated) -> FieldRow:
    """A row of what stands on lines."""
    return FieldRow(
        name=replace(name, depth=line.depth) if line.depth else name,
        span=line.text.span,
        description=Text("", line.text.span),
        type_text=kind,
        has_type_cell=bool(kind),
        required=required,
        confidence="high" if kind else "medium",
    )


def names_stacked_type(plain: str) -> bool:
    """A type word whose items are named by one, too: ``uuids[]`` is a name, ``Array [`` a brace."""
    if len(plain) > LONGEST_WORD or plain.count("[") != plain.count("]"):
        return False
    known, links = kinds(), word_set("rows.link")
    if not all(word in known or word in links for word in _WORDS.findall(plain.lower())):
        return False
    item = read_type(plain).item
    return is_type_word(plain) and (item is None or item.kind is not None)


def _names_type(plain: str) -> bool:
    """Whether a word names a type rather than a field; some words do both."""
    return names_stacked_type(plain) and plain.lower() not in word_set("rows.field-type")


def _mark_of(plain: str) -> Stated | None:
    """A mark that is all of a line."""
    word = normalize_text(plain)
    return (
        required_marks().get(word) if 1 < len(word) <= LONGEST_WORD and not word.isdigit() else None
    )


def _letter_of(plain: str) -> Stated | None:
    """A mark of one letter (``Y``), as the cell after a type holds it."""
    return (
        required_marks().get(normalize_text(plain)) if len(plain) == 1 and plain.isalpha() else None
    )

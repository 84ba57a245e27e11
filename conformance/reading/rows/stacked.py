"""Fields whose cells are stacked: a name, its type, a mark and words, each on a line of its own.

Pages whose tags are gone have them as short paragraphs or lines::

    market
    string
    required
    Code of the pair.

A name with its type on one line (``**result** object``) is read the same way.  A status or a
word such as "Response" on a line of its own says what the fields below it are of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from http import HTTPMethod

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import Block, CodeBlock, Heading, Paragraph, Table, Text
from conformance.model.operation import Stated
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock, is_caption
from conformance.reading.facets.presence import read_nullable
from conformance.reading.facets.types import is_type_word, read_type
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.lines import Line, Lines, split_lines
from conformance.reading.rows.remark import read_remark
from conformance.reading.rows.row import (
    FieldRow,
    FieldTable,
    ReadRows,
    RowName,
    as_alternatives,
    join_texts,
    read_name,
    read_required,
    split_glued_spans,
)
from conformance.reading.rows.stacked_headers import (
    LONGEST_WORD,
    MOST_CELLS,
    count_header_above,
    count_header_cells,
    find_block,
    is_side_caption,
    is_stacked_header,
)
from conformance.reading.topics import topics_of
from conformance.vocabulary import (
    Column,
    kinds,
    names_side,
    normalize_text,
    required_marks,
    word_set,
)

_NAME = regex(r"[A-Za-z_$@][\w$@.\-]*(?:\[\])*\*?")
_GLUED = regex(
    r"(?P<name>[A-Za-z_$@][\w$@.\-]{0,63}[?*]?)(?: |(?<=\*))(?P<type>[A-Za-z][\w<>\[\]-]{2,40})"
    r"(?: (?P<mark>[a-z]{4,12}))?"
)
_BRACKET = regex(r"(?:- )?(?:(?P<open>[A-Za-z]{3,12}) \[|\])")
"""Around the members of an array's items."""
_TITLED_TYPE = regex(r" [A-Z][\w ]{0,60} \(([a-z]+)\)((?:\[\])*)")
"""A schema's title with its type: ``Error (string)[]``."""
_MARKED = regex(
    r"(?P<type>[a-z]{3,10}(?=[ ,<]))(?:(?: \| |,)null)?"
    r"(?P<form><[\w-]{1,40}>)?(?P<marks>[a-z]{6,24})"
)
"""A type with its marks glued to it: ``number,null<double>nullablerequired``."""
_LINKS = word_set("rows.link")
_METHODS = frozenset(HTTPMethod)
_ENDPOINT = regex(rf"(?:{'|'.join(HTTPMethod)})\s+(?:https?://|/)\S")
_WORDS = regex(r"[a-z][\w-]*")
_LONGEST_NAME = 64
_LOOK_BACK = 5
"""Short paragraphs between a caption and the first name below it."""
_MAX_WORDS = 5
"""Lines of a field before its description."""
_MOST_DESCRIBING, _MOST_LOOSE = 16, 60
"""Lines below a field that describe it, and those after which the run has ended."""
_SURE = 3
"""Fields in one form that leave no doubt about the form."""
_COLUMNS = frozenset({"name", "type"})


class _Start(Struct, frozen=True):
    """A field's first lines."""

    row: FieldRow
    lines: int


def _begins_field(blocks: Sequence[LocatedBlock], at: int) -> bool:
    """Whether the block at ``at`` begins with a name that has a type or mark beside or below it."""
    block = blocks[at].block
    if not isinstance(block, Paragraph) or len(block.text.plain) > 4 * LONGEST_WORD:
        return False
    if _start(Lines(blocks, at), 0) is None or is_stacked_header(block):
        return False
    below = blocks[at + 1].block if at + 1 < len(blocks) else None
    if isinstance(below, CodeBlock) and topics_of(block.text.plain) == ("body",):
        return False  # the label of what is sent: ``Body raw (json)``
    if isinstance(below, Table) and _GLUED.fullmatch(block.text.plain):
        return False  # the title of a table: ``Positions Array``
    above = range(min(at, MOST_CELLS)) if column_of(block.text.plain) else ()
    return not any(count_header_cells(Lines(blocks, at - back), 0) > back for back in above)


def read_stacked(blocks: Sequence[LocatedBlock], at: int) -> ReadRows | None:
    """The fields from ``at`` to the next heading, table or caption."""
    if not _begins_field(blocks, at):
        return None
    run = _StackedFields()
    lines = Lines(blocks, at)
    index = 0
    while (line := lines.get(index)) and run.loose < _MOST_LOOSE:
        start = _start(lines, index)
        described = bool(run.rows and run.rows[-1].description.plain)
        if index and _ends_run(lines, index, line, start, described):
            break
        run.used.append(line.block)
        if start:
            run.add(start.row)
            found = (find_block(lines, index + n) for n in range(start.lines))
            run.used.extend(filter(None, found))
            index += start.lines
        else:
            run.describe(line)
            index += 1
    captions, root = _read_captions(blocks, at)
    marked = any(row.required is not Stated.NOT_STATED for row in run.rows)
    heading = blocks[at].place.headings[-1].text.plain if blocks[at].place.headings else ""
    announced = bool(captions) or is_side_caption(heading)
    columns = _COLUMNS | {"required"} if marked and not announced else _COLUMNS
    piece = replace(blocks[at], place=replace(blocks[at].place, captions=captions))
    rows = run.rows
    above = (p.block for p in blocks[max(at - 3, 0) : at] if isinstance(p.block, Paragraph))
    if any(block.text.plain.strip() in ("oneOf", "anyOf") for block in above):
        rows = list(as_alternatives(rows))
    if len(rows) < _SURE and not captions:
        rows = [replace(row, confidence="medium") for row in rows]
    table = FieldTable(fields=tuple(rows), span=rows[0].span, columns=columns, root=root)
    return ReadRows(piece, table, blocks=tuple(run.used))


def _ends_run(lines: Lines, index: int, line: Line, start: _Start | None, described: bool) -> bool:
    """Whether a header row, or what announces other fields, errors or an operation stands here."""
    if is_stacked_header(line.block) or count_header_cells(lines, index):
        return True
    topics = topics_of(line.plain)
    announced = count_header_cells(lines, index + 1) > 0 and bool(topics)
    announced |= described and len(line.plain) <= LONGEST_WORD and topics == ("error",)
    ends = announced or is_side_caption(line.plain) or _ENDPOINT.match(line.plain.strip("`*# "))
    return start is None and bool(ends)


class _StackedFields:
    """Fields as far as they are read."""

    def __init__(self) -> None:
        self.rows: list[FieldRow] = []
        self.used: list[Block] = []
        self.loose = 0
        """Lines since the last field began."""
        self._depth = 0
        self._guessed = False
        """Whether the depth is no bracket's."""
        self._label: Column | None = None

    def add(self, row: FieldRow) -> None:
        self._label = None
        self.loose = 0
        if self._opens(row):
            return
        confidence = "low" if self._guessed else row.confidence
        self.rows.append(
            replace(row, name=replace(row.name, depth=self._depth), confidence=confidence)
        )

    def _opens(self, row: FieldRow) -> bool:
        """A name given before, with a type that has members: its members follow."""
        if row.required is not Stated.YES or read_type(row.type_text).kind != "object":
            return False
        for known in self.rows:
            if known.name.name == row.name.name and _holds(known):
                self._depth, self._guessed = known.name.depth + 1, True
                return True
        return False

    def describe(self, line: Line) -> None:
        """A line that begins no field belongs to the field above it."""
        self.loose += 1
        if not self.rows or self.loose > _MOST_DESCRIBING:
            return
        last = self.rows[-1]
        bracket = _BRACKET.fullmatch(line.plain)
        if bracket and (not bracket["open"] or read_type(bracket["open"]).kind == "array"):
            step = -1 if not bracket["open"] else 1 if _holds(last) else 0
            self._depth = max(self._depth + step, 0)
            return
        if _is_type(line.plain):
            if read_type(line.plain).kind == "object" and _holds(last):
                self._depth, self._guessed = last.name.depth + 1, True
            return
        example = _find_glued_example(line.plain)
        label = column_of(line.plain.rstrip(":：")) if line.plain.endswith((":", "：")) else None
        if label == "enum":
            self._label = label
        elif self._label == "enum" and len(line.plain) <= LONGEST_WORD and not example:
            listed = join_texts(last.enum or Text("", line.text.span), split_glued_spans(line.text))
            self.rows[-1] = replace(last, enum=listed)
        elif example:
            self.rows[-1] = replace(last, example_text=example)
        else:
            between = " " if line.wrapped else "\n"
            text = join_texts(last.description, split_glued_spans(line.text), between)
            self.rows[-1] = replace(last, description=text)


def _holds(row: FieldRow) -> bool:
    """Whether a field can have members."""
    reading = read_type(row.type_text)
    if reading.kind == "array":
        return reading.item is None or reading.item.kind == "object"
    return reading.kind == "object"


def _start(lines: Lines, index: int) -> _Start | None:
    line = lines.get(index)
    if line is None or len(line.plain) > 2 * _LONGEST_NAME or line.plain.strip() in _METHODS:
        return None
    if normalize_text(line.plain) in word_set("rows.nameless"):
        return None
    return (
        _read_one_line(line)
        or _read_stacked_lines(lines, index, line)
        or _read_glued_line(lines, index, line)
    )


def _read_one_line(line: Line) -> _Start | None:
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
        if glued := _read_glued_marks(line.plain[mark.end :].strip()):
            kind, marked = glued
            required, words = marked or required, Text("", line.text.span)
        if name is None or name.rest or not kind or dashed:
            return None
        row = _make_row(name, line, kind, required)
        return _Start(replace(row, description=words), 1)
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


def _read_glued_line(lines: Lines, index: int, line: Line) -> _Start | None:
    """``name type``, with its mark behind or glued to it; no title, of a type below it or bold."""
    below = lines.get(index + 1)
    bold = any(m.kind == "strong" and m.end - m.start == len(line.plain) for m in line.text.marks)
    if bold or (below and _is_type(below.plain)):
        return None
    hit = _GLUED.fullmatch(line.plain)
    name = read_name(Text(hit["name"], line.text.span)) if hit else None
    if not hit or not name or _names_type(hit["name"]) or hit["name"].isupper():
        return None
    apart = _mark_of(hit["mark"]) if hit["mark"] else None
    if apart:
        return (
            _Start(_make_row(name, line, hit["type"], apart), 1)
            if _names_type(hit["type"])
            else None
        )
    for cut in _mark_cuts(hit["type"]) if not hit["mark"] else ():
        kind, mark_text = hit["type"][:cut], hit["type"][cut:]
        if _names_type(kind):
            mark = read_required(mark_text) if mark_text else None
            return _Start(_make_row(name, line, kind, mark or name.required), 1)
    return None


def _mark_cuts(word: str) -> Iterator[int]:
    """Where a mark glued to a type may begin, and the end of the word."""
    yield len(word)
    for cut in range(len(word) - 4, 2, -1):
        if word[cut:].lower() in required_marks():
            yield cut


def _read_stacked_lines(lines: Lines, index: int, line: Line) -> _Start | None:
    """A name, and its type or mark on the next line."""
    below = lines.get(index + 1)
    if below is None or not _NAME.fullmatch(line.plain) or len(line.plain) > _LONGEST_NAME:
        return None
    typed = _is_type(below.plain)
    if _names_type(line.plain) or not (typed or _mark_of(below.plain)):
        return None
    name = read_name(line.text)
    if name is None or name.rest:
        return None
    row = _make_row(name, line, below.plain if typed else "", name.required)
    used = 1 + typed
    while (after := lines.get(index + used)) and used < _MAX_WORDS:
        if mark := _mark_of(after.plain) or (_letter_of(after.plain) if used == 2 else None):
            row = replace(row, required=mark)
        elif not typed or not _repeats(row.type_text, after.plain):
            break
        used += 1
    return _Start(row, used)


def _repeats(kind: str, word: str) -> bool:
    """A second type word that only says more of the first (``string`` / ``enum``)."""
    return _is_type(word) and read_type(word).kind == read_type(kind).kind != "object"


def _make_row(name: RowName, line: Line, kind: str, required: Stated) -> FieldRow:
    return FieldRow(
        name=name,
        span=line.text.span,
        description=Text("", line.text.span),
        type_text=kind,
        has_type_cell=bool(kind),
        required=required,
        confidence="high" if kind else "medium",
    )


def _is_type(plain: str) -> bool:
    """A type word whose items are named by one, too: ``uuids[]`` is a name."""
    if len(plain) > LONGEST_WORD:
        return False
    if any(
        w not in kinds() and w not in word_set("rows.link") for w in _WORDS.findall(plain.lower())
    ):
        return False
    item = read_type(plain).item
    return is_type_word(plain) and (item is None or item.kind is not None)


def _names_type(plain: str) -> bool:
    """Whether a word names a type rather than a field; some words do both."""
    return _is_type(plain) and plain.lower() not in word_set("rows.field-type")


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


def _read_captions(
    blocks: Sequence[LocatedBlock], at: int
) -> tuple[tuple[str, ...], FieldRow | None]:
    """What the lines right above a run announce: a status or side, and the type of the whole."""
    root: FieldRow | None = None
    header = count_header_above(blocks, at)
    below_header, at = header > 0, at - header
    for index in range(at - 1, max(at - 1 - _LOOK_BACK, -1), -1):
        block = blocks[index].block
        if isinstance(block, Heading) and is_side_caption(block.text.plain):
            return (), root
        if not isinstance(block, Paragraph):
            break
        (*_, line) = split_lines(block)
        if is_stacked_header(block):
            below_header = True
            continue
        if below_header and len(line.plain) <= LONGEST_WORD and topics_of(line.plain):
            return (line.plain,), root
        below_header = False
        if is_side_caption(line.plain):
            kind = next((w for w in re.findall(r"\w+", line.plain) if _is_type(w)), "")
            return (line.plain,), root or (_make_root(line, kind) if kind else None)
        if _is_type(line.plain) and read_type(line.plain).kind == "array":
            root = _make_root(line, line.plain)
    above = blocks[at - 1].block if at else None
    if isinstance(above, Paragraph) and is_caption(above.text):
        return (above.text.plain,), root
    return (), None


def _make_root(line: Line, kind: str) -> FieldRow:
    return _make_row(RowName(name=""), line, kind, Stated.NOT_STATED)


def _find_glued_example(plain: str) -> str:
    """The value behind a word for "example" that no blank parts from it."""
    for label in sorted(word_set("rows.glued-example"), key=len, reverse=True):
        if plain.startswith(label) and not plain[len(label) :][:1].isspace():
            return plain[len(label) :].strip(" :：")
    return ""

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
from collections.abc import Sequence
from http import HTTPMethod
from itertools import islice

from msgspec.structs import replace

from conformance.model.document import Block, CodeBlock, Heading, Paragraph, Table, Text
from conformance.model.operation import Stated
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock, is_caption
from conformance.reading.facets.types import read_type
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.lines import Line, Lines, split_lines
from conformance.reading.rows.row import (
    FieldRow,
    FieldTable,
    ReadRows,
    RowName,
    as_alternatives,
    join_texts,
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
    names_columns,
)
from conformance.reading.rows.stacked_starts import (
    GLUED_FIELD,
    FieldStart,
    cut_fused,
    find_start,
    make_stacked_row,
    names_stacked_type,
)
from conformance.reading.topics import topics_of
from conformance.vocabulary import (
    Column,
    word_set,
)

_BRACKET = regex(r"(?:- )?(?:(?P<open>[A-Za-z]{3,12}) \[|\])")
"""Around the members of an array's items."""
_ENDPOINT = regex(rf"(?:{'|'.join(HTTPMethod)})\s+(?:https?://|/)\S")
_LOOK_BACK = 5
"""Short paragraphs between a caption and the first name below it."""
_MOST_DESCRIBING, _MOST_LOOSE = 16, 60
"""Lines below a field that describe it, and those after which the run has ended."""
_SURE = 3
"""Fields in one form that leave no doubt about the form."""
_COLUMNS = frozenset({"name", "type"})


def _begins_field(blocks: Sequence[LocatedBlock], at: int) -> bool:
    """Whether the block at ``at`` begins with a name that has a type or mark beside or below it."""
    block = blocks[at].block
    if not isinstance(block, Paragraph) or _is_prose(block):
        return False
    lines = Lines(blocks, at)
    opening = _find_opening(lines)
    begin = next(n for n in range(3) if lines.get(n) is opening) + 1 if opening else 0
    if find_start(lines, begin) is None or is_stacked_header(block):
        return False
    below = blocks[at + 1].block if at + 1 < len(blocks) else None
    if isinstance(below, CodeBlock) and topics_of(block.text.plain) == ("body",):
        return False  # the label of what is sent: ``Body raw (json)``
    if isinstance(below, Table) and GLUED_FIELD.fullmatch(block.text.plain):
        return False  # the title of a table: ``Positions Array``
    above = range(min(at, MOST_CELLS)) if column_of(block.text.plain) else ()
    return not any(count_header_cells(Lines(blocks, at - back), 0) > back for back in above)


def _find_opening(lines: Lines) -> Line | None:
    """The bracket around the members of what is listed, on the first line or below a title."""
    first = filter(None, map(lines.get, range(2)))
    hits = ((line, _BRACKET.fullmatch(line.plain.strip())) for line in first)
    return next((line for line, hit in hits if hit and hit["open"]), None)


def _is_prose(block: Paragraph) -> bool:
    """Whether a paragraph is too long for cells, unless its first line and another are fields."""
    if len(block.text.plain) <= 4 * LONGEST_WORD:
        return False
    fused = [cut_fused(line.plain) is not None for line in islice(split_lines(block), 4)]
    return not fused[0] or sum(fused) < min(len(fused), 2)


def read_stacked(blocks: Sequence[LocatedBlock], at: int) -> ReadRows | None:
    """The fields from ``at`` to the next heading, table or caption."""
    if not _begins_field(blocks, at):
        return None
    run = _StackedFields()
    lines = Lines(blocks, at)
    index = 0
    while (line := lines.get(index)) and run.loose < _MOST_LOOSE:
        start = find_start(lines, index)
        described = bool(run.rows and run.rows[-1].description.plain)
        if index and _ends_run(lines, index, line, start, described):
            break
        run.used.append(line.block)
        if start:
            run.guess_depth(start)
            run.add(start.row)
            found = (find_block(lines, index + n) for n in range(start.lines))
            run.used.extend(filter(None, found))
            index += start.lines
        else:
            run.describe(line)
            index += 1
    captions, root = _read_captions(blocks, at)
    if opening := _find_opening(lines):
        root = _make_root(opening, opening.plain.strip("[ "))
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
    if len(rows) == 1 and not captions and _is_title(blocks[at].block):
        return None
    table = FieldTable(fields=tuple(rows), span=rows[0].span, columns=columns, root=root)
    return ReadRows(piece, table, blocks=tuple(run.used))


def _is_title(block: Block) -> bool:
    """Whether a paragraph may as well be a title without mark-up: ``Order list``."""
    plain = block.text.plain if isinstance(block, Paragraph) else ""
    return plain[:1].isupper() and GLUED_FIELD.fullmatch(plain) is not None


def _ends_run(
    lines: Lines, index: int, line: Line, start: FieldStart | None, described: bool
) -> bool:
    """Whether a header row, or what announces other fields, errors or an operation stands here."""
    if _is_header(lines, index):
        return True
    topics = topics_of(line.plain)
    announced = bool(topics) and _is_header(lines, index + 1)
    announced |= described and len(line.plain) <= LONGEST_WORD and topics == ("error",)
    ends = announced or is_side_caption(line.plain) or _ENDPOINT.match(line.plain.strip("`*# "))
    return start is None and bool(ends)


def _is_header(lines: Lines, index: int) -> bool:
    """Whether a header row begins in a line: a cell on it, or all of them."""
    line = lines.get(index)
    if line is None:
        return False
    cells = is_stacked_header(line.block) or count_header_cells(lines, index)
    return bool(cells) or names_columns(line.plain)


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
        self.rows.append(replace(row.deeper(self._depth), confidence=confidence))

    def guess_depth(self, start: FieldStart) -> None:
        """A capture keeps no depth: fields behind one with members may be those, and are where it
        stands first and has the name of what answers carry."""
        if start.is_fused and any(map(_holds, self.rows)):
            payload = self.rows[0].name.name in word_set("names.payload") and _holds(self.rows[0])
            self._depth, self._guessed = int(payload), True

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
        if names_stacked_type(line.plain):
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
            above = blocks[index].place.captions
            if set(topics_of(line.plain)) == {"body"} and above[-1:] == (line.plain,):
                return above, root  # of a request or an answer: the caption before it says
            kind = next((w for w in re.findall(r"\w+", line.plain) if names_stacked_type(w)), "")
            return (line.plain,), root or (_make_root(line, kind) if kind else None)
        bracket = _BRACKET.fullmatch(line.plain.strip())
        kind = (bracket["open"] or "") if bracket else line.plain
        if names_stacked_type(kind) and read_type(kind).kind == "array":
            root = _make_root(line, kind)
    last = blocks[at - 1].block if at else None
    if isinstance(last, Paragraph) and is_caption(last.text):
        return (last.text.plain,), root
    return (), None


def _make_root(line: Line, kind: str) -> FieldRow:
    return make_stacked_row(RowName(name=""), line, kind, Stated.NOT_STATED)


def _find_glued_example(plain: str) -> str:
    """The value behind a word for "example" that no blank parts from it."""
    for label in sorted(word_set("rows.glued-example"), key=len, reverse=True):
        if plain.startswith(label) and not plain[len(label) :][:1].isspace():
            return plain[len(label) :].strip(" :：")
    return ""

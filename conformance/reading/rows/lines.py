"""The lines of paragraphs, lists and short fences that follow each other."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import Block, CodeBlock, ListBlock, Paragraph, Row, Table, Text
from conformance.model.operation import Stated
from conformance.model.span import Span
from conformance.parse.inline import scan_inline
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.facets.types import is_type_word
from conformance.reading.rows.row import (
    FieldRow,
    FieldTable,
    ReadRows,
    cut_text,
    cut_texts,
    is_header_name,
    join_texts,
    read_name,
)
from conformance.reading.topics import FIELD_TOPICS, topics_of

_SPLIT_LINES = 2_000
"""Lines of a paragraph looked at one by one; a longer one is prose."""
_FENCE_LINES = 6
"""Lines of a fence that is taken for a description."""
_QUOTE = 160
_HEADER_LINE = regex(r"(?P<name>[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*)\s?:\s*(?P<value>\S.*)")
_APART = regex(r"\s{2,}|\t+")
_ARROWED, _STEP = regex(r"(?P<indent> *)[↳└] (?=\*\*|`|\w)"), 4
"""What a field begins with whose indent says how deep it is, and the blanks of each step."""
_MOST_COLUMNS, _TYPED_ROWS = 6, 0.6
"""Columns of lines, and the share of them that have a type, for names with their types."""


class Line(Struct, frozen=True):
    """One line of a run of blocks."""

    text: Text
    block: Block
    wrapped: bool = False
    """Whether the line above goes on here after a soft break."""
    depth: int = 0
    """Steps that its indent is further in than that of one among the members of an object."""

    @property
    def plain(self) -> str:
        return self.text.plain


class Lines:
    """The lines from one block on, made as they are asked for, up to what ends a run."""

    def __init__(self, blocks: Sequence[LocatedBlock], at: int) -> None:
        self._source = _iterate_lines(blocks, at)
        self._iterate_lines: list[Line] = []

    def get(self, index: int) -> Line | None:
        """The line at ``index``; None behind the last one."""
        while index >= len(self._iterate_lines):
            line = next(self._source, None)
            if line is None:
                return None
            self._iterate_lines.append(line)
        return self._iterate_lines[index]


def _iterate_lines(blocks: Sequence[LocatedBlock], at: int) -> Iterator[Line]:
    """Lines of paragraphs, lists and short fences up to anything else."""
    inside = 0
    for index in range(at, len(blocks)):
        block = blocks[index].block
        if block.span.end_line <= inside:
            continue
        if isinstance(block, Paragraph):
            yield from split_lines(block)
        elif isinstance(block, ListBlock):
            inside = block.span.end_line
            for item in block.items:
                yield Line(join_texts(Text("-", item.span), item.text, " "), block)
                for inner in item.blocks:
                    if isinstance(inner, Paragraph) and _ARROWED.match(inner.text.plain):
                        yield Line(cut_text(inner.text, 2), block)
        elif isinstance(block, CodeBlock) and _ARROWED.match(block.text):
            yield from _read_arrowed(block)
        elif isinstance(block, CodeBlock) and _is_words(block):
            yield Line(Text(block.text, block.span), block)
        else:
            return


def _read_arrowed(block: CodeBlock) -> Iterator[Line]:
    """Lines whose indent makes them code, each a field behind an arrow."""
    for number, line in enumerate(block.text.split("\n")):
        if hit := _ARROWED.match(line):
            text = scan_inline(line[hit.end() :], block.span.at_line(number, line))
            yield Line(text, block, depth=len(hit["indent"]) // _STEP)


def split_lines(block: Paragraph) -> Iterator[Line]:
    """The lines of a paragraph as its source has them, each with its own span."""
    text = block.text
    if not text.breaks and "\n" not in text.plain:
        yield Line(text, block)
        return
    cuts = sorted({*text.breaks, *(m.start() for m in re.finditer("\n", text.plain))})
    if len(cuts) > _SPLIT_LINES:
        yield Line(text, block)
        return
    span = text.span
    exact = span.end_line - span.line == len(cuts)
    parts = cut_texts(text, [*pairwise((0, *cuts, len(text.plain)))])
    for number, (begin, part) in enumerate(zip((0, *cuts), parts, strict=True)):
        if exact:
            line = span.line + number
            part = replace(part, span=Span(span.page, line, line, part.plain[:_QUOTE]))
        yield Line(part, block, number > 0 and begin in text.breaks)


def texts_of(block: Paragraph | CodeBlock) -> Iterator[Text]:
    """The lines of a paragraph or of code that hold something."""
    if isinstance(block, Paragraph):
        yield from (line.text for line in split_lines(block))
        return
    for number, line in enumerate(block.text.split("\n")):
        if line.strip():
            yield Text(line, block.span.at_line(number, line))


def _is_words(block: CodeBlock) -> bool:
    """Whether a fence holds a sentence rather than code."""
    text = block.text
    return not block.language and text.count("\n") < _FENCE_LINES and not set(text) & set("{};<>=$")


_NAME = regex(r"(?P<star>\*?)(?P<name>[A-Za-z_][\w.\-]{0,63}(?:\[\])*)")
_CODE = frozenset("{}<>;=")
_LONGEST = 40_000
"""Characters of a block that is looked at; a longer one is code."""
_LONGEST_CAPTION = 40

_Line = tuple[int, str]
"""Number of a line in its block, and the line."""


def read_pairs(blocks: Sequence[LocatedBlock], at: int) -> ReadRows | None:
    """The pairs of the block at ``at``; None where no line above announces fields."""
    block = blocks[at].block
    if not isinstance(block, CodeBlock) or block.language or len(block.text) > _LONGEST:
        return None
    caption = _find_caption(blocks, at)
    rows = _read_block(block) if caption else None
    if not rows:
        return None
    columns = {"name", "description"} | (
        {"required"} if any(r.required is Stated.YES for r in rows) else set()
    )
    piece = replace(blocks[at], place=replace(blocks[at].place, captions=(caption,)))
    table = FieldTable(fields=tuple(rows), span=block.span, columns=frozenset(columns))
    return ReadRows(piece, table)


def _find_caption(blocks: Sequence[LocatedBlock], at: int) -> str:
    """The last line above a block, where it is a short one about a side of a call."""
    above = blocks[at - 1].block if at else None
    if not isinstance(above, Paragraph):
        return ""
    (*_, line) = split_lines(above)
    plain = line.plain.strip()
    if len(plain) > _LONGEST_CAPTION or plain.endswith((".", "。")):
        return ""
    topics = topics_of(plain)
    return plain if topics and FIELD_TOPICS.issuperset(topics) else ""


def _read_block(block: CodeBlock) -> list[FieldRow] | None:
    """The rows of a block; None where its first lines are no pair or a line looks like code."""
    rows: list[FieldRow] = []
    for group in _group_lines(textwrap.dedent(block.text)):
        row = _read_pair(group, block)
        if row:
            rows.append(row)
        elif not rows:
            return None
        else:
            words = " ".join(line.strip() for _, line in group)
            last = rows[-1]
            text = replace(last.description, plain=f"{last.description.plain}\n{words}")
            rows[-1] = replace(last, description=text)
    return rows


def _group_lines(text: str) -> Iterator[list[_Line]]:
    """Runs of lines between blank lines."""
    group: list[_Line] = []
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            group.append((number, line))
        elif group:
            yield group
            group = []
    if group:
        yield group


def _read_pair(group: list[_Line], block: CodeBlock) -> FieldRow | None:
    """A name at the block's own indent, with words below it that are no code."""
    (number, first), *words = group
    hit = _NAME.fullmatch(first.rstrip())
    if not hit or not words or words[0][1][:1].isspace():
        return None
    described = "\n".join(line.strip() for _, line in words)
    if _CODE & set(words[0][1]) and not described[0].isalpha():
        return None
    begin = block.span.line + number
    end = block.span.line + words[-1][0]
    span = Span(block.span.page, begin, end, first[:_QUOTE])
    name = read_name(Text(hit["name"], span))
    if name is None or name.rest:
        return None
    return FieldRow(
        name=name,
        span=span,
        description=Text(described, span),
        has_type_cell=False,
        required=Stated.YES if hit["star"] else Stated.NOT_STATED,
        confidence="medium",
    )


def read_header_lines(block: CodeBlock | ListBlock, words: str) -> FieldTable | None:
    """``X-Key: your key``, a header on every line of a block, or in every item of a list, that
    ``words`` announce as headers."""
    topics = topics_of(words)
    if "header" not in topics or {"response", "example"} & set(topics):
        return None
    fields: list[FieldRow] = []
    for line, span in _split_block(block):
        hit = _HEADER_LINE.fullmatch(line)
        if hit is None and line:
            return None
        name = read_name(Text(hit["name"], span)) if hit else None
        if hit and name:
            fields.append(FieldRow(name=name, span=span, description=Text(hit["value"], span)))
    if not fields:
        return None
    columns = frozenset({"name", "description"})
    return FieldTable(fields=tuple(fields), span=block.span, columns=columns)


def _split_block(block: CodeBlock | ListBlock) -> Iterator[tuple[str, Span]]:
    """Lines of code, or items in code or without any mark, each with its place."""
    if isinstance(block, ListBlock):
        for item in block.items:
            plain = item.text.plain.strip()
            marks = item.text.marks
            coded = any(m.kind == "code" and m.end - m.start >= len(plain) for m in marks)
            name = plain.partition(":")[0].strip()
            is_header = not marks and not item.blocks and ("-" in name or is_header_name(name))
            yield (plain if coded or is_header else "?"), item.span
        return
    for number, line in enumerate(block.text.split("\n")):
        yield line.strip(), block.span.at_line(number, line)


def read_columns(block: CodeBlock) -> Table | None:
    """Lines in columns that blanks keep apart, a name first and a type beside it, as a table."""
    rows: list[Row] = []
    for number, line in enumerate(block.text.split("\n")):
        cells = _APART.split(line.strip())
        if not line.strip():
            continue
        span = block.span.at_line(number, line)
        name = read_name(Text(cells[0], span))
        if len(cells) < 2 or len(cells) > _MOST_COLUMNS or name is None or name.rest:
            return None
        rows.append(Row(tuple(Text(cell, span) for cell in cells), span))
    typed = sum(any(map(is_type_word, (c.plain for c in row.cells[1:3]))) for row in rows)
    if len(rows) < 2 or typed < _TYPED_ROWS * len(rows):
        return None
    return Table(header=(), rows=tuple(rows), span=block.span)

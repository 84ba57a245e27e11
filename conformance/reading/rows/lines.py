"""The lines of paragraphs, lists and short fences that follow each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from conformance.model.document import Block, CodeBlock, ListBlock, Paragraph, Text
from conformance.model.span import Span
from conformance.reading.context import LocatedBlock
from conformance.reading.rows.row import cut_text, join_texts

_SPLIT_LINES = 200
"""Lines of a paragraph looked at one by one; a longer one is prose."""
_FENCE_LINES = 6
"""Lines of a fence that is taken for a description."""
_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a run of blocks."""

    text: Text
    block: Block
    wrapped: bool = False
    """Whether the line above goes on here after a soft break."""

    @property
    def plain(self) -> str:
        return self.text.plain


class Lines:
    """The lines from one block on, made as they are asked for, up to what ends a run."""

    def __init__(self, blocks: Sequence[LocatedBlock], at: int) -> None:
        self._source = _lines(blocks, at)
        self._lines: list[Line] = []

    def get(self, index: int) -> Line | None:
        """The line at ``index``; None behind the last one."""
        while index >= len(self._lines):
            line = next(self._source, None)
            if line is None:
                return None
            self._lines.append(line)
        return self._lines[index]


def _lines(blocks: Sequence[LocatedBlock], at: int) -> Iterator[Line]:
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
        elif isinstance(block, CodeBlock) and _is_words(block):
            yield Line(Text(block.text, block.span), block)
        else:
            return


def split_lines(block: Paragraph) -> Iterator[Line]:
    """The lines of a paragraph as its source has them, each with its own span."""
    text = block.text
    cuts = sorted({*text.breaks, *(m.start() for m in re.finditer("\n", text.plain))})
    if not cuts or len(cuts) > _SPLIT_LINES:
        yield Line(text, block)
        return
    span = text.span
    exact = span.end_line - span.line == len(cuts)
    for number, (begin, end) in enumerate(pairwise((0, *cuts, len(text.plain)))):
        part = cut_text(text, begin, end)
        if exact:
            line = span.line + number
            part = replace(part, span=Span(span.page, line, line, part.plain[:_QUOTE]))
        yield Line(part, block, number > 0 and begin in text.breaks)


def _is_words(block: CodeBlock) -> bool:
    """Whether a fence holds a sentence rather than code."""
    text = block.text
    return not block.language and text.count("\n") < _FENCE_LINES and not set(text) & set("{};<>=$")

"""The block parser's view of a page's lines, and which of them lie inside an element."""

from __future__ import annotations

from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import EnvType

CODE_INDENT: Final = 4
"""Columns of indent that make a line code (CommonMark 4.4)."""

_DEDENTS: Final = 16
"""Elements around a line whose indents are taken off, on average: a bound on lines times depth."""
_MARKUP: Final = ("<", "```", "~~~", "|", ":::", "{%")


def line_text(state: StateBlock, line: int) -> str:
    """The content of a line inside its containers, without indent."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


class BlockState(StateBlock):
    """A block state that knows when it is inside an element.

    There indentation follows the element: its lines are read as if they began where its first
    line begins, and an indent never makes further markup code.
    """

    element_end = 0
    in_definition = False
    """Whether a line without indent may begin the next term of a definition list."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__("", md, env, tokens)
        self.src = src
        lines = src.split("\n")
        self.lineMax = len(lines)
        self.dedents = _DEDENTS * len(lines)
        self.bMarks, self.eMarks, self.tShift, self.sCount = [], [], [], []
        begin = 0
        for line in lines:
            shift = width = len(line) - len(line.lstrip(" \t"))
            if shift and "\t" in line[:shift]:
                width = len(line[:shift].expandtabs(4))
            self._mark(begin, begin + len(line), shift, width)
            begin += len(line) + 1
        self._mark(len(src), len(src), 0, 0)
        self.bsCount = [0] * len(self.bMarks)

    def _mark(self, begin: int, end: int, shift: int, width: int) -> None:
        self.bMarks.append(begin)
        self.eMarks.append(end)
        self.tShift.append(shift)
        self.sCount.append(width)

    def enter_element(self, end: int, line: int) -> None:
        """Step into an element that closes at offset ``end`` and goes on in ``line``."""
        if end < 0:
            return
        self.element_end = max(self.element_end, end)
        line = self.skipEmptyLines(line)
        indent = self.sCount[line] - self.blkIndent if line < self.lineMax else 0
        while indent > 0 and line < self.lineMax and self.bMarks[line] < end and self.dedents:
            self._dedent(line, indent)
            self.dedents -= 1
            line += 1

    def _dedent(self, line: int, columns: int) -> None:
        """Let ``line`` begin ``columns`` further right, or where its text begins."""
        removed = 0
        while removed < columns and self.tShift[line] > 0:
            tab = self.src[self.bMarks[line]] == "\t"
            removed += CODE_INDENT - removed % CODE_INDENT if tab else 1
            self.bMarks[line] += 1
            self.tShift[line] -= 1
        self.sCount[line] = max(0, self.sCount[line] - removed)

    def is_code_block(self, line: int) -> bool:
        """Whether the line is indented as code is."""
        inside = self.bMarks[line] < self.element_end
        if inside and line_text(self, line).startswith(_MARKUP):
            return False
        return super().is_code_block(line)

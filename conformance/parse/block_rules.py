"""Blocks of Markdown that markdown-it does not know or ends too soon, and its view of the lines.

Fences of code that their author forgot to close: what a body ends, prose follows.  Sections whose
content is indented: ``!!! note "Title"``, ``??? note`` and ``=== "Tab"``.  Definition lists (PHP
Markdown Extra, Pandoc, Goldmark): a term on a line of its own, its definition behind a colon on the
next one, with blocks of its own, indented, among them lists of definitions.
"""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt, rules_block
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import EnvType

from conformance.patterns import regex

CODE_INDENT: Final = 4
"""Columns of indent that make a line code (CommonMark 4.4)."""

_DEDENTS: Final = 16
"""Elements around a line whose indents are taken off, on average: a bound on lines times depth."""
_MARKUP: Final = ("<", "```", "~~~", "|", ":::", "{%")


def line_text(state: StateBlock, line: int) -> str:
    """The content of a line inside its containers, without indent."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def push_tag(
    state: StateBlock, kind: str, name: str, start: int, last: int, attributes: dict[str, str]
) -> Token:
    """A token for a tag on lines ``start`` to ``last`` (from 0)."""
    token = state.push(kind, "", 0)
    token.info, token.meta, token.map = name, attributes, [start, last + 1]
    return token


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


_STRING: Final = regex(r'"(?:[^"\\]|\\.)*"')
_OPENING: Final = regex(r"(?:`{3,}|~{3,})\s*[A-Za-z]+\s*")
_MOST_CUTS: Final = 40
"""Fences that are cut in one page: each is searched to its end, so that their number is bounded."""
_CUTS: Final = "fences cut"


def read_fence(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """CommonMark's fence; one around a JSON text that is never closed, or that another fence opens
    in, ends with that text."""
    if not rules_block.fence(state, line, end, silent):
        return False
    if not silent and state.env.get(_CUTS, 0) < _MOST_CUTS:
        _cut_open_fence(state, line)
    return True


def _cut_open_fence(state: StateBlock, line: int) -> None:
    token = state.tokens[-1]
    last = state.line
    if _is_closed(state, line, last) and not _opens_another(state, line, last):
        return
    below = _find_body_end(state, line + 1, last)
    if not below or not any(not state.isEmpty(n) for n in range(below, last)):
        return
    state.env[_CUTS] = state.env.get(_CUTS, 0) + 1
    token.content = state.getLines(line + 1, below, state.sCount[line], True)
    token.map = [line, below]
    state.line = below


def _is_closed(state: StateBlock, line: int, last: int) -> bool:
    """Whether the last line of the fence is its closing one."""
    mark = state.tokens[-1].markup
    text = line_text(state, last - 1).strip()
    return last - 1 > line and text.startswith(mark) and not text.strip(mark[0])


def _opens_another(state: StateBlock, line: int, last: int) -> bool:
    mark = state.tokens[-1].markup
    texts = (line_text(state, n) for n in range(line + 1, last - 1))
    return any(text.startswith(mark) and _OPENING.fullmatch(text) for text in texts)


def _find_body_end(state: StateBlock, line: int, last: int) -> int:
    """The line after the JSON text that begins in ``line``; 0 where there is none or no end."""
    depth = 0
    for number in range(line, last):
        text = _STRING.sub("", line_text(state, number))
        if number == line and text[:1] not in ("{", "["):
            return 0
        depth += text.count("{") + text.count("[") - text.count("}") - text.count("]")
        if depth <= 0:
            return number + 1
    return 0


_MARKER: Final = regex(
    r"""(?: (!!!|\?\?\?\+?)[ \t]++([\w-]++)(?:[ \t]++(?:inline|end))*+(?:[ \t]*+"([^"\n]*+)")?
          | ===[!+]?[ \t]++"([^"\n]*+)"
        )\s*+$""",
    re.X,
)


def read_indented_section(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read the marker's line and the indented lines below it as one section."""
    match = _MARKER.match(line_text(state, start))
    if match is None or silent:
        return match is not None
    marker, kind, title, tab = match.groups()
    name = "tab" if marker is None else ":::" if marker == "!!!" else "details"
    push_tag(state, "tag_open", name, start, start, {"title": tab or title or kind or ""})
    outer = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent += CODE_INDENT
    stop = start + 1
    while stop < end and (state.isEmpty(stop) or state.sCount[stop] >= state.blkIndent):
        stop += 1
    state.lineMax, state.parentType = stop, "root"
    state.level += 1
    state.md.block.tokenize(state, start + 1, stop)
    state.level -= 1
    state.blkIndent, state.lineMax, state.parentType = outer
    push_tag(state, "tag_close", name, stop - 1, stop - 1, {})
    state.line = stop
    return True


_COLON: Final = regex(r":[ \t]+(?=\S)")
_LONGEST_TERM: Final = 120
_TAB: Final = 4


def definition_list_rule(state: StateBlock, start: int, end: int) -> bool:
    """Read terms with their definitions from ``start`` on; False when none begin there."""
    if not starts_term(state, start, end):
        return False
    opening = state.push("definitions_open", "dl", 1)
    line = start
    while line < end and starts_term(state, line, end):
        state.push("list_item_open", "dt", 1).map = [line, line + 1]
        term = state.push("inline", "", 0)
        term.content, term.map = line_text(state, line), [line, line + 1]
        line = _find_definition_line(state, line, end)
        while line < end and _is_definition(state, line):
            line = _read_definition(state, line, end)
        state.push("list_item_close", "dt", -1).map = [start, line]
    opening.map = [start, line]
    state.push("definitions_close", "dl", -1).map = [start, line]
    state.line = line
    return True


def starts_term(state: StateBlock, line: int, end: int) -> bool:
    """Whether ``line`` is a term: a short line with a definition below it."""
    below = _find_definition_line(state, line, end)
    inside = state.sCount[line] >= state.blkIndent <= state.sCount[below]
    return inside and _is_term(state, line, end)


def ends_definition(state: StateBlock, line: int, end: int) -> bool:
    """Whether a line below a definition's text begins the next definition or term."""
    if not isinstance(state, BlockState) or not state.in_definition:
        return False
    return _is_definition(state, line) or _is_term(state, line, end)


def _is_term(state: StateBlock, line: int, end: int) -> bool:
    below = _find_definition_line(state, line, end)
    return (
        below < end
        and _is_definition(state, below)
        and not _is_definition(state, line)
        and len(line_text(state, line)) <= _LONGEST_TERM
        and state.sCount[line] - state.blkIndent < CODE_INDENT
    )


def _find_definition_line(state: StateBlock, term: int, end: int) -> int:
    """The line below the term, or below the one blank line after it."""
    line = term + 1
    return line + 1 if line + 1 < end and state.isEmpty(line) else line


def _is_definition(state: StateBlock, line: int) -> bool:
    begin = state.bMarks[line] + state.tShift[line]
    return (
        state.src[begin : begin + 1] == ":"
        and _COLON.match(state.src, begin, state.eMarks[line]) is not None
        and state.sCount[line] - state.blkIndent < CODE_INDENT
    )


def _read_definition(state: StateBlock, line: int, end: int) -> int:
    """The blocks of one definition; the line that follows it, past blank ones."""
    begin = state.bMarks[line] + state.tShift[line]
    colon = _COLON.match(state.src, begin, state.eMarks[line])
    width = colon.end() - begin if colon else 1
    kept = (state.tShift[line], state.sCount[line], state.blkIndent)
    state.tShift[line] += width
    state.blkIndent = state.sCount[line] + 2
    state.sCount[line] += min(width, _TAB)
    inside = isinstance(state, BlockState) and state.in_definition
    if isinstance(state, BlockState):
        state.in_definition = True
    state.md.block.tokenize(state, line, end)
    if isinstance(state, BlockState):
        state.in_definition = inside
    state.tShift[line], state.sCount[line], state.blkIndent = kept
    return state.skipEmptyLines(max(state.line, line + 1))

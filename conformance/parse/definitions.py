"""Definition lists of Markdown (PHP Markdown Extra, Pandoc, Goldmark).

A term stands on a line of its own, its definition behind a colon on the next one::

    limit
    : Integer. Maximum number of results.

A definition may hold blocks of its own, indented, among them lists of definitions.
"""

from __future__ import annotations

from typing import Final

from markdown_it.rules_block import StateBlock

from conformance.parse.block_state import CODE_INDENT, BlockState, line_text
from conformance.patterns import regex

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

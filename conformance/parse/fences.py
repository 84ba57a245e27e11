"""Fences of code that their author forgot to close: what a body ends, prose follows."""

from __future__ import annotations

from typing import Final

from markdown_it import rules_block
from markdown_it.rules_block import StateBlock

from conformance.parse.block_state import line_text
from conformance.patterns import regex

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

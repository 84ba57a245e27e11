"""markdown-it-py set up for documentation: blocks only, our own rules for tables and tags."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from conformance.parse.jsx import (
    TagState,
    admonition_rule,
    comment_rule,
    esm_rule,
    liquid_rule,
    tag_rule,
)
from conformance.parse.pipe_table import read_grid, starts_table
from conformance.parse.reflow import reclaim_rows

MAX_NESTING: Final = 60
"""Levels of quotes and lists; what is nested deeper stays text of the deepest level."""

_INTERRUPTS: Final[RuleOptionsType] = {"alt": ["paragraph", "reference", "blockquote"]}
_OWN_RULES: Final = (
    ("comment", comment_rule),
    ("admonition", admonition_rule),
    ("liquid", liquid_rule),
    ("tag", tag_rule),
)


def tokenize_blocks(text: str) -> tuple[list[Token], dict[str, Any]]:
    """Block tokens of Markdown and the environment with its link references.

    Besides CommonMark's there are ``grid`` (``meta["grid"]`` a RawGrid), ``tag_open``,
    ``tag_close``, ``tag_self`` (``info`` the name, ``meta`` the attributes) and
    ``raw_html`` (``content`` its source).  ``inline`` tokens are left unparsed.
    """
    env: dict[str, Any] = {}
    tokens: list[Token] = []
    if text:
        markdown = _markdown()
        state = TagState(text, markdown, env, tokens)
        markdown.block.tokenize(state, 0, state.lineMax)
    return tokens, env


class _Blocks(ParserBlock):
    """The library's loop, but for two things: a rule may stop within a line, as long as it
    gets on; and what is nested too deeply becomes a paragraph where the library drops it.
    """

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        rules = self.ruler.getRules("")
        line = startLine
        blank_seen = False
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= MAX_NESTING:
                _keep_as_text(state, line, endLine)
                break
            begin = state.bMarks[line]
            for rule in rules:
                if rule(state, line, endLine, False):
                    break
            if state.line == line and state.bMarks[line] > begin:
                continue
            state.tight = not blank_seen
            line = state.line = max(state.line, line + 1)
            blank_seen = blank_seen or (line - 1 < endLine and state.isEmpty(line - 1))
            if line < endLine and state.isEmpty(line):
                blank_seen = True
                line += 1
                state.line = line


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark")
    markdown.block = _Blocks()
    markdown.block.ruler.disable(["table", "html_block"])
    for name, rule in _OWN_RULES:
        markdown.block.ruler.before("code", name, rule, _INTERRUPTS)
    markdown.block.ruler.before("comment", "esm", esm_rule)
    markdown.block.ruler.before("esm", "grid", _grid_rule, {"alt": ["paragraph", "reference"]})
    return markdown


def _grid_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if "|" not in state.src[state.bMarks[start] : state.eMarks[start]]:
        return False
    if silent:
        return starts_table(state, start, end)
    if state.is_code_block(start):
        return False
    found = read_grid(state, start, end)
    if found is None:
        return False
    grid, line = found
    if grid.outer and grid.header:
        line = reclaim_rows(state, grid, line, end)
    token = state.push("grid", "", 0)
    token.map = [start, line]
    token.meta = {"grid": grid}
    state.line = line
    return True


def _keep_as_text(state: StateBlock, line: int, end: int) -> None:
    token = state.push("inline", "", 0)
    token.content = state.getLines(line, end, state.blkIndent, False).strip()
    token.map = [line, end]
    state.line = end

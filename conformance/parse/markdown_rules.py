"""markdown-it-py set up for documentation: blocks only, our own rules for tables and tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, TypeAlias

from markdown_it import MarkdownIt, rules_block
from markdown_it.parser_block import ParserBlock
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from conformance.parse.block_rules import (
    BlockState,
    definition_list_rule,
    ends_definition,
    line_text,
    read_fence,
    read_indented_section,
)
from conformance.parse.captured_tables import glued_table_rule, spread_table_rule
from conformance.parse.ruled_tables import grid_table_rule, simple_table_rule
from conformance.parse.tag_rules import (
    admonition_rule,
    comment_rule,
    esm_rule,
    liquid_rule,
    tag_rule,
)
from conformance.parse.text_tables import (
    push_grid,
    read_grid,
    reclaim_rows,
    starts_table,
    tab_table_rule,
)
from conformance.patterns import regex

MAX_NESTING: Final = 60
"""Levels of quotes and lists; what is nested deeper stays text of the deepest level."""

_Rule: TypeAlias = Callable[[StateBlock, int, int, bool], bool]

_GLUED_HEADING: Final = regex(
    r"(?P<level>##{1,5}+|#(?=[^\W\d_a-zA-Z])(?!.*\s#))(?P<title>[^\s#].*)"
)


def _read_glued_heading(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """``##Title``, as many write it; behind a lone ``#`` a Latin letter makes a tag of it."""
    hit = None if state.is_code_block(line) else _GLUED_HEADING.fullmatch(line_text(state, line))
    if hit and not silent:
        state.line = line + 1
        _push_text(state, f"h{len(hit['level'])}", hit["title"].rstrip(" \t#"), line, line + 1)
    return hit is not None


_STARTS: Final[Mapping[str, tuple[_Rule, ...]]] = {
    "#": (rules_block.heading, _read_glued_heading),
    ">": (rules_block.blockquote,),
    **dict.fromkeys("`~", (read_fence,)),
    **dict.fromkeys("-*", (rules_block.hr, rules_block.list_block)),
    "_": (rules_block.hr,),
    "+": (grid_table_rule, rules_block.list_block),
    **dict.fromkeys("0123456789", (rules_block.list_block,)),
    "<": (comment_rule, tag_rule),
    "{": (comment_rule, liquid_rule),
    ":": (admonition_rule,),
    **dict.fromkeys("!?", (read_indented_section,)),
    "=": (simple_table_rule, read_indented_section),
}
"""What can begin with a character, and so interrupt a paragraph; anything else is text."""
_STARTS_ALONE: Final[Mapping[str, tuple[_Rule, ...]]] = {
    "[": (rules_block.reference,),
    "i": (esm_rule,),
    "e": (esm_rule,),
}
"""The same for what cannot interrupt a paragraph."""
_TABLES: Final = (glued_table_rule, tab_table_rule)
"""Tables that may begin with any character."""
_UNDERLINE: Final = regex(r"(?:=+|-+)[ \t]*")


_BULLET: Final = regex(r"^(?P<indent>[ \t]*+)[•●▪◦‣⁃](?=[ \t])", re.MULTILINE)
_FENCED: Final = regex(r"^[ \t]*+(?P<fence>```|~~~)[\s\S]*?(?:^[ \t]*+(?P=fence)|\Z)", re.MULTILINE)


_FUSED_ITEM: Final = regex(
    r"^(?P<indent> *)[•-] (?:Array \[\s*\n(?=(?P=indent)[•-] )"
    r"|(?!\d)[\w$.-]{1,60}?(?:string|integer|number|boolean|object|array)(?:\[\])*(?: ?[<·(].*)?"
    r"\s*\n\s*\n(?=(?P=indent)  ))",
    re.MULTILINE,
)
"""A field whose name and type are glued, as the first of what its item holds."""


def _free_fields(text: str) -> str:
    """``text`` with what items hold that are fields as paragraphs of their own, without indent:
    where each stands below its name, the list says no more; as long as before."""
    at, pieces = 0, []
    while first := _FUSED_ITEM.search(text, at):
        pieces.append(text[at : first.start()])
        at = first.start()
        within = rf"[ \t]*\n|{first['indent']}(?:[•-]|  ).*(?:\n|\Z)"
        while at < len(text) and (line := re.compile(within).match(text, at)):
            plain = line[0].strip().removeprefix("•").removeprefix("- ").strip()
            end = "\n" if line[0].endswith("\n") else ""
            pieces.append(plain.ljust(len(line[0]) - len(end)) + end)
            at = line.end()
    return "".join([*pieces, text[at:]])


def _mark_bullets(text: str) -> str:
    """``text`` with the bullets that a capture of a page left of its lists as those of Markdown,
    outside of fenced code; as long as before."""
    if not _BULLET.search(text):
        return text
    text = _free_fields(text)
    pieces: list[str] = []
    end = 0
    for fence in _FENCED.finditer(text):
        pieces += [_BULLET.sub(r"\g<indent>-", text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*pieces, _BULLET.sub(r"\g<indent>-", text[end:])])


def tokenize_blocks(text: str) -> tuple[list[Token], dict[str, Any]]:
    """Block tokens of Markdown and the environment with its link references.

    Besides CommonMark's there are ``definitions_open``, ``definitions_close``, ``grid``
    (``meta["grid"]`` a RawGrid), ``tag_open``, ``tag_close``, ``tag_self`` (``info`` the name,
    ``meta`` the attributes) and ``raw_html`` (``content`` its source).  ``inline`` tokens are
    left unparsed.
    """
    env: dict[str, Any] = {}
    tokens: list[Token] = []
    if text:
        markdown = _make_markdown()
        state = BlockState(_mark_bullets(text), markdown, env, tokens)
        markdown.block.tokenize(state, 0, state.lineMax)
    return tokens, env


class _Blocks(ParserBlock):
    """The library's loop, with three changes.

    Only rules that can begin with a line's first character are tried; a rule may stop
    within a line, as long as it gets on; and what is nested too deeply becomes a
    paragraph where the library drops it.
    """

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        line = startLine
        blank_seen = False
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= MAX_NESTING:
                token = state.push("inline", "", 0)
                token.content = state.getLines(line, endLine, state.blkIndent, False).strip()
                token.map = [line, endLine]
                state.line = endLine
                break
            begin = state.bMarks[line]
            _read_block(state, line, endLine)
            if state.line == line and state.bMarks[line] > begin:
                continue
            state.tight = not blank_seen
            line = state.line = max(state.line, line + 1)
            blank_seen = blank_seen or (line - 1 < endLine and state.isEmpty(line - 1))
            if line < endLine and state.isEmpty(line):
                blank_seen = True
                line += 1
                state.line = line


def _read_block(state: StateBlock, line: int, end: int) -> None:
    if _read_grid(state, line, end, False):
        return
    if state.is_code_block(line) and rules_block.code(state, line, end, False):
        return
    first = state.src[state.bMarks[line] + state.tShift[line]]
    for rule in (*_STARTS.get(first, ()), *_STARTS_ALONE.get(first, ()), *_TABLES):
        if rule(state, line, end, False):
            return
    if not definition_list_rule(state, line, end):
        _read_paragraph(state, line, end)


def _interrupts(state: StateBlock, line: int, end: int) -> bool:
    if ends_definition(state, line, end):
        return True
    first = state.src[state.bMarks[line] + state.tShift[line]]
    rules = (*_STARTS.get(first, ()), _read_grid, *_TABLES)
    return any(rule(state, line, end, True) for rule in rules)


def _read_paragraph(state: StateBlock, start: int, end: int) -> None:
    """A paragraph, or a setext heading when a line of ``=`` or ``-`` ends it."""
    outer, state.parentType = state.parentType, "paragraph"
    line = start + 1
    heading = ""
    while line < state.lineMax and not state.isEmpty(line):
        if not state.is_code_block(line):
            outdented = state.sCount[line] < state.blkIndent
            text = line_text(state, line)
            if not outdented and line < end and _UNDERLINE.fullmatch(text):
                heading = "h1" if text[0] == "=" else "h2"
                break
            if state.sCount[line] >= 0 and _interrupts(state, line, end):
                break
        line += 1
    state.parentType = outer
    state.line = line + bool(heading)
    content = state.getLines(start, line, state.blkIndent, False).strip()
    _push_text(state, heading, content, start, line)


def _push_text(state: StateBlock, heading: str, content: str, start: int, end: int) -> None:
    kind = "heading" if heading else "paragraph"
    state.push(kind + "_open", heading or "p", 1).map = [start, end]
    token = state.push("inline", "", 0)
    token.content = content
    token.map = [start, end]
    state.push(kind + "_close", heading or "p", -1)


@cache
def _make_markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark")
    markdown.block = _Blocks()
    markdown.block.ruler.disable(["table", "html_block"])
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
    for rule in (comment_rule, admonition_rule, liquid_rule, tag_rule):
        markdown.block.ruler.before("code", rule.__name__, rule, interrupts)
    return markdown


def _read_grid(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if "|" not in state.src[state.bMarks[start] : state.eMarks[start]]:
        return False
    if spread_table_rule(state, start, end, silent):
        return True
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
    return push_grid(state, start, line, grid)

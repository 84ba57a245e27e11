"""Sections whose content is indented: ``!!! note "Title"``, ``??? note`` and ``=== "Tab"``."""

from __future__ import annotations

import re
from typing import Final

from markdown_it.rules_block import StateBlock

from conformance.parse.block_state import CODE_INDENT, line_text
from conformance.parse.tag_rules import push_tag
from conformance.patterns import regex

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
    stop = _find_content_end(state, start + 1, end)
    _read_content(state, start + 1, stop)
    push_tag(state, "tag_close", name, stop - 1, stop - 1, {})
    state.line = stop
    return True


def _find_content_end(state: StateBlock, line: int, end: int) -> int:
    indent = state.blkIndent + CODE_INDENT
    while line < end and (state.isEmpty(line) or state.sCount[line] >= indent):
        line += 1
    return line


def _read_content(state: StateBlock, line: int, stop: int) -> None:
    outer = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent += CODE_INDENT
    state.lineMax = stop
    state.parentType = "root"
    state.level += 1
    state.md.block.tokenize(state, line, stop)
    state.level -= 1
    state.blkIndent, state.lineMax, state.parentType = outer

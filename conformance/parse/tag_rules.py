"""Tags between the blocks of a Markdown page: HTML, MDX components, ``{% %}`` and ``:::``.

Block rules for markdown-it that leave tag tokens in the stream; what stands between an
opening and a closing tag is read as Markdown, blank lines around it or not.  Elements
that hold no Markdown (tables, lists, ``<pre>``) are cut out whole for the HTML reader.
"""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections.abc import Callable
from typing import Final

from markdown_it.rules_block import StateBlock

from conformance.parse.block_rules import BlockState, line_text, push_tag
from conformance.parse.tags import (
    ADMONITION_KINDS,
    CONTAINER_TAGS,
    DROPPED_TAGS,
    RAW_TAGS,
    BrokenTag,
    Tag,
    attributes_of,
    find_tag,
)
from conformance.patterns import regex

CLOSES_AT: Final = "closes at"
"""In a tag's token: the line (from 0) of its closing tag."""
_BLOCK_TAGS: Final = CONTAINER_TAGS | RAW_TAGS | DROPPED_TAGS
_FRAGMENT: Final = regex(r"</?>")
_LIQUID: Final = regex(r"\{%-?\s*+(end)?([a-z][\w-]*+)((?:[^%\"]|\"[^\"]*+\"|%(?!\}))*+)%\}")
_LIQUID_END: Final = regex(r"\{%-?\s*+end([a-z][\w-]*+)")
_ADMONITION: Final = regex(r":{3,}\s*+([A-Za-z][\w-]*+)?\s*+(.*)")
_COMMENTS: Final = (("<!--", "-->"), ("{/*", "*/}"))
_ESM: Final = regex(
    r"""import\s+(?:[\w*{][^'"\n;]*\sfrom\s+)?['"] | import\s*\{[^'"]*$
      | export\s+(?:const|let|default|function|async)\b""",
    re.X,
)
_BRACKETS: Final = regex(r"([{(\[])|[})\]]")
_TAG_BEGIN: Final = regex(r"</?([A-Za-z][\w.:-]*+)")
_TAG_EDGE: Final = regex(r"<(/?)([A-Za-z][\w.:-]*+)(?:\s*+>)?")
_SLOT: Final = regex(r"\s(?:#|v-slot)")
"""In the tag of a template whose content a component shows."""
_FILLED: Final = regex(r"\S")
_TAG_LIMIT: Final = 20_000
"""Characters a tag may have; a longer one is text."""


def is_component(name: str) -> bool:
    """Whether a tag's name is a JSX component's or a custom element's."""
    return (name[0].isupper() and not name.isupper()) or ("-" in name) or ("." in name)


def is_block_tag(name: str) -> bool:
    """Whether a line that begins with this tag is markup between blocks, not text."""
    return name.lower() in _BLOCK_TAGS or is_component(name)


def comment_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """An HTML or MDX comment that begins a line; one without an end is text."""
    text = line_text(state, start)
    for opening, closing in _COMMENTS:
        if text.startswith(opening):
            begin = state.bMarks[start] + state.tShift[start]
            stop = _find(state, closing, begin + len(opening))
            if stop < 0 or stop > state.eMarks[end - 1]:
                return False
            if not silent:
                _leave(state, start, stop + len(closing), end)
            return True
    return False


def esm_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """MDX ``import`` and ``export`` statements, left out; a blank line ends an unfinished one."""
    if silent or state.level or state.tShift[start] or not _ESM.match(line_text(state, start)):
        return False
    line = start
    depth = 0
    while line < end and not state.isEmpty(line):
        text = line_text(state, line)
        if not depth and not _ESM.match(text):
            break
        depth += sum(1 if mark.group(1) else -1 for mark in _BRACKETS.finditer(text))
        line += 1
    state.line = line
    return True


def admonition_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``:::note Title`` and its closing ``:::``."""
    text = line_text(state, start)
    if not text.startswith(":::"):
        return False
    match = _ADMONITION.match(text)
    if match is None or silent:
        return match is not None
    kind, title = match.groups()
    if kind or title.strip():
        push_tag(state, "tag_open", ":::", start, start, _read_admonition(kind or "", title))
    else:
        push_tag(state, "tag_close", ":::", start, start, {})
    state.line = start + 1
    return True


def _read_admonition(kind: str, title: str) -> dict[str, str]:
    title = title.strip().strip("[]{}").strip()
    if kind.lower() not in ADMONITION_KINDS:
        return {"title": f"{kind} {title}".strip()}
    return {"kind": kind, "title": title or kind}


def liquid_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``{% tab title="x" %}`` and ``{% endtab %}``: tags by another spelling."""
    text = line_text(state, start)
    match = _LIQUID.match(text) if text.startswith("{%") else None
    if match is None or silent:
        return match is not None
    closing, name, rest = match.groups()
    kind = "tag_close" if closing else "tag_open"
    token = push_tag(state, kind, name, start, start, attributes_of("<x " + rest + ">"))
    if not closing and token.meta and (closes := _find_liquid_end(state, name, start)):
        token.meta[CLOSES_AT] = closes
    _leave(state, start, state.bMarks[start] + state.tShift[start] + match.end(), end)
    return True


def _find_liquid_end(state: StateBlock, name: str, start: int) -> int:
    """The line of the next closing tag of that name; 0 when there is none."""
    if "liquid" not in state.env:
        ends: dict[str, list[int]] = {}
        for hit in _LIQUID_END.finditer(state.src):
            ends.setdefault(hit[1], []).append(hit.start())
        state.env["liquid"] = ends
    found: list[int] = state.env["liquid"].get(name, [])
    at = bisect(found, state.eMarks[start])
    return bisect_left(state.eMarks, found[at]) if at < len(found) else 0


def tag_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A line that begins with a block tag."""
    begin = state.bMarks[start] + state.tShift[start]
    if state.src[begin : begin + 1] != "<":
        return False
    fragment = _FRAGMENT.match(state.src, begin)
    if fragment:
        if not silent:
            _leave(state, start, fragment.end(), end)
        return True
    tag = _read_tag(state, begin, end)
    if tag is None or not is_block_tag(tag.name):
        return False
    if not silent:
        _take(state, start, end, tag)
    return True


def _read_tag(state: StateBlock, begin: int, end: int) -> Tag | None:
    if begin < state.env.get("broken tag", 0):
        return None
    found = find_tag(state.src, begin, min(state.eMarks[end - 1], begin + _TAG_LIMIT))
    if isinstance(found, BrokenTag):
        state.env["broken tag"] = found.read_to
        return None
    return found


def _take(state: StateBlock, start: int, end: int, tag: Tag) -> None:
    if tag.name.lower() == "template" and _SLOT.search(state.src, tag.start, tag.end):
        _leave(state, start, tag.end, end)
        return
    if not tag.closing and tag.name.lower() in RAW_TAGS | DROPPED_TAGS:
        stop = _find_element_end(state, tag.start)
        if 0 <= stop <= state.eMarks[end - 1]:
            _cut_out(state, start, end, tag, stop)
            return
    last = start + state.src.count("\n", tag.start, tag.end)
    kind = "tag_close" if tag.closing else "tag_self" if tag.self_closing else "tag_open"
    token = push_tag(
        state, kind, tag.name, start, last, attributes_of(state.src[tag.start : tag.end])
    )
    if kind == "tag_open" and isinstance(state, BlockState):
        closes = _find_element_end(state, tag.start)
        if closes > 0 and is_component(tag.name):
            token.meta[CLOSES_AT] = last + state.src.count("\n", tag.end, closes)
        state.enter_element(closes, last + 1)
    _leave(state, last, tag.end, end)


def _cut_out(state: StateBlock, start: int, end: int, tag: Tag, stop: int) -> None:
    """Take a whole element out of the Markdown."""
    last = start + state.src.count("\n", tag.start, stop)
    name = tag.name.lower()
    if name in RAW_TAGS:
        token = push_tag(state, "raw_html", name, start, last, {})
        token.content = "\n".join(
            state.src[max(state.bMarks[line], tag.start) : min(state.eMarks[line], stop)]
            for line in range(start, last + 1)
        )
    _leave(state, last, stop, end)


def _leave(state: StateBlock, line: int, offset: int, end: int) -> None:
    """Go on at ``offset``: in the rest of its line if something stands there, else below it.

    Text before a further block tag on the line is a paragraph of its own.
    """
    while line < end - 1 and state.eMarks[line] < offset:
        line += 1
    stop = state.eMarks[line]
    tag = _find(state, "block tag", offset, _find_next_block_tag)
    tag = tag if tag < stop else -1
    if tag > offset and (text := state.src[offset:tag].strip()):
        token = state.push("inline", "", 0)
        token.content = text
        token.map = [line, line + 1]
    rest = _FILLED.search(state.src, max(tag, offset), stop)
    if rest is None:
        state.line = line + 1
        return
    state.bMarks[line] = rest.start()
    state.tShift[line] = 0
    state.sCount[line] = state.blkIndent
    state.line = line


def _find_next_block_tag(source: str, offset: int) -> int:
    found = (hit.start() for hit in _TAG_BEGIN.finditer(source, offset) if is_block_tag(hit[1]))
    return next(found, -1)


def _find(
    state: StateBlock, what: str, position: int, search: Callable[[str, int], int] | None = None
) -> int:
    """Where ``what`` comes next (-1: nowhere); no part of the page is searched twice for it."""
    known: dict[str, tuple[int, int]] = state.env.setdefault("found", {})
    start, found = known.get(what, (1, 0))
    if start <= position and (position <= found or found < 0):
        return found
    found = search(state.src, position) if search else state.src.find(what, position)
    known[what] = (position, found)
    return found


def _find_element_end(state: StateBlock, position: int) -> int:
    """Offset after the closing tag of the element that opens at ``position``; -1 when missing."""
    if "elements" not in state.env:
        pairs: dict[int, int] = {}
        opened: dict[str, list[int]] = {}
        for match in _TAG_EDGE.finditer(state.src):
            closing, name = match.group(1), match.group(2).lower()
            if not closing:
                opened.setdefault(name, []).append(match.start())
            elif opened.get(name):
                pairs[opened[name].pop()] = match.end()
        state.env["elements"] = pairs
    return int(state.env["elements"].get(position, -1))

"""JSON that a page shows in a viewer or as code within a paragraph, as blocks of code.

A tree viewer, left as one paragraph for each line of it, prints items with their numbers
(``0: {``) and no commas.  Such a run of paragraphs is one block, with the commas and without the
numbers; so is a paragraph that is nothing but one span of code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from msgspec.structs import replace

from conformance.model.document import Block, CodeBlock, Paragraph, Table
from conformance.model.span import Span
from conformance.patterns import regex

_TOKEN: Final = regex(
    r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*+")|(?P<open>[{\[])|(?P<close>[}\]])|(?P<colon>:)|(?P<comma>,)'
    r"|(?P<scalar>-?\d++(?:\.\d++)?(?:[eE][-+]?\d++)?|(?i:true|false|null|undefined|NaN)))"
)
_OPENING: Final = regex(r"\s*[{\[]")
_LONG_OPENING: Final = regex(r"\s*[{\[].{20}", re.DOTALL)
_WIDE: Final = str.maketrans("｛｝［］", "{}[]")
_WIDE_OPENING: Final = ("｛", "［")
_MOST: Final = 4_000
"""Paragraphs of one run."""
_FEWEST: Final = 3
_NONE: Final = (0, "", "")


def fence_viewer_json(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with each run of paragraphs that is one JSON text as a block of code."""
    return map(_fence_span, _fence_blocks(blocks))


def _fence_span(block: Block) -> Block:
    """A paragraph that is one span of code with a JSON object or array, as a block of code, and so
    a table of one such cell; such a block in full-width brackets with plain ones."""
    if (
        isinstance(block, Table)
        and len(block.rows) == len(block.rows[0].cells if block.rows else ()) == 1
    ):
        (cell,) = block.rows[0].cells
        fenced = _LONG_OPENING.match(cell.plain) and cell.plain.rstrip()[-1] in "}]"
        title = block.header[0].plain if block.header else ""
        return CodeBlock(cell.plain, "json", cell.span, title) if fenced else block
    if isinstance(block, CodeBlock) and block.text.lstrip()[:1] in _WIDE_OPENING:
        return replace(block, text=block.text.translate(_WIDE))
    if not isinstance(block, Paragraph) or len(block.text.marks) != 1:
        return block
    (mark,), plain = block.text.marks, block.text.plain
    if mark.kind != "code" or plain[: mark.start].strip() or plain[mark.end :].strip():
        return block
    if not _LONG_OPENING.match(plain) or plain.rstrip()[-1] not in "}]":
        return block
    lines = "".join("\n" if n in block.text.breaks else c for n, c in enumerate(plain)).split("\n")
    if all(_classify_lines(line) is not None for line in lines):
        lines = _mend_lines(lines)
    return CodeBlock("\n".join(lines), "json", block.span)


def _fence_blocks(blocks: Sequence[Block]) -> Iterator[Block]:
    at = 0
    while at < len(blocks):
        run, is_closed = _run(blocks, at)
        code = _make_code(run) if is_closed and len(run) >= _FEWEST else None
        if code is None:
            yield from blocks[at : at + max(1, len(run))]
        else:
            yield code
        at += max(1, len(run))


def _run(blocks: Sequence[Block], at: int) -> tuple[list[Paragraph], bool]:
    """Paragraphs of JSON from ``at`` on, and whether the last closes what the first opens."""
    run: list[Paragraph] = []
    depth = 0
    for block in blocks[at : at + _MOST]:
        if not isinstance(block, Paragraph):
            break
        if not run and not _OPENING.match(block.text.plain):
            break
        kinds = _classify_lines(block.text.plain)
        if kinds is None:
            break
        depth += kinds.count("open") - kinds.count("close")
        run.append(block)
        if depth <= 0:
            return run, True
    return run, False


def _classify_lines(text: str) -> list[str | None] | None:
    """What a text consists of; None where there is anything but JSON in it."""
    tokens = list(_TOKEN.finditer(text))
    whole = sum(len(token.group()) for token in tokens) == len(text.rstrip())
    return [token.lastgroup for token in tokens] if whole else None


def _make_code(run: Sequence[Paragraph]) -> CodeBlock | None:
    first, last = run[0].span, run[-1].span
    lines = [""] * (last.end_line - first.line + 1)
    mended = _mend_lines([block.text.plain for block in run])
    for block, line in zip(run, mended, strict=True):
        lines[block.span.line - first.line] += line
    text = "\n".join(lines)
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    return CodeBlock(text, "json", Span(first.page, first.line, last.end_line, first.quote))


def _mend_lines(lines: Sequence[str]) -> list[str]:
    """The lines with a comma before whatever follows a value, and items without numbers."""
    tokens = [
        (line, str(hit.lastgroup), hit.group().strip())
        for line, text in enumerate(lines)
        for hit in _TOKEN.finditer(text)
    ]
    mended = [""] * len(lines)
    opened: list[str] = []
    ended = numbered = False
    for (line, kind, text), (_, following, _) in zip_longest(tokens, tokens[1:], fillvalue=_NONE):
        if numbered or kind == "comma":
            numbered = False
            continue
        numbered = kind == "scalar" and following == "colon" and opened[-1:] == ["["]
        if numbered:
            continue
        comma = "," if ended and kind in ("string", "scalar", "open") else ""
        mended[line] += comma + (_make_literal(text) if kind == "scalar" else text)
        ended = kind in ("string", "scalar", "close")
        if kind == "open":
            opened.append(text)
        elif kind == "close" and opened:
            opened.pop()
    return mended


def _make_literal(text: str) -> str:
    """A number as it is, any spelling of a literal as JSON has it."""
    low = text.lower()
    return "null" if low in ("undefined", "nan") else low

"""Where samples of bodies stand on a page: blocks of code, and what else is printed as code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

from msgspec.structs import replace

from conformance.model.document import CodeBlock, ListBlock, Paragraph, Table
from conformance.model.span import Span
from conformance.parse.flat import is_json
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.json_text import read_json_text
from conformance.reading.rows.lines import split_lines
from conformance.reading.topics import status_of, topics_of
from conformance.vocabulary import words as vocabulary_words

_LEAD = (
    r"(?:(?://|#|/\*)[^\n]*|[^\n{}\[\]\"]{1,60}[:：][ \t]*"
    r"|[^\n{}\[\]\":：]{1,30}[:：][ \t]*(?:[A-Z]{3,7} )?(?:https?://|/)\S*[ \t]*)\n\s*"
)
"""A line that introduces a body: a comment, a label, or a label with an address behind it."""
JSON_START = regex(
    rf"^(?!\s*\{{\{{[\w-]+\}}\}})\s*(?:{_LEAD}){{0,3}}"
    r"(?:\"[\w.\-]{1,64}\"\s*[:：]"
    r"|[\[{]\s*(?:[\"{\[\]}]|//|/\*|-?\d|true\b|false\b|null\b|\.\.\.|[\w'\"]+\s*[:：]|$))"
)
"""Up to three lines that introduce it, then what only JSON begins with, but no ``{{variable}}``."""
_EXAMPLE_OBJECT = frozenset(("summary", "description", "value"))
"""Members of an Example Object that was printed with the sample in it (OpenAPI 3.1, 4.8.19)."""
_BLANKS = regex(r"\s*")
_LEADS = regex(rf"\s*(?:{_LEAD}){{1,3}}(?=[\[{{])")
_MEMBER = regex(r'\[?\{ ?"')
_STATUS = regex(r"(?<![\w.,/-])[1-5]\d\d(?![\w.,/-])")
_DECODER = json.JSONDecoder()
_MOST_ALTERNATIVES = 10
_TITLE = 40
"""Characters of a line that titles a sample in a paragraph."""
_SHOWN = frozenset(("request", "body", "response"))
_LEAST_LINES = 3
"""Of a body that is printed as a paragraph."""


def sample_blocks(piece: LocatedBlock) -> Iterator[LocatedBlock]:
    """A block itself; of a paragraph the lines that are a JSON object, as code; so of a table.

    A short line right below that is about the response titles it: its fields follow.
    """
    if isinstance(piece.block, ListBlock):
        yield from (replace(piece, block=code) for code in _find_bodies_of_items(piece.block))
    elif isinstance(piece.block, Table):
        yield from (replace(piece, block=code) for code in _find_bodies_of_statuses(piece.block))
    elif not isinstance(piece.block, Paragraph):
        yield piece
    elif body := _read_printed_body(piece.block):
        yield replace(piece, block=body)
    elif "{" in piece.block.text.plain:
        lines = [*split_lines(piece.block)]
        for above, line, below in zip([None, *lines], lines, [*lines[1:], None], strict=False):
            plain = line.plain.strip()
            whole = _MEMBER.match(plain) and plain.endswith(("}", "}]"))
            if whole and _is_body(plain):
                next_words = below.plain.strip() if below else ""
                is_title = len(next_words) <= _TITLE and "response" in topics_of(next_words)
                announced = above.plain.strip() if above else ""
                title = announced if announced.endswith((":", "：")) else ""
                title = next_words if is_title else title
                yield replace(piece, block=CodeBlock(plain, "", line.text.span, title))


def _read_printed_body(block: Paragraph) -> CodeBlock | None:
    """A paragraph that is one JSON text over several lines: its marks of code are on each line."""
    plain = block.text.plain.strip()
    if plain[:1] not in ("{", "[") or plain[-1:] not in ("}", "]") or not JSON_START.match(plain):
        return None
    lines = [line.plain.strip() for line in split_lines(block)]
    if len(lines) < _LEAST_LINES or lines[0] not in ("{", "[", "[{"):
        return None
    return CodeBlock("\n".join(lines), "json", block.span)


def _find_bodies_of_items(block: ListBlock) -> Iterator[CodeBlock]:
    """Bodies in the code of items that have a status before: ``Code: 200, Content: {...}``.

    The status may be all that the item above says, and the item may begin with what it shows:
    ``Body: {...}``.
    """
    above = ""
    for item in block.items:
        for mark in item.text.marks:
            plain = item.text.plain[mark.start : mark.end].strip()
            if mark.kind == "code" and plain[:1] in ("{", "[") and _is_body(plain):
                before = item.text.plain[: mark.start].rpartition("\n")[0] or item.text.plain
                hit = _STATUS.search(before[: mark.start]) or _STATUS.search(above)
                label = item.text.plain[: mark.start].strip(" *:：")
                if hit:
                    yield CodeBlock(plain, "json", item.span, hit.group())
                elif len(label) <= _TITLE and _SHOWN & set(topics_of(label)):
                    yield CodeBlock(plain, "json", item.span, label)
        above = item.text.plain if len(item.text.plain) <= _TITLE else ""


def _is_body(plain: str) -> bool:
    """Whether code is JSON, or is like it with members: ``{ id : 12 }``."""
    return is_json(plain) or any(node.members for node in read_json_text(plain))


def _find_bodies_of_statuses(table: Table) -> Iterator[CodeBlock]:
    """Bodies in the cells of a table whose rows begin with a status."""
    for row in table.rows:
        status = (status_of(row.cells[0].plain) if row.cells else None) or ""
        for cell in row.cells[1:] if status else ():
            plain = cell.plain.strip()
            begin = min((at for sign in "{[" if (at := plain.find(f"\n{sign}")) >= 0), default=-1)
            plain = plain[begin + 1 :]  # below the words about the status
            if plain[:1] in ("{", "[") and plain[-1:] in ("}", "]") and is_json(plain):
                yield CodeBlock(plain, "json", cell.span, status)


def split_alternatives(block: CodeBlock) -> list[CodeBlock]:
    """The JSON texts of a block that has several with "or" or a line between them, what an Example
    Object holds, or the block less the lines that introduce it."""
    texts: list[tuple[int, int]] = []
    at, text = 0, block.text
    while at < len(text) and len(texts) < _MOST_ALTERNATIVES:
        gap = _compile_alternatives().match(text, at)
        begin = gap.end() if gap else at
        try:
            _, end = _DECODER.raw_decode(text, begin)
        except (ValueError, RecursionError):
            break
        if text[begin] not in "{[":
            break
        texts.append((begin, end))
        at = end
    if len(texts) == 1 and not text[at:].strip() and text[texts[0][0]] == "{":
        members = _find_members(text, texts[0][0])
        is_named = {"summary", "value"} <= members.keys() <= _EXAMPLE_OBJECT
        if is_named and text[members["value"][0]] in "{[":
            return [_cut_part(block, *members["value"])]
    if len(texts) < 2 or text[at:].strip():
        lead = _LEADS.match(text)
        return [_cut_part(block, lead.end(), len(text)) if lead else block]
    return [_cut_part(block, begin, end) for begin, end in texts]


def _find_members(text: str, at: int) -> dict[str, tuple[int, int]]:
    """Where the values of the JSON object at ``at`` stand, the first few."""
    places: dict[str, tuple[int, int]] = {}
    while text[at] in "{," and len(places) <= len(_EXAMPLE_OBJECT):
        begin = _skip_blanks(text, at + 1)
        if text[begin] == "}":
            break
        name, end = _DECODER.raw_decode(text, begin)
        begin = _skip_blanks(text, text.index(":", end) + 1)
        _, end = _DECODER.raw_decode(text, begin)
        places[name] = (begin, end)
        at = _skip_blanks(text, end)
    return places


def _skip_blanks(text: str, at: int) -> int:
    hit = _BLANKS.match(text, at)
    return hit.end() if hit else at


@cache
def _compile_alternatives() -> re.Pattern[str]:
    words = (re.escape(word) for word, use in vocabulary_words("joints").items() if use == "or")
    return re.compile(rf"\s*(?:(?://|#)?\s*(?:{'|'.join(words)})\b[ \t]*[:：]?)?\s*", re.IGNORECASE)


def _cut_part(block: CodeBlock, begin: int, end: int) -> CodeBlock:
    text = block.text[begin:end]
    first = block.span.line + block.text.count("\n", 0, begin)
    quote = text.partition("\n")[0][:160]
    return replace(
        block, text=text, span=Span(block.span.page, first, first + text.count("\n"), quote)
    )

"""Flattened text: a page whose tags are gone, most of it on one line.

Nothing is cut but the JSON bodies, which cannot be taken for text; where one
name ends and the next begins is for those to say who know what the page is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from conformance.model.document import Block, CodeBlock, Heading, Paragraph
from conformance.parse.source import Source, slugify
from conformance.parse.text_builder import make_visible
from conformance.patterns import regex

_OPENING: Final = regex(r"[ \t]*[\[{]{1,2}[ \t]*$")
_MOST_UNCLOSED: Final = 3
"""Openings without an end, after which a paragraph holds no JSON."""
_INSIDE: Final = regex(r"\s*[\"{}\[\]\d-]")
_NUMBER: Final = regex(r"\d{1,5}")
_NUMBERED_OPENING: Final = regex(r"1[ \t]*[\[{]{1,2}[ \t]*")
_LEAST_NUMBERED: Final = 3
_STRING: Final = regex(r'"(?:[^"\\\n]|\\.)*"')
_DEPTH: Final = {"{": 1, "[": 1, "}": -1, "]": -1}
_BRACKET: Final = regex(r"[\[\]{}]")


class Part(Struct, frozen=True):
    """A stretch of whole lines of a paragraph."""

    text: str
    line: int
    """Lines before it, in the paragraph."""
    is_code: bool


def split_json(raw: str) -> Iterator[Part]:
    """``raw`` as parts, of which some are JSON; one part of text when none is."""
    has_bracket = "{" in raw or "[" in raw
    lines = _cut_glued_numbers(raw.split("\n")) if has_bracket else []
    if not any(map(_OPENING.match, lines)):
        yield Part(raw, 0, False)
        return
    begin = index = unclosed = 0
    while index < len(lines):
        opens = unclosed < _MOST_UNCLOSED and _OPENING.match(lines[index])
        end = _find_json_end(lines, index) if opens else 0
        if not end:
            unclosed += bool(opens)
            index += 1
            continue
        if begin < index:
            yield from _read_text(lines, begin, index)
        yield Part("\n".join(_without_numbers(lines[index:end])), index, True)
        begin = index = end
    if begin < len(lines):
        yield from _read_text(lines, begin, len(lines))


def _cut_glued_numbers(lines: list[str]) -> list[str]:
    """The lines, those of a body without the numbers that a capture left before them."""
    first = next((at for at, line in enumerate(lines) if _NUMBERED_OPENING.fullmatch(line)), -1)
    if first < 0:
        return lines
    last = first
    while last < len(lines) and lines[last].startswith(str(last - first + 1)):
        last += 1
    if last - first < _LEAST_NUMBERED:
        return lines
    cut = (line[len(str(number)) :] for number, line in enumerate(lines[first:last], 1))
    return [*lines[:first], *cut, *lines[last:]]


def _without_numbers(lines: list[str]) -> list[str]:
    """The lines, blank where a capture of the page left the number of the next one."""
    numbers = [line.strip() for line in lines[1::2]]
    first = int(numbers[0]) if len(numbers) > 1 and _NUMBER.fullmatch(numbers[0]) else -1
    if first < 0 or numbers != [str(first + n) for n in range(len(numbers))]:
        return lines
    return ["" if at % 2 else line for at, line in enumerate(lines)]


def _read_text(lines: list[str], begin: int, end: int) -> Iterator[Part]:
    """Text before or between; the line right above JSON is a caption of its own."""
    if end < len(lines) and end - begin > 1:
        yield Part("\n".join(lines[begin : end - 1]), begin, False)
        begin = end - 1
    yield Part("\n".join(lines[begin:end]), begin, False)


def _find_json_end(lines: list[str], start: int) -> int:
    """The line after the bracket that closes the one in line ``start``; 0 for no JSON.

    Where a bracket is missing, JSON goes on to the end, if that is all that stands there.
    """
    if start + 1 >= len(lines) or not _INSIDE.match(lines[start + 1]):
        return 0
    depth = 0
    for number in range(start, len(lines)):
        for bracket in _BRACKET.findall(_STRING.sub("", lines[number])):
            depth += _DEPTH[bracket]
        if depth <= 0:
            return number + 1
    unclosed = all(map(_INSIDE.match, lines[start + 1 :])) and lines[-1].strip()[:1] in ("}", "]")
    return len(lines) if unclosed else 0


_BODY_BEGIN: Final = regex(r'\{\s*"|\[\s*[\[{]')
_BLANKS: Final = regex(r"\s+")
_TITLE_LIMIT: Final = 200
_TOKEN: Final = regex(r'"(?:[^"\\]|\\.)*+"|[{\[]|([}\]])', re.S)
_TRIES: Final = 20
"""How often, on average, a character may be looked at in bodies that cannot be read."""


def read_flat(source: Source) -> tuple[Block, ...]:
    """A heading for the title line, then paragraphs and JSON code blocks in page order."""
    filled = [(n, line) for n, line in enumerate(source.lines, start=1) if line.strip()]
    blocks: list[Block] = []
    for index, (number, line) in enumerate(filled):
        if index == 0 and len(filled) > 1 and len(line) <= _TITLE_LIMIT:
            plain = make_visible(line).partition(" | ")[0].strip()
            text = source.text(plain, number, quote=line)
            blocks.append(Heading(1, text, slugify(plain), text.span))
        else:
            blocks.extend(_cut_pieces(line, number, source))
    return tuple(blocks)


def _cut_pieces(line: str, number: int, source: Source) -> Iterator[Block]:
    end = 0
    for start, stop in _find_bodies(line):
        yield from _read_paragraph(line[end:start], number, source)
        body = line[start:stop]
        yield CodeBlock(body, "json", source.span(number, number, body))
        end = stop
    yield from _read_paragraph(line[end:], number, source)


def _read_paragraph(piece: str, number: int, source: Source) -> Iterator[Paragraph]:
    plain = _BLANKS.sub(" ", make_visible(piece)).strip()
    if plain:
        text = source.text(plain, number, quote=piece)
        yield Paragraph(text, text.span)


def _find_bodies(line: str) -> Iterator[tuple[int, int]]:
    """Begin and end of every JSON object, or array of such, that can be read whole.

    A body inside one that cannot be read is found too; what such tries may cost in all is
    limited, so that the walk stays linear.
    """
    position = 0
    left = _TRIES * len(line) + _TRIES
    while left > 0 and (match := _BODY_BEGIN.search(line, position)):
        start = match.start()
        end = _find_matching_end(line, start)
        if end > 0 and is_json(line[start:end]):
            yield start, end
            position = end
        else:
            left -= (end if end > 0 else len(line)) - start
            position = start + 1


def _find_matching_end(line: str, start: int) -> int:
    """Offset after the bracket that closes the one at ``start``, strings left out; -1: none."""
    depth = 0
    for token in _TOKEN.finditer(line, start):
        if token.group(1):
            depth -= 1
            if not depth:
                return token.end()
        elif line[token.start()] != '"':
            depth += 1
    return -1


def is_json(body: str) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True

"""Rules for the words of a page, wherever they stand: headers, links, what the capture left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final
from urllib.parse import unquote

from msgspec.structs import replace

from conformance.checks.rule import WARNING, PagePlace, PageVerdict, page_rule
from conformance.checks.rules.places import find_sole_operation
from conformance.compare.wording import cut, format_count, format_list
from conformance.model.document import (
    Document,
    Heading,
    Paragraph,
    Table,
    Text,
    texts_of,
    walk,
)
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading import PageReading
from conformance.reading.context import locate_blocks
from conformance.vocabulary import phrases

_SCRIPTS: Final = (
    ("ko", regex("[\uac00-\ud7a3]")),
    ("ja", regex("[\u3040-\u30ff]")),
    ("zh", regex("[\u4e00-\u9fff]")),
)
_LATIN_WORD: Final = regex("[A-Za-z]{3}")
_READ_BY: Final = {"zh": ("zh", "ja"), "ja": ("ja",), "ko": ("ko",)}
"""Languages whose readers know the script."""
_NAMES: Final = {"en": "English", "ko": "Korean", "zh": "Chinese", "ja": "Japanese"}
_ARTEFACTS: Final = ("page-footer", "loading-sign", "feedback-form", "navigation")
_ROW_OF_X: Final = regex(r"x{10,}", re.IGNORECASE)
_MOJIBAKE: Final = regex(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u2026\u2030\u2039\u203a\u20ac\u2122]{2,}"
)
_REPLACED: Final = "\ufffd"
_NUMBERED: Final = 5
"""Paragraphs that count upwards and are nothing else: the line numbers of a code editor."""
_FRAGMENT: Final = regex(r"#(?!:~:)[^/]*", re.DOTALL)
"""``#section``; an address within an application (``#/path``) is none."""
_IDS: Final = regex(r"""(?<![\w-])(?:id|name)\s{0,3}=\s{0,3}\{?["']?([^"'\s<>{}]{1,200})""")
_EXPLICIT: Final = regex(r"\{\s{0,3}#([^\s{}]{1,200})\s{0,3}\}")
_INCLUDES: Final = regex(r"""^\s{0,3}import\s[^\n]{1,200}\.mdx?["']|^\s{0,3}\{%\s?include""")
_DROPPED: Final = regex(r"[\W_]+")


@page_rule(
    WARNING,
    "Header words are in another language than the page",
    title="{subject}: the header is in {actual} on a page in {expected}",
    why="Readers, and programs that read pages, cannot tell what the columns are.",
    advice="write the header in the language of the page",
)
def header_language(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """The header words of a table are in another language than the page and the rows below them.

    English header words are at home on pages of any language.

    Bad: on a page in English
        | 필드 | 타입   |
        | ---- | ------ |
        | id   | string |
    Good:
        | Field | Type   |
        | ----- | ------ |
        | id    | string |
    """
    operation, scripts = find_sole_operation(reading), dict(_SCRIPTS)
    for found in locate_blocks(document) if document.language else ():
        table = found.block
        if not isinstance(table, Table):
            continue
        unread = [
            (cell, tag)
            for cell in table.header
            if (tag := next((tag for tag, script in _SCRIPTS if script.search(cell.plain)), ""))
            and document.language not in _READ_BY[tag]
        ]
        if not unread or _LATIN_WORD.search(unread[0][0].plain):
            continue
        cell, tag = unread[0]
        if any(scripts[tag].search(c.plain) for row in table.rows for c in row.cells):
            continue
        name = f"table {next(found.place.words(), '')!r}"
        words = format_list(cut(c.plain.strip()) for c, script in unread if script == tag)
        yield PageVerdict(
            PagePlace(operation, name if operation else f"{document.page} {name}", cell.span),
            f"the page is in {_NAMES[document.language]}, the header words {words} are in "
            f"{_NAMES[tag]}",
            _NAMES[document.language],
            _NAMES[tag],
        )


@page_rule(
    WARNING,
    "Text of the site the page was captured from stands on the page",
    title="Text of the site is left on the page: {names}",
    why="It documents nothing, ends up in generated descriptions, and hides what is next to it.",
    advice="delete what is left of the site around the page",
)
def capture_artefact(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """Text on the page is no documentation but debris of the site it was captured from.

    Navigation, footers ("Updated 3 months ago"), signs of loading, forms for feedback, the line
    numbers of a code editor, and text whose encoding was mistaken.

    Bad:
        Returns the order. Copyright Â© 2024

        Loading...
    Good:
        Returns the order.
    """
    found: dict[str, list[tuple[Span, str]]] = {}
    for text in chain.from_iterable(map(texts_of, walk(document.blocks))):
        for what, wording in _find_artefacts_in(text, document):
            found.setdefault(what, []).append((replace(text.span, quote=wording), wording))
    for span, wording in _find_line_numbers(document):
        found.setdefault("code editor", []).append((span, wording))
    operation = find_sole_operation(reading)
    for what, places in found.items():
        span, wording = min(places, key=lambda place: place[0].line)
        lines = sorted({place.line for place, _ in places})
        named = format_list(map(str, lines), 6)
        where = f" ({format_count(len(lines), 'place')}: lines {named})" if len(lines) > 1 else ""
        place = PagePlace(operation, what if operation else f"{document.page} {what}", span)
        message = f"{cut(wording)!r} is debris of capture ({what}){where}"
        yield PageVerdict(place, message, "documentation", cut(wording))


def _find_artefacts_in(text: Text, document: Document) -> Iterator[tuple[str, str]]:
    """In a flattened page anywhere, in others only where nothing else stands beside it."""
    flat, bare = document.markup == "flat", text.plain.strip()
    for name in _ARTEFACTS if len(text.plain) < 80 or flat else ():
        known = phrases(f"artefacts.{name}")
        hit = known.search(text.plain) if flat else known.begins(bare)
        if hit and (flat or hit.end == len(bare)):
            yield name.replace("-", " "), hit.text
    if not flat and len(text.plain) < 80 and _ROW_OF_X.fullmatch(bare):
        yield "code editor", bare
    if not text.plain.isascii() and (broken := find_mojibake(text.plain)):
        yield "broken encoding", broken


def find_mojibake(plain: str) -> str:
    """The first run of UTF-8 that was read as Windows-1252 or Latin-1; empty when there is none.  A
    capital before a quotation mark (``CAFÉ”``) is such a run by chance: one letter counts only when
    both halves of it are letters or signs of Latin-1."""
    for hit in _MOJIBAKE.finditer(plain):
        try:
            b"".join(map(_encode_character, hit.group())).decode("utf-8")
        except UnicodeError:
            continue
        if len(hit.group()) > 2 or hit.group()[1] < "\u0100":
            return hit.group()
    return _REPLACED if _REPLACED in plain else ""


def _encode_character(character: str) -> bytes:
    """The byte that a careless reader made ``character`` of."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def _find_line_numbers(document: Document) -> Iterator[tuple[Span, str]]:
    """Where a listing begins whose line numbers became paragraphs."""
    start: Span | None = None
    expected = 1
    for block in walk(document.blocks):
        wording = block.text.plain.strip() if isinstance(block, Paragraph) else ""
        if wording == str(expected):
            start = block.span if expected == 1 else start
            expected += 1
            if expected == _NUMBERED + 1 and start is not None:
                yield start, "line numbers"
        elif wording == "1":
            start, expected = block.span, 2


@page_rule(
    WARNING,
    "A link leads to a section that the page does not have",
    title="A link leads to {expected}, which the page does not have",
    why="A reader who follows it lands at the top of the page without what was promised.",
    advice="correct the link, or add the section that it leads to",
)
def link_target_missing(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """A link leads to a section of the same page that the page does not have.

    Bad:
        See [the statuses](#order-status).
    Good:
        See [the statuses](#order-status).

        ## Order status
    """
    links = [
        (mark.target, text.plain[mark.start : mark.end], text.span)
        for text in chain.from_iterable(map(texts_of, walk(document.blocks)))
        for mark in text.marks
        if mark.kind == "link" and _FRAGMENT.fullmatch(mark.target)
    ]
    if not links or any(_INCLUDES.match(line) for line in document.lines):
        return
    known = {"", "top", *map(_strip_anchor, _list_anchors(document))}
    operation = find_sole_operation(reading)
    for target, words, span in links:
        if _strip_anchor(target) in known:
            continue
        known.add(_strip_anchor(target))
        short, wording = (cut(target), f" ({cut(words)!r})" if words.strip() else "")
        place = PagePlace(operation, target if operation else f"{document.page} {target}", span)
        message = f"the link to {short}{wording} leads nowhere"
        yield PageVerdict(place, message, f"a section {short}", "no such section")


def _list_anchors(document: Document) -> Iterator[str]:
    for block in walk(document.blocks):
        if isinstance(block, Heading):
            yield block.anchor
            yield block.text.plain
    for line in document.lines:
        yield from (hit[1] for hit in _IDS.finditer(line))
        yield from (hit[1] for hit in _EXPLICIT.finditer(line))


def _strip_anchor(anchor: str) -> str:
    """Letters and digits alone: renderers differ in what they make of everything else."""
    return _DROPPED.sub("", unquote(anchor).removeprefix("#")).casefold()

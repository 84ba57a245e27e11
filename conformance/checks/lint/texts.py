"""The words of a page, wherever they stand: links that lead nowhere, headers nobody can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from conformance.checks.lint.facts import DeadLink, ForeignHeader
from conformance.model.document import Document, Heading, ListBlock, Paragraph, Table, Text, walk
from conformance.reading import PageReading
from conformance.reading.context import LocatedBlock, locate_blocks

_IDS: Final = re.compile(r"""(?<![\w-])(?:id|name)\s{0,3}=\s{0,3}\{?["']?([^"'\s<>{}]{1,200})""")
_EXPLICIT: Final = re.compile(r"\{\s{0,3}#([^\s{}]{1,200})\s{0,3}\}")
_INCLUDES: Final = re.compile(r"""^\s{0,3}import\s[^\n]{1,200}\.mdx?["']|^\s{0,3}\{%\s?include""")
_ALWAYS: Final = frozenset(("", "top"))
_DROPPED: Final = re.compile(r"[\W_]+")
_SCRIPTS: Final = (
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
)
_LATIN_WORD: Final = re.compile("[A-Za-z]{3}")
_READ_BY: Final = {"zh": ("zh", "ja"), "ja": ("ja",), "ko": ("ko",)}
"""Languages whose readers know the script."""


def texts(document: Document) -> Iterator[Text]:
    """Every text of the page in reading order, header cells and terms included."""
    for block in walk(document.blocks):
        match block:
            case Heading() | Paragraph():
                yield block.text
            case Table():
                yield from block.header
                for row in block.rows:
                    yield from row.cells
            case ListBlock():
                for item in block.items:
                    yield item.text


def sole_operation(reading: PageReading) -> str:
    """The page's one operation; empty when it has none or several."""
    return reading.operations[0].key if len(reading.operations) == 1 else ""


def dead_links(document: Document, reading: PageReading) -> Iterator[DeadLink]:
    """Targets that no heading and no element of the page has; each once."""
    links = [
        (mark.target, text.plain[mark.start : mark.end], text.span)
        for text in texts(document)
        for mark in text.marks
        if mark.kind == "link" and _is_fragment(mark.target)
    ]
    if not links or any(_INCLUDES.match(line) for line in document.lines):
        return
    known = {_bare(anchor) for anchor in _anchors(document)} | _ALWAYS
    operation = sole_operation(reading)
    seen: set[str] = set()
    for target, wording, span in links:
        bare = _bare(target)
        if bare not in known and bare not in seen:
            seen.add(bare)
            subject = target if operation else f"{document.page} {target}"
            yield DeadLink(
                operation=operation, subject=subject, span=span, target=target, text=wording
            )


def _is_fragment(target: str) -> bool:
    """``#section``; an address within an application (``#/path``) is none."""
    return target.startswith("#") and "/" not in target and not target.startswith("#:~:")


def _anchors(document: Document) -> Iterator[str]:
    for block in walk(document.blocks):
        if isinstance(block, Heading):
            yield block.anchor
            yield block.text.plain
    for line in document.lines:
        yield from (hit[1] for hit in _IDS.finditer(line))
        yield from (hit[1] for hit in _EXPLICIT.finditer(line))


def _bare(anchor: str) -> str:
    """Letters and digits alone: renderers differ in what they make of everything else."""
    return _DROPPED.sub("", unquote(anchor).removeprefix("#")).casefold()


def foreign_headers(document: Document, reading: PageReading) -> Iterator[ForeignHeader]:
    """Headers of tables whose rows are in the page's language.

    English header words are at home everywhere.
    """
    if not document.language:
        return
    for piece in locate_blocks(document):
        if isinstance(piece.block, Table):
            yield from _in_table(piece.block, piece, document, reading)


def _in_table(
    table: Table, piece: LocatedBlock, document: Document, reading: PageReading
) -> Iterator[ForeignHeader]:
    foreign = [(cell, _script(cell.plain)) for cell in table.header]
    unread = [(c, tag) for c, tag in foreign if tag and document.language not in _READ_BY[tag]]
    if not unread or _LATIN_WORD.search(unread[0][0].plain):
        return
    cell, tag = unread[0]
    pattern = dict(_SCRIPTS)[tag]
    if any(pattern.search(c.plain) for row in table.rows for c in row.cells):
        return
    operation = sole_operation(reading)
    name = f"table {next(piece.place.words(), '')!r}"
    yield ForeignHeader(
        operation=operation,
        subject=name if operation else f"{document.page} {name}",
        span=cell.span,
        words=tuple(c.plain.strip() for c, _ in unread),
        language=tag,
        page_language=document.language,
    )


def _script(words: str) -> str:
    return next((tag for tag, pattern in _SCRIPTS if pattern.search(words)), "")

"""Debris of capture: what stands on a page because of the site it was taken from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from conformance.checks.lint.facts import Artefact
from conformance.checks.lint.texts import sole_operation, texts
from conformance.model.document import Document, Paragraph, Text, walk
from conformance.model.span import Span
from conformance.reading import PageReading

_KINDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (what, re.compile(words, re.IGNORECASE))
    for what, words in (
        (
            "page footer",
            r"(?:last )?updated (?:about |over |almost )?(?:an?|\d{1,3})"
            r" (?:second|minute|hour|day|week|month|year)s? ago"
            r"|\d{1,3} ?(?:분|시간|일|주|개월|달|년) 전(?:에)? (?:업데이트|수정)(?:됨)?"
            r"|(?:更新[于於]|最后更新[：:]?) ?\d{1,3} ?(?:分钟|小时|天|周|个月|年)前",
        ),
        ("loading sign", r"loading ?(?:\.{3}|…)|로딩 ?중(?:\.{3}|…)?|加载中(?:\.{3}|…)"),
        (
            "feedback form",
            r"(?:was|is) this (?:page|section|article|information) helpful\??"
            r"|did this page help you\??|이 페이지가 도움이 되었나요\??",
        ),
        (
            "navigation",
            r"skip to (?:main )?content|jump to content|edit this page(?: on github)?"
            r"|본문으로 건너뛰기|跳到主要内容|跳转到主内容",
        ),
        ("code editor", r"x{10,}"),
    )
)
_MOJIBAKE: Final = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u2026\u2030\u2039\u203a\u20ac\u2122]{2,}"
)
_REPLACED: Final = "\ufffd"
_NUMBERED: Final = 5
"""Paragraphs that count upwards and are nothing else: the line numbers of a code editor."""


def artefacts(document: Document, reading: PageReading) -> Iterator[Artefact]:
    """One for each kind, at the first place, with all its places."""
    found: dict[str, list[tuple[Span, str]]] = {}
    for text in texts(document):
        for what, wording in _in_text(text, document):
            found.setdefault(what, []).append((replace(text.span, quote=wording), wording))
    for span, wording in _line_numbers(document):
        found.setdefault("code editor", []).append((span, wording))
    operation = sole_operation(reading)
    for what, places in found.items():
        span, wording = min(places, key=lambda place: place[0].line)
        yield Artefact(
            operation=operation,
            subject=what if operation else f"{document.page} {what}",
            span=span,
            what=what,
            wording=wording,
            lines=tuple(sorted({place.line for place, _ in places})),
        )


def _in_text(text: Text, document: Document) -> Iterator[tuple[str, str]]:
    """In a flattened page anywhere, in others only where nothing else stands beside it."""
    flat = document.markup == "flat"
    for what, pattern in _KINDS if len(text.plain) < 80 or flat else ():
        if flat and what == "code editor":
            continue
        hit = pattern.search(text.plain) if flat else pattern.fullmatch(text.plain.strip())
        if hit:
            yield what, hit.group()
    if not text.plain.isascii() and (broken := mojibake(text.plain)):
        yield "broken encoding", broken


def mojibake(plain: str) -> str:
    """The first run of UTF-8 that was read as Windows-1252 or Latin-1; empty when there is none.

    A capital before a quotation mark (``CAFÉ”``) is such a run by chance: one letter counts only
    when both halves of it are letters or signs of Latin-1.
    """
    for hit in _MOJIBAKE.finditer(plain):
        try:
            meant = b"".join(map(_byte, hit.group())).decode("utf-8")
        except UnicodeError:
            continue
        if len(meant) > 1 or len(hit.group()) > 2 or hit.group()[1] < "\u0100":
            return hit.group()
    return _REPLACED if _REPLACED in plain else ""


def _byte(character: str) -> bytes:
    """The byte that a careless reader made ``character`` of."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def _line_numbers(document: Document) -> Iterator[tuple[Span, str]]:
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

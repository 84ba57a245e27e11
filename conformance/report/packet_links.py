"""Where a page was published, with the words on it that are meant."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from conformance.drift.packets import PageSource
from conformance.model.document import Row, Table, Text, walk
from conformance.model.span import Span
from conformance.report.addresses import address

_LONGEST: Final = 90
"""Characters of a text fragment: the more there are, the likelier a browser does not find them."""
_WORDS: Final = re.compile(r"\w.*\w", re.DOTALL)


def permalink(source: PageSource, span: Span) -> str:
    """The page's address with a text fragment for what is meant; empty without an address.

    https://wicg.github.io/scroll-to-text-fragment/
    """
    target = address(source.url)
    words = _fragment(source, span) if target else ""
    if not words:
        return target
    encoded = quote(words, safe="").replace("-", "%2D")
    return f"{target}{'' if '#' in target else '#'}:~:text={encoded}"


def _fragment(source: PageSource, span: Span) -> str:
    """Words that stand together in one place of the published page, and nowhere else on it."""
    texts = [cell for row in _rows(source, span) for cell in row.cells]
    pieces = [piece for text in texts for piece in _pieces(text)]
    if not pieces and source.document.markup != "flat":
        pieces = [p for p in [_clean(span.quote)] if p and len(p) <= _LONGEST and p.isascii()]
    alone = [piece for piece in pieces if _stands_once(source, piece)]
    return max(alone, key=len, default="")


def _stands_once(source: PageSource, words: str) -> bool:
    """By the source: a browser goes to the first place it finds."""
    first, *_ = words.split()
    return sum(words in line for line in source.document.lines if first in line) == 1


def _rows(source: PageSource, span: Span) -> list[Row]:
    return [
        row
        for block in walk(source.document.blocks)
        if isinstance(block, Table)
        for row in block.rows
        if row.span.line == span.line == span.end_line
    ][:1]


def _pieces(text: Text) -> list[str]:
    """Runs of one cell without a line break, cut at a word's end."""
    found = []
    for line in text.plain.split("\n"):
        words = _clean(line)
        if len(words) > _LONGEST:
            words = words[:_LONGEST].rpartition(" ")[0]
        if words and words.isprintable():
            found.append(words)
    return found


def _clean(text: str) -> str:
    hit = _WORDS.search(" ".join(text.split()))
    return hit.group() if hit and not set(hit.group()) & set("\\|`<>") else ""

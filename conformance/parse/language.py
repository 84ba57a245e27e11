"""The language of a page, from the scripts its prose is written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from conformance.model.document import (
    Block,
    Heading,
    ListBlock,
    Paragraph,
    Table,
    Text,
    walk,
)

_SCRIPTS: Final = (
    ("ko", re.compile("[\uac00-\ud7a3\u1100-\u11ff]"), 3),
    ("ja", re.compile("[\u3040-\u30ff]"), 5),
    ("zh", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]"), 3),
    ("en", re.compile("[A-Za-z]"), 1),
)
"""Language, its script, and how many Latin letters one of its characters is worth.

Kana weighs more than Han: Japanese prose mixes both.
"""
_LATIN: Final = re.compile(r"(?:[^A-Za-z]*+[A-Za-z]){12}")
_SAMPLE: Final = 6_000
"""Characters of prose that are looked at."""
_ENOUGH: Final = 12
"""Weight below which nothing is decided."""


def detect_language(blocks: tuple[Block, ...]) -> str:
    """``ko``, ``ja``, ``zh`` or ``en`` by the weight of their characters; empty when undecided."""
    sample = " ".join(_sample(_prose(blocks)))[:_SAMPLE]
    if sample.isascii():
        return "en" if _LATIN.match(sample) else ""
    weights = {tag: len(script.findall(sample)) * worth for tag, script, worth in _SCRIPTS}
    tag = max(weights, key=lambda candidate: weights[candidate])
    return tag if weights[tag] >= _ENOUGH else ""


def _sample(texts: Iterable[str]) -> Iterator[str]:
    size = 0
    for text in texts:
        if size > _SAMPLE:
            return
        size += len(text)
        yield text


def _prose(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in walk(blocks):
        match block:
            case Heading() | Paragraph():
                yield _without_code(block.text)
            case Table():
                for row in block.rows:
                    yield from map(_without_code, row.cells)
            case ListBlock():
                for item in block.items:
                    yield _without_code(item.text)


def _without_code(text: Text) -> str:
    pieces: list[str] = []
    end = 0
    for mark in text.marks:
        if mark.kind == "code" and mark.start >= end:
            pieces.append(text.plain[end : mark.start])
            end = mark.end
    return " ".join([*pieces, text.plain[end:]])

"""What a page is made of before it is Markdown or HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Code:
    """Words in a code span."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another section of the page."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list inside a cell."""

    items: tuple[Words, ...]


Words: TypeAlias = "tuple[str | Code | Link | Bullets, ...]"


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    words: Words
    anchor: str = ""
    """Where links to it point; empty when nothing links to it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    words: Words


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a header; every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A block of code."""

    text: str
    language: str = ""


Block: TypeAlias = Heading | Paragraph | Grid | Sample


def joined(*sentences: Words) -> Words:
    """Sentences one after the other, a blank between them."""
    every = [sentence for sentence in sentences if sentence]
    return tuple(
        piece for n, said in enumerate(every) for piece in ((" ",) if n else ()) + tuple(said)
    )

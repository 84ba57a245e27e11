"""Blocks -> Markdown."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from tests.suite.rendering.blocks import (
    Block,
    Bullets,
    Code,
    Grid,
    Heading,
    Link,
    Paragraph,
    Words,
)
from tests.suite.rendering.style import Style

_MARKUP: Final = re.compile(r"[\\`*<|]")


def to_markdown(blocks: tuple[Block, ...], style: Style) -> str:
    """The page; pipes, stars and angle brackets of the text are escaped, as editors do."""
    return "\n\n".join(_block(block, style) for block in blocks) + "\n"


def _block(block: Block, style: Style) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_inline(block.words)}"
    if isinstance(block, Paragraph):
        return _inline(block.words)
    if isinstance(block, Grid):
        return _table(block, style)
    return f"~~~{block.language}\n{block.text}\n~~~"


def _inline(words: Words) -> str:
    return "".join(map(_piece, words))


def _piece(piece: str | Code | Link | Bullets) -> str:
    if isinstance(piece, Code):
        return f"`{piece.text.replace('|', chr(92) + '|')}`"
    if isinstance(piece, Link):
        return f"[{_escaped(piece.text)}](#{piece.anchor})"
    if isinstance(piece, Bullets):
        return "".join(f"<br>- {_inline(item)}" for item in piece.items)
    return _escaped(piece)


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda hit: "\\" + hit.group(), text)


def _table(table: Grid, style: Style) -> str:
    cells = [tuple(map(_escaped, table.header))]
    cells += [tuple(map(_inline, row)) for row in table.rows]
    widths = [
        max(map(_width, column)) if style.aligned else 3 for column in zip(*cells, strict=True)
    ]
    rule = tuple("-" * max(width, 3) for width in widths)
    outer = style.outer_pipes or len(rule) < 2 or not all(row[0] and row[-1] for row in cells)
    lines = [_line(row, widths, style, outer=outer) for row in (cells[0], rule, *cells[1:])]
    return "\n".join(lines)


def _line(row: tuple[str, ...], widths: list[int], style: Style, *, outer: bool) -> str:
    blanks = " " * style.padding
    filled = [
        f"{blanks}{cell}{' ' * (width - _width(cell) if style.aligned else 0)}{blanks}"
        for cell, width in zip(row, widths, strict=True)
    ]
    line = "|".join(filled)
    return f"|{line}|" if outer else line.strip()


def _width(cell: str) -> int:
    """Columns on a screen."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in cell)

"""Blocks -> HTML."""

from __future__ import annotations

from html import escape
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

_HEAD: Final = "<!DOCTYPE html>\n<html>\n<head><title>Page</title></head>"
_BEFORE: Final = """<script>var page = {"method": "GET", "path": "/nowhere"};</script>
<nav><ul><li><a href="/">Home</a></li><li><a href="/start">Getting started</a></li></ul></nav>
<main>"""
_AFTER: Final = """</main>
<footer><p>All rights reserved.</p><a href="/privacy">Privacy</a></footer>"""


def to_html(blocks: tuple[Block, ...], style: Style) -> str:
    """The page as one document, with everything that surrounds a text if ``style.furniture``."""
    content = "\n".join(_block(block, style) for block in blocks)
    if style.furniture:
        content = f"{_BEFORE}\n{content}\n{_AFTER}"
    return f"{_HEAD}\n<body>\n{content}\n</body>\n</html>\n"


def _block(block: Block, style: Style) -> str:
    if isinstance(block, Heading):
        anchor = f' id="{escape(block.anchor)}"' if block.anchor else ""
        return f"<h{block.level}{anchor}>{_inline(block.words)}</h{block.level}>"
    if isinstance(block, Paragraph):
        return f"<p>{_inline(block.words)}</p>"
    if isinstance(block, Grid):
        return _table(block, style)
    return f"<pre><code>{escape(block.text)}</code></pre>"


def _inline(words: Words) -> str:
    return "".join(map(_piece, words))


def _piece(piece: str | Code | Link | Bullets) -> str:
    if isinstance(piece, Code):
        return f"<code>{escape(piece.text)}</code>"
    if isinstance(piece, Link):
        return f'<a href="#{escape(piece.anchor)}">{escape(piece.text)}</a>'
    if isinstance(piece, Bullets):
        return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in piece.items) + "</ul>"
    return escape(piece)


def _table(table: Grid, style: Style) -> str:
    blanks = " " * style.padding
    head = "".join(f"<th>{blanks}{escape(cell)}{blanks}</th>" for cell in table.header)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{blanks}{_inline(cell)}{blanks}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"

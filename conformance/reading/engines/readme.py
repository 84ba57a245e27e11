"""Exported ReadMe pages: ``[block:parameters] {...} [/block]``, widgets written as JSON.

A table is ``{"data": {"h-0": "Name", "0-0": "page"}, "cols": 2, "rows": 1}``, a heading
``[block:api-header]``, samples ``[block:code]`` with one text for each language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Document,
    Heading,
    Paragraph,
    Row,
    Table,
    Text,
)
from conformance.model.span import Span
from conformance.parse.inline import scan_inline
from conformance.patterns import regex

_BEGIN: Final = regex(
    r"\s*\[block:(?P<kind>parameters|api-header|code|callout|html|image|embed)\]\s*"
)
_END: Final = regex(r"\s*\[/block\]\s*")
_CELL: Final = regex(r"(?P<row>h|\d{1,4})-(?P<column>\d{1,2})")
_MOST_LINES: Final = 10_000
"""Lines of one widget."""


class _Widget(Struct, frozen=True):
    kind: str
    first: int
    """Line of its begin, from 1."""
    lines: Sequence[str]
    """Those between its begin and its end."""

    @property
    def last(self) -> int:
        return self.first + len(self.lines) + 1

    def span(self, page: str, needle: str = "") -> Span:
        """The line that has ``needle`` in it; else the whole widget."""
        for number, line in enumerate(self.lines, self.first + 1):
            if needle and needle in line:
                return Span(page, number, number, line.strip()[:160])
        return Span(page, self.first, self.last, f"[block:{self.kind}]")


class ReadmeEngine:
    """Widgets of ReadMe in Markdown."""

    name = "readme"

    def score(self, document: Document) -> float:
        """Sure where a line begins such a widget."""
        if document.markup != "markdown":
            return 0.0
        return 1.0 if any("[block:" in s and _BEGIN.fullmatch(s) for s in document.lines) else 0.0

    def rewrite(self, document: Document) -> Document:
        """Widgets as tables, headings, code and words."""
        widgets = list(_find_widgets(document.lines))
        covered = [(w.first, w.last) for w in widgets]
        kept = [b for b in document.blocks if not _is_within(b, covered)]
        documented = [b for w in widgets for b in _read_blocks(w, document.page)]
        blocks = sorted((*kept, *documented), key=lambda block: block.span.line)
        return replace(document, blocks=tuple(blocks))


def _find_widgets(lines: Sequence[str]) -> Iterator[_Widget]:
    begin = None
    for number, line in enumerate(lines, 1):
        if hit := _BEGIN.fullmatch(line):
            begin = (hit["kind"], number)
        elif begin and _END.fullmatch(line):
            kind, first = begin
            if number - first <= _MOST_LINES:
                yield _Widget(kind, first, lines[first : number - 1])
            begin = None


def _is_within(block: Block, covered: Sequence[tuple[int, int]]) -> bool:
    return any(first <= block.span.line <= last for first, last in covered)


def _read_blocks(widget: _Widget, page: str) -> Iterator[Block]:
    try:
        content = json.loads("\n".join(widget.lines))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        words = "\n".join(widget.lines)
        yield Paragraph(Text(words, widget.span(page)), widget.span(page))
    elif widget.kind == "parameters" and isinstance(content.get("data"), dict):
        yield from _read_table(widget, content["data"], page)
    elif widget.kind == "code" and isinstance(content.get("codes"), list):
        yield from _read_codes(widget, content["codes"], page)
    else:
        title, body = (content.get(key) for key in ("title", "body"))
        if isinstance(title, str) and title:
            span = widget.span(page, '"title"')
            level = content.get("level")
            depth = level if isinstance(level, int) and 1 <= level <= 6 else 2
            anchor = re.sub(r"\W+", "-", title.lower()).strip("-")
            yield Heading(depth, scan_inline(title, span), anchor, span)
        if isinstance(body, str) and body:
            span = widget.span(page, '"body"')
            yield Paragraph(scan_inline(body, span), span)


def _read_table(widget: _Widget, data: dict[str, object], page: str) -> Iterator[Table]:
    cells: dict[str, dict[int, Text]] = {}
    for key, words in data.items():
        if (hit := _CELL.fullmatch(key)) and isinstance(words, str):
            text = scan_inline(words, widget.span(page, f'"{key}"'))
            cells.setdefault(hit["row"], {})[int(hit["column"])] = text
    header = cells.pop("h", {})
    width = max((max(row) + 1 for row in (header, *cells.values()) if row), default=0)
    if not width or not cells:
        return
    whole = widget.span(page)

    def select_filled(row: dict[int, Text]) -> tuple[Text, ...]:
        return tuple(row.get(n, Text("", whole)) for n in range(width))

    ordered = sorted(cells.items(), key=lambda item: int(item[0]))
    rows = tuple(Row(select_filled(row), row[min(row)].span) for _, row in ordered)
    yield Table(header=select_filled(header) if header else (), rows=rows, span=whole)


def _read_codes(widget: _Widget, codes: Sequence[object], page: str) -> Iterator[CodeBlock]:
    for sample in codes:
        if isinstance(sample, dict) and isinstance(sample.get("code"), str):
            words = {key: str(sample.get(key) or "") for key in ("code", "language", "name")}
            opening = json.dumps(words["code"])[:40].strip('"\\')
            span = widget.span(page, opening)
            yield CodeBlock(words["code"], words["language"].lower(), span, words["name"])

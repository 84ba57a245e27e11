"""What the pages say, line by line, each page with its address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias
from urllib.parse import quote

from conformance.drift.packets.packet import Packet, PageSource
from conformance.model.document import Row, Table, Text, walk
from conformance.model.finding import Finding
from conformance.model.operation import Operation, subjects
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.report.plain import address, code, fence_text, make_visible, window
from conformance.report.words import format_day

_LINES: Final = 24
"""Lines of one page that are shown."""
_PAGES: Final = 8
"""Pages that are shown."""
_RUN: Final = 10
"""Lines of one place that are shown."""
_WIDE: Final = 320
"""Columns of one line; of a longer one several places are shown."""

_BELOW: Final[Mapping[str, int]] = {
    **dict.fromkeys(("type-conflict", "required-conflict"), 4),
    "location-conflict": 1,
}
"""Rule -> lines below a place without a row that belong to it (a form's type and mark, the rest of
a paragraph)."""

LinePlace: TypeAlias = tuple[int, int]
"""A line, and the column of what is meant where the line is too long to be shown whole."""


def quote_pages(packet: Packet) -> Iterator[str]:
    """For each page its name, its address, and the lines concerned."""
    sources = {source.page: source for source in packet.sources}
    spans = _collect_places(packet, sources)
    for page, places in list(spans.items())[:_PAGES]:
        source = sources.get(page)
        first = next(iter(places.values()))
        numbers = list(dict.fromkeys(line for line, _ in places))
        yield f"{code(page)}, {_render_numbers(numbers)}{_find_published(source, first)}:"
        shown = [_render_line(place, span, source) for place, span in list(places.items())[:_LINES]]
        last = max(span.end_line for span in places.values())
        if last > max(numbers):
            shown.append(f"… to line {last}")
        yield fence_text("\n".join(shown))
        if len(places) > _LINES:
            yield f"And {len(places) - _LINES} more."
    if len(spans) > _PAGES:
        yield f"And {len(spans) - _PAGES} more pages."
    if not spans:
        yield "Nothing that has a line."


def _collect_places(
    packet: Packet, sources: Mapping[str, PageSource]
) -> dict[str, dict[LinePlace, Span]]:
    places: dict[str, dict[LinePlace, Span]] = {}
    stated: dict[str, list[tuple[str, Operation]]] = {}
    for own in packet.sources:
        for operation in own.reading.operations:
            stated.setdefault(operation.key, []).append((own.page, operation))
    for finding in packet.findings:
        twins = _list_twins(finding, stated.get(finding.operation, ()))
        for span in (*_list_spans(finding), *twins):
            source = sources.get(span.page)
            for line in range(span.line, min(span.end_line, span.line + _RUN - 1) + 1):
                place = line, _find_column(finding, span, line, source)
                places.setdefault(span.page, {}).setdefault(place, span)
    return {page: dict(sorted(found.items())) for page, found in places.items()}


def _find_column(finding: Finding, span: Span, line: int, source: PageSource | None) -> int:
    text = _find_text(line, source)
    if len(text) <= _WIDE:
        return 0
    quote = span.quote.rstrip("…")
    begin = _find_nth(text, quote, _count_occurrence(finding, span, source)) if quote else 0
    word = finding.actual.strip('"`')
    within = text.find(word, begin) if word and not quote.startswith(word) else begin
    return max(within if within >= 0 else begin, 0)


def _count_occurrence(finding: Finding, span: Span, source: PageSource | None) -> int:
    for operation in source.reading.operations if source else ():
        if operation.key == finding.operation:
            alike = [name for at, name in subjects(operation) if at == span]
            return alike.index(finding.subject) if finding.subject in alike else 0
    return 0


def _find_nth(text: str, quote: str, turn: int) -> int:
    at = text.find(quote)
    for _ in range(turn):
        later = text.find(quote, at + 1)
        at = later if later >= 0 else at
    return at


def _find_text(line: int, source: PageSource | None) -> str:
    lines = source.document.lines if source else ()
    return lines[line - 1] if 0 < line <= len(lines) else ""


def _list_spans(finding: Finding) -> Iterator[Span]:
    if finding.documented:
        yield finding.documented
    if finding.observed:
        page, _, line = finding.observed.where.rpartition(":")
        if page and "#" not in finding.observed.where and line.isdecimal() and len(line) < 9:
            yield Span(page, int(line), int(line) + _BELOW.get(finding.rule, 0))


def _list_twins(finding: Finding, stated: Iterable[tuple[str, Operation]]) -> Iterator[Span]:
    own = finding.documented.page if finding.documented else ""
    for page, operation in stated:
        if page != own:
            yield from (span for span, name in subjects(operation) if name == finding.subject)


def _find_published(source: PageSource | None, span: Span) -> str:
    target = build_permalink(source, span) if source else ""
    if source is None or not target:
        return ""
    when = f", retrieved {format_day(source.retrieved)}" if source.retrieved else ""
    return f" ([published page](<{target}>){when})"


def _render_numbers(lines: list[int]) -> str:
    """``line 7``, ``lines 7-9, 12``."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    shown = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs[:_LINES]]
    return f"line {shown[0]}" if len(lines) == 1 else f"lines {', '.join(shown)}"


def _render_line(place: LinePlace, span: Span, source: PageSource | None) -> str:
    number, column = place
    text = _find_text(number, source) or span.quote
    if "|" in text and not column:
        text = " ".join(text.replace("\t", " ").split())
    near = make_visible(text[column and max(column - _WIDE, 0) :][: 4 * _WIDE])
    at = min(column, _WIDE)
    return f"{number} | {window(near, at, at, _WIDE)[0]}".rstrip()


_LONGEST: Final = 90
"""Characters of a text fragment: the more there are, the likelier a browser does not find them."""
_WORDS: Final = regex(r"\w.*\w", re.DOTALL)


def build_permalink(source: PageSource, span: Span) -> str:
    """The page's address with a text fragment (https://wicg.github.io/scroll-to-text-fragment/);
    empty without an address."""
    target = address(source.url)
    words = _render_fragment(source, span) if target else ""
    if not words:
        return target
    encoded = quote(words, safe="").replace("-", "%2D")
    return f"{target}{'' if '#' in target else '#'}:~:text={encoded}"


def _render_fragment(source: PageSource, span: Span) -> str:
    """Words that stand in one place of the published page and nowhere else on it."""
    texts = [cell for row in _find_rows(source, span) for cell in row.cells]
    pieces = [piece for text in texts for piece in _cut_pieces(text)]
    if not pieces and source.document.markup != "flat":
        pieces = [p for p in [_clean(span.quote)] if p and len(p) <= _LONGEST and p.isascii()]
    alone = [piece for piece in pieces if _stands_once(source, piece)]
    return max(alone, key=len, default="")


def _stands_once(source: PageSource, words: str) -> bool:
    first, *_ = words.split()
    return sum(words in line for line in source.document.lines if first in line) == 1


def _find_rows(source: PageSource, span: Span) -> list[Row]:
    tables = (block for block in walk(source.document.blocks) if isinstance(block, Table))
    rows = (row for table in tables for row in table.rows)
    return [row for row in rows if row.span.line == span.line == span.end_line][:1]


def _cut_pieces(text: Text) -> list[str]:
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

"""The text of a page as it is compared: cells of rows, paragraphs, printed requests.

Also what prose says in every language alike: numbers, statements and their contraries, bounds.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import zip_longest
from typing import Final

from msgspec import Struct, field

from conformance.model.document import CodeBlock, Document, ListBlock, Paragraph, Table, Text, walk
from conformance.model.operation import Stated, Value
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.rows.columns import table_columns
from conformance.reading.rows.row import read_name, read_required
from conformance.vocabulary import Column, multiple, phrases, word_set, words

_FACTS: Final = frozenset({"name", "type", "required", "optional", "location", "nullable"})
"""Columns whose content is compared by itself."""
_MOST_PARAGRAPHS: Final = 500
"""Paragraphs of a page that are searched for what a row leaves out."""
_REQUEST_LINE: Final = regex(
    r"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?:https?:/)?/\S+(?: HTTP/[\d.]+)?[ \t]*(?:\n|\Z)"
)
_INVERTED: Final = {Stated.YES: Stated.NO, Stated.NO: Stated.YES}
_NUMBER: Final = regex(
    r"(?<![A-Za-z0-9_.])(?<![A-Z_]-)(?:(?<![A-Za-z0-9_)\]~])-)?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?"
    r"(?: ?([^\W\d_A-Za-z])|(?:st|nd|rd|th|ms|s|x|h|d|m)?(?![A-Za-z0-9_]))"
)
_LISTED: Final = regex(r"(?m)^\s*\(?\d{1,2}[.)]\s+")
"""The number of an item of a list."""
_CLAIMS: Final = {
    "case": ("case-sensitive", "not-case-sensitive"),
    "letters": ("upper-case", "lower-case"),
    "order": ("descending", "ascending"),
    "side": ("buyers", "sellers"),
    "zone": ("utc", "local-time"),
    "bounds": ("inclusive", "exclusive"),
}
"""What a page may say yes or no to: topic, and the phrases for either."""
_WORDINGS: Final = {
    "case-sensitive": "case sensitive",
    "not-case-sensitive": "not case sensitive",
    "upper-case": "upper case",
    "lower-case": "lower case",
    "descending": "descending order",
    "ascending": "ascending order",
    "buyers": "of buyers",
    "sellers": "of sellers",
    "utc": "UTC",
    "local-time": "local time",
}
"""How a message words them, where it does not use their names."""
_COMPARISONS: Final = ("less-than", "at-most", "more-than", "at-least")


class MarkedText(Struct, frozen=True):
    """Text as a reader sees it, with what is set apart in it."""

    plain: str
    codes: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Text and target of every link."""


class RowText(Struct, frozen=True):
    """One row of a table of fields, by what its columns are about."""

    described: MarkedText
    """All cells that describe: meaning, default, values, limits, examples."""
    mark: Stated | None = None
    """The required mark as it stands; None when the source has no place for one."""
    has_types: bool = True
    """Whether the source has a place for types."""


class PrintedRequest(Struct, frozen=True):
    """A request printed as it goes over the wire: request line, headers, blank line, body."""

    text: str
    span: Span

    @property
    def method(self) -> str:
        return self.text.split(None, 1)[0]

    @property
    def path(self) -> str:
        """The request's path, without server and query."""
        target = self.text.split(None, 2)[1].partition("?")[0]
        return "/" + target.partition("://")[2].partition("/")[2] if "://" in target else target


class PageText(Struct, frozen=True):
    """The rows, paragraphs and printed requests of one page."""

    rows: dict[Span, RowText] = field(default_factory=dict)
    paragraphs: tuple[tuple[MarkedText, Span], ...] = ()
    requests: tuple[PrintedRequest, ...] = ()

    def row(self, value: Value) -> RowText:
        """The row that documents ``value``; its description alone when it is in no table."""
        known = self.rows.get(value.span)
        return known or RowText(MarkedText(value.description), None, bool(value.type_text))

    def about(self, name: str) -> str:
        """The paragraphs that mention ``name``."""
        first = self.paragraphs[:_MOST_PARAGRAPHS]
        return "\n".join(w.plain for w, _ in first if mentions(w.plain, name))


def read_page_text(document: Document) -> PageText:
    """The text of a page; small enough to keep for thousands of pages."""
    rows: dict[Span, RowText] = {}
    paragraphs: list[tuple[MarkedText, Span]] = []
    requests: list[PrintedRequest] = []
    for block in walk(document.blocks):
        if isinstance(block, Table):
            rows.update(_read_rows(block))
        elif isinstance(block, Paragraph):
            paragraphs.append((_mark_texts([block.text]), block.span))
        elif isinstance(block, ListBlock):
            paragraphs += ((_mark_texts([item.text]), item.span) for item in block.items)
        elif isinstance(block, CodeBlock) and _REQUEST_LINE.match(block.text):
            requests.append(PrintedRequest(block.text, block.span))
    return PageText(rows, tuple(paragraphs), tuple(requests))


def mentions(text: str, token: str) -> bool:
    """Whether ``token`` stands in ``text`` as a word of its own, whatever the case.  Letters of
    other scripts end a word: particles follow names without a blank."""
    if not token:
        return False
    low, word = text.casefold(), token.casefold()
    at = low.find(word)
    while at >= 0:
        before, after = low[at - 1 : at] if at else "", low[at + len(word) : at + len(word) + 1]
        if not any(
            _is_word(edge) and _is_word(c) for edge, c in ((word[0], before), (word[-1], after))
        ):
            return True
        at = low.find(word, at + 1)
    return False


def _is_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


def _read_rows(table: Table) -> Iterator[tuple[Span, RowText]]:
    """Rows that name something; one that names nothing goes on with the row above."""
    columns = table_columns(table)
    if "name" not in columns:
        return
    last: tuple[Span, list[Text], Stated | None] | None = None
    for row in table.rows:
        pairs = [*zip_longest(columns, row.cells)][: len(row.cells)]
        cells = {column: text for column, text in pairs if column is not None}
        name = read_name(cells["name"]) if "name" in cells else None
        described = [
            text
            for column, text in pairs
            if text.plain.strip()
            and (
                column not in _FACTS or (column == "required" and read_required(text.plain) is None)
            )
        ]
        unnamed = "name" not in cells or not cells["name"].plain.strip()
        if name is None and last is not None and unnamed:
            last[1].extend(described)
            continue
        if last is not None:
            yield last[0], RowText(_mark_texts(last[1]), last[2], "type" in columns)
        mark = _mark(cells, name.required if name else Stated.NOT_STATED)
        last = (row.span, described, mark) if name else None
    if last is not None:
        yield last[0], RowText(_mark_texts(last[1]), last[2], "type" in columns)


def _mark(cells: dict[Column, Text], beside: Stated) -> Stated | None:
    """The mark in a column of its own, or beside the name; None when there is no place for one."""
    if "required" in cells:
        stated = read_required(cells["required"].plain)
    elif "optional" in cells:
        stated = read_required(cells["optional"].plain)
        stated = _INVERTED.get(stated, stated) if stated else None
    else:
        return beside if beside is not Stated.NOT_STATED else None
    return stated if stated and stated is not Stated.NOT_STATED else beside


def _mark_texts(texts: list[Text]) -> MarkedText:
    codes = tuple(piece for text in texts for piece in text.list_marked("code"))
    links = tuple(
        (" ".join(text.plain[mark.start : mark.end].split()), mark.target)
        for text in texts
        for mark in text.marks
        if mark.kind == "link"
    )
    return MarkedText(plain="\n".join(text.plain for text in texts), codes=codes, links=links)


def count_numbers(text: str) -> Counter[str]:
    """How often each number stands in ``text``: digits only, ``1,000`` and ``1000`` alike.
    Addresses, dates, times of day and version numbers are left out: none of them is a quantity."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _LISTED.sub(" ", _compile_no_quantities().sub(" ", plain))
    return Counter(_write_canonical(hit) for hit in _NUMBER.finditer(plain))


def write_canonical(number: float) -> str:
    """A bound or value as :func:`count_numbers` writes it."""
    return _spell_number(Decimal(str(number)))


def is_spelled(text: str, number: str) -> bool:
    """Whether ``number`` stands in ``text`` in words, as far as one can say."""
    low = text.casefold()
    return any(
        re.search(rf"(?<![a-z]){word}(?![a-z])", low) if word.isascii() else word in low
        for word in _load_numerals().get(number.lstrip("-"), ())
    )


def find_claims(text: str) -> dict[str, str]:
    """Topic and what is claimed, in words: statements, and how numbers bound something."""
    return find_statements(text) | {
        number: f"{how} {number}" for number, how in find_comparisons(text).items()
    }


def find_statements(text: str) -> dict[str, str]:
    """Each topic that ``text`` says yes or no to, and what it says; nothing where it says both."""
    found: dict[str, str] = {}
    for topic, (yes, no) in _CLAIMS.items():
        rest = text
        denied = list(phrases(f"claims.{no}").finditer(text))
        for hit in reversed(denied):  # a denial has the words of what it denies
            rest = f"{rest[: hit.start]} {rest[hit.end :]}"
        affirmed = phrases(f"claims.{yes}").found_in(rest)
        if affirmed is not bool(denied):
            name = yes if affirmed else no
            found[topic] = _WORDINGS.get(name, name)
    return found


def find_comparisons(text: str) -> dict[str, str]:
    """Number and how it bounds something, for numbers that do so in one way only."""
    found: dict[str, set[str]] = {}
    for name in _COMPARISONS:
        for hit in phrases(f"comparisons.{name}").finditer(text):
            for number in count_numbers(hit["n"]):
                found.setdefault(number, set()).add(name.replace("-", " "))
    return {number: names.pop() for number, names in found.items() if len(names) == 1}


@cache
def _compile_no_quantities() -> re.Pattern[str]:
    month, ordinal = _compile_any_of("month"), _compile_any_of("ordinal")
    year_sign, month_sign, day_sign = (
        _compile_any_of(f"{unit}-sign") for unit in ("year", "month", "day")
    )
    day = rf"\d{{1,2}} ?{month_sign} ?\d{{1,2}} ?{day_sign}"
    return re.compile(
        r"[a-z]+://\S+"
        r"|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
        r"|\b\d{1,2}[-/]\d{1,2}[-/]\d{4}\b"
        rf"|\d{{4}} ?{year_sign}(?: ?\d{{1,2}} ?{month_sign}(?: ?\d{{1,2}} ?{day_sign})?)?|{day}"
        rf"|\b{month}\.? \d{{1,2}}{ordinal}?(?:,? \d{{4}})?\b"
        rf"|\b\d{{1,2}}{ordinal}? {month}\b(?:,? \d{{4}}\b)?"
        rf"|\b{_compile_any_of('version')}\.? ?\d+(?:\.\d+)*\b|\b\d+(?:\.\d+){{2,}}\b"
        rf"|\b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b|\b\d{{1,2}} ?{_compile_any_of('noon')}\b"
        rf"|\b{_compile_any_of('zone')} ?[+-]?\d{{1,2}}\b",
        re.IGNORECASE,
    )


def _compile_any_of(meaning: str) -> str:
    known = sorted(word_set(f"dates.{meaning}"), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, known))})"


@cache
def _load_numerals() -> Mapping[str, tuple[str, ...]]:
    """The words for each number."""
    found: dict[str, tuple[str, ...]] = {}
    for word, number in words("numerals").items():
        found[number] = (*found.get(number, ()), word)
    return found


def _write_canonical(hit: re.Match[str]) -> str:
    try:
        sign = "-" if hit[0].startswith("-") else ""
        number = Decimal(sign + hit[1].replace(",", "") + (hit[2] or ""))
    except InvalidOperation:
        return hit[0]
    return _spell_number(number * multiple(hit[3] or ""))


def _spell_number(number: Decimal) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text

"""Tables that are the sheet of one operation: a label beside what it says, row by row.

Below its address and method such a table has inputs as a list of names, and bodies as samples: both
are blocks of their own here, titled by their labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Heading,
    ListBlock,
    ListItem,
    Mark,
    Row,
    Section,
    Table,
    Text,
)
from conformance.patterns import regex
from conformance.reading.rows.assignments import ASSIGNED
from conformance.reading.topics import FIELD_TOPICS, topics_of
from conformance.vocabulary import locations, normalize_text, phrases

_LEVEL = 7
"""Of the title of a part: any other heading ends it."""
_LABEL = 40
"""Characters of a label."""
_LEAD = regex(r"[^{}\[\]\"<>]{0,80}?(?=[\[{]\s*(?:\"|[\[{]|$))", re.MULTILINE)
"""Words before a body."""
_BODY_ENDS = {"{": "}", "[": "]"}
_NAMES_APART = regex(r"\s*[;；,，、\n]\s*")
_NAME = regex(r"[A-Za-z_]\w{0,40}")
_NAMED = regex(r"\W?[A-Za-z_]\w{0,40}\W?\s?[(（][^()（）\n]{1,200}[)）]")
"""A name and a remark in brackets."""
_IN_BRACKETS = regex(
    r"(?:multipart/)?(?P<form>[A-Za-z-]{4,20})\s?[(（](?P<names>[^()（）\n]{1,400})[)）]"
)
"""The names of a body behind a word for its form."""
_WORDS_APART = regex(r"\s*[;；\n]\s*")


def split_sheet(block: Block) -> Iterator[Block]:
    """The block, or a sheet without the rows that are blocks of their own, and these."""
    rows = _read_rows_of_sheet(block) if isinstance(block, Table) else ()
    apart = list(_find_parts(rows))
    taken = {number for numbers, _ in apart for number in numbers}
    if not isinstance(block, Table) or not apart:
        yield block
        return
    left = [row for number, row in enumerate(rows) if number not in taken]
    yield replace(block, header=(), rows=tuple(left))
    yield from (section for _, section in apart)


def _read_rows_of_sheet(table: Table) -> tuple[Row, ...]:
    """The rows of a table of labels, one of which is that of an address; else none."""
    rows = (Row(table.header, table.span), *table.rows) if table.header else table.rows
    if not all(len(row.cells) > 1 and _is_pair(row.cells) for row in rows):
        return ()
    labels = [normalize_text(row.cells[0].plain[:_LABEL]) for row in rows]
    address = regex(phrases("endpoints.path").pattern, re.IGNORECASE)
    return rows if any(map(address.fullmatch, labels)) else ()


def _is_pair(cells: Sequence[Text]) -> bool:
    return len({cell.plain for cell in cells[1:]}) == 1


def _find_parts(rows: Sequence[Row]) -> Iterator[tuple[tuple[int, ...], Section]]:
    """Rows that are blocks of their own, by number, with the part of the page that they are."""
    for number, row in enumerate(rows):
        label, wording = row.cells[:2]
        topics = topics_of(label.plain[:_LABEL])
        if not FIELD_TOPICS & set(topics):
            continue
        if block := _read_body(wording) or _list_named(wording):
            yield (number,), _make_section(label, block)
        elif names := _read_names(wording):
            below = rows[number + 1] if number + 1 < len(rows) else None
            is_named = below is not None and topics_of(below.cells[0].plain[:_LABEL]) == topics
            words = below.cells[1] if below is not None and is_named else Text("", wording.span)
            numbers = (number, number + 1) if is_named else (number,)
            yield numbers, _make_section(label, _list_names(names, words, wording))


def _make_section(label: Text, block: CodeBlock | ListBlock) -> Section:
    words = label.plain.strip()
    title = Heading(_LEVEL, label, "", label.span)
    return Section("details", words, (title, block), block.span)


def _read_body(remark: Text) -> CodeBlock | None:
    """The sample that a cell holds, with no more than a few words before it."""
    plain = remark.plain.rstrip()
    lead = _LEAD.match(plain)
    body = plain[lead.end() :] if lead else ""
    if not body or not body.endswith(_BODY_ENDS[body[0]]):
        return None
    line = remark.span.line + plain[: lead.end() if lead else 0].count("\n")
    span = replace(remark.span, line=line, end_line=max(line, remark.span.end_line))
    return CodeBlock(body, "json", span)


def _spell_out(line: str) -> str:
    """``id=[integer] (required)`` as ``id (integer, required)``."""
    hit = ASSIGNED.fullmatch(line.strip("` "))
    return f"{hit['name']} ({', '.join(filter(None, hit.group('type', 'mark')))})" if hit else line


def _list_named(remark: Text) -> ListBlock | None:
    """The lines of a cell, each a name and a remark in brackets, or a name and its type."""
    lines = [_spell_out(line.strip()) for line in remark.plain.split("\n") if line.strip()]
    if not lines or not all(map(_NAMED.fullmatch, lines)) or _in_brackets(lines[0]):
        return None
    hits = [hit for line in lines if (hit := _NAME.search(line))]
    texts = [f"{hit[0]}{hit.string[hit.end() :].lstrip('`')}" for hit in hits]
    return _as_list(texts, [hit[0] for hit in hits], remark)


def _in_brackets(plain: str) -> str:
    """The names in brackets behind a word for a body or its form."""
    hit = _IN_BRACKETS.fullmatch(plain)
    return hit["names"] if hit and locations().get(normalize_text(hit["form"])) == "body" else ""


def _read_names(remark: Text) -> list[str]:
    """The names of a cell that holds nothing else, each with a sign behind it."""
    plain = remark.plain.strip()
    parts = [part for part in _NAMES_APART.split(_in_brackets(plain) or plain) if part]
    several = len(parts) > 1 or bool(parts and plain != parts[0])
    return parts if several and all(map(_NAME.fullmatch, parts)) else []


def _list_names(names: Sequence[str], words: Text, remark: Text) -> ListBlock:
    """Names with the words that stand beside them in another cell, as many as there are."""
    meanings = [part for part in _WORDS_APART.split(words.plain.strip()) if part]
    meanings = meanings if len(meanings) == len(names) else []
    lines = [f"{name}: {words}" for name, words in zip_longest(names, meanings, fillvalue="")]
    return _as_list(lines, names, remark)


def _as_list(lines: Sequence[str], names: Sequence[str], remark: Text) -> ListBlock:
    """Lines that begin with names as the items of a list."""
    items = []
    for line, name in zip(lines, names, strict=True):
        text = Text(line, remark.span, (Mark("code", 0, len(name)),))
        items.append(ListItem(text, (), remark.span))
    return ListBlock(tuple(items), "bullet", remark.span)

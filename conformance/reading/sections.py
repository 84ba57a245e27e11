"""The sections of a page that something may point to: fields, values, one object as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise, takewhile

from msgspec.structs import replace

from conformance.model.document import Block, Component, Heading, ListBlock, Paragraph, Table
from conformance.patterns import regex
from conformance.reading.context import BlockContext, LocatedBlock
from conformance.reading.facets.enum_meanings import read_value_lines
from conformance.reading.references import PageIndex, ValuesOf, name_key
from conformance.reading.rows.columns import table_columns
from conformance.reading.rows.row import FieldTable, ReadRows
from conformance.reading.topics import topics_of
from conformance.vocabulary import phrases

_CONSTANT = regex(r"[A-Z][A-Z0-9_]+")
_PAIRS = (("name", "enum"), ("name", "example"), ("name", None))
"""Columns of tables that list values by the name of their field."""
_NUMBER = regex(r"-?\d{1,18}")
_TITLE, _MOST_PARAGRAPHS = 80, 8
_VALUE = regex(r"^[`“\"']?(?P<value>[A-Za-z0-9][\w.+-]{0,63})[`”\"']?(?=$|[\s:：,.(（=-])")


def index_page(
    pieces: tuple[LocatedBlock, ...],
    tables: Iterable[ReadRows],
    objects: dict[str, tuple[FieldTable, ...]],
    operations: frozenset[str],
) -> PageIndex:
    """Everything on a page that rows of this or other pages may point to.

    ``objects`` are the sections that rows of the page itself point to, ``operations`` the
    anchors of headings that document operations and so no object.
    """
    tables = tuple(t for t in tables if not lists_constants(t.piece.block))
    stated = (t for t in tables if not t.from_paragraphs)
    sections, heads, main = _find_sections(stated, operations)
    names: dict[str, str] = {}
    values = value_sections(pieces, frozenset(id(t.piece.block) for t in tables))
    for further, anchor in find_further_anchors(pieces):
        if anchor in sections and further not in sections:
            sections[further] = sections[anchor]
        if anchor in values:
            values.setdefault(further, values[anchor])
    if main is None and len(values) == 1:
        values[""] = next(iter(values.values()))
    for anchor in operations:
        sections.pop(anchor, None)
        heads.pop(anchor, None)
    for anchor, heading in heads.items():
        names.setdefault(name_key(heading.text.plain), anchor)
        names.setdefault(name_key(anchor), anchor)
    return PageIndex(
        objects=objects,
        values=values,
        named_values=_find_named_values(pieces),
        enumerated=find_enumerated_values(pieces, tables),
        sections=sections,
        names=names,
        main=main,
        row_names=frozenset(row.name.name for t in tables for row in t.table.fields),
    )


def lists_constants(block: Block) -> bool:
    """Whether every row of a table is a name in capitals with its number: ``| SENT | 2 |``."""
    columns = table_columns(block) if isinstance(block, Table) else ()
    if not isinstance(block, Table) or "enum" not in columns or not block.rows:
        return False
    at = columns.index("enum")
    return at > 0 and all(
        len(row.cells) > at
        and _CONSTANT.fullmatch(row.cells[0].plain.strip("` "))
        and _NUMBER.fullmatch(row.cells[at].plain.strip("` "))
        for row in block.rows
    )


def find_further_anchors(pieces: tuple[LocatedBlock, ...]) -> Iterator[tuple[str, str]]:
    """Anchors set by an element of their own right before a heading, with the heading's."""
    for piece, following in pairwise(pieces):
        if isinstance(piece.block, Component) and isinstance(following.block, Heading):
            attributes = dict(piece.block.attributes)
            if len(attributes) == 1 and (anchor := attributes.get("id") or attributes.get("name")):
                yield anchor, following.block.anchor


def _find_sections(
    tables: Iterable[ReadRows], operations: frozenset[str]
) -> tuple[dict[str, FieldTable], dict[str, Heading], FieldTable | None]:
    """Fields by the anchor of their heading, and of the heading above when it has none itself and
    the fields are of no operation."""
    own: dict[str, FieldTable] = {}
    above: dict[str, FieldTable] = {}
    heads: dict[str, Heading] = {}
    main: FieldTable | None = None
    for read in tables:
        headings = read.piece.place.headings
        main = main or read.table
        if not headings:
            continue
        nearest = headings[-1]
        heads[nearest.anchor] = nearest
        known = own.get(nearest.anchor)
        table = replace(read.table, heading=nearest.text.plain)
        own[nearest.anchor] = join_tables(known, table)
        if nearest.anchor in operations:
            continue
        if len(headings) > 1 and headings[-2].anchor not in above:
            heads.setdefault(headings[-2].anchor, headings[-2])
            above[headings[-2].anchor] = replace(table, heading=headings[-2].text.plain)
    return above | own, heads, main


def join_tables(first: FieldTable | None, second: FieldTable) -> FieldTable:
    """Fields that one section documents in several places."""
    return second if first is None else replace(first, fields=first.fields + second.fields)


def value_sections(
    pieces: Iterable[LocatedBlock], read: frozenset[int]
) -> dict[str, tuple[str, ...]]:
    """Values that a list or a table under a heading documents, by the heading's anchor.

    ``read`` are the identities of blocks of fields: where a table of fields stands under the
    same heading, that is what the section documents.
    """
    found: dict[str, dict[str, None]] = {}
    objects: set[str] = set()
    for piece in pieces:
        if piece.place.headings and isinstance(piece.block, ListBlock | Table):
            anchor = piece.place.headings[-1].anchor
            if id(piece.block) in read:
                objects.add(anchor)
            else:
                found.setdefault(anchor, {}).update(dict.fromkeys(_list_values(piece.block)))
    return {a: tuple(values) for a, values in found.items() if values and a not in objects}


def _find_named_values(pieces: Iterable[LocatedBlock]) -> dict[str, tuple[str, ...]]:
    """Values of tables with a column for values, by the name that the heading above gives."""
    found: dict[str, dict[str, None]] = {}
    for piece in pieces:
        if piece.place.headings and isinstance(piece.block, Table):
            columns = table_columns(piece.block)
            if "enum" in columns and not {"name", "type", "code"} & set(columns):
                name = name_key(piece.place.headings[-1].text.plain)
                found.setdefault(name, {}).update(dict.fromkeys(_list_values(piece.block)))
    return {name: tuple(values) for name, values in found.items() if name and values}


def find_enumerated_values(
    pieces: Iterable[LocatedBlock], tables: Iterable[ReadRows]
) -> dict[str, tuple[ValuesOf, ...]]:
    """Values of tables by the name of their field: one that titles the table, or beside each.

    Outside of a section about values, such pairs may be read as samples of inputs.
    ``tables`` are those of fields: values in the section of one are about that one alone.
    """
    pieces, tables = tuple(pieces), tuple(tables)
    names = frozenset(row.name.name for t in tables for row in t.table.fields)
    found: dict[str, list[ValuesOf]] = {}
    for name, piece, below in _find_value_lines(pieces, names):
        found.setdefault(name, []).append(ValuesOf(_find_described_range(piece, tables), below))
    for piece in pieces:
        if not isinstance(piece.block, Table):
            continue
        title = _find_title_field(piece.block, piece.place, names)
        if title and (titled := tuple(_list_values(piece.block))):
            found.setdefault(title, []).append(
                ValuesOf(_find_described_range(piece, tables), titled)
            )
            continue
        if not any("enum" in topics_of(words) for words in piece.place.words()):
            continue
        if table_columns(piece.block) in _PAIRS:
            listed: dict[str, dict[str, None]] = {}
            for row in piece.block.rows:
                name, *values = (cell.plain.strip() for cell in row.cells[:2])
                listed.setdefault(name.lstrip("» "), {}).update(dict.fromkeys(values))
            lines = _find_described_range(piece, tables)
            for name, of in listed.items():
                found.setdefault(name, []).append(ValuesOf(lines, tuple(of)))
    return {name: tuple(tables) for name, tables in found.items()}


def _find_value_lines(
    pieces: Sequence[LocatedBlock], names: frozenset[str]
) -> Iterator[tuple[str, LocatedBlock, tuple[str, ...]]]:
    """A field with its values in the lines below a title, and in paragraphs of such lines after
    it: ``state enumeration:``, ``open: can be filled``."""
    for at, piece in enumerate(pieces):
        title, _, rest = _read_words(piece).partition("\n")
        if len(title) > _TITLE or not title.rstrip().endswith((":", "：")):
            continue
        hit = phrases("enum.title").search(title.strip(" :：*`"))
        if hit is not None and hit["name"] in names:
            after = map(_read_words, islice(pieces, at + 1, at + _MOST_PARAGRAPHS))
            lines = (words.split("\n") for words in (rest, *after))
            listed = takewhile(bool, map(read_value_lines, lines))
            if values := tuple(chain.from_iterable(listed)):
                yield hit["name"], piece, values


def _read_words(piece: LocatedBlock) -> str:
    return piece.block.text.plain if isinstance(piece.block, Paragraph) else ""


def _find_title_field(table: Table, place: BlockContext, names: frozenset[str]) -> str:
    """The field that the line or heading above a table of values names: ``Values of `state`:``."""
    first = table_columns(table)[:1]
    if first not in (("enum",), ("code",)):
        return ""
    title = next(iter(place.words()), "").strip(" :：*`")
    hit = phrases("enum.title").search(title)
    name = hit["name"] if hit else title
    return name if name in names else ""


def _find_described_range(piece: LocatedBlock, tables: Iterable[ReadRows]) -> range | None:
    """The lines of the section with the one right above, if fields are documented there."""
    above = piece.place.headings[-2:-1] or piece.place.headings[-1:]
    lines = range(above[0].span.line if above else 1, piece.block.span.line)
    return lines if any(t.piece.block.span.line in lines for t in tables) else None


def _list_values(block: ListBlock | Table) -> Iterator[str]:
    """First words of items or rows, when every one of them begins with a value.

    A table may have a column for values; their names and meanings stand beside it.
    """
    if isinstance(block, ListBlock):
        wording = [item.text.plain for item in block.items]
    else:
        columns = table_columns(block)
        at = columns.index("enum") if "enum" in columns else 0
        wording = [row.cells[at].plain for row in block.rows if len(row.cells) > at]
    hits = [_VALUE.match(text.strip()) for text in wording]
    if wording and all(hits) and not any("<<" in text for text in wording):  # bits add up
        yield from (hit["value"] for hit in hits if hit)

"""A table of a page -> rows of fields, its columns found by what their headers mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from msgspec.structs import replace

from conformance.model.document import FieldBlock, Row, Table, Text
from conformance.patterns import regex
from conformance.reading.facets.types import is_type_word
from conformance.reading.rows.cells import build_row, make_plain
from conformance.reading.rows.columns import (
    Columns,
    column_of,
    is_mark,
    names_with_values,
    table_columns,
    tells_fields,
    with_header,
)
from conformance.reading.rows.joined_columns import join_levels, join_places
from conformance.reading.rows.remark import take_types
from conformance.reading.rows.row import (
    EVERY,
    FieldRow,
    FieldTable,
    RowName,
    UnreadRow,
    cut_text,
    join_texts,
    nesting_of,
    read_name,
    read_names,
)
from conformance.reading.rows.structure import (
    Marker,
    MarkerRow,
    arrange_rows,
    find_markers,
    is_nameless,
)
from conformance.reading.rows.type_cells import spell_out, spread_type
from conformance.vocabulary import Column, locations, normalize_text, phrases

_LEVEL = regex(r"(?:[^\W\d]{1,5}\.?\s?)?(\d{1,2})[^\W\d]{0,2}")
_POSITION = regex(r"\[?(\d{1,4})\]?")
_EVERY = regex(r"\[?0\s?(?:\.{2,3}|…|[-–])\s?[A-Za-z]\]?")
_IN_ROOT = regex(r"\s*`?\[\]\.(?=[\w`$])")
_PARENT = regex(r"\w[\w.$-]{0,63}")
_IDENTIFIER = regex(r"[>»↳\s-]*[\w$@.\[\]<>/{}-]{1,64}\*?")
_NONE = phrases("default.none")


def read_table(table: Table, *, announced: bool = False) -> FieldTable | None:
    """The fields of ``table``; None when it is a table about something else.

    A table tells fields when one column names them and another says what they are:
    type, required or location, or a description beside names that look like identifiers.
    Where the words right above announce fields (``announced``), a value beside each name is enough.
    """
    table = join_places(join_levels(with_header(table)))
    columns = table_columns(table)
    if not tells_fields(table, columns):
        columns = names_with_values(table, columns) if announced else ()
    elif columns == ("name", "example"):
        columns = names_with_values(table, columns) or columns
    if not columns:
        return None
    rows, unread = _read_fields(table, columns)
    fields, root = arrange_rows(rows)
    if "type" not in columns and "description" in columns:
        fields = take_types(fields)
    return FieldTable(
        fields=_rank_depths(fields),
        root=root,
        span=table.span,
        columns=frozenset(c for c in columns if c),
        unread=tuple(unread),
        unknown_headers=tuple(_find_unknown_headers(table, columns)),
        caption=table.caption,
    )


def read_body_table(table: Table) -> FieldTable | None:
    """A table of one row that names no field but the object of a body: ``Required | Schema``."""
    columns = table_columns(table)
    if len(table.rows) != 1 or "name" in columns or "type" not in columns or "code" in columns:
        return None
    (row,) = table.rows
    cells = _align_cells(row, columns)
    field = replace(build_row(RowName(name="body"), row, cells, columns), location="body")
    fields = spell_out(field, cells.get("type"))
    return FieldTable(
        fields=tuple(fields), span=table.span, columns=frozenset(c for c in columns if c)
    )


def _find_unknown_headers(table: Table, columns: Columns) -> Iterator[Text]:
    """Headers of columns that hold something and mean nothing known."""
    for index, (header, column) in enumerate(zip(table.header, columns, strict=False)):
        if column or not header.plain.strip():
            continue
        if column_of(header.plain) in ("description", "name"):
            continue
        if any(cell.plain.strip() for row in table.rows for cell in row.cells[index : index + 1]):
            yield header


def read_field_block(block: FieldBlock) -> FieldTable | None:
    """Fields whose cells the markup has sorted already; one without a name may be the whole."""
    rows: list[MarkerRow] = []
    unread: list[UnreadRow] = []
    columns = cast(
        "Columns", tuple(dict.fromkeys(c for item in block.items for c, _ in item.cells))
    )
    items = [Row(tuple(text for _, text in item.cells), item.span) for item in block.items]
    aligned = [cast("dict[Column, Text]", dict(item.cells)) for item in block.items]
    if "parent" in columns:
        aligned = list(_place_under_parents(items, aligned))
    for item, cells in zip(block.items, aligned, strict=True):
        whole = not rows and is_nameless(Text("", item.span), make_plain(cells.get("type")))
        whole = whole and "name" not in cells
        name = RowName(name="") if whole else read_name(cells["name"]) if "name" in cells else None
        if name is None:
            unread.append(UnreadRow(span=item.span, detail="the field has no name"))
            continue
        row = Row(tuple(cells.values()), item.span)
        field = build_row(replace(name, depth=item.depth), row, cells, columns)
        rows.append(MarkerRow(field, nameless=whole))
    whole = bool(rows) and rows[0].nameless
    fields, root = arrange_rows(rows) if whole else ([row.field for row in rows], None)
    return FieldTable(
        fields=tuple(fields),
        root=root,
        span=block.span,
        columns=frozenset(c for c in columns if c),
        unread=tuple(unread),
        caption=block.caption,
    )


def _read_fields(table: Table, columns: Columns) -> tuple[list[MarkerRow], list[UnreadRow]]:
    """Rows with a name or a marker, and rows that gave none."""
    fields: list[MarkerRow] = []
    unread: list[UnreadRow] = []
    further = _find_further_descriptions(table, columns)
    aligned = _without_footnotes([_align_cells(row, columns, further) for row in table.rows])
    aligned = list(_place_under_parents(table.rows, aligned)) if "parent" in columns else aligned
    aligned = _place_at_levels(aligned) if "level" in columns else aligned
    markers = find_markers(
        [(cells.get("name"), make_plain(cells.get("type"))) for cells in aligned]
    )
    positions = _read_positions(aligned)
    group: dict[Column, Text] = {}
    for index, (row, cells) in enumerate(zip(table.rows, aligned, strict=True)):
        name = cells.get("name")
        if _says_nothing(row):
            continue
        if "location" not in columns and (place := _group_place(row, cells)):
            group = {"location": place}
            continue
        cells = cells | group
        if fields and _goes_on(row, columns):
            fields[-1] = _continue_row(fields[-1], {"description": row.cells[0]})
        elif found := _arrange_row(row, cells, columns, markers.get(index), positions.get(index)):
            fields.extend(found)
        elif (name is None or not name.plain.strip()) and (
            fields or not any(text.plain.strip() for text in cells.values())
        ):
            if fields:
                fields[-1] = _continue_row(fields[-1], cells)
        else:
            wording = name.plain.strip()[:60] if name else ""
            detail = f"no name can be read from {wording!r}" if wording else "the row has no name"
            unread.append(UnreadRow(span=row.span, detail=detail))
    return fields, unread


def _without_footnotes(aligned: list[dict[Column, Text]]) -> list[dict[Column, Text]]:
    """Names less their asterisks, where one has several: they lead to notes and mark nothing."""
    names = [cells.get("name") for cells in aligned]
    if not any(name and name.plain.rstrip().endswith("**") for name in names):
        return aligned
    bare = [name and cut_text(name, 0, len(name.plain.rstrip(" *"))) for name in names]
    return [
        cells | {"name": name} if name else cells for cells, name in zip(aligned, bare, strict=True)
    ]


def _group_place(row: Row, cells: Mapping[Column, Text]) -> Text | None:
    """The place of the inputs below a row that says nothing else: ``**Path** | | |``."""
    name = cells.get("name")
    alone = name is not None and sum(bool(cell.plain.strip()) for cell in row.cells) == 1
    if name is None or not alone or len(row.cells) < 3 or not name.plain.strip()[:1].isupper():
        return None
    return name if normalize_text(name.plain) in locations() else None


def _says_nothing(row: Row) -> bool:
    """Whether every cell that is filled says that there is none: ``None | N/A | N/A``."""
    filled = [cell.plain for cell in row.cells if cell.plain.strip()]
    return bool(filled) and all(_NONE.found_in(normalize_text(plain)) for plain in filled)


def _arrange_row(
    row: Row,
    cells: dict[Column, Text],
    columns: Columns,
    marker: Marker | None,
    position: int | None,
) -> list[MarkerRow]:
    """A row for each name of its name cell, or with what that says of the rows around it."""
    text = cells.get("name")
    kind = make_plain(cells.get("type"))
    if text and marker:
        field = build_row(RowName(name=marker.name, depth=nesting_of(text)), row, cells, columns)
        return [MarkerRow(field, marker)]
    if text and is_nameless(text, kind):
        field = build_row(RowName(name="", depth=nesting_of(text)), row, cells, columns)
        return [MarkerRow(field, nameless=True)]
    if text and (hit := _IN_ROOT.match(text.plain)):
        cells = cells | {"name": cut_text(text, hit.end())}
        root = build_row(RowName(name=""), Row((), row.span), {}, ())
        below = _arrange_row(row, cells, columns, None, None)
        return [
            MarkerRow(replace(root, type_text="array"), nameless=True),
            *(replace(b, field=_deepen(b.field)) for b in below),
        ]
    names = read_names(text) if text else ()
    if position is not None:
        names = tuple(replace(name, position=position) for name in names)
    fields = (build_row(name, row, cells, columns) for name in names)
    return [MarkerRow(each) for field in fields for each in spell_out(field, cells.get("type"))]


def _deepen(field: FieldRow) -> FieldRow:
    return replace(field, name=replace(field.name, depth=field.name.depth + 1))


def _read_positions(aligned: Sequence[dict[Column, Text]]) -> dict[int, int]:
    """Positions that a column counts from 0 or brackets, by row; a column that counts from 1 is no
    news."""
    words = [make_plain(cells.get("index")) for cells in aligned]
    if len(words) == 1 and _EVERY.fullmatch(words[0]):
        return {0: EVERY}
    hits = [_POSITION.fullmatch(word) for word in words]
    found = {row: int(hit[1]) for row, hit in enumerate(hits) if hit}
    counted = bool(found) and (min(found.values()) == 0 or all(word[:1] == "[" for word in words))
    return found if counted and len(found) == len(aligned) else {}


def _place_under_parents(
    rows: Iterable[Row], aligned: Iterable[dict[Column, Text]]
) -> Iterator[dict[Column, Text]]:
    """Names with the path of the parent that a column of parents gives: ``data.rows.price``.

    It may call the parent by whatever else stands in that one's row.
    """
    paths: dict[str, str] = {}
    for row, cells in zip(rows, aligned, strict=True):
        name, kind, parent = cells.get("name"), cells.get("type"), make_plain(cells.get("parent"))
        if name and (read := read_name(name)):
            named = _PARENT.fullmatch(parent) and not _NONE.found_in(normalize_text(parent))
            above = paths.get(parent, parent) if named else ""
            paths[read.name] = f"{above}.{read.name}" if above else read.name
            titles = (cell for cell in row.cells if cell not in (kind, cells.get("required")))
            for wording in (cell.plain.strip() for cell in titles):
                if wording != parent:
                    paths.setdefault(wording, paths[read.name])
            if above:
                cells = cells | {"name": join_texts(Text(f"{above}.", name.span), name, "")}
        yield cells


def _place_at_levels(aligned: list[dict[Column, Text]]) -> list[dict[Column, Text]]:
    """Names with a mark for each step down that a column of levels counts: ``1``, ``2``, ``2``."""
    hits = [_LEVEL.fullmatch(make_plain(cells.get("level"))) for cells in aligned]
    levels = [int(hit[1]) for hit in hits if hit]
    if len(levels) < len(aligned):
        return aligned
    marked = []
    for cells, level in zip(aligned, levels, strict=True):
        if (name := cells.get("name")) and (steps := level - min(levels)):
            cells = cells | {"name": join_texts(Text(">" * steps, name.span), name, " ")}
        marked.append(cells)
    return marked


def _goes_on(row: Row, columns: Columns) -> bool:
    """A row of a single cell with words, or with one text in all cells: no name, but a remark."""
    texts = {cell.plain.strip() for cell in row.cells}
    if len(texts) != 1 or len(columns) < 3 or (1 < len(row.cells) < len(columns)):
        return False
    (plain,) = texts
    return bool(plain) and not _IDENTIFIER.fullmatch(plain.strip("`*_ "))


def _rank_depths(fields: Sequence[FieldRow]) -> tuple[FieldRow, ...]:
    """Depths as 0, 1, 2 ..., whatever number of marks or blanks a step takes."""
    ranks = {depth: rank for rank, depth in enumerate(sorted({f.name.depth for f in fields}))}
    if all(depth == rank for depth, rank in ranks.items()):
        return tuple(fields)
    return tuple(replace(f, name=replace(f.name, depth=ranks[f.name.depth])) for f in fields)


def _continue_row(row: MarkerRow, cells: Mapping[Column, Text]) -> MarkerRow:
    """A row without a name goes on with the row above; an empty one says nothing."""
    description = row.field.description
    for text in cells.values():
        if text.plain.strip():
            description = join_texts(description, text)
    return replace(row, field=replace(row.field, description=description))


def _find_further_descriptions(table: Table, columns: Columns) -> tuple[int, ...]:
    """Columns that describe beside the one that is known to: ``Description | Remark``."""
    return tuple(
        index
        for index, (cell, column) in enumerate(zip(table.header, columns, strict=False))
        if column is None and column_of(cell.plain) == "description"
    )


def _align_cells(row: Row, columns: Columns, further: tuple[int, ...] = ()) -> dict[Column, Text]:
    """Cells by meaning; surplus cells are glued to the last column, shifted ones put right."""
    cells = list(row.cells)
    if len(cells) > len(columns) and columns:
        for surplus in cells[len(columns) :]:
            cells[len(columns) - 1] = join_texts(cells[len(columns) - 1], surplus)
    named = {c: cell for c, cell in zip(columns, cells, strict=False) if c is not None}
    for index in further:
        if index < len(cells) and cells[index].plain.strip():
            named["description"] = join_texts(named["description"], cells[index])
    kind, mark = named.get("type"), named.get("required")
    if kind and mark and is_mark(kind.plain) and is_type_word(mark.plain):
        named["type"], named["required"] = mark, kind
    return spread_type(named)

"""Several columns of a table that together say one thing: where a name stands, or where it goes."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from conformance.model.document import Table, Text
from conformance.reading.rows.columns import column_of
from conformance.vocabulary import Column, columns, locations, normalize_text

_LEAST_PLACES = 2


def join_levels(table: Table) -> Table:
    """The table with one column of dotted names where one header stands over several of them.

    ``Parameter`` over ``data | id``: the cells to the left are the objects around the name.
    """
    words = [cell.plain.strip() for cell in table.header]
    width = next((n for n, word in enumerate(words) if word != words[0]), len(words))
    if width < 2 or width == len(words) or not words[0] or column_of(words[0]) != "name":
        return table
    rows = tuple(
        replace(row, cells=(_join_dotted(row.cells[:width]), *row.cells[width:]))
        for row in table.rows
    )
    return replace(table, header=(table.header[0], *table.header[width:]), rows=rows)


def _join_dotted(cells: Sequence[Text]) -> Text:
    """The cells of one name, each once, from the outermost object inwards."""
    steps = [cell for cell in cells if cell.plain.strip()]
    steps = [cell for n, cell in enumerate(steps) if not n or cell.plain != steps[n - 1].plain]
    if len(steps) < 2:
        return steps[0] if steps else cells[0]
    return replace(steps[-1], plain=".".join(cell.plain.strip() for cell in steps), marks=())


def join_places(table: Table) -> Table:
    """The table with a column of names and one of places where each place has a column of its own
    that names what goes there: ``Header | Path | Query | Type``."""
    words = [normalize_text(cell.plain) for cell in table.header]
    at = [n for n, word in enumerate(words) if word in locations()]
    others = (column_of(word) for n, word in enumerate(words) if n not in at)
    if len(at) < _LEAST_PLACES or at[-1] - at[0] >= len(at) or "name" in others:
        return table
    rows = []
    for row in table.rows:
        filled = [n for n in at if n < len(row.cells) and row.cells[n].plain.strip()]
        if len(filled) > 1 or len(row.cells) <= at[-1]:
            return table
        if filled:
            place = replace(row.cells[filled[0]], plain=words[filled[0]], marks=())
            joined = (row.cells[filled[0]], place)
            rows.append(replace(row, cells=_put(row.cells, at, joined)))
    first = table.header[at[0]]
    titles = (_title(first, "name"), _title(first, "location"))
    return replace(table, header=_put(table.header, at, titles), rows=tuple(rows))


def _put(cells: Sequence[Text], at: Sequence[int], joined: tuple[Text, Text]) -> tuple[Text, ...]:
    return (*cells[: at[0]], *joined, *cells[at[-1] + 1 :])


def _title(cell: Text, meaning: Column) -> Text:
    """A header cell with a word for what the column has."""
    word = next(word for word, means in columns().items() if means == meaning)
    return replace(cell, plain=word, marks=())

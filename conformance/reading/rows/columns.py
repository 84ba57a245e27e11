"""What the columns of a table are about: by their headers' words, else by their cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from msgspec.structs import replace

from conformance.model.document import Row, Table, Text
from conformance.model.operation import Stated
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.facets.enum_words import read_plain_values
from conformance.reading.facets.types import is_type_word
from conformance.reading.rows.row import is_header_name, read_names, read_required
from conformance.vocabulary import Column, columns, locations, normalize_text, phrases

_NUMBER = regex(r"-?\d{1,20}|0x[0-9A-Fa-f]{1,16}|(?:\d{1,20} ?\()?1 ?<< ?\d{1,3}\)?")
"""A value of an enumeration of numbers, or a bit of a set."""
_ANNOTATION = regex(r"[(（\[][^)）\]]*[)）\]]|\*+|\d+$")
_LONGEST_HEADER: Final = 300
"""A header cell holds words and a note in brackets: longer text is none, and dear to search."""
_CAMEL = regex(r"[a-z][A-Z]|_|\[\]|^[a-z]+$|\.[a-z]")
_NONE = phrases("default.none")
_HYPHENATED = regex(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+|[A-Z][A-Za-z0-9]*(?:-[A-Z0-9][A-Za-z0-9]*)+")
_PLACE_SIGN = regex(r"\s?[/,(（]\s?|\s")
_CAPITALS = regex(r"[A-Z][A-Z0-9_]{1,40}")
_LONGEST_NAMES = 120
_LONE_NAME = regex(r"[A-Za-z_]\w{0,63}")
_STATUS = regex(r"\s*[1-5](?:\d\d|XX)(?=$|\s+[^\W\d])")
_FEW_NAMES, _MOST_NAMES = 0.3, 0.8
"""Shares of the cells of a column that may be, and have to be, names."""
_NOWHERE = Span("", 1, 1, "")

Columns: TypeAlias = tuple[Column | None, ...]


def with_header(table: Table) -> Table:
    """The table with its header where that belongs.

    A table nobody ruled a line under has a first row whose words are a header's; under a line
    ruled only because Markdown wants one stands a row like the others.
    """
    if table.header:
        first = Row(table.header, table.header[0].span)
        return replace(table, header=(), rows=(first, *table.rows)) if _is_row(table) else table
    if not table.rows:
        return table
    meanings = [column_of(cell.plain) for cell in table.rows[0].cells]
    if "name" not in meanings or len([column for column in meanings if column]) < 2:
        return table
    return replace(table, header=table.rows[0].cells, rows=table.rows[1:])


def _is_row(table: Table) -> bool:
    """Whether the header is a row: it says nothing of columns but has a name and a type or mark."""
    cells = [cell.plain for cell in table.header]
    if len([cell for cell in cells if column_of(cell)]) < 2 and _begins_with_code(table):
        return True
    if len(cells) < 3 or not _is_identifier(cells[0]):
        return False
    if any(column_of(cell) for cell in cells if not is_mark(cell)):
        return False
    at = next((i for i, c in enumerate(cells) if i and (is_type_word(c) or is_mark(c))), 0)
    test = is_type_word if is_type_word(cells[at]) else is_mark
    below = [cell for cell in _list_cells(table, at) if cell.strip()] if at else []
    return bool(below) and _measure_share(below, test) > 0.5


def _begins_with_code(table: Table) -> bool:
    """Whether the first line of each first cell is code, the header's as well."""
    firsts = [table.header[0], *(row.cells[0] for row in table.rows if row.cells)]
    ends = [len(cell.plain.partition("\n")[0].rstrip()) for cell in firsts]
    return len(firsts) > 1 and all(
        any(m.kind == "code" and m.start == 0 and m.end == end for m in cell.marks)
        for cell, end in zip(firsts, ends, strict=True)
    )


@lru_cache(maxsize=4096)
def column_of(text: str) -> Column | None:
    """What a header cell announces; None for a word nobody taught the reader, and for a text."""
    if len(text) > _LONGEST_HEADER:
        return None
    word = normalize_text(text)
    bare = normalize_text(_ANNOTATION.sub(" ", text))
    known = columns()
    for candidate in (word, bare, *re.split(r"\s*[/|,]\s*", bare)):
        if candidate in known:
            return known[candidate]
    words = bare.split()
    return known.get(words[-1]) if 1 < len(words) <= 3 else None


_known_tables: dict[int, tuple[Table, Columns]] = {}
"""Tables by identity, each kept so that the identity stays its own, with what was read of them."""
_MOST_READ: Final = 512


def table_columns(table: Table) -> Columns:
    """One meaning per column, by header words first and by content where those fail.

    Some ten parts of the reading ask it of each table.
    """
    known = _known_tables.get(id(table))
    if known is None or known[0] is not table:
        if len(_known_tables) >= _MOST_READ:
            _known_tables.clear()
        _known_tables[id(table)] = known = (table, _read_columns(table))
    return known[1]


def _read_columns(table: Table) -> Columns:
    columns = _classify_by_headers(table)
    known = {column for column in columns if column}
    for index, meaning in enumerate(columns):
        if meaning is None and (guess := _guess(index, table, known)):
            columns[index] = guess
            known.add(guess)
    if "description" not in known and "enum" in columns and _describes(table, columns):
        columns[columns.index("enum")] = "description"
        known.add("description")
    if _pairs_with_samples(table, columns):
        columns[columns.index("enum")] = "example"
    if (numbered := _count_numbers(table, columns)) is not None:
        columns[numbered] = "enum"
    if "name" not in known and "index" in known and known & {"type", "description"}:
        at = columns.index("index")
        named = columns[at + 1 : at + 2] == [None] and _holds_names(table, at + 1)
        columns[at + named] = "name"
    if "description" not in known and None in columns:
        open_to = [index for index, column in enumerate(columns) if column is None]
        wordy = max(open_to, key=lambda index: sum(map(len, _list_cells(table, index))))
        wording = _is_prose(table, wordy) or (not table.header and "name" in known)
        columns[wordy] = "description" if wording else None
    return tuple(columns)


def _holds_names(table: Table, index: int) -> bool:
    """Whether every cell of a column is a lone name."""
    cells = [row.cells[index].plain.strip() for row in table.rows if index < len(row.cells)]
    return bool(cells) and all(map(_LONE_NAME.fullmatch, cells))


def _classify_by_headers(table: Table) -> list[Column | None]:
    """What the header words mean, each meaning once; None for a column without one."""
    columns: list[Column | None] = []
    width = max((len(row.cells) for row in table.rows), default=0)
    meanings = [column_of(cell.plain) for cell in table.header] or [None] * width
    untyped = len(meanings) > 2 and "type" not in meanings
    for index, meaning in enumerate(meanings):
        if meaning == "location" and not _has_any_place(table, index):
            meaning = None
        if meaning == "type" and "location" not in meanings and _holds_places(table, index):
            meaning = "location"
        twice = meaning == "type" and meanings.count("type") > 1 and "required" not in columns
        if twice and _holds_marks(table, index):
            meaning = "required"
        if meaning == "enum" and untyped and _holds_types(table, index):
            meaning = "type"
        columns.append(None if meaning in columns else meaning)
    if columns[:1] == ["name"] and _holds_statuses(table):
        columns[0] = "code"
    if "name" not in columns and columns and _is_place_over_names(table):
        columns[0] = "name"
    if columns[:1] in (["enum"], ["description"]) and "type" in columns and "name" not in columns:
        cells = _list_filled(table, 0)
        if cells and _measure_share(cells, _is_name) > _MOST_NAMES:
            again = next((n for n, m in enumerate(meanings) if n and m == columns[0]), 0)
            columns[again], columns[0] = columns[0], "name"
    return _with_named(columns, table)


def _with_named(columns: list[Column | None], table: Table) -> list[Column | None]:
    """The names where they are: beside ``参数名``, whose cells are words, ``变量`` has the keys."""
    at = columns.index("name") if "name" in columns else -1
    words = _list_filled(table, at) if at >= 0 else []
    if not words or _measure_share(words, _is_name) > _FEW_NAMES:
        return columns
    free = (i for i, column in enumerate(columns) if column is None and i != at)
    keyed = (i for i in free if not _holds_places(table, i))
    for index in keyed:
        keys = _list_filled(table, index)
        if len(keys) == len(words) and _measure_share(keys, _is_name) > _MOST_NAMES:
            columns[at], columns[index] = None, "name"
            break
    return columns


def _is_place_over_names(table: Table) -> bool:
    """``Query | Description``: the header over the names says where they go."""
    if len(table.header) < 2 or normalize_text(table.header[0].plain) not in locations():
        return False
    names = [cell.strip(" `*") for cell in _list_filled(table, 0)]
    return (
        bool(names) and not any("/" in n for n in names) and _measure_share(names, _is_name) > 0.7
    )


def _pairs_with_samples(table: Table, columns: Sequence[Column | None]) -> bool:
    """``Parameter | Value``: names of inputs, each with one value that a call may send."""
    if list(columns) != ["name", "enum"] or len(table.header) != 2:
        return False
    if not phrases("header-sides.parameter").found_in(table.header[0].plain):
        return False
    return all(len(read_plain_values(cell)) < 2 for cell in _list_cells(table, 1))


def _holds_places(table: Table, index: int, cells: Sequence[str] = ()) -> bool:
    """Whether a column of "types" says of every row where it goes: path, query, body."""
    cells = cells or _list_cells(table, index)
    places = bool(cells) and all(normalize_text(cell) in locations() for cell in cells)
    return places and not all(map(is_type_word, cells))


def _holds_statuses(table: Table) -> bool:
    """Whether the first column of "names" has the status of an answer in each row but the last,
    which may be for all others."""
    cells = _list_filled(table, 0)
    others = 1 if len(cells) > 1 else 0
    return bool(cells) and all(map(_STATUS.match, cells[: len(cells) - others]))


def _has_any_place(table: Table, index: int) -> bool:
    """Whether a column of places says of a row where it goes."""
    cells = _list_filled(table, index)
    return not cells or any(
        _PLACE_SIGN.split(normalize_text(cell))[0] in locations() for cell in cells
    )


def lacks_names(table: Table) -> bool:
    """Whether a table states types or marks of things it does not name.

    A column "Type" may as well name the kinds of something.
    """
    stated = table_columns(table)
    if "name" in stated or "code" in stated:
        return False
    headed = {column_of(cell.plain) for cell in table.header}
    typed = "type" in headed and "type" in stated and _holds_types(table, stated.index("type"))
    return typed or "required" in headed


def _holds_types(table: Table, index: int) -> bool:
    """Whether a column of "values" says of every row what type its value is of."""
    filled = [cell for cell in _list_cells(table, index) if cell.strip()]
    return bool(filled) and all(map(is_type_word, filled))


def _holds_marks(table: Table, index: int) -> bool:
    """Whether a column of "types" beside another one says of every row whether it is required."""
    filled = [cell for cell in _list_cells(table, index) if cell.strip()]
    return bool(filled) and all(is_mark(c) or _NONE.found_in(normalize_text(c)) for c in filled)


def _guess(index: int, table: Table, known: set[Column]) -> Column | None:
    """What a column is about by its cells, where they leave no doubt."""
    open_to = {"type", "required", "enum"} - known
    filled = _list_filled(table, index)
    open_to_places = "location" not in known and not _is_first_of_pair(index, table)
    if filled and open_to_places and _holds_places(table, index, filled):
        return "location"
    if not filled or (not open_to and (index or known & {"name", "code"})):
        return None
    if "type" in open_to and _measure_share(filled, _begins_with_type) > 0.6:
        return "type"
    if "required" in open_to and len(filled) > 1 and _measure_share(filled, is_mark) > 0.9:
        return "required"
    if "enum" in open_to and len(filled) > 1 and _measure_share(filled, _is_list) > 0.9:
        return "enum"
    if index == 0 and not {"name", "code"} & known and _measure_share(filled, _is_identifier) > 0.8:
        return "name"
    return None


def _is_first_of_pair(index: int, table: Table) -> bool:
    """Whether a column is the one beside words: it has names, though one be ``body``."""
    return index == 0 and not table.header and all(len(row.cells) == 2 for row in table.rows)


def _count_numbers(table: Table, columns: Sequence[Column | None]) -> int | None:
    """The column that gives each row a number of its own where a type is due: a table of values."""
    for index, meaning in enumerate(columns):
        if meaning in ("type", "enum"):
            filled = [cell.strip(" `") for cell in _list_cells(table, index) if cell.strip()]
            distinct = len(set(filled)) == len(filled) > 1
            if distinct and all(map(_NUMBER.fullmatch, filled)):
                return index
    return None


def _list_cells(table: Table, index: int) -> list[str]:
    return [row.cells[index].plain for row in table.rows if index < len(row.cells)]


def _is_prose(table: Table, index: int) -> bool:
    """Whether the cells of a column are sentences: then they describe, whatever the header."""
    filled = [cell for cell in _list_cells(table, index) if cell.strip()]
    return bool(filled) and _measure_share(filled, lambda cell: len(cell.split()) > 2) > 0.5


def _describes(table: Table, columns: Sequence[Column | None]) -> bool:
    """Whether the cells under a word for values are sentences, and none a list of values."""
    index = columns.index("enum")
    is_listed = any(len(read_plain_values(cell)) > 1 for cell in _list_cells(table, index))
    return not is_listed and _is_prose(table, index)


def _measure_share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, cells)) / len(cells)


def is_mark(cell: str) -> bool:
    return read_required(cell) not in (None, Stated.NOT_STATED)


def _is_identifier(cell: str) -> bool:
    bare = cell.lstrip("> »↳→-").strip().partition("\n")[0].rstrip("*? ")
    if " " in bare or "," in bare:
        return len(bare) <= _LONGEST_NAMES and len(read_names(Text(bare, _NOWHERE))) > 1
    return bool(bare) and "://" not in bare and bool(_CAMEL.search(bare))


def tells_fields(table: Table, columns: Columns) -> bool:
    known = set(columns) - {None}
    if "name" not in known or not table.rows:
        return False
    if known & {"type", "required", "optional", "location"} or known == {"name", "example"}:
        return True
    if _count_numbers(table, columns) is not None:
        return False
    if "code" in known or "description" not in known:
        return False
    at = columns.index("name")
    names = [row.cells[at].plain for row in table.rows if at < len(row.cells)]
    header = table.header[at].plain if at < len(table.header) else ""
    of_inputs = bool(phrases("header-sides.parameter").found_in(header))
    return (
        bool(names)
        and _measure_share(names, lambda n: _is_name(n) or (of_inputs and _is_capital(n))) > 0.7
    )


def _is_capital(cell: str) -> bool:
    """Whether a cell is one word in capitals: under a header for inputs, the name of one."""
    return _CAPITALS.fullmatch(cell.strip(" `*")) is not None


def _is_name(cell: str) -> bool:
    """Whether a cell under a header for names is one, if only by its hyphens."""
    bare = cell.strip(" `*")
    return _is_identifier(cell) or is_header_name(bare) or bool(_HYPHENATED.fullmatch(bare))


def names_with_values(table: Table, columns: Columns) -> Columns:
    """The columns of a table of a name and a value each, empty for any other.

    The value is what may be sent, or its type in angle brackets.
    """
    if len(columns) != 2 or columns[0] != "name" or columns[1] not in ("enum", "example", None):
        return ()
    names, values = (_list_filled(table, index) for index in (0, 1))
    if not names or _measure_share(names, _is_identifier) <= 0.7:
        return ()
    typed = bool(values) and all(is_type_word(value.strip("<> ")) for value in values)
    return ("name", "type" if typed else "example")


def _list_filled(table: Table, index: int) -> list[str]:
    return [cell for cell in _list_cells(table, index) if cell.strip()]


def _begins_with_type(cell: str) -> bool:
    """Whether a cell is a type, or its first line is one and says no more; not below a name."""
    first, _, below = cell.partition("\n")
    return is_type_word(first) or (is_type_word(cell) and not (below and _is_identifier(first)))


def _is_list(cell: str) -> bool:
    """Whether a cell is nothing but values in plain words: ``buy, sell``."""
    return len(cell) < 400 and bool(read_plain_values(cell))

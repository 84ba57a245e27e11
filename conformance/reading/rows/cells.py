"""The cells of one row, sorted by what their columns mean, as a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec.structs import replace

from conformance.model.document import Row, Text
from conformance.model.operation import Stated
from conformance.patterns import regex
from conformance.reading.facets.presence import read_stated
from conformance.reading.facets.types import is_type_word
from conformance.reading.rows.columns import Columns
from conformance.reading.rows.remark import Remark, read_remark
from conformance.reading.rows.row import (
    FieldRow,
    RowName,
    join_texts,
    read_required,
)
from conformance.vocabulary import Column, locations, phrases

_BRACKET = regex(r"[(（]([^()（）]{3,60})[)）]\s*$")
"""What stands behind a mark: ``No (default is 60)``."""
_BOUNDS: tuple[tuple[Column, str], ...] = (
    ("minimum", "min {}"),
    ("maximum", "max {}"),
    ("length", "max length {}"),
)
_PLACEHOLDER = regex(r"^[\[{<][A-Za-z_][\w -]*[\]}>]$")
"""In place of an example: ``{order_id}``."""
_LAST_WORD = regex(r"\w+$")
_FIRST_WORD = regex(r"\w+")
_TOKEN = regex(r"[^\W\d_]+")
_PART = regex(r"[,;\n]|[.](?=\s|$)")
_INVERTED = {Stated.YES: Stated.NO, Stated.NO: Stated.YES}


def build_row(name: RowName, row: Row, cells: dict[Column, Text], columns: Columns) -> FieldRow:
    """A row whose cells are sorted by what their columns mean."""
    description = cells.get("description") or Text("", row.span)
    required, remark = _read_required(name, cells)
    kind = cells.get("type")
    if required is Stated.NOT_STATED:
        required = _mark_of_type(make_plain(kind))
    if required is Stated.NOT_STATED:
        required = _mark_of_limits(make_plain(cells.get("limits")))
    beside = None if make_plain(kind) else _read_beside_name(name, row)
    for extra in (remark, "" if beside else name.rest):
        if extra:
            description = join_texts(description, Text(extra, row.span))
    target = _find_lone_target(kind, description)
    words = description.plain if target else _type_text(kind)
    if beside and required is Stated.NOT_STATED:
        required = beside.required
    return FieldRow(
        name=name,
        span=row.span,
        description=description,
        type_text=beside.type_text if beside else words,
        type_target=_read_target(kind) or _read_items_target(description) or target,
        has_type_cell="type" in columns,
        required=required,
        mark=make_plain(cells.get("required")),
        location=make_plain(cells.get("location")) or _place_beside_name(name),
        default_text=make_plain(cells.get("default")),
        enum=cells.get("enum"),
        limits_text=_join_limits(cells),
        example_text=_PLACEHOLDER.sub("", make_plain(cells.get("example"))),
        nullable=(read_required(make_plain(cells.get("nullable"))) or Stated.NOT_STATED),
        side=_read_side(cells),
    )


def _read_side(cells: Mapping[Column, Text]) -> Literal["request", "response", ""]:
    if read_required(make_plain(cells.get("readonly"))) is Stated.YES:
        return "response"
    return "request" if read_required(make_plain(cells.get("writeonly"))) is Stated.YES else ""


def _join_limits(cells: Mapping[Column, Text]) -> str:
    """What the cells about bounds say, each with the words of its column."""
    wording = [make_plain(cells.get("limits"))]
    for column, words in _BOUNDS:
        plain = make_plain(cells.get(column))
        if column == "length" and plain and not plain.isdigit():
            words = "length {}"
        wording += [words.format(plain)] if plain else []
    return "\n".join(filter(None, wording))


def _read_beside_name(name: RowName, row: Row) -> Remark | None:
    """A type or mark that shares the cell of the name, when that is all it says."""
    if not name.rest:
        return None
    remark = read_remark(Text(f" {name.rest}", row.span), 1)
    if locations().get(remark.text.plain.strip("()")):
        return replace(remark, text=Text("", row.span))
    return remark if remark.states and not remark.text.plain else None


def _place_beside_name(name: RowName) -> str:
    """The place of an input that the last line of its name's cell says: ``(query)``."""
    last = name.rest.rpartition("\n")[2].strip("() ")
    return last if locations().get(last) else ""


def _mark_of_type(words: str) -> Stated:
    """The mark that begins or ends a cell of types: ``Required string``, ``string (optional)``."""
    tokens = _TOKEN.findall(words)
    ends = (tokens[-2:], tokens[-1:], tokens[:1]) if len(tokens) > 1 else ()
    marks = (read_stated(f"({' '.join(end)})") for end in ends)
    return next((mark for mark in marks if mark is not Stated.NOT_STATED), Stated.NOT_STATED)


def _mark_of_limits(words: str) -> Stated:
    """The mark among the bounds of a cell: ``Required, max 50``."""
    marks = (read_stated(f"({part.strip()})") for part in _PART.split(words) if part.strip())
    return next((mark for mark in marks if mark is not Stated.NOT_STATED), Stated.NOT_STATED)


def _type_text(kind: Text | None) -> str:
    """A type cell's words; a name that a narrow column broke in two is whole again."""
    plain = make_plain(kind)
    if "\n" not in plain or " " in plain:
        return plain
    whole, *more = plain.split("\n")
    for part in more:
        words = (_LAST_WORD.search(whole), _FIRST_WORD.match(part))
        apart = not all(words) or any(is_type_word(word[0]) for word in words if word)
        whole += f"\n{part}" if apart else part
    return whole


def _read_target(kind: Text | None) -> str:
    return next((m.target for m in kind.marks if m.kind == "link"), "") if kind else ""


def _find_lone_target(kind: Text | None, description: Text) -> str:
    """Where a link leads that is all a description says of a row without a type."""
    links = [mark for mark in description.marks if mark.kind == "link"]
    if kind is not None or len(links) != 1 or not links[0].target.startswith("#"):
        return ""
    return links[0].target if links[0].end - links[0].start == len(description.plain) else ""


def _read_items_target(description: Text) -> str:
    """Where ``Array of [order](#order)`` in a description says what the items are."""
    plain = description.plain
    for mark in description.marks:
        if mark.kind == "link" and " " not in plain[mark.start : mark.end]:
            before, after = plain[max(0, mark.start - 12) : mark.start], plain[mark.end :][:8]
            if phrases("types.list-of").found_in(before) or phrases("types.of-list").begins(after):
                return mark.target
    return ""


def _read_required(name: RowName, cells: dict[Column, Text]) -> tuple[Stated, str]:
    """The required mark, and the cell's words when they are no mark."""
    if "optional" in cells:
        stated = read_required(cells["optional"].plain)
        return (
            (_INVERTED.get(stated, stated), "")
            if stated
            else (name.required, cells["optional"].plain)
        )
    if "required" not in cells:
        return name.required, ""
    stated = read_required(cells["required"].plain)
    if stated is None:
        return name.required, cells["required"].plain
    hit = _BRACKET.search(cells["required"].plain)
    remark = hit[1] if hit and phrases("default.value").found_in(hit[1]) else ""
    return (name.required if stated is Stated.NOT_STATED else stated), remark


def make_plain(text: Text | None) -> str:
    return text.plain.strip() if text else ""

"""The JSON type of a value, its format, and what an array holds."""

from __future__ import annotations

import re

from msgspec.structs import replace

from conformance.model.operation import Kind, Scalar, Value
from conformance.patterns import regex
from conformance.reading.facets.enum_words import read_type_cell_values
from conformance.reading.facets.types import TypeReading, is_day, is_enumeration, read_type
from conformance.reading.facets.units import names_moment
from conformance.reading.rows.row import FieldRow
from conformance.vocabulary import kinds, normalize_text, phrases

_DAY = regex(r"\bY{4}[-/]MM?[-/]DD?\b(?![\sT]{0,2}['\[]?[T\s]?['\]]?HH)", re.IGNORECASE)
_SPELT = regex(
    r"(?<![\w/-])y{4}-mm-dd(?:[\sT'\[\]]{1,4}(hh:mm(?::ss)?[\w.:'\[\]-]{0,12}))?(?![\w/-])",
    re.IGNORECASE,
)
_OWN_NAME = regex(r"^\"?[\w.-]{1,60}\"?\s*[:=]\s*(?=[\[{\"])")
_LIST = regex(r"\s*(?P<word>[^\W\d_]+)\s*[\[(:]")
_DIGIT, _QUOTE = regex(r"\d"), regex(r"[\"']")
_INTEGER = regex(r"-?\d{1,18}")
_NUMBER = regex(r"-?\d{1,18}\.\d{1,18}")


def read_row_type(raw: FieldRow) -> TypeReading:
    """The row's type cell, made more exact by what its description says of the format."""
    reading = read_type(raw.type_text)
    text = raw.description.plain
    if phrases("time.epoch").found_in(raw.type_text) and phrases("types.iso-moment").found_in(text):
        return replace(reading, kind="string", format="date-time")
    if reading.kind == "string" and _is_list(raw.type_text):
        return replace(reading, kind="integer", format=None)
    if _is_either(reading, text):
        return replace(reading, kind=None, format=None, item=None)
    form = _format(raw, reading, text)
    return reading if form == reading.format else replace(reading, format=form)


def _is_either(reading: TypeReading, text: str) -> bool:
    """Whether the description gives a plain value another type, too: "a string or a JSON array"."""
    if reading.kind in (None, "object", "array"):
        return False
    for hit in phrases("types.either").finditer(text):
        first, second = (kinds().get(normalize_text(hit[slot])) for slot in ("type", "type2"))
        if first and second and first[0] == reading.kind and second[0] in ("array", "object"):
            return True
    return False


def row_kind(raw: FieldRow) -> Kind | None:
    """The JSON type that the row's own type cell or name says."""
    return read_kind(raw, read_type(raw.type_text), ())


def read_kind(raw: FieldRow, reading: TypeReading, enum: tuple[Scalar, ...]) -> Kind | None:
    """The JSON type of the row, for which a list of values speaks, too."""
    if reading.kind:
        return reading.kind
    if raw.name.name.endswith("[]"):
        return "array"
    if enum and (reading.object_name or read_type_cell_values(raw.type_text)):
        return "integer" if _lists_integers(raw.type_text) else "string"
    return _read_kind_of_example(raw)


def _is_list(text: str) -> bool:
    """Whether a word for an enumeration begins a list of whole numbers."""
    hit = _LIST.match(text)
    return hit is not None and is_enumeration(hit["word"]) and _lists_integers(text)


def _lists_integers(text: str) -> bool:
    """Whether a cell of types lists whole numbers, none in quotes: ``enum[5, 20]``."""
    tokens = read_type_cell_values(text) if _DIGIT.search(text) and not _QUOTE.search(text) else ()
    return bool(tokens) and all(map(_INTEGER.fullmatch, tokens))


def is_guessed(raw: FieldRow) -> bool:
    """Whether nothing but a column of examples tells the row's type."""
    if read_type(raw.type_text).kind or raw.name.name.endswith("[]"):
        return False
    return _read_kind_of_example(raw) is not None


def _read_kind_of_example(raw: FieldRow) -> Kind | None:
    """What the example is, in a table that has a column of examples and none of types."""
    text = raw.example_text.strip().strip("`")
    if raw.has_type_cell or raw.type_text or not text:
        return None
    text = _OWN_NAME.sub("", text)
    if text[0] in "{[":
        return "object" if text[0] == "{" else "array"
    if text in ("true", "false"):
        return "boolean"
    if _INTEGER.fullmatch(text):
        return "integer"
    return "number" if _NUMBER.fullmatch(text) else "string"


def _format(raw: FieldRow, reading: TypeReading, text: str) -> str | None:
    if reading.format or reading.kind != "string":
        return reading.format
    if is_day(raw.type_text) and (_DAY.search(text) or not _may_have_time(raw)):
        return "date"
    if phrases("types.iso-moment").found_in(text) and not phrases("time.duration").found_in(text):
        return "date" if _DAY.search(text) else "date-time"
    if spelt := _read_spelt_moment(text):
        return spelt
    return "decimal" if phrases("types.decimal").found_in(text) else None


def _read_spelt_moment(text: str) -> str | None:
    """What the letters of a moment say of how it is written: ``YYYY-MM-DD``; nothing where there
    are several ways."""
    hits = _SPELT.findall(text)
    if len(hits) != 1 or phrases("time.epoch").found_in(text):
        return None
    return "date-time" if hits[0] else "date"


def _may_have_time(raw: FieldRow) -> bool:
    """Whether a "date" may be a moment: its name or words speak of time."""
    words = raw.description.plain
    return names_moment(raw.name.name) or phrases("time.clock").found_in(words) or not words


def find_inner_kind(reading: TypeReading) -> Kind | None:
    """The type whose values an enumeration lists: that of the items, for an array."""
    if reading.kind == "array":
        return reading.item.kind if reading.item else None
    return reading.kind


def with_kind_of(values: tuple[str, ...], reading: TypeReading) -> TypeReading:
    """``reading`` with the type of the listed ``values`` where it names none itself."""
    if not values:
        return reading
    kind: Kind = "integer" if all(map(_INTEGER.fullmatch, values)) else "string"
    if reading.kind is None:
        return replace(reading, kind=kind, known=True)
    if reading.kind == "array" and (reading.item is None or reading.item.kind is None):
        return replace(reading, item=TypeReading(kind=kind))
    return reading


def read_items(raw: FieldRow, reading: TypeReading, enum: tuple[Scalar, ...]) -> Value | None:
    """The items of an array, from its type words or else from the description."""
    item = reading.item or items_in_words(raw.description.plain)
    if item is None and not enum:
        return None
    return replace(read_item(raw, item or TypeReading()), enum=enum)


def items_in_words(text: str) -> TypeReading | None:
    """What an array holds, when the description says so (``Array of Long. ...``)."""
    for hit in phrases("types.items").finditer(text):
        reading = read_type(hit.slots.get("type") or hit.text.strip(" \t\n.:()[]*`"))
        if reading.known and reading.kind:
            return reading
    return None


def read_item(raw: FieldRow, item: TypeReading) -> Value:
    """What the type words of an array or a map say of what it holds, however deep they go."""
    inner = read_item(raw, item.item) if item.kind == "array" and item.item else None
    return Value(span=raw.span, kind=item.kind, format=item.format, items=inner)

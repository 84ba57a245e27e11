"""What a cell of types says beside the type: labelled lines, and members written out.

``integer,`` above ``Default: 50`` is a type and a default; ``{ "id": string, "side": [ string ] }``
is an object with its members, as swagger-markdown writes them.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from conformance.model.document import CodeBlock, Text
from conformance.model.operation import Stated
from conformance.patterns import regex
from conformance.reading.facets.types import is_type_word
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.declarations import read_declarations
from conformance.reading.rows.row import FieldRow, FieldTable, cut_text
from conformance.vocabulary import Column

_LABELLED = frozenset[Column](
    ["enum", "default", "limits", "minimum", "maximum", "length", "example"]
)
_LABEL = regex(r"(?P<label>[^\W\d][^:：\n]{0,40})[:：]\s*(?=\S)")
_ENDS = " ,;\n"
_MEDIA_TYPE = regex(r"[\w.+*-]{1,40}/[\w.+*-]{1,60}:\s*(?=[\[{])")
_BODY = regex(r"(?:\[\s*)?\{")
_KEY = r'"[\w$.@\[\]-]{1,100}"\s*:'
_NEXT_KEY = regex(rf",\s*(?={_KEY})")
_OPENED = regex(rf"\{{(?=\s*{_KEY})")
_CLOSED = regex(r"\}\s*\]|\}")
_QUOTED = regex(r'^[ ]*"([^"\n]{1,100})"(?=\s*:)', re.M)
_LISTED = regex(r"\[\s*\{")


def spread_type(cells: dict[Column, Text]) -> dict[Column, Text]:
    """The cells with each labelled line of the type's cell in the column it is about, or with the
    sentence below the type as the description that no other cell is."""
    kind = cells.get("type")
    if kind is None or "\n" not in kind.plain or kind.plain.lstrip()[:1] == "{":
        return cells
    end = len(kind.plain.rstrip(" ]")) if kind.plain.startswith("[") else len(kind.plain)
    starts = [0, *(m.end() for m in re.finditer(r"\n", kind.plain))]
    spread: dict[Column, Text] = {}
    for start, stop in zip(starts[1:], [*starts[2:], end], strict=True):
        hit = _LABEL.match(kind.plain, start)
        column = column_of(hit["label"]) if hit else None
        if not hit or column not in _LABELLED:
            return _split_description(cells, kind, starts[1])
        spread[column] = cut_text(kind, hit.end(), _trim(kind.plain, stop))
    first = cut_text(kind, 0, _trim(kind.plain, starts[1]))
    if first.plain.startswith("["):
        first = replace(first, plain=f"{first.plain} ]")
    return spread | cells | {"type": first}


def _split_description(cells: dict[Column, Text], kind: Text, at: int) -> dict[Column, Text]:
    first, rest = cut_text(kind, 0, at), cut_text(kind, at)
    alone = "description" not in cells and is_type_word(first.plain)
    prose = (rest.plain[:1].isupper() and " " in rest.plain) or not is_type_word(rest.plain)
    return cells | {"type": first, "description": rest} if alone and prose else cells


def _trim(plain: str, stop: int) -> int:
    return len(plain[:stop].rstrip(_ENDS))


def read_declared(cell: Text) -> FieldTable | None:
    """The members of an object, or of the items of an array, that a cell of types writes out."""
    media = _MEDIA_TYPE.match(cell.plain)
    plain = cell.plain[media.end() if media else 0 :].strip()
    if not _BODY.match(plain) or not _OPENED.search(plain):
        return None
    first, *more = plain.split("\n")
    for line in map(str.strip, more):
        first = f"{first.rstrip(_ENDS)} // {line}" if line[:1].isalpha() else f"{first} {line}"
    lines = _LISTED.sub("{", _OPENED.sub("{\n", _NEXT_KEY.sub("\n", first)))
    lines = _CLOSED.sub(_break_line, _QUOTED.sub(r"\1", lines))
    table = read_declarations(CodeBlock(lines, "", cell.span))
    if table is None:
        return None
    fields = (replace(row, span=cell.span, required=Stated.NOT_STATED) for row in table.fields)
    return replace(table, fields=tuple(fields))


def _break_line(hit: re.Match[str]) -> str:
    return "\n}[]" if hit[0].endswith("]") else "\n}"


def spell_out(row: FieldRow, cell: Text | None) -> list[FieldRow]:
    """A row whose cell of types writes its members out, with a row for each of them below it."""
    table = read_declared(cell) if cell is not None and "{" in cell.plain else None
    if table is None:
        return [row]
    members = (member.deeper(row.name.depth + 1) for member in table.fields)
    return [replace(row, type_text="object[]" if table.root else "object"), *members]

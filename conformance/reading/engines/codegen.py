"""Markdown that OpenAPI Generator and Swagger Codegen write beside a client library.

Its tables mark what may be left out (``[optional]``) and nothing else, so a row without the mark
is required, but in Go, whose tables have no marks: the call above has them
(``// string | Which (optional)``).  ``[default to 20]`` is the default.  TypeScript writes a plain
type as a link without a target (``[**string**]``), the type that comes back without one, Go has a
parameter of its own for the context, and Rust a column of marks, with ``Option<u32>`` as the type
of what may be left out and ``r#type`` for a name that is a word of the language.  The values of an
enumeration stand in the notes (``[enum: a, b]``) or in a section of their own (``Enum: SideEnum``),
each beside the constant that the language has for it.  Descriptions bring headings along.  The
list of media types below an operation looks like one of header parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Document,
    Heading,
    ListBlock,
    ListItem,
    Mark,
    Paragraph,
    Row,
    Table,
    Text,
    walk,
)
from conformance.patterns import regex
from conformance.reading.facets.types import is_type_word
from conformance.reading.rows.row import cut_text

_HEADER: Final = ("name", "type", "description", "notes")
_RUST_HEADER: Final = ("name", "type", "description", "required", "notes")
_OPTION: Final = "Option<"
_RAW: Final = "r#"
_MODULE: Final = "models::"
_POINTER: Final = "Pointer to "
_OPTIONAL: Final = regex(r"\[optional\]|\(optional\)", re.IGNORECASE)
_DEFAULT: Final = regex(
    r"\[defaults? to `?([^\[\]`]{1,200})`?\]|(?<=\) )defaults to (\S{1,200})", re.IGNORECASE
)
_VALUE: Final = regex(r"[^,\s][^,]*")
_LISTED: Final = regex(r"\[enum: ([^\[\]]{1,4000})\]", re.IGNORECASE)
_ENUM_TITLE: Final = regex(r"Enum(?:: *(?P<name>\w{1,100}))?")
_CONSTANT: Final = regex(r"[*\s]*`?\w{1,100}`? *\(value: *(?P<value>[^()\n]{1,200})\)")
_LISTED_CONSTANT: Final = regex(r" *[*-] `\w{1,100}` \(value: `")
_MODEL: Final = regex(r"[A-Z]\w{1,100}")
_CONTEXT: Final = "context.Context"
"""Type of a parameter that Go programs pass beside those of the API."""
_GO: Final = (_CONTEXT, "context.Background()")
_ARGUMENT: Final = regex(
    r"\s*(?P<name>\w{1,100}) := [^\n]*? // [^\n|]*\|[^\n]*?(?P<optional>\(optional\))?\s*$"
)
"""``limit := float32(8.14) // float32 | How many (optional)``."""
_RETURNS: Final = "Return type"
_RETURNED: Final = regex(r"(?:Array<)?(\w{1,100})>?")
_MARK: Final = regex(rf"{_OPTIONAL.pattern}|{_DEFAULT.pattern}")
_NOTHING: Final = frozenset(("null", "None", "nil", "undefined"))
_NAME_VALUE: Final = ("name", "value")
_HTTP: Final = "HTTP request"
_WITH_BODY: Final = frozenset(("POST", "PUT", "PATCH"))
_OPERATION_LEVEL: Final = 2
_DESCRIPTION_LEVEL: Final = 4
"""Below that of the parts of an operation."""
_HOLE: Final = regex(r"\{([^{}]+)\}")
_MEDIA: Final = regex(r"(?:Content-Type|Accept)\s*:")
_SIGNS: Final = ("All URIs are relative to", "[[Back to ", "documentation-for-")
"""Words of the templates that every page has some of."""


class CodegenEngine:
    """Documentation of a generated client library."""

    name = "openapi-generator"

    def score(self, document: Document) -> float:
        """Sure where a table has the four columns and the page the links of the templates, or a
        list has constants with their values."""
        if document.markup != "markdown":
            return 0.0
        if any(map(_LISTED_CONSTANT.match, document.lines)):
            return 1.0
        if not any(map(_is_notes, walk(document.blocks))):
            return 0.0
        signed = any(sign in line for line in document.lines for sign in _SIGNS)
        signed = signed or any(_MARK.search(line) for line in document.lines)
        return 1.0 if signed else 0.4

    def rewrite(self, document: Document) -> Document:
        """Notes as columns of marks and defaults, media types as words."""
        marked = not any(sign in line for line in document.lines for sign in _GO)
        blocks = tuple(_lower_headings(tuple(_rewrite_blocks(document.blocks, marked=marked))))
        blocks = tuple(_with_values(blocks))
        return replace(document, blocks=tuple(_with_returned(tuple(_with_bodies(blocks)))))


def _lower_headings(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks with headings that descriptions bring along below those of the operations that
    the list at the top links to."""
    names: set[str] = set()
    for block in blocks:
        if isinstance(block, Table) and len(block.header) > 1 and _HTTP in block.header[1].plain:
            names.update(row.cells[0].plain.strip() for row in block.rows)
        if names and isinstance(block, Heading) and block.level <= _OPERATION_LEVEL:
            named = block.text.plain.strip() in names
            block = block if named else replace(block, level=_DESCRIPTION_LEVEL)
        yield block


def _with_bodies(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks with places of the parameters where one is a model that is sent as the body."""
    paths: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, Table) and len(block.header) > 1 and _HTTP in block.header[1].plain:
            for row in block.rows:
                method, _, path = row.cells[1].plain.strip().partition(" ")
                if method.upper() in _WITH_BODY:
                    paths[row.cells[0].plain.strip()] = path
    operation = ""
    for block in blocks:
        if isinstance(block, Heading) and block.level <= _OPERATION_LEVEL:
            operation = block.text.plain.strip()
        if isinstance(block, Table) and operation in paths and len(block.header) > len(_HEADER):
            block = _with_places(block, paths[operation])
        yield block


def _with_places(table: Table, path: str) -> Table:
    models = [row for row in table.rows if _is_model(row)]
    if len(models) != 1:
        return table
    holes = {_strip_name(hole) for hole in _HOLE.findall(path)}
    rows = []
    for row in table.rows:
        place = "path" if row.cells and _strip_name(row.cells[0].plain) in holes else "query"
        word = "body" if row is models[0] else place
        rows.append(replace(row, cells=(*row.cells, Text(word, row.span))))
    header = (*table.header, Text("In", table.header[-1].span))
    return replace(table, header=header, rows=tuple(rows))


def _strip_name(name: str) -> str:
    """A name as any of the languages writes it."""
    return name.strip().replace("_", "").replace("-", "").lower()


def _is_model(row: Row) -> bool:
    return len(row.cells) > 1 and any(
        mark.kind == "link" and mark.target.endswith(".md") for mark in row.cells[1].marks
    )


def _with_returned(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks with a link to the page of what comes back where its name stands alone."""
    above: Block | None = None
    for block in blocks:
        titled = isinstance(above, Heading) and above.text.plain == _RETURNS
        above = block
        if titled and isinstance(block, Paragraph):
            hit = _RETURNED.fullmatch(block.text.plain.strip())
            if hit and not any(mark.kind == "link" for mark in block.text.marks):
                link = Mark("link", 0, len(block.text.plain), f"{hit[1]}.md")
                text = replace(block.text, marks=(*block.text.marks, link))
                block = replace(block, text=text)
        yield block


def _with_values(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks with the values alone in a section about an enumeration, found by its name."""
    in_section = False
    for block in blocks:
        if isinstance(block, Heading):
            hit = _ENUM_TITLE.fullmatch(block.text.plain.strip())
            in_section = hit is not None
            if hit and hit["name"]:
                block = replace(block, anchor=hit["name"])
        elif in_section and isinstance(block, Table) and _list_words(block) == _NAME_VALUE:
            values = [value for row in block.rows for value in _list_values(row)]
            rows = tuple(Row((value,), value.span) for value in values)
            block = replace(block, header=block.header[1:], rows=rows)
        elif in_section and isinstance(block, CodeBlock):
            lines = (Text(line, block.span) for line in block.text.split("\n") if line.strip())
            items = tuple(_as_value(ListItem(line, (), line.span)) for line in lines)
            block = ListBlock(items, "bullet", block.span)
        elif in_section and isinstance(block, ListBlock):
            block = replace(block, items=tuple(map(_as_value, block.items)))
        yield block


def _list_values(row: Row) -> Iterator[Text]:
    """The values that the second cell of a row lists."""
    for cell in row.cells[1:2]:
        for hit in _VALUE.finditer(cell.plain):
            yield cut_text(cell, *hit.span())


def _as_value(item: ListItem) -> ListItem:
    """`` `BUY` (value: `"buy"`) `` as what is sent."""
    hit = _CONSTANT.match(item.text.plain)
    return replace(item, text=cut_text(item.text, *hit.span("value"))) if hit else item


def _is_notes(block: Block) -> bool:
    return isinstance(block, Table) and _list_words(block) in (_HEADER, _RUST_HEADER)


def _list_words(table: Table) -> tuple[str, ...]:
    return tuple(cell.plain.strip().lower() for cell in table.header)


def _rewrite_blocks(blocks: tuple[Block, ...], *, marked: bool) -> Iterator[Block]:
    """The blocks with their marks; where tables have none, those of the call above."""
    marks: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, CodeBlock) and not marked:
            lines = map(_ARGUMENT.match, block.text.split("\n"))
            marks = {hit["name"]: "no" if hit["optional"] else "yes" for hit in lines if hit}
        yield _rewrite_block(block, marks, marked=marked)


def _rewrite_block(block: Block, marks: Mapping[str, str], *, marked: bool) -> Block:
    if isinstance(block, Table) and _list_words(block) == _RUST_HEADER:
        span = block.header[-1].span
        header = (*block.header[:3], Text("Required", span), Text("Default", span))
        return replace(block, header=header, rows=tuple(map(_rewrite_rust, block.rows)))
    if isinstance(block, Table) and _is_notes(block):
        span = block.header[-1].span
        further = (Text(word, span) for word in ("Required", "Default", "Enum"))
        header = (*block.header[:-1], *further)
        return replace(
            block,
            header=header,
            rows=tuple(
                _with_marks(row, marks, marked=marked) for row in block.rows if not _is_context(row)
            ),
        )
    if isinstance(block, ListBlock) and all(_MEDIA.match(i.text.plain) for i in block.items):
        words = "\n".join(item.text.plain for item in block.items)
        return Paragraph(Text(words, block.span), block.span)
    return block


def _rewrite_rust(row: Row) -> Row:
    """The row with its type out of ``Option<>``, a mark and a default."""
    if len(row.cells) < len(_RUST_HEADER):
        return row
    name, kind, description, required, notes = row.cells[: len(_RUST_HEADER)]
    left_out = kind.plain.startswith(_OPTION) or _OPTIONAL.search(notes.plain)
    mark = "yes" if required.plain.strip() else "no" if left_out else ""
    cells = (_without_raw(name), _strip_type(kind), description, Text(mark, notes.span))
    return replace(row, cells=(*cells, Text(_find_default(notes.plain), notes.span)))


def _without_raw(name: Text) -> Text:
    return cut_text(name, len(_RAW)) if name.plain.startswith(_RAW) else name


def _find_default(notes: str) -> str:
    hit = _DEFAULT.search(notes)
    value = (hit[1] or hit[2]).strip() if hit else ""
    return "" if value in _NOTHING else value


def _strip_type(kind: Text) -> Text:
    """A type less what a language sets around it, with a link to its page where it is a model."""
    if kind.plain.startswith(_OPTION) and kind.plain.endswith(">"):
        kind = cut_text(kind, len(_OPTION), len(kind.plain) - 1)
    for sign in (_POINTER, _MODULE):
        kind = cut_text(kind, len(sign)) if kind.plain.startswith(sign) else kind
    kind = _without_brackets(kind)
    linked = any(mark.kind == "link" for mark in kind.marks)
    if linked or not _MODEL.fullmatch(kind.plain) or is_type_word(kind.plain):
        return kind
    link = Mark("link", 0, len(kind.plain), f"{kind.plain}.md")
    return replace(kind, marks=(*kind.marks, link))


def _is_context(row: Row) -> bool:
    return len(row.cells) > 1 and row.cells[1].plain.strip() == _CONTEXT


def _with_marks(row: Row, marks: Mapping[str, str], *, marked: bool) -> Row:
    """The row with a mark and a default in place of its notes."""
    if len(row.cells) < len(_HEADER):
        return row
    name, kind, description, notes = row.cells[: len(_HEADER)]
    value = _find_default(notes.plain)
    optional = kind.plain.startswith(_OPTION) or bool(_OPTIONAL.search(notes.plain))
    left_out = optional or bool(value and not marked)
    mark = "no" if left_out else "yes" if marked else marks.get(name.plain.strip(), "")
    listed = _LISTED.search(notes.plain)
    further = (mark, value, listed[1] if listed else "")
    cells = (_without_raw(name), _strip_type(kind), description)
    return replace(row, cells=(*cells, *(Text(word, notes.span) for word in further)))


def _without_brackets(kind: Text) -> Text:
    """``[**string**]`` without its brackets; those within the bold type make it an array."""
    plain = kind.plain
    if plain[:1] != "[" or plain[-1:] != "]" or any(mark.start == 0 for mark in kind.marks):
        return kind
    return cut_text(kind, 1, len(plain) - 1)

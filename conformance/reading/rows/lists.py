"""Fields told without a table: list items, definition lists, runs of short paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from conformance.model.document import (
    Block,
    ListBlock,
    ListItem,
    Paragraph,
    Section,
    Text,
)
from conformance.model.operation import Stated
from conformance.reading.context import LocatedBlock
from conformance.reading.facets.types import is_type_word, read_type
from conformance.reading.rows.row import (
    FieldRow,
    FieldTable,
    RowName,
    join_texts,
    read_name,
    read_required,
)

_SEPARATOR = re.compile(r"^[\s:：\-–—,()（）\[\]]+|[\s:：\-–—,(（]+$")
_WORD = re.compile(r"^\s*(?P<type>[A-Za-z][\w-]*(?:\[\]|<\w+>|\[\w+\])*(?: of \w+| \(\w+\))?)")
_MARK = re.compile(
    r"\b(required|optional|mandatory|필수|선택|必填|可选|可選)\b|(?:^|\s)\*(?:\s|$)", re.IGNORECASE
)
_NAME_ONLY = re.compile(r"^[A-Za-z_$@][\w$@.\-]*(?:\[\])?\*?$")


def read_list(block: ListBlock) -> FieldTable | None:
    """Fields of a list whose items begin with a name and a type; None for any other list."""
    fields = tuple(_list_fields(block, 0))
    told = sum(1 for item in block.items if _item(item, 0))
    if not told or told < 0.6 * len(block.items):
        return None
    return FieldTable(
        fields=fields, span=block.span, columns=frozenset({"name", "type", "required"})
    )


def _list_fields(block: ListBlock, depth: int) -> Iterator[FieldRow]:
    for item in block.items:
        field = _item(item, depth)
        if field is None:
            continue
        for text in _descriptions(item.blocks):
            field = replace(field, description=join_texts(field.description, text))
        yield field
        for inner in _inner_lists(item.blocks):
            yield from _list_fields(inner, depth + 1)


def _item(item: ListItem, depth: int) -> FieldRow | None:
    """``name string required description`` with the name set apart by markup."""
    text = item.text
    mark = next(
        (
            m
            for m in text.marks
            if m.kind in ("strong", "code") and not text.plain[: m.start].strip()
        ),
        None,
    )
    if mark is None:
        return None
    name = read_name(Text(text.plain[mark.start : mark.end], item.span))
    if name is None or name.rest:
        return None
    rest = _SEPARATOR.sub("", text.plain[mark.end :])
    kind = _WORD.match(rest)
    if not kind or not is_type_word(kind["type"]):
        return None
    remark = _SEPARATOR.sub("", rest[kind.end() :])
    stated, remark = _stated(remark)
    return FieldRow(
        name=RowName(name=name.name, depth=depth, required=name.required),
        span=item.span,
        description=Text(remark, item.span),
        type_text=kind["type"],
        required=stated if stated is not Stated.NOT_STATED else name.required,
    )


def _stated(remark: str) -> tuple[Stated, str]:
    """A mark at the beginning of the words after the type."""
    hit = _MARK.search(remark[:40])
    if not hit or remark[: hit.start()].strip(" (["):
        return Stated.NOT_STATED, remark
    stated = read_required(hit[1] or "required") or Stated.NOT_STATED
    return stated, remark[hit.end() :].strip(" )]:,")


def _descriptions(blocks: tuple[Block, ...]) -> Iterator[Text]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text


def _inner_lists(blocks: tuple[Block, ...]) -> Iterator[ListBlock]:
    for block in blocks:
        if isinstance(block, ListBlock):
            yield block
        elif isinstance(block, Section):
            yield from _inner_lists(block.blocks)


def read_runs(pieces: tuple[LocatedBlock, ...]) -> Iterator[tuple[LocatedBlock, FieldTable]]:
    """Fields told as short paragraphs in a row: a name, its type, a mark, a description."""
    run: list[FieldRow] = []
    start: LocatedBlock | None = None
    index = 0
    while index < len(pieces):
        field, used = _run_field(pieces, index)
        if field:
            start = start or pieces[index]
            run.append(field)
        elif run and start:
            yield start, _run_table(run)
            run, start = [], None
        index += used
    if run and start:
        yield start, _run_table(run)


def _run_table(run: list[FieldRow]) -> FieldTable:
    return FieldTable(
        fields=tuple(run), span=run[0].span, columns=frozenset({"name", "type", "required"})
    )


def _run_field(pieces: tuple[LocatedBlock, ...], index: int) -> tuple[FieldRow | None, int]:
    """The field that begins at ``index``, and how many pieces it takes (at least one)."""
    name, kind = _paragraph(pieces, index), _paragraph(pieces, index + 1)
    if not name or not kind or not _NAME_ONLY.match(name.plain.strip()) or not _is_type(kind.plain):
        return None, 1
    if _is_type(name.plain):
        return None, 1
    used, stated, description = 2, Stated.NOT_STATED, Text("", name.span)
    mark = _paragraph(pieces, index + used)
    told = read_required(mark.plain) if mark and len(mark.plain) > 1 else None
    if told is not None and told is not Stated.NOT_STATED:
        stated, used = told, used + 1
    remark = _paragraph(pieces, index + used)
    if remark and not _NAME_ONLY.match(remark.plain.strip()) and len(remark.plain.split()) > 1:
        description, used = remark, used + 1
    parsed = read_name(name)
    if parsed is None:
        return None, 1
    return (
        FieldRow(
            name=parsed,
            span=name.span,
            description=description,
            type_text=kind.plain.strip(),
            required=stated,
            confidence="medium",
        ),
        used,
    )


def _is_type(plain: str) -> bool:
    """A type word whose items are told by one, too: ``uuids[]`` is a name."""
    item = read_type(plain).item
    return is_type_word(plain) and (item is None or item.kind is not None)


def _paragraph(pieces: tuple[LocatedBlock, ...], index: int) -> Text | None:
    if index < len(pieces) and isinstance(block := pieces[index].block, Paragraph):
        return block.text
    return None

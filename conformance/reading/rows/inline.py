"""Fields named in one line behind the words that announce them, as a list of their own.

``Query parameters: `limit` (integer, optional), `side` (required)`` is a line that announces
inputs and a list of two.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from conformance.model.document import Block, ListBlock, ListItem, Paragraph, Text
from conformance.patterns import regex
from conformance.reading.context import announces_fields
from conformance.reading.rows.remark import read_remark
from conformance.reading.rows.row import cut_text, read_name
from conformance.vocabulary import word_set

_LABEL = 60
_LINE = 2000
_SIGNS = " ,;、，；\n"
_REMARK = regex(r"\s*[(（][^()（）]{1,160}[)）]")
_LITERALS = frozenset({"true", "false", "null", "json", "ok"})


def split_inline_fields(block: Block) -> Iterator[Block]:
    """The block with every such line as its announcement and a list."""
    if isinstance(block, Paragraph) and (parts := _parts(block.text)):
        label, fields = parts
        yield Paragraph(label, block.span)
        yield fields
    elif isinstance(block, ListBlock):
        yield replace(block, items=tuple(map(_split_item, block.items)))
    else:
        yield block


def _split_item(item: ListItem) -> ListItem:
    if parts := _parts(item.text):
        label, fields = parts
        return replace(item, text=label, blocks=(fields, *item.blocks))
    return item


def _parts(text: Text) -> tuple[Text, ListBlock] | None:
    """The announcement and its fields; None for a line of any other kind."""
    codes = [mark for mark in text.marks if mark.kind == "code"]
    if not codes or len(text.plain) > _LINE or not 0 < codes[0].start <= _LABEL:
        return None
    label = cut_text(text, 0, codes[0].start)
    if not label.plain.endswith((":", "：")) or not announces_fields(label.plain):
        return None
    fields: list[Text] = []
    at = codes[0].start
    for mark in codes:
        if mark.end <= at:
            continue
        joint = text.plain[at : mark.start].strip(_SIGNS)
        if joint and joint.lower() not in word_set("rows.joins"):
            return None
        remark = _REMARK.match(text.plain, mark.end)
        at = remark.end() if remark else mark.end
        fields.append(cut_text(text, mark.start, at))
    if text.plain[at:].strip(" .。") or not _are_fields(fields):
        return None
    items = tuple(ListItem(field, (), text.span) for field in fields)
    return label, ListBlock(items, "bullet", text.span)


def _are_fields(fields: list[Text]) -> bool:
    """Whether each is a name, and more than one lone word in code says so."""
    for field in fields:
        word = field.plain[: field.marks[0].end] if field.marks else ""
        name = read_name(replace(field, plain=word))
        if name is None or name.rest or word.lower() in _LITERALS or word.isdigit():
            return False
    return len(fields) > 1 or read_remark(fields[0], fields[0].marks[0].end).states

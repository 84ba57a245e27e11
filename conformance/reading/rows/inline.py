"""Fields named in one line behind the words that announce them, as a list of their own.

``Query parameters: `limit` (integer, optional), `side` (required)`` is a line that announces
inputs and a list of two; ``Query parameter: `limit` - how many`` one of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from conformance.model.document import Block, ListBlock, ListItem, Mark, Paragraph, Text
from conformance.reading.context import announces_fields, topics_of
from conformance.reading.rows.remark import read_remark
from conformance.reading.rows.row import cut_text, read_name
from conformance.vocabulary import word_set

_LABEL = 60
_LINE = 2000
_SIGNS = " ,;、，；\n"
_REMARK = re.compile(r"\s*[(（][^()（）]{1,160}[)）]")
_DASH = re.compile(r"\s[-–—]\s+\w")
_DASHES = frozenset("-–—")
_QUERY = re.compile(r"\?(?P<pairs>[A-Za-z_][\w.-]*=[^&\s]*(?:&[A-Za-z_][\w.-]*=[^&\s]*)*)")
"""Inputs as an address shows them: ``?state=open&page=2``."""
_PLACES = frozenset({"path", "query", "header", "body"})
"""Topics of a label that announces inputs of one place, be it a single one."""
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
    if (hit := _QUERY.fullmatch(text.plain, at, codes[0].end)) and not text.plain[
        hit.end() :
    ].strip():
        names = [Text(pair.partition("=")[0], text.span) for pair in hit["pairs"].split("&")]
        names = [replace(name, marks=(Mark("code", 0, len(name.plain)),)) for name in names]
        items = tuple(ListItem(name, (), text.span) for name in names)
        return label, ListBlock(items, "bullet", text.span)
    if _DASH.match(text.plain, codes[0].end) and _PLACES & set(topics_of(label.plain)):
        field = cut_text(text, at)
        return label, ListBlock((ListItem(field, (), text.span),), "bullet", text.span)
    for mark in codes:
        if mark.end <= at:
            continue
        joint = text.plain[at : mark.start].strip(_SIGNS)
        if len(fields) > 1 and joint[:1] in _DASHES:
            break
        if joint and joint.lower() not in word_set("rows.joins"):
            return None
        remark = _REMARK.match(text.plain, mark.end)
        at = remark.end() if remark else mark.end
        fields.append(cut_text(text, mark.start, at))
    rest = text.plain[at:].strip(" .。")
    if (rest and rest[0] not in _DASHES) or not _are_fields(fields):
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

"""API Blueprint (``FORMAT: 1A``, Apiary): operations in brackets of headings, fields in lists.

``### List orders [GET /orders{?page}]`` is an operation, ``[GET]`` or ``GET`` alone one of the
resource above it.
Items of its lists are keywords (``+ Parameters``, ``+ Response 200 (application/json)``,
``+ Attributes``), the items in those are fields: ``+ id: 7 (number, required) - Its number``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    Document,
    EndpointBlock,
    FieldBlock,
    FieldItem,
    Heading,
    ListBlock,
    ListItem,
    Text,
    walk,
)
from conformance.patterns import regex
from conformance.reading.endpoints.candidate import METHODS
from conformance.reading.rows.row import cut_text

_HEADING: Final = regex(
    rf"(?P<title>.{{0,200}}?)\s*\[(?:(?P<method>{'|'.join(METHODS)})(?:\s+(?P<path>/[^\]]*))?"
    r"|(?P<resource>/[^\]]*))\]\s*"
)
_KEYWORD: Final = regex(
    r"(?P<word>Parameters|Request|Response|Attributes|Headers|Body|Schema|Relation|Model)\b"
    r"\s*(?P<status>[1-5]\d\d)?[^()\n]{0,80}(?:\([^()\n]*\))?\s*"
)
_FIELD: Final = regex(
    r"(?P<name>`[^`\n]{1,80}`|[^\s:()`]{1,80})(?::\s*(?P<value>`[^`\n]{0,200}`|[^()\n]{1,200}?))?"
    r"\s*(?:\((?P<flags>[^()\n]{1,200})\))?\s*(?:[-–—]\s+(?=\S)|$|\n)"
)
_SETTING: Final = regex(r"(?P<word>Default|Members|Sample|Items|Properties)\b\s*:?\s*")
_NAMELESS: Final = regex(r"\([^()\n]{1,80}\)")
_FLAGS: Final = frozenset(("fixed", "fixed-type", "nullable", "sample", "default"))
_ENUM: Final = regex(r"enum\[(\w+)\]|enum")
_STRUCTURES: Final = "Data Structures"
"""The section of objects by name."""
_MAX_DEPTH: Final = 24

Side = Literal["request", "response", ""]


class BlueprintEngine:
    """Markdown of API Blueprint."""

    name = "api-blueprint"

    def score(self, document: Document) -> float:
        """Sure where a heading ends in a bracket with a method and a list item is an answer."""
        if document.markup != "markdown":
            return 0.0
        marked = any(
            isinstance(b, Heading) and _HEADING.fullmatch(b.text.plain) for b in document.blocks
        )
        if not marked:
            return 0.0
        lists = (b for b in walk(document.blocks) if isinstance(b, ListBlock))
        words = (hit for b in lists for i in b.items if (hit := _KEYWORD.fullmatch(i.text.plain)))
        return 1.0 if any(hit["word"] == "Response" for hit in words) else 0.0

    def rewrite(self, document: Document) -> Document:
        """Brackets as operations, keywords as headings, items below them as fields."""
        return replace(document, blocks=tuple(_read_blocks(document.blocks)))


def _read_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    structures = 0
    resource = _Resource("", [])
    for block in blocks:
        if isinstance(block, Heading) and (not structures or block.level <= structures):
            structures = block.level if block.text.plain.strip() == _STRUCTURES else 0
        if isinstance(block, Heading) and (hit := _HEADING.fullmatch(block.text.plain)):
            if hit["resource"]:
                resource = _Resource(hit["resource"], [])
            yield replace(block, text=cut_text(block.text, 0, len(hit["title"])))
            if hit["method"] and hit["path"]:
                resource.begins = False
                yield EndpointBlock(method=hit["method"], path=hit["path"], span=block.span)
            elif hit["method"] and resource.path:
                yield from _read_endpoint(hit["method"], resource, block)
        elif isinstance(block, Heading) and resource.path and block.text.plain.strip() in METHODS:
            yield from _read_endpoint(block.text.plain.strip(), resource, block)
        elif isinstance(block, ListBlock) and not structures and resource.begins:
            resource.shared.extend(block.items)
        elif isinstance(block, ListBlock):
            yield from _read_list(block, is_structure=bool(structures))
        else:
            yield block


def _read_list(block: ListBlock, *, is_structure: bool) -> Iterator[Block]:
    if is_structure:
        items = tuple(f for i in block.items for f in _read_fields(i, 0))
        yield FieldBlock(items=items, span=block.span) if items else block
        return
    for item in block.items:
        yield from _read_section(item, "", "")


class _Resource(Struct):
    """A resource whose operations are the headings below it."""

    path: str
    shared: list[ListItem]
    """What stands before the first of them, and goes with each."""
    begins: bool = False
    """Whether none has begun."""

    def __post_init__(self) -> None:
        self.begins = bool(self.path)


def _read_endpoint(method: str, resource: _Resource, heading: Heading) -> Iterator[Block]:
    resource.begins = False
    yield EndpointBlock(method=method, path=resource.path, span=heading.span)
    for item in resource.shared:
        yield from _read_section(item, "", "")


def _read_section(item: ListItem, side: Side, status: str) -> Iterator[Block]:
    """What an item with a keyword holds: a heading, and its fields or samples below."""
    hit = _KEYWORD.fullmatch(item.text.plain)
    if hit is None:
        yield ListBlock((item,), "bullet", item.span)
        return
    word = hit["word"]
    if word in ("Request", "Response", "Parameters"):
        side = "response" if word == "Response" else "request"
        status = hit["status"] or ""
        yield Heading(6, Text(f"{word} {status}".strip(), item.text.span), "", item.span)
    elif word == "Headers":
        yield Heading(6, item.text, "", item.span)
        return
    for block in item.blocks:
        if not isinstance(block, ListBlock):
            yield block
        elif word in ("Parameters", "Attributes"):
            location = "body" if word == "Attributes" and side == "request" else ""
            items = tuple(f for i in block.items for f in _read_fields(i, 0))
            if items:
                yield FieldBlock(
                    items=items, span=block.span, side=side, location=location, status=status
                )
        else:
            for below in block.items:
                yield from _read_section(below, side, status)


def _read_fields(item: ListItem, depth: int) -> Iterator[FieldItem]:
    """The field an item is, and the members below it."""
    hit = _FIELD.match(item.text.plain)
    below = [i for b in item.blocks if isinstance(b, ListBlock) for i in b.items]
    if hit is None or depth > _MAX_DEPTH:
        return
    flags = [flag.strip() for flag in (hit["flags"] or "").split(",")]
    kind = next((f for f in flags if f not in _FLAGS | {"required", "optional", ""}), "")
    enum = _ENUM.fullmatch(kind)
    words = {
        "name": hit["name"].strip("`"),
        "type": (enum[1] or "string") if enum else kind,
        "required": next((f for f in flags if f in ("required", "optional")), ""),
        "nullable": "yes" if "nullable" in flags else "",
        "enum": ", ".join(_list_members(below)) if enum else "",
    }
    rest: list[ListItem] = [] if enum else below
    for setting in below:
        if found := _SETTING.match(setting.text.plain):
            listed = [i for b in setting.blocks if isinstance(b, ListBlock) for i in b.items]
            rest = [i for i in rest if i is not setting]
            if found["word"] == "Default":
                words["default"] = setting.text.plain[found.end() :].strip("` ")
            elif found["word"] == "Members":
                words["enum"] = ", ".join(map(_read_value, listed))
            elif found["word"] in ("Items", "Properties"):
                rest += listed
    span = item.text.span
    yield FieldItem.of(words, span, cut_text(item.text, hit.end()), depth)
    for member in rest:
        for named in _unwrap_items(member):
            yield from _read_fields(named, depth + 1)


def _unwrap_items(item: ListItem) -> list[ListItem]:
    """The item, or what is in it where it only says of what type the items of an array are."""
    if not _NAMELESS.fullmatch(item.text.plain):
        return [item]
    return [i for b in item.blocks if isinstance(b, ListBlock) for i in b.items]


def _list_members(items: list[ListItem]) -> Iterator[str]:
    """The values of an enumeration: items themselves, or those under the keyword."""
    for item in items:
        if _SETTING.match(item.text.plain):
            listed = [i for b in item.blocks if isinstance(b, ListBlock) for i in b.items]
            yield from map(_read_value, listed)
        else:
            yield _read_value(item)


def _read_value(item: ListItem) -> str:
    return re.split(r"\s[-–—(]", item.text.plain, maxsplit=1)[0].strip("` ")

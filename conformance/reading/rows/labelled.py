"""What labels say: facts below the names of fields, and the parts of a block of code.

A list below ``order_id`` says ``Type: string`` and ``Required: yes``, or a definition list has the
labels as its terms: such names, as many as follow each other, are one block of fields.  Code that
begins with ``method: POST`` and ``endpoint: /orders`` is the sheet of one operation: below a line
``parameters:`` names stand on lines, below ``body: {`` a body.  Both are blocks of their own here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    FieldBlock,
    FieldItem,
    Heading,
    ListBlock,
    ListItem,
    Mark,
    Paragraph,
    Section,
    Text,
)
from conformance.patterns import regex
from conformance.reading.endpoints.candidate import METHOD
from conformance.reading.endpoints.labelled import PATH_ALONE, begins_with_label
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.row import cut_text, join_texts
from conformance.reading.topics import FIELD_TOPICS, topics_of
from conformance.vocabulary import Column

_NAME: Final = regex(r"[A-Za-z_$@][\w$@.\-]{0,63}(?:\[\])*")
_FACTS: Final = frozenset(("type", "required", "optional"))
"""Labels that only a field has."""
_LABEL: Final = 24
"""Characters of a label."""


def join_labelled_fields(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with such names and their labels as blocks of fields."""
    items: list[FieldItem] = []
    taken = -1
    for at, (block, below) in enumerate(pairwise((*blocks, None, None))):
        item = _read_item(block, below) if at > taken else None
        if item:
            items.append(item)
            taken = at + 1
        elif at > taken:
            if items:
                yield FieldBlock(items=tuple(items), span=items[0].span.to(items[-1].span))
                items = []
            if block:
                yield block


def _read_item(block: Block | None, below: Block | None) -> FieldItem | None:
    """A name and the labels below it; None where either is anything else."""
    if not isinstance(block, Paragraph) or not isinstance(below, ListBlock):
        return None
    name = block.text
    marked = any(m.kind in ("code", "strong") and not m.start for m in name.marks)
    if not marked or not _NAME.fullmatch(name.plain.strip()):
        return None
    cells: dict[Column, Text] = {}
    for item in below.items:
        label, wording = _read_label(item)
        column = column_of(label) if len(label) <= _LABEL else None
        if wording is None or not label or column in cells:
            return None
        if column in (None, "name"):
            wording = replace(wording, plain=f"{label}: {wording.plain}", marks=())
            column = "description"
        cells[column] = join_texts(cells.get(column, Text("", name.span)), wording)
    if not _FACTS & cells.keys():
        return None
    return FieldItem(cells=(("name", name), *cells.items()), span=name.span.to(below.span))


def _read_label(item: ListItem) -> tuple[str, Text | None]:
    """A label and its words: a term and its definition, or what a colon parts."""
    if item.blocks:
        words = [block.text for block in item.blocks if isinstance(block, Paragraph)]
        alone = len(words) == len(item.blocks) == 1
        return item.text.plain.strip(" :："), words[0] if alone else None
    label, sign, _ = item.text.plain.partition(":")
    return label.strip(), cut_text(item.text, len(label) + 1) if sign else None


_PART_LABEL = regex(r"\s*(?P<label>[^\W\d_][\w ]{1,30}?)\s*[:：]\s*(?P<opening>[\[{]?)\s*$")
_PART_FIELD = regex(
    r"\s*[-*]?\s*(?P<name>[A-Za-z_][\w.]{0,63})\s*(?:[:：=]|\s-\s)\s*(?P<words>\S.*)?$"
)
_VERB = regex(rf"{METHOD}(?=\s|$)(?!\s+(?:https?:/)?/)")
_LONGEST = 600
_LEVEL = 7
"""Of the title of a part: any other heading ends it."""


def split_labelled_code(block: Block) -> Iterator[Block]:
    """The block, or its first lines and each part that a label below them announces."""
    if not isinstance(block, CodeBlock):
        yield block
        return
    lines = block.text.split("\n")
    if request := _read_request(lines):
        lines[:2] = [request, ""]
        block = replace(block, text="\n".join(lines).rstrip())
    elif not begins_with_label(block.text):
        yield block
        return
    starts = [(n, hit) for n, line in enumerate(lines) if (hit := _PART_LABEL.match(line))]
    ends = [*(number for number, _ in starts[1:]), len(lines)]
    parts = [
        part
        for (at, hit), end in zip(starts, ends, strict=False)
        if FIELD_TOPICS & set(topics_of(hit["label"]))
        and (part := _read_part(block, lines, at, end, hit["opening"]))
    ]
    first = starts[0][0] if parts else len(lines)
    yield replace(block, text="\n".join(lines[:first]).rstrip()) if parts else block
    yield from parts


def _read_request(lines: Sequence[str]) -> str:
    """The request line of a block that begins with an address and has its method below; or none."""
    address = PATH_ALONE.match(lines[0].strip()[:_LONGEST]) if len(lines) > 1 else None
    verb = _VERB.match(lines[1].strip()) if address and address["server"] else None
    return f"{verb['method']} {lines[0].strip()}" if verb else ""


def _read_part(
    block: CodeBlock, lines: Sequence[str], at: int, end: int, opening: str
) -> Section | None:
    words = lines[at].strip().rstrip(opening).strip()
    title = Text(words, block.span.at_line(at, lines[at]))
    inner: CodeBlock | ListBlock | None
    if opening:
        span = title.span.to(block.span.at_line(end - 1, ""))
        inner = CodeBlock("\n".join([opening, *lines[at + 1 : end]]).rstrip(), "json", span)
    else:
        inner = _read_list(block, lines, at + 1, end)
    if inner is None:
        return None
    return Section("details", words, (Heading(_LEVEL, title, "", title.span), inner), inner.span)


def _read_list(block: CodeBlock, lines: Sequence[str], at: int, end: int) -> ListBlock | None:
    """Lines of names with their words, up to the first empty one below them."""
    items: list[ListItem] = []
    for number in range(at, end):
        hit = _PART_FIELD.match(lines[number])
        if not hit:
            if lines[number].strip() or items:
                break
            continue
        span = block.span.at_line(number, lines[number])
        text = Text(
            f"{hit['name']}: {hit['words'] or ''}", span, (Mark("code", 0, len(hit["name"])),)
        )
        items.append(ListItem(text, (), span))
    return ListBlock(tuple(items), "bullet", items[0].span) if items else None

"""Blocks of code that are the sheet of one operation: labels with a method, a path and its inputs.

Below ``method: POST`` and ``endpoint: /orders`` a line ``parameters:`` announces lines of names,
and ``body: {`` a body: both are blocks of their own here, titled by their labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Heading,
    ListBlock,
    ListItem,
    Mark,
    Section,
    Text,
)
from conformance.patterns import regex
from conformance.reading.endpoints.candidate import METHOD
from conformance.reading.endpoints.labelled import PATH_ALONE, begins_with_label
from conformance.reading.topics import FIELD_TOPICS, topics_of

_LABEL = regex(r"\s*(?P<label>[^\W\d_][\w ]{1,30}?)\s*[:：]\s*(?P<opening>[\[{]?)\s*$")
_FIELD = regex(r"\s*[-*]?\s*(?P<name>[A-Za-z_][\w.]{0,63})\s*(?:[:：=]|\s-\s)\s*(?P<words>\S.*)?$")
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
    starts = [(n, hit) for n, line in enumerate(lines) if (hit := _LABEL.match(line))]
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
        hit = _FIELD.match(lines[number])
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

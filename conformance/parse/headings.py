"""Headings whose title or anchor a converter put into paragraphs of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from conformance.model.document import Block, Heading, Paragraph, Quote, Section, Text
from conformance.parse.anchors import slugify
from conformance.parse.source import Source

_TITLE_LIMIT: Final = 120


def join_split_headings(blocks: tuple[Block, ...], source: Source) -> tuple[Block, ...]:
    """``##``, then ``Title``, then ``[](#title)``: one heading.

    An empty link to a fragment right after a heading is its anchor; elsewhere it shows
    nothing and goes.
    """
    joined: list[Block] = []
    for block in blocks:
        if isinstance(block, Quote | Section):
            block = replace(block, blocks=join_split_headings(block.blocks, source))
        previous = joined[-1] if joined else None
        if isinstance(block, Paragraph):
            anchor = _bare_anchor(block.text)
            if anchor is not None:
                if isinstance(previous, Heading):
                    joined[-1] = _with(previous, previous.text, anchor, block, source)
                continue
            if isinstance(previous, Heading) and _is_title(previous, block):
                joined[-1] = _with(previous, block.text, slugify(block.text.plain), block, source)
                continue
        joined.append(block)
    return tuple(joined)


def _bare_anchor(text: Text) -> str | None:
    if text.plain or len(text.marks) != 1 or text.marks[0].kind != "link":
        return None
    target = text.marks[0].target
    return target.removeprefix("#") if target.startswith("#") else ""


def _is_title(heading: Heading, block: Paragraph) -> bool:
    one_line = block.span.line == block.span.end_line
    return not heading.text.plain and one_line and 0 < len(block.text.plain) <= _TITLE_LIMIT


def _with(heading: Heading, text: Text, anchor: str, last: Paragraph, source: Source) -> Heading:
    span = source.span(heading.span.line, last.span.end_line, heading.span.quote + " " + text.plain)
    return replace(heading, text=text, anchor=anchor or heading.anchor, span=span)

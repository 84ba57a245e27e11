"""A document written down: one line for each block, cell and line of code."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.document import (
    Block,
    CodeBlock,
    Component,
    Document,
    Heading,
    ListBlock,
    Paragraph,
    Quote,
    Section,
    Table,
    Text,
)
from conformance.model.span import Span


def dump_document(document: Document) -> str:
    """A document, line by line; a text is followed by its marks in braces."""
    head = f"{document.markup} {document.language or '-'} {document.title!r}"
    metadata = [f"{name}: {value}" for name, value in document.metadata]
    return "\n".join([head, *metadata, *_blocks(document.blocks, "")]) + "\n"


def _blocks(blocks: tuple[Block, ...], indent: str) -> Iterator[str]:
    for block in blocks:
        for line in _block(block):
            yield (indent + line).rstrip()


def _block(block: Block) -> Iterator[str]:
    at = _at(block.span)
    match block:
        case Heading():
            yield f"h{block.level} {at} #{block.anchor} {_text(block.text)}"
        case Paragraph():
            yield f"p {at} {_text(block.text)}"
        case Table():
            yield f"table {at}{' ' + repr(block.caption) if block.caption else ''}"
            yield from _table(block)
        case CodeBlock():
            title = f" {block.title!r}" if block.title else ""
            yield f"code {at} {block.language or '-'}{title}"
            yield from (f"  > {line}" for line in block.text.split("\n"))
        case ListBlock():
            yield f"{block.kind} {at}"
            for item in block.items:
                yield f"  - {_at(item.span)} {_text(item.text)}"
                yield from _blocks(item.blocks, "    ")
        case Quote():
            yield f"quote {at}"
            yield from _blocks(block.blocks, "  ")
        case Section():
            yield f"{block.kind} {at} {block.label!r}"
            yield from _blocks(block.blocks, "  ")
        case Component():
            values = " ".join(f"{name}={value!r}" for name, value in block.attributes)
            yield f"component {at} {block.name} {values}"


def _table(table: Table) -> Iterator[str]:
    if table.header:
        yield "  | " + " | ".join(map(_text, table.header))
    for row in table.rows:
        yield f"  {_at(row.span)} " + " | ".join(map(_text, row.cells))


def _text(text: Text) -> str:
    marks = [
        f"{mark.kind} {text.plain[mark.start : mark.end]!r}"
        + (f" -> {mark.target}" if mark.kind == "link" else "")
        for mark in text.marks
    ]
    shown = text.plain.replace("\n", "⏎")
    return shown + (" {" + ", ".join(marks) + "}" if marks else "")


def _at(span: Span) -> str:
    return f"@{span.line}" if span.line == span.end_line else f"@{span.line}-{span.end_line}"

"""Whatever the bytes are: a document, the same one each time, with spans that lie in the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from conformance.model.document import (
    CodeBlock,
    Document,
    Heading,
    ListBlock,
    Paragraph,
    Table,
    Text,
    walk,
)
from conformance.model.span import Span
from conformance.parse import parse_page
from conformance.parse.source import QUOTE_LIMIT
from conformance.parse.text_builder import INVISIBLE

_MARKUP = """
| || | |- --- --- |---|---| # ## ### > >> - * + 1. ``` ~~~ ` `` ** _ ~~ [ ] ( ) [a](b) ![ <b> </b>
<br> <ul><li> </ul> <table> <tr> <td> </table> <details> <summary> </details> <Tabs> {" [{ }] \\
<TabItem\xa0label="x"> </TabItem> <!-- --> {/* */} {%\xa0tab\xa0%} {% ::: :::note === export \\|
!!!\xa0tip import <!doctype\xa0html> <body> <main> <pre> </pre> <div\xa0role=tablist> <dl> <dt>
<div\xa0role=tabpanel> <td\xa0rowspan=3\xa0colspan=2> <h1> </h1> <script> </script> &nbsp; &lt;
&#0; {"a":1} name string 한글 中文 https://a.example
"""
_ODD = ["\t", "\u200b", "\u00a0", "\ufeff", "\x00", "\x0b", "\x1c", "\x85", "\u2028", "\ud800"]
_PIECES = st.sampled_from(
    [piece.replace("\xa0", " ") for piece in re.split("[ \n]", _MARKUP)] + _ODD
)
_PAGES = st.lists(
    st.one_of(_PIECES, st.sampled_from(["\n", "\n\n", " ", "    ", "\r\n", "\r"])), max_size=60
).map("".join)
_HEADS = st.sampled_from(["", "# Title\n\n", "<!doctype html>", "---\na: b\n---\n", "x" * 400])


@given(head=_HEADS, page=_PAGES)
def test_markup_in_any_order(head: str, page: str) -> None:
    _check((head + page).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    _check(data)


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    _check(text.encode("utf-8", "surrogatepass"))


@given(st.text(max_size=200), st.sampled_from(["utf-16", "utf-8-sig", "utf-32", "euc-kr", "gbk"]))
def test_any_charset(text: str, charset: str) -> None:
    _check(text.encode(charset, "replace"))


def _check(data: bytes) -> None:
    document = parse_page(data, "a/page")
    assert document == parse_page(data, "a/page")
    last = max(len(document.lines), 1)
    for span in _spans(document):
        assert span.page == "a/page"
        assert 1 <= span.line <= span.end_line <= last
        assert len(span.quote) <= QUOTE_LIMIT
        assert "\n" not in span.quote
    for text in _texts(document):
        assert not set(text.plain) & set(INVISIBLE)
        for mark in text.marks:
            assert 0 <= mark.start <= mark.end <= len(text.plain)
            assert mark.start < mark.end or mark.kind == "link"


def _spans(document: Document) -> Iterator[Span]:
    for block in walk(document.blocks):
        yield block.span
        if isinstance(block, Table):
            yield from (row.span for row in block.rows)
        if isinstance(block, ListBlock):
            yield from (item.span for item in block.items)
    yield from (text.span for text in _texts(document))


def _texts(document: Document) -> Iterator[Text]:
    for block in walk(document.blocks):
        match block:
            case Heading() | Paragraph():
                yield block.text
            case Table():
                yield from block.header
                for row in block.rows:
                    yield from row.cells
            case ListBlock():
                yield from (item.text for item in block.items)


@given(st.lists(st.text(st.sampled_from('ab {}[]"\\:1'), max_size=12), max_size=6))
def test_flat_pages_lose_no_character(pieces: list[str]) -> None:
    line = "word " * 100 + " ".join(pieces)
    document = parse_page(line.encode(), "page")
    shown = "".join(
        block.text if isinstance(block, CodeBlock) else block.text.plain
        for block in document.blocks
        if isinstance(block, CodeBlock | Paragraph)
    )
    assert document.markup == "flat"
    assert "".join(shown.split()) == "".join(line.split())

"""A page's bytes to a :class:`Document`."""

from __future__ import annotations

from conformance.model.document import Block, Document, Heading, SpecificationBlock, walk
from conformance.parse.decode import decode, split_lines
from conformance.parse.detect import detect_markup
from conformance.parse.flat import read_flat
from conformance.parse.front_matter import read_front_matter
from conformance.parse.html import read_html
from conformance.parse.language import detect_language
from conformance.parse.markdown import read_markdown
from conformance.parse.source import Source
from conformance.parse.specification import specification_language


def parse_page(data: bytes, page: str) -> Document:
    """Blocks of a Markdown, MDX, HTML or flattened page, or of an OpenAPI document.

    Which it is, its content says.

    ``page`` is the name its spans carry.  Never fails: bytes that are no text become
    replacement characters, markup that makes no sense stays text.
    """
    text = decode(data)
    lines = split_lines(text)
    source = Source(page, lines)
    if written := specification_language(text):
        whole = SpecificationBlock(text=text, language=written, span=source.span(1, len(lines)))
        return Document(page, "markdown", "", "", (whole,), lines)
    markup = detect_markup(text, lines)
    metadata: tuple[tuple[str, str], ...] = ()
    if markup == "flat":
        blocks = read_flat(source)
    elif markup == "html":
        blocks, metadata = read_html(source, text)
    else:
        metadata, first = read_front_matter(lines)
        blocks = read_markdown(source, first)
    title = dict(metadata).get("title", "") or _first_heading(blocks)
    language = detect_language(blocks) or dict(metadata).get("lang", "").partition("-")[0].lower()
    return Document(page, markup, title, language, blocks, lines, metadata)


def _first_heading(blocks: tuple[Block, ...]) -> str:
    return next((b.text.plain for b in walk(blocks) if isinstance(b, Heading)), "")

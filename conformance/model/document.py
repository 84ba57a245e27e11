"""A page parsed into blocks: what stands where, and nothing about APIs.

All readers (Markdown, HTML, flattened text) give this same shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.span import Span

MarkKind: TypeAlias = Literal["code", "strong", "emphasis", "strike", "link", "highlight"]


class Mark(Struct, frozen=True):
    """Inline markup over ``plain[start:end]`` of the text it belongs to."""

    kind: MarkKind
    """``highlight`` is coloured or badge-like markup, as in a red "required"."""
    start: int
    end: int
    target: str = ""
    """Link target, verbatim; empty for every other kind."""


class Text(Struct, frozen=True):
    """Inline text as a reader sees it, with its markup beside it.

    ``plain`` has escapes and entities resolved, zero-width characters dropped and
    non-breaking spaces made plain.  A ``<br>`` is a newline; an item of a list
    inside a cell is a line that begins with ``- ``.  A soft line break is a space.
    Leading blanks are kept when the source spells them as nesting (``&nbsp;``).
    """

    plain: str
    span: Span
    marks: tuple[Mark, ...] = ()
    breaks: tuple[int, ...] = ()
    """Where in ``plain`` a blank stands for a soft line break of the source."""

    def list_marked(self, kind: MarkKind) -> tuple[str, ...]:
        """The parts of ``plain`` under marks of ``kind``, in order."""
        return tuple(self.plain[m.start : m.end] for m in self.marks if m.kind == kind)


class Heading(Struct, frozen=True):
    """A heading; ``anchor`` is the fragment a link on the page would use for it."""

    level: int
    text: Text
    anchor: str
    span: Span


class Paragraph(Struct, frozen=True):
    text: Text
    span: Span


class Row(Struct, frozen=True):
    """One table row: as many cells as the page gave it, not padded to the header."""

    cells: tuple[Text, ...]
    span: Span


class Table(Struct, frozen=True):
    """A grid with row and column spans already spread over the cells they cover."""

    header: tuple[Text, ...]
    """Empty when the table has no header row."""
    rows: tuple[Row, ...]
    """Data rows only; a header repeated further down is not among them."""
    span: Span
    caption: str = ""


class CodeBlock(Struct, frozen=True):
    """Fenced, indented or ``<pre>`` text, verbatim, without its fence or indent."""

    text: str
    language: str
    """Lower case, as the page names it; empty when it does not."""
    span: Span
    """The lines of the text, not of the fence: line n of ``text`` is ``span.line + n - 1``."""
    title: str = ""


class ListItem(Struct, frozen=True):
    text: Text
    blocks: tuple[Block, ...]
    """What the item holds besides its own first text: nested lists, paragraphs, code."""
    span: Span


class ListBlock(Struct, frozen=True):
    """A list; for a definition list the item's text is the term, its blocks the definition."""

    items: tuple[ListItem, ...]
    kind: Literal["bullet", "ordered", "definition"]
    span: Span


class Quote(Struct, frozen=True):
    blocks: tuple[Block, ...]
    span: Span


class Section(Struct, frozen=True):
    """A labelled container: one tab, a ``<details>``, an admonition."""

    kind: Literal["tab", "details", "admonition"]
    label: str
    blocks: tuple[Block, ...]
    span: Span


class Component(Struct, frozen=True):
    """A JSX or custom element that carries its meaning in attributes (``<Route method="GET">``)."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    span: Span
    end_line: int = 0
    """Line of its closing tag; 0 when it has none.  What stands between are blocks of their own."""


class EndpointBlock(Struct, frozen=True, kw_only=True):
    """Method and path where the markup itself says that an operation is documented here."""

    method: str
    """Upper case."""
    path: str
    """As the page writes it."""
    span: Span
    server: str = ""
    summary: str = ""


class FieldItem(Struct, frozen=True, kw_only=True):
    """One documented name with its cells sorted by meaning."""

    cells: tuple[tuple[str, Text], ...]
    """Column meaning (``name``, ``type``, ``required``, ``location``, ``default``, ``enum``,
    ``description`` ...) and the text of that cell."""
    span: Span
    depth: int = 0

    @staticmethod
    def of(
        cells: Mapping[str, str], span: Span, described: Text | None = None, depth: int = 0
    ) -> FieldItem:
        """The cells that hold words, all on one span, and a description of a text of its own."""
        texts = [(column, Text(words, span)) for column, words in cells.items() if words]
        texts += [("description", described)] if described else []
        return FieldItem(cells=tuple(texts), span=span, depth=depth)


class FieldBlock(Struct, frozen=True, kw_only=True):
    """Fields that the markup of a documentation engine sets apart."""

    items: tuple[FieldItem, ...]
    span: Span
    caption: str = ""
    side: Literal["request", "response", "other", ""] = ""
    """Which side of an operation they are of; empty when the engine does not say."""
    location: str = ""
    """For a request: path, query, header, cookie or body."""
    status: str = ""
    """For a response: its status."""


class SpecificationBlock(Struct, frozen=True, kw_only=True):
    """An OpenAPI or Swagger document that the page carries, or that the page is."""

    text: str
    """From its first line; it may go on with text that is no part of it."""
    language: Literal["json", "yaml"]
    span: Span
    """Line n of ``text`` is ``span.line + n - 1``."""


Block: TypeAlias = (
    Heading
    | Paragraph
    | Table
    | CodeBlock
    | ListBlock
    | Quote
    | Section
    | Component
    | EndpointBlock
    | FieldBlock
    | SpecificationBlock
)

Markup: TypeAlias = Literal["markdown", "html", "flat", "json", "yaml"]
"""``json`` and ``yaml`` for a page that is one OpenAPI or Swagger document."""


class Document(Struct, frozen=True):
    """One page in one language, as blocks in reading order."""

    page: str
    """The page's path, as in every :class:`Span` of it."""
    markup: Markup
    title: str
    """From front matter, ``<title>`` or the first heading; may be empty."""
    language: str
    """BCP 47 primary tag found from the text (``en``, ``ko``, ``zh``); empty when undecided."""
    blocks: tuple[Block, ...]
    lines: tuple[str, ...]
    """The page's source lines, decoded; ``lines[n - 1]`` is line n."""
    metadata: tuple[tuple[str, str], ...] = ()
    """Front matter or ``<meta>``/canonical-link entries, as flat strings."""


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Every block in reading order, containers before what they hold."""
    for block in blocks:
        yield block
        if isinstance(block, Quote | Section):
            yield from walk(block.blocks)
        elif isinstance(block, ListBlock):
            for item in block.items:
                yield from walk(item.blocks)


def texts_of(block: Block) -> tuple[Text, ...]:
    """The texts a block consists of, in reading order; of a list those of its own items."""
    match block:
        case Heading() | Paragraph():
            return (block.text,)
        case Table():
            return (*block.header, *(cell for row in block.rows for cell in row.cells))
        case ListBlock():
            return tuple(item.text for item in block.items)
    return ()


def rewrite_blocks(document: Document, rewrite: Callable[[Block], Iterable[Block]]) -> Document:
    """The page with what ``rewrite`` gives for each block, for those within a block before it."""
    return rewrite_runs(document, lambda run: chain.from_iterable(map(rewrite, run)))


def rewrite_runs(
    document: Document, rewrite: Callable[[tuple[Block, ...]], Iterable[Block]]
) -> Document:
    """The page with what ``rewrite`` gives for all blocks of one container, inner ones first."""

    def rewrite_within(block: Block) -> Block:
        if isinstance(block, Quote | Section):
            return replace(block, blocks=rewrite_run(block.blocks))
        if isinstance(block, ListBlock) and any(item.blocks for item in block.items):
            items = (replace(item, blocks=rewrite_run(item.blocks)) for item in block.items)
            return replace(block, items=tuple(items))
        return block

    def rewrite_run(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(rewrite(tuple(map(rewrite_within, blocks))))

    blocks = rewrite_run(document.blocks)
    return document if blocks == document.blocks else replace(document, blocks=blocks)

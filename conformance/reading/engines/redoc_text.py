"""Redoc's pages saved as Markdown: what its boxes kept apart is glued together.

A field is ``limitrequired| integer <int64> Default: 10 How many``, a verb and its path stand on a
line of their own below the fields (``post/orders``), a status in bold with a blank, and a sample
between single backticks, its lines items of lists.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Document,
    EndpointBlock,
    FieldBlock,
    FieldItem,
    Heading,
    Paragraph,
    Table,
    Text,
)
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.rows.row import read_name
from conformance.reading.topics import topics_of

_OPERATION: Final = regex(r"(?:^|/)(?:operation|paths)/")
_ENDPOINT: Final = regex(r"(?P<verb>get|post|put|patch|delete|del|head|options)(?P<path>/[^\s?#]*)")
_SERVER: Final = regex(r"https?://\S+")
_STATUS: Final = regex(r"\*\*(?P<status>[1-5]\d\d|default) \*\*")
_OPENED: Final = regex(r"`\s*[\[{].*")
_CLOSED: Final = regex(r".*[\]}]\s*`")
_ITEM: Final = regex(r"^\s*\*\s+")
_LONGEST_SAMPLE: Final = 4000
"""Lines of one sample."""
_FACTS: Final = regex(
    r"(?P<type>(?:Array of )*[A-Za-z][\w.-]*(?: or [\w.-]+)*(?: ?<[^<>]{1,60}>)?(?: or null)?)"
    r"(?P<limits>(?: ?(?:\([^()]{0,80}\)|\[[^\[\]]{0,80}\]))*)"
)
_LABEL: Final = regex(
    r"\s*(?:Default: ?(?P<default>\"[^\"]*\"|-?\d+(?:\.\d+)?|true|false)"
    r"|(?:Items )?Enum: ?(?P<enum>\"[^\"]*\"(?:[ ,]*\"[^\"]*\")*)"
    r"|Example: ?(?:\w+=)?\"[^\"]*\")"
)
_MARK: Final = "required"


class RedocTextEngine:
    """Redoc 2, its page turned into Markdown by a converter."""

    name = "redoc-text"

    def score(self, document: Document) -> float:
        """Sure where a heading is that of an operation and a line is a verb glued to a path."""
        if document.markup != "markdown" or not any("operation/" in s for s in document.lines):
            return 0.0
        marked = any(_is_operation(block) for block in document.blocks)
        return 1.0 if marked and any(map(_ENDPOINT.fullmatch, document.lines)) else 0.0

    def rewrite(self, document: Document) -> Document:
        """Each operation's heading, method and path first; then fields, answers and samples."""
        samples = tuple(_find_samples(document))
        return replace(document, blocks=tuple(_BlockWalk(document, samples).blocks()))


def _is_operation(block: Block) -> bool:
    return isinstance(block, Heading) and bool(_OPERATION.search(block.anchor))


def _find_samples(document: Document) -> Iterator[CodeBlock]:
    """The bodies between backticks, as JSON."""
    lines, at = document.lines, 0
    while at < len(lines):
        end = _find_sample_end(lines, at) if _OPENED.fullmatch(lines[at]) else 0
        if end:
            text = "\n".join(_ITEM.sub("", line) for line in lines[at:end])
            span = Span(document.page, at + 1, end, lines[at].strip())
            yield CodeBlock(text.strip("` "), "json", span)
        at = max(end, at + 1)


def _find_sample_end(lines: Sequence[str], begin: int) -> int:
    """The line after its last one; 0 where nothing closes it before a heading or another one."""
    for at in range(begin, min(len(lines), begin + _LONGEST_SAMPLE)):
        if at > begin and (lines[at].startswith("#") or _OPENED.fullmatch(lines[at])):
            return 0
        if _CLOSED.fullmatch(lines[at].rstrip()) and (at > begin or lines[at].count("`") > 1):
            return at + 1
    return 0


class _BlockWalk(Struct):
    """The blocks of a page, from the first to the last."""

    document: Document
    samples: tuple[CodeBlock, ...]
    caption: str = ""
    """Words of the last heading."""
    status: str = ""
    """Of the answer whose fields follow; empty outside of answers."""

    def blocks(self) -> Iterator[Block]:
        ends = [sample.span.end_line for sample in self.samples]
        shown = -1
        for number, block in enumerate(self.document.blocks):
            at = bisect_left(ends, block.span.line)
            if at < len(ends) and self.samples[at].span.line <= block.span.line:
                if at != shown:
                    shown = at
                    yield self.samples[at]
                continue
            yield from self._read_block(block, number)

    def _read_block(self, block: Block, number: int) -> Iterator[Block]:
        if isinstance(block, Heading):
            self.caption = block.text.plain
            self.status = "" if block.level < 5 else self.status
            yield block
            if _is_operation(block):
                yield from self._read_endpoint(number + 1)
        elif isinstance(block, Table) and (fields := self._read_fields(block)):
            yield fields
        elif isinstance(block, Paragraph) and (hit := _STATUS.fullmatch(block.text.plain.strip())):
            self.status = hit["status"]
            text = Text(self.status, block.span)
            yield Heading(4, text, f"status-{block.span.line}", block.span)
        elif not isinstance(block, Paragraph) or not _ENDPOINT.fullmatch(block.text.plain.strip()):
            yield block

    def _read_endpoint(self, begin: int) -> Iterator[EndpointBlock]:
        """The method and path that stand below the fields of an operation, and their server."""
        for number in range(begin, len(self.document.blocks)):
            block = self.document.blocks[number]
            if _is_operation(block):
                return
            hit = isinstance(block, Paragraph) and _ENDPOINT.fullmatch(block.text.plain.strip())
            if hit:
                verb = "DELETE" if hit["verb"] == "del" else hit["verb"].upper()
                server = self._server(number + 1, hit["path"])
                yield EndpointBlock(method=verb, path=hit["path"], span=block.span, server=server)
                return

    def _server(self, number: int, path: str) -> str:
        below = self.document.blocks[number : number + 1]
        words = below[0].text.plain.strip() if below and isinstance(below[0], Paragraph) else ""
        alone = _SERVER.fullmatch(words) and words.endswith(path)
        return words.removesuffix(path) if alone else ""

    def _read_fields(self, table: Table) -> FieldBlock | None:
        rows = [table.header, *(row.cells for row in table.rows)]
        items = [item for cells in rows if (item := _read_item(cells))]
        if len(items) < sum(any(cell.plain.strip() for cell in cells) for cells in rows):
            return None
        topics = topics_of(self.caption)
        location = next((t for t in topics if t in ("path", "query", "header", "cookie")), "")
        in_header = bool(self.status) and location == "header"
        return FieldBlock(
            items=tuple(items),
            span=table.span,
            caption=self.caption,
            side="other" if in_header else "response" if self.status else "request",
            location="" if self.status else location or "body",
            status=self.status,
        )


def _read_item(cells: Sequence[Text]) -> FieldItem | None:
    """A name and what stands behind it: its type, then what is labelled, then words."""
    name = cells[0].plain.strip() if cells else ""
    rest = " ".join(cells[1].plain.split()) if len(cells) == 2 else ""
    hit = _FACTS.match(rest)
    known = read_name(Text(name, cells[0].span)) if name else None
    if hit is None or known is None or known.rest:
        return None
    found = {"name": name, "type": hit["type"], "limits": hit["limits"].strip("() ")}
    if name.endswith(_MARK) and name != _MARK:
        found |= {"name": name.removesuffix(_MARK), "required": _MARK}
    at = hit.end()
    while label := _LABEL.match(rest, at):
        at = label.end()
        found |= {
            key: value.replace('" "', '", "') for key, value in label.groupdict().items() if value
        }
    found["description"] = rest[at:].strip()
    return FieldItem.of(found, cells[0].span)

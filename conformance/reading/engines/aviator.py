"""Aviator, a theme of Jekyll: a page is its front matter.

``type: get`` and ``description: /orders`` name the operation, ``parameters`` its inputs, and the
titled blocks beside it (``right_code_blocks``) are its samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Document,
    EndpointBlock,
    FieldBlock,
    FieldItem,
    Heading,
    Text,
)
from conformance.model.span import Span
from conformance.parse.source import Source
from conformance.patterns import regex
from conformance.reading.endpoints.candidate import METHODS
from conformance.reading.rows.columns import column_of

if TYPE_CHECKING:
    from yaml import MappingNode, Node

_ENDS: Final = ("---", "...")
_REMARK: Final = regex(r"(?<![:\w])//([^\n]*)\n")
_CODE: Final = ("right_code_blocks", "left_code_blocks")


class AviatorEngine:
    """Front matter that holds the whole of an operation."""

    name = "aviator"

    def score(self, document: Document) -> float:
        """Sure where the page's type is a method and a list of its code or inputs follows."""
        metadata = dict(document.metadata)
        known = metadata.get("type", "").upper() in METHODS and (
            metadata.get("description", "").startswith("/")
        )
        return 1.0 if known and metadata.keys() & {"parameters", *_CODE} else 0.0

    def rewrite(self, document: Document) -> Document:
        """The operation, its inputs and its samples, each with its lines of the front matter."""
        node = _load(document.lines)
        if node is None:
            return document
        page = _FrontMatter(Source(document.page, document.lines), node)
        return replace(document, blocks=(*page.list_blocks(), *document.blocks))


def _load(lines: tuple[str, ...]) -> MappingNode | None:
    from yaml import MappingNode, SafeLoader, YAMLError, compose  # rarely needed, slow to import

    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in _ENDS), 0)
    try:
        node = compose("\n".join(("", *lines[1:end])), SafeLoader)
    except (YAMLError, RecursionError, ValueError):
        return None
    return node if isinstance(node, MappingNode) else None


class _FrontMatter:
    """A page's front matter, whose line n is line n of the page."""

    def __init__(self, source: Source, node: MappingNode) -> None:
        self.source = source
        self.entries = _members_of(node)

    def list_blocks(self) -> Iterator[Block]:
        method, path = self._read("type").upper(), self._read("description")
        span = self._span(self.entries["description"])
        yield EndpointBlock(method=method, path=path, span=span, summary=self._read("title"))
        if items := tuple(self._list_items()):
            place = "query" if method == "GET" else ""
            yield FieldBlock(items=items, span=items[0].span, side="request", location=place)
        for name in _CODE:
            for entry in _items_of(self.entries.get(name)):
                yield from self._read_code(_members_of(entry))

    def _read(self, name: str) -> str:
        return _value_of(self.entries.get(name))

    def _span(self, node: Node, first: int = 1, last: int = 1) -> Span:
        return self.source.span(node.start_mark.line + first, node.start_mark.line + last)

    def _list_items(self) -> Iterator[FieldItem]:
        for entry in _items_of(self.entries.get("parameters")):
            members = _members_of(entry)
            cells = tuple(
                (column, Text(_value_of(node), self._span(node)))
                for name, node in members.items()
                if (column := column_of(name)) and _value_of(node)
            )
            if _value_of(members.get("name")):
                yield FieldItem(cells=cells, span=self._span(members["name"]))

    def _read_code(self, members: dict[str, Node]) -> Iterator[Block]:
        """A sample below its title; what is quoted on one line is read on one."""
        node, title = members.get("code_block"), members.get("title")
        text = _value_of(node)
        if node is None or not text.strip():
            return
        if title is not None and _value_of(title):
            span = self._span(title)
            yield Heading(3, Text(_value_of(title), span), f"code-{span.line}", span)
        first = 2 if getattr(node, "style", "") == "|" else 1
        text = text if first == 2 else _REMARK.sub(r"/*\1 */ ", text + "\n").replace("\n", " ")
        span = self._span(node, first, first + text.rstrip("\n").count("\n"))
        yield CodeBlock(text, _value_of(members.get("language")), span)


def _members_of(node: Node) -> dict[str, Node]:
    pairs = node.value if node.tag.endswith(":map") else ()
    return {_value_of(name): value for name, value in pairs}


def _items_of(node: Node | None) -> list[Node]:
    return list(node.value) if node is not None and node.tag.endswith(":seq") else []


def _value_of(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""

"""Markdown and MDX to blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from markdown_it.token import Token
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Component,
    Heading,
    Paragraph,
    Quote,
    Row,
    Section,
    Text,
)
from conformance.parse.flat import split_json
from conformance.parse.frames import (
    SECTION_TAGS,
    Frame,
    FrameKind,
    FrameStack,
    ListKind,
    section_label,
)
from conformance.parse.grid import build_table
from conformance.parse.inline import reference_key, scan_inline
from conformance.parse.markdown_rules import tokenize_blocks
from conformance.parse.source import Anchors, Source, explicit_anchor, slugify
from conformance.parse.tag_rules import CLOSES_AT
from conformance.parse.tags import CONTAINER_TAGS
from conformance.parse.text_tables import RawGrid, RawRow
from conformance.patterns import regex

_CLOSING_TAG: Final = regex(r"</([A-Za-z][\w.:-]*+)\s*+>")
_TITLE: Final = regex(r"""title\s*=\s*(?:"([^"]*+)"|'([^']*+)')""")
_CODE_FLAGS: Final = frozenset({"showLineNumbers", "copy", "linenums", "live", "wrap"})
_LIST_KINDS: Final[Mapping[str, ListKind]] = {"ol": "ordered", "dl": "definition"}
_FRAMES: Final[Mapping[str, FrameKind]] = {
    "blockquote": "quote",
    **dict.fromkeys(("bullet_list", "ordered_list", "definitions"), "list"),
    "list_item": "item",
}
"""What a token that ends with ``_open`` begins."""
_LANGUAGE: Final = regex(r"[^\s{,:\[(]+?(?=(?:=\d*)?(?:[\s{,:\[(]|$))")


def read_markdown(source: Source, first: int = 1) -> tuple[Block, ...]:
    """The blocks of a page from line ``first`` on (what stands above is front matter)."""
    tokens, env = tokenize_blocks("\n".join(source.lines[first - 1 :]))
    references = {
        reference_key(label): str(entry["href"])
        for label, entry in env.get("references", {}).items()
    }
    return join_split_headings(_TokenReader(source, first, references).read(tokens), source)


_ANCHOR: Final = regex(
    r"\s*<(?P<tag>a|span)\s+(?:name|id)=[\"']?(?P<id>[^\"'\s<>]{1,200}?)[\"']?\s*"
    r"(?:/>|>\s*</(?P=tag)>)\s*"
)


class _TokenReader:
    """Turns the token stream into blocks; one method for each kind of token."""

    def __init__(self, source: Source, first: int, references: Mapping[str, str]) -> None:
        self.source = source
        self.first = first
        self.references = references
        self.stack = FrameStack(source)
        self.anchors = Anchors()
        self.heading = 0
        self.end = first

    def read(self, tokens: list[Token]) -> tuple[Block, ...]:
        for token in tokens:
            if handler := _HANDLERS.get(token.type):
                if token.map:
                    self.end = token.map[1] + self.first - 1
                handler(self, token)
        return self.stack.finish(len(self.source.lines))

    def _number_lines(self, token: Token) -> tuple[int, int]:
        begin, end = token.map or [0, 1]
        return begin + self.first, max(end + self.first - 1, begin + self.first)

    def _read_text(self, raw: str, line: int, end: int) -> Text:
        return scan_inline(raw, self.source.span(line, end, raw), self.references)

    def open_heading(self, token: Token) -> None:
        self.heading = int(token.tag[1])

    def inline(self, token: Token) -> None:
        line, end = self._number_lines(token)
        if self.heading:
            self._read_heading(token.content, line, end)
            return
        if self._is_anchor(token.content, line):
            return
        position = 0
        for closing in self._find_closing_tags(token.content):
            self._read_paragraph(token.content[position : closing.start()], line)
            line += token.content.count("\n", position, closing.end())
            position = closing.end()
            self.stack.close_name(closing.group(1).lower(), line)
        self._read_paragraph(token.content[position:], line)

    def _is_anchor(self, raw: str, line: int) -> bool:
        """Whether all there is is an element that sets an anchor: it is kept, for links to it."""
        hit = _ANCHOR.fullmatch(raw) if raw.lstrip().startswith("<") else None
        if hit:
            self.stack.add(Component(hit["tag"], (("id", hit["id"]),), self.source.span(line)))
        return hit is not None

    def _find_closing_tags(self, raw: str) -> Iterator[re.Match[str]]:
        """Tags within a paragraph that close what the page is inside of."""
        if "</" not in raw or len(self.stack.frames) == 1:
            return
        for match in _CLOSING_TAG.finditer(raw):
            opened = self.stack.is_open(match.group(1).lower())
            if opened and raw.count("`", 0, match.start()) % 2 == 0:
                yield match

    def _read_paragraph(self, raw: str, line: int) -> None:
        line += raw.count("\n", 0, len(raw) - len(raw.lstrip()))
        raw = raw.strip()
        if opening := self._take_opening(line):
            raw, line = f"{opening.text}\n{raw}", opening.span.line
        for part in split_json(raw):
            first = line + part.line
            if part.is_code:
                span = self.source.span(first, first + part.text.count("\n"), part.text)
                self.stack.add(CodeBlock(part.text, "", span))
            else:
                text = self._read_text(part.text, first, first + part.text.count("\n"))
                frame = self.stack.top
                if frame.kind == "item" and frame.text is None and not frame.blocks:
                    frame.text = text
                elif text.plain or text.marks:
                    self.stack.add(Paragraph(text, text.span))

    def _take_opening(self, line: int) -> CodeBlock | None:
        """The bracket right above that its indentation made code, and what follows it did not.

        What else its indentation made code, above an empty line, stays.
        """
        above = self.stack.top.blocks[-1] if self.stack.top.blocks else None
        if not isinstance(above, CodeBlock) or above.span.end_line != line - 1 or above.language:
            return None
        rest, empty, bracket = above.text.rpartition("\n\n")
        if bracket.strip() not in ("{", "["):
            return None
        self.stack.top.blocks.pop()
        if empty:
            rest, skipped = _trim_blank_lines(rest)
            first = above.span.line + skipped
            span = self.source.span(first, first + rest.count("\n"), rest)
            self.stack.add(CodeBlock(rest, "", span))
        return CodeBlock(bracket, "", self.source.span(line - 1, line - 1, bracket))

    def _read_heading(self, raw: str, line: int, end: int) -> None:
        raw, explicit = explicit_anchor(raw)
        text, linked = _without_anchor_link(self._read_text(raw, line, end))
        explicit = explicit or linked
        anchor = self.anchors.take(explicit, text.plain) if text.plain else explicit
        self.stack.add(Heading(self.heading, text, anchor, text.span))
        self.heading = 0

    def code(self, token: Token) -> None:
        line, _ = self._number_lines(token)
        text = token.content.removesuffix("\n")
        if token.type == "fence":
            line += 1
        else:
            text, skipped = _trim_blank_lines(text)
            line += skipped
        span = self.source.span(line, line + text.count("\n"), text)
        language, title = _split_code_info(token.info)
        self.stack.add(CodeBlock(text, language, span, title))

    def open_frame(self, token: Token) -> None:
        frame = Frame(_FRAMES[token.type.removesuffix("_open")], self._number_lines(token)[0])
        frame.list_kind = _LIST_KINDS.get(token.tag, "bullet")
        self.stack.open(frame)

    def close_frame(self, token: Token) -> None:
        self.stack.close_kind(_FRAMES[token.type.removesuffix("_close")], self.end)

    def grid(self, token: Token) -> None:
        line, end = self._number_lines(token)
        grid: RawGrid = token.meta["grid"]
        header = self._read_row(grid.header).cells if grid.header else ()
        rows = [self._read_row(row) for row in grid.rows]
        span = self.source.span(line, end, self.source.span(line).quote)
        self.stack.add(build_table(header, rows, span))

    def _read_row(self, row: RawRow) -> Row:
        shift = self.first
        cells = tuple(
            self._read_text(raw, line + shift, end + shift) for raw, line, end in row.cells
        )
        return Row(cells, self.source.span(row.line + shift, row.end_line + shift, row.quote))

    def open_tag(self, token: Token) -> None:
        line, _ = self._number_lines(token)
        name = token.info.lower()
        attributes: dict[str, str] = token.meta
        section = SECTION_TAGS.get(attributes.get("kind", "").lower() if name == ":::" else name)
        section = section or SECTION_TAGS.get(name)
        if name == "summary":
            self.stack.open(Frame("summary", line, name))
        elif section:
            label = section_label(name, section, attributes)
            self.stack.open(Frame("section", line, name, label, section))
        elif attributes.keys() - {CLOSES_AT} and name not in CONTAINER_TAGS:
            self.component(token)

    def close_tag(self, token: Token) -> None:
        self.stack.close_name(token.info.lower(), self.end)

    def component(self, token: Token) -> None:
        line, end = self._number_lines(token)
        if token.info.lower() not in CONTAINER_TAGS:
            attributes = dict(token.meta)
            closes = attributes.pop(CLOSES_AT, 0)
            span = self.source.span(line, end)
            last = closes + self.first if closes else 0
            self.stack.add(Component(token.info, tuple(attributes.items()), span, last))

    def raw_html(self, token: Token) -> None:
        from conformance.parse.html import read_fragment  # with Beautiful Soup, slow to import

        line, _ = self._number_lines(token)
        if self._is_anchor(token.content, line):
            return
        for block in read_fragment(token.content, self.source, line, self.anchors):
            self.stack.add(block)


_HANDLERS: Final[Mapping[str, Callable[[_TokenReader, Token], Any]]] = {
    "heading_open": _TokenReader.open_heading,
    "inline": _TokenReader.inline,
    **dict.fromkeys(("fence", "code_block"), _TokenReader.code),
    **{f"{name}_open": _TokenReader.open_frame for name in _FRAMES},
    **{f"{name}_close": _TokenReader.close_frame for name in _FRAMES},
    "grid": _TokenReader.grid,
    "tag_open": _TokenReader.open_tag,
    "tag_close": _TokenReader.close_tag,
    "tag_self": _TokenReader.component,
    "raw_html": _TokenReader.raw_html,
}


def _without_anchor_link(text: Text) -> tuple[Text, str]:
    """A heading's text without the invisible link to itself, and the fragment that names."""
    for mark in text.marks:
        if mark.kind == "link" and mark.start == mark.end and mark.target.startswith("#"):
            marks = tuple(other for other in text.marks if other is not mark)
            return Text(text.plain, text.span, marks), mark.target[1:]
    return text, ""


def _split_code_info(info: str) -> tuple[str, str]:
    """Language and title a fence's info string gives; words that steer the renderer are neither."""
    words = info.split()
    language = _LANGUAGE.match(words[0]) if words else None
    explicit = _TITLE.search(info)
    title = (explicit[1] or explicit[2] or "") if explicit else ""
    if not explicit:
        shown = [word for word in words[1:] if "=" not in word and word[0] != "{"]
        title = " ".join(word for word in shown if word not in _CODE_FLAGS).strip("[]")
    return language.group().lower() if language else "", title


def _trim_blank_lines(text: str) -> tuple[str, int]:
    """Without blank lines at both ends, and how many were at the begin."""
    lines = text.split("\n")
    skipped = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    return "\n".join(lines[skipped:]).rstrip(), skipped


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
            anchor = _read_bare_anchor(block.text)
            if anchor is not None:
                if isinstance(previous, Heading):
                    joined[-1] = _with(previous, previous.text, anchor, block, source)
                continue
            if isinstance(previous, Heading) and _is_title(previous, block):
                joined[-1] = _with(previous, block.text, slugify(block.text.plain), block, source)
                continue
        joined.append(block)
    return tuple(joined)


def _read_bare_anchor(text: Text) -> str | None:
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

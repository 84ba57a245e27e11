"""Fields that a block of code declares as a type: ``interface Order { id: string; side?: Side }``.

TypeScript's object types (handbook, "Object Types"): a ``?`` marks what may be left out, all else
has to be there; a comment behind a member or above it describes it.  The first type of a block is
the body; the others are the objects that its members name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.model.document import CodeBlock, Text
from conformance.model.operation import Stated
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.facets.enum_words import read_type_cell_values
from conformance.reading.facets.types import is_type_word
from conformance.reading.rows.row import FieldRow, FieldTable, RowName, root_row

_OPENS = regex(
    r"^(?:export\s+)?(?:declare\s+)?(?:interface\s+(?P<interface>\w+)[^{}]*|type\s+(?P<type>\w+)\s*=\s*)"
    r"(?P<array>Array<)?\{$"
)
_BEGINS = regex(
    r"^\s*(?:export\s+)?(?:declare\s+)?(?:interface\s+\w+|type\s+\w+\s*=\s*(?:Array<)?\{)", re.M
)
_MEMBER = regex(
    r"^(?:readonly\s+)?[\"']?(?P<name>[A-Za-z_$][\w$.-]*)[\"']?(?P<optional>\?)?\s*:\s*(?P<type>.*)$"
)
_CLOSES = regex(r"^\}(?P<rest>[^;,]*)[;,]?$")
_COMMENT = regex(r"//(?P<line>.*)$|/\*(?P<block>.*?)(?P<end>\*/|$)")
_SIGN = regex(r"([{;])")
_BARE = regex(
    r"\s*(?://[^\n]*\n\s*)*\{[ \t]*\n(?:[ \t]*//[^\n]*\n)*"
    r"\s*[A-Za-z_$][\w$-]*\??\s*:\s*(?:[A-Za-z{]|\[\s*[A-Za-z{])"
)
"""An object without a name whose values are no literals of JSON."""
_LITERALS = regex(r"(?:[\"'][\w .:/+-]{0,60}[\"']|-?\d{1,9})(?:\s*\|\s*\S|$)")
"""What a member may be, one of a union or alone."""
_LANGUAGES = frozenset(["typescript", "ts"])
_TYPED = 0.6
_ARRAY = "Array<"
_QUOTE, _HEAD = 160, 600
_MOST_LINES = 2000
_MAX_DEPTH = 16
_MAX_ROWS = 2000
"""Of one body: types that name each other would repeat their members without bound."""


def read_declarations(block: CodeBlock) -> FieldTable | None:
    """The members of the first type of the block, with those of the types that they name."""
    if block.language in _LANGUAGES and _MEMBER.match(block.text.lstrip()):
        block = _in_braces(block)
    start = block.text[:_HEAD]
    if not _BEGINS.search(start) and not _BARE.match(start):
        return None
    types = _Declarations(block).read()
    if not types:
        return None
    first = next(iter(types.values()))
    if "" in types and not _are_types(types[""].rows):
        return None
    rows = tuple(islice(_expand_rows(first.rows, types, 0, frozenset()), _MAX_ROWS))
    if not rows:
        return None
    root = None
    if first.is_array:
        root = root_row("array", block.span)
    return FieldTable(fields=rows, span=block.span, columns=frozenset({"name", "type"}), root=root)


def _in_braces(block: CodeBlock) -> CodeBlock:
    """A block of members alone as an object with them."""
    above = replace(block.span, line=block.span.line - 1)
    return replace(block, text=f"{{\n{block.text}\n}}", span=above)


def _are_types(rows: Sequence[FieldRow]) -> bool:
    """Whether the values of an object without a name are types: else it is an example."""
    typed = sum(map(_is_type, (row.type_text for row in rows)))
    return typed >= _TYPED * len(rows)


def _is_type(text: str) -> bool:
    if "|" in text and _LITERALS.match(text):
        return True
    return is_type_word(text.split("|")[0].strip()) or bool(read_type_cell_values(text))


class _Type(Struct):
    """One declared type."""

    rows: list[FieldRow] = field(default_factory=list)
    is_array: bool = False


def _expand_rows(
    rows: Sequence[FieldRow], types: dict[str, _Type], depth: int, within: frozenset[str]
) -> Iterator[FieldRow]:
    """``rows`` at their depth, each that names another type of the block with its members."""
    for row in rows:
        depth_of_row = row.name.depth + depth
        listed = "[]" in row.type_text or row.type_text.startswith(_ARRAY)
        name = row.type_text.removeprefix(_ARRAY).rstrip(">[] ")
        known = types.get(name)
        kind = row.type_text if known is None else "object[]" if listed else "object"
        yield replace(row, name=replace(row.name, depth=depth_of_row), type_text=kind)
        if known is not None and name not in within and depth_of_row < _MAX_DEPTH:
            yield from _expand_rows(known.rows, types, depth_of_row + 1, within | {name})


class _Declarations:
    """The types of one block, read line by line."""

    def __init__(self, block: CodeBlock) -> None:
        self.block = block
        self.types: dict[str, _Type] = {}
        self.current: _Type | None = None
        self.open: list[int] = []
        """Rows whose members are being read."""
        self.words: list[str] = []
        """Of the comment above the next member."""
        self.in_comment = False

    def read(self) -> dict[str, _Type]:
        """Every type by its name, in the order of the block."""
        for number, line in enumerate(self.block.text.split("\n")[:_MOST_LINES]):
            code, comment = self._without_comment(line)
            before, quote = len(self.current.rows) if self.current else 0, line.strip()[:_QUOTE]
            for part in _SIGN.sub(r"\1\n", code).split("\n"):
                for piece in re.split(r"(?<!^)(?=\})", part.strip()):
                    self._read_part(piece.strip(), number, quote)
            self._describe(comment, before)
        return {name: t for name, t in self.types.items() if t.rows}

    def _without_comment(self, line: str) -> tuple[str, str]:
        if self.in_comment:
            words, ends, line = line.partition("*/")
            self.words.append(words.strip(" \t*"))
            if not ends:
                return "", ""
            self.in_comment = False
        wording: list[str] = []
        for hit in _COMMENT.finditer(line):
            words = (hit["line"] or hit["block"] or "").strip(" \t*/")
            self.in_comment = hit["end"] == ""
            (self.words if self.in_comment else wording).append(words)
        return _COMMENT.sub("", line), " ".join(filter(None, wording))

    def _describe(self, comment: str, before: int) -> None:
        """Give the words of a comment to the member on its line, else to the next one."""
        if not comment:
            return
        if self.current is not None and len(self.current.rows) > before:
            row = self.current.rows[before]
            text = Text(f"{row.description.plain} {comment}".strip(), row.span)
            self.current.rows[before] = replace(row, description=text)
        else:
            self.words.append(comment)

    def _read_part(self, part: str, number: int, quote: str) -> None:
        if not part:
            return
        if self.current is None:
            if part == "{" and not self.types:
                self.current = self.types[""] = _Type()
                self.words.clear()
            elif hit := _OPENS.match(part):
                self.current = _Type(is_array=bool(hit["array"]))
                self.types.setdefault(hit["interface"] or hit["type"], self.current)
                self.words.clear()
            return
        if hit := _CLOSES.match(part):
            self._close(hit["rest"])
        elif hit := _MEMBER.match(part):
            self._add(hit, number, quote)

    def _close(self, rest: str) -> None:
        if self.current is None:
            return
        listed = "[]" in rest or rest.startswith(">")
        if not self.open:
            self.current.is_array = self.current.is_array or listed
            self.current = None
            return
        at = self.open.pop()
        row = self.current.rows[at]
        kind = f"object[]{rest.strip('[]> ')}" if listed else f"{row.type_text}{rest}"
        self.current.rows[at] = replace(row, type_text=kind)

    def _add(self, hit: re.Match[str], number: int, quote: str) -> None:
        if self.current is None or len(self.open) > _MAX_DEPTH:
            return
        at = self.block.span.line + number
        span = Span(self.block.span.page, at, at, quote)
        kind = hit["type"].rstrip(" ;,")
        opens = kind.endswith("{")
        if opens:
            kind = "object[]" if kind.startswith(_ARRAY) else "object"
        row = FieldRow(
            name=RowName(name=hit["name"], depth=len(self.open)),
            span=span,
            description=Text(" ".join(filter(None, self.words)), span),
            type_text=kind,
            required=Stated.NO if hit["optional"] else Stated.YES,
        )
        self.words.clear()
        self.current.rows.append(row)
        if opens:
            self.open.append(len(self.current.rows) - 1)

"""The HTTP domain of Sphinx as it is written: ``.. http:get:: /x`` and ``:query int limit: words``.

What no Markdown knows (directives, underlined titles, fields) is taken out of the lines of the
page or put as Markdown puts it, line for line, so that everything keeps its place.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    Document,
    EndpointBlock,
    FieldBlock,
    FieldItem,
    Heading,
    Row,
    Table,
    Text,
)
from conformance.parse.inline import scan_inline
from conformance.parse.markdown import read_markdown
from conformance.parse.source import Source
from conformance.patterns import regex

PLACEHOLDER: Final = regex(r"\(\s*(?:[\w-]+\s*:\s*)?([\w-]+)\s*\)")
_OPERATION: Final = regex(
    r"\.\.\s+(?:http:)?(?P<verb>get|post|put|delete|patch|head|options)::\s+(?P<path>/\S*)\s*"
)
_DIRECTIVE: Final = regex(r"\.\.\s+(?:(?P<name>[\w:-]+)::(?P<argument>.*)|.*)")
_CODE: Final = regex(r"\.\.\s+(?:sourcecode|code-block|code|(?:list|csv)-table)::(?:\s+\S.*)?")
_TABLES: Final = ("list-table", "csv-table")
_FENCED: Final = frozenset(("sourcecode", "code-block", "code", "parsed-literal", "highlight"))
_OPTION: Final = regex(r":[\w-]+:(?:\s|$)")
_FIELD: Final = regex(r":(?P<label>[<>]?[A-Za-z]+)(?:\s+(?P<argument>[^:\n]+))?:(?:\s+|$)")
_LABEL: Final = regex(r":(?P<label>[A-Za-z][\w -]{1,24}):\s+(?P<words>\S.*)")
_LISTED: Final = regex(r"(?:[-*+•|>]|\d{1,3}[.)]|#\.|\.\.|=+)(?:\s|$)")
_UNDERLINE: Final = regex(r"([=\-`:.'\"~^_*+#<>])\1{2,}\s*")
_ROLE: Final = regex(r":[\w:.+-]{1,40}:`~?([^`<\n]{1,200}?)(?:\s*<[^`>\n]{1,200}>)?`")
_LINK: Final = regex(r"`([^`<\n]{1,200}?)\s*<[^`>\n]{1,300}>`__?")
_SUBSTITUTION: Final = regex(r"\|([A-Za-z][\w .-]{0,40})\|")
_SUCCESS: Final = regex(r"\s*2\d\d(?!\d)")
_SIDES: Final = {
    "param parameter arg argument key keyword": ("request", ""),
    "query queryparameter queryparam qparam": ("request", "query"),
    "form formparameter formparam fparam": ("request", "body"),
    "json jsonparam <json reqjson reqjsonobj <jsonobj <jsonarr reqjsonarr": ("request", "body"),
    "reqheader <header requestheader": ("request", "header"),
    ">json resjson resjsonobj >jsonobj >jsonarr resjsonarr": ("response", ""),
    "resheader >header responseheader": ("other", "header"),
}
_FIELDS: Final = {word: side for words, side in _SIDES.items() for word in words.split()}
_STATUSES: Final = frozenset(("statuscode", "status", "code"))


class SphinxSourceEngine:
    """reStructuredText with directives of the HTTP domain."""

    name = "sphinx-source"

    def score(self, document: Document) -> float:
        """Sure where a line is the directive of an operation or of code."""
        lines = (line.lstrip() for line in _find_directives(document.lines))
        marked = any(_OPERATION.fullmatch(line) or _CODE.fullmatch(line) for line in lines)
        marked = marked or document.page.endswith(".rst")
        return 1.0 if document.markup != "html" and marked else 0.0

    def rewrite(self, document: Document) -> Document:
        """Each operation as a heading, its method and path, its fields and its statuses."""
        page = _SourceReader(Source(document.page, document.lines))
        page.read()
        rest = read_markdown(Source(document.page, page.plain))
        source = page.source
        kept = (replace(b, span=source.span(b.span.line, b.span.end_line)) for b in rest)
        blocks = sorted((*page.blocks(), *kept), key=lambda block: block.span.line)
        return replace(document, blocks=tuple(blocks), markup="markdown")


def _find_directives(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if ".. " in line and "::" in line)


class _SourceField(Struct):
    """A field: its label, type and name, and its words so far."""

    label: str
    kind: str
    name: str
    words: list[str]
    line: int
    last: int
    operation: int


class _WrittenTable(Struct):
    """A table written as a list of lists (``* - cell`` begins a row, ``- cell`` goes on with it) or
    as comma-separated values."""

    indent: int
    line: int
    is_csv: bool = False
    has_header: bool = False
    rows: list[list[str]] = []
    lines: list[int] = []

    def read(self, words: str, number: int) -> None:
        """Take up a line within the directive."""
        if words.startswith(":header:"):
            self._add_values(words.removeprefix(":header:"), number)
            self.has_header = True
        elif self.is_csv and not _OPTION.match(words):
            self._add_values(words, number)
        elif words.startswith("* -"):
            self.rows.append([words[3:].strip()])
            self.lines.append(number)
        elif not self.rows or self.is_csv:
            self.has_header = self.has_header or words.startswith(":header-rows:")
        elif words.startswith("- ") or words == "-":
            self.rows[-1].append(words[1:].strip())
        else:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {words}".strip()

    def _add_values(self, words: str, number: int) -> None:
        self.rows += csv.reader([words.strip()], skipinitialspace=True)
        self.lines.append(number)

    def build(self, source: Source) -> Table | None:
        """The table it is; None for one without rows."""
        rows = [
            Row(
                tuple(
                    scan_inline(_without_roles(cell), source.span(line, line, cell))
                    for cell in cells
                ),
                source.span(line, line, " ".join(cells)),
            )
            for cells, line in zip(self.rows, self.lines, strict=True)
        ]
        if len(rows) < 2:
            return None
        header = rows.pop(0).cells if self.has_header else ()
        return Table(header, tuple(rows), source.span(self.line, self.lines[-1]))


class _SourceReader(Struct):
    """The lines of a page, from the first to the last."""

    source: Source
    plain: list[str] = []
    """What is left of each line once directives and fields are taken out, as Markdown."""
    operations: list[EndpointBlock] = []
    items: list[_SourceField] = []
    frames: list[tuple[int, int]] = []
    """Indents of the directives around a line, and of what stands within them (-1: not known)."""
    fence: int = -1
    """Indent of the directive whose code is open; -1 outside of code."""
    opens: bool = False
    """Whether the next empty line is where code begins."""
    levels: dict[str, int] = {}
    """The level of a title by the character under it."""
    open: _SourceField | None = None
    """The field that a line may go on with."""
    tables: list[_WrittenTable] = []
    """Those of the directives ``list-table`` and ``csv-table``, in page order."""
    table: _WrittenTable | None = None
    """The one that a line may go on with."""

    def read(self) -> None:
        """Every line in turn."""
        for number, raw in enumerate(self.source.lines, 1):
            line = raw.expandtabs(4).rstrip()
            words = line.lstrip()
            indent = len(line) - len(words)
            if not words:
                self.plain.append("```" if self.opens else "")
                self.opens, self.open = False, None
                continue
            self._close(indent)
            if self.table and indent > self.table.indent:
                self.table.read(words, number)
                self.plain.append("")
                continue
            self.table = None
            if self.fence >= 0:
                self.plain.append("" if _OPTION.match(words) else line)
            elif not self._goes_on(words, indent, number):
                self.plain.append(self._read_line(words, indent, number))
        if self.fence >= 0:
            self.plain.append("```")

    def _close(self, indent: int) -> None:
        """Leave the directives and the code that a line this far to the left is not within."""
        if 0 <= indent <= self.fence:
            self.fence = -1
            self.plain[-1] = "```"
        while self.frames and indent <= self.frames[-1][0]:
            self.frames.pop()
        if self.frames and self.frames[-1][1] < 0:
            self.frames[-1] = (self.frames[-1][0], indent)

    def _goes_on(self, words: str, indent: int, number: int) -> bool:
        """Whether the line belongs to the field above it."""
        if self.open is None or indent <= self._indent(self.open.line):
            return False
        self.open.words.append(words)
        self.open.last = number
        self.plain.append("")
        return True

    def _indent(self, line: int) -> int:
        raw = self.source.lines[line - 1].expandtabs(4)
        return len(raw) - len(raw.lstrip())

    def _read_line(self, words: str, indent: int, number: int) -> str:
        """What is left of a line outside of code."""
        if words.startswith(".. "):
            return self._read_directive(words, indent, number)
        if words.startswith(":") and (hit := _FIELD.match(words)) and self._is_field(hit, number):
            return ""
        if _UNDERLINE.fullmatch(words) and not indent:
            return self._read_underline(words, number)
        if words.endswith("::"):
            self.fence, self.opens = indent, True
            return words[:-1]
        inner = self.frames[-1][1] if self.frames else 0
        if hit := _LABEL.fullmatch(words):
            return f"{' ' * (indent - inner)}- {hit['label']}: {_without_roles(hit['words'])}"
        if self._is_defined(indent, number):
            return f": {_without_roles(words)}"
        return " " * (indent - inner) + _without_roles(words)

    def _is_defined(self, indent: int, number: int) -> bool:
        """Whether the line is indented right below a line that is a term."""
        above = self.source.lines[number - 2] if number > 1 else ""
        term = above.strip()
        is_term = bool(term) and self.plain[-1].strip() != "" and not _LISTED.match(term)
        return is_term and not self.frames and indent > 0 and above[:1] not in (" ", "\t")

    def _read_directive(self, words: str, indent: int, number: int) -> str:
        self.frames.append((indent, -1))
        hit = _DIRECTIVE.fullmatch(words)
        operation = _OPERATION.fullmatch(words)
        if operation:
            path = PLACEHOLDER.sub(r"{\1}", operation["path"])
            verb = operation["verb"].upper()
            span = self.source.span(number, number, f"{verb} {path}")
            self.operations.append(EndpointBlock(method=verb, path=path, span=span))
        elif hit and hit["name"] in _TABLES:
            is_csv = hit["name"] == "csv-table"
            self.table = _WrittenTable(indent=indent, line=number, is_csv=is_csv)
            self.tables.append(self.table)
        elif hit and hit["name"] in _FENCED:
            self.fence = indent
            return f"```{hit['argument'].strip()}"
        return ""

    def _read_underline(self, words: str, number: int) -> str:
        """The line below a title; the title gets its level."""
        title = self.plain[-1].strip() if self.plain else ""
        if title and not title.startswith(("#", "```")):
            level = self.levels.setdefault(words[0], min(len(self.levels) + 1, 4))
            self.plain[-1] = f"{'#' * level} {title}"
        return ""

    def _is_field(self, hit: re.Match[str], number: int) -> bool:
        label, argument = hit["label"].lower(), (hit["argument"] or "").split()
        known = label in _FIELDS or label in _STATUSES
        words = hit.string[hit.end() :]
        if label == "type" and argument:
            self._set_type(argument[-1], words)
            return True
        if not self.operations or not argument or not known:
            return False
        item = _SourceField(
            label,
            " ".join(argument[:-1]),
            argument[-1],
            [words],
            number,
            number,
            len(self.operations),
        )
        self.items.append(item)
        self.open = item
        return True

    def _set_type(self, name: str, kind: str) -> None:
        """``:type id: string`` says of what type a field above is."""
        for item in reversed(self.items[-40:]):
            if item.name == name:
                item.kind = kind.strip()
                return

    def blocks(self) -> Iterator[Block]:
        """Operations with their headings, tables, and fields of one label together."""
        built = (table.build(self.source) for table in self.tables)
        yield from (table for table in built if table)
        for operation in self.operations:
            span = operation.span
            yield Heading(5, Text(span.quote, span), f"operation-{span.line}", span)
            yield operation
        success = {
            item.operation: item.name
            for item in reversed(self.items)
            if item.label in _STATUSES and _SUCCESS.match(item.name)
        }
        for (operation, label), items in groupby(self.items, lambda i: (i.operation, i.label)):
            if label in _STATUSES:
                continue
            fields = tuple(map(self._make_item, items))
            if label.endswith("jsonarr"):
                whole = FieldItem.of({"type": "array of object"}, fields[0].span)
                fields = (whole, *(replace(item, depth=1) for item in fields))
            side, location = _FIELDS[label]
            yield FieldBlock(
                items=fields,
                span=fields[0].span.to(fields[-1].span),
                side=side,  # type: ignore[arg-type]  # one of the table's
                location=location,
                status=success.get(operation, "") if side == "response" else "",
            )

    def _make_item(self, item: _SourceField) -> FieldItem:
        span = self.source.span(item.line, item.last)
        cells = {"name": item.name, "type": item.kind}
        words = _without_roles(" ".join(item.words))
        return FieldItem.of(cells, span, scan_inline(words, span))


def _without_roles(words: str) -> str:
    """``:ref:`words <target>``` and ``|words|`` as the words they show."""
    if "`" in words:
        words = _LINK.sub(r"\1", _ROLE.sub(r"\1", words))
    return _SUBSTITUTION.sub(r"\1", words) if "|" in words else words

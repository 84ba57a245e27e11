"""Single HTML pages that OpenAPI Generator and Swagger Codegen write (``-g html``).

``<div class="method">`` is an operation: its method and path, then ``<div class="param">`` with a
name and a mark, each followed by ``<div class="param-desc">`` with its type and its words.
``<div class="model">`` is an object with fields of the same form.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bs4 import Tag
from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    Document,
    EndpointBlock,
    FieldBlock,
    FieldItem,
    Heading,
    Paragraph,
    Text,
)
from conformance.parse.html import reread_html
from conformance.parse.html_inline import collect_text
from conformance.parse.html_tree import attribute, line_of
from conformance.parse.source import Source
from conformance.patterns import regex
from conformance.reading.endpoints.text import ALONE
from conformance.reading.rows.row import cut_text

_SIGNS: Final = ('class="method-path"', 'class="field-items"')
_MARK: Final = regex(r"\((?P<mark>optional|required)\)\s*$")
_DEFAULT: Final = regex(r"\bdefault: (?P<value>\S{1,200})(?=\s|$)")
_FORMAT: Final = regex(r"\bformat: (?P<value>[\w-]{1,40})\s*$")
_PLACES: Final = {
    "path parameter": "path",
    "query parameter": "query",
    "header parameter": "header",
    "form parameter": "body",
    "body parameter": "body",
}
_SAMPLE: Final = "Example data"
_SAMPLE_LEVEL: Final = 4
"""Samples are of the return type, whose heading they stand below."""
_NOTHING: Final = frozenset(("null", "None"))


class CodegenHtmlEngine:
    """The HTML documentation of OpenAPI Generator."""

    name = "openapi-generator-html"

    def score(self, document: Document) -> float:
        """Sure where both a path and a list of fields are marked by class."""
        if document.markup != "html":
            return 0.0
        return float(all(any(sign in line for line in document.lines) for sign in _SIGNS))

    def rewrite(self, document: Document) -> Document:
        """Operations and models as headings, their parameters as fields."""
        return reread_html(document, _TemplateReader)


class _TemplateReader(Struct, frozen=True):
    """Reads what the classes of the template set apart."""

    source: Source

    def __call__(self, tag: Tag) -> tuple[Block, ...] | None:
        """The blocks of such an element; None for one like any other."""
        style = attribute(tag, "class")
        if style == "method-path":
            return tuple(self._read_endpoint(tag))
        if style == "field-items":
            return tuple(self._read_fields(tag))
        if style == "return-type":
            return self._read_returned(tag)
        if tag.name == "h3" and tag.get_text().strip() == _SAMPLE:
            span = self.source.span(line_of(tag), quote=_SAMPLE)
            return (Heading(_SAMPLE_LEVEL, Text(_SAMPLE, span), "", span),)
        if tag.name == "h3" and isinstance(tag.parent, Tag):
            return self._read_model(tag) if attribute(tag.parent, "class") == "model" else None
        return None

    def _read_endpoint(self, tag: Tag) -> Iterator[Block]:
        code = tag.find("code")
        words = " ".join(code.get_text().split()) if isinstance(code, Tag) else ""
        if hit := ALONE.match(words):
            line = line_of(code) if isinstance(code, Tag) else line_of(tag)
            span = self.source.span(line, line, words)
            summary = tag.find_next_sibling(class_="method-summary")
            title = " ".join(summary.get_text().split()) if isinstance(summary, Tag) else ""
            title = title.rpartition(" (")[0] or words
            yield Heading(2, Text(title, span), "", span)
            yield EndpointBlock(
                method=hit["method"].upper(), path=hit["path"], span=span, summary=title
            )

    def _read_returned(self, tag: Tag) -> tuple[Block, ...]:
        """What comes back, a list of it too (``array[Order]``), as one link to its model."""
        text = collect_text(tag, self.source, line_of(tag))[0]
        text = cut_text(text, 0)
        marks = tuple(replace(m, start=0, end=len(text.plain)) for m in text.marks)
        return (Paragraph(replace(text, marks=marks), text.span),)

    def _read_model(self, tag: Tag) -> tuple[Block, ...] | None:
        name = tag.find("a", attrs={"name": True})
        if not isinstance(name, Tag):
            return None
        anchor, line = attribute(name, "name"), line_of(tag)
        span = self.source.span(line, line, anchor)
        return (Heading(2, Text(anchor, span), anchor, span),)

    def _read_fields(self, tag: Tag) -> Iterator[Block]:
        """A block for each place that the parameters go to; one block for those of a model."""
        blocks: dict[str, list[FieldItem]] = {}
        for name in tag.find_all("div", class_="param", recursive=False):
            place, item = self._read_item(name)
            blocks.setdefault(place, []).append(item)
        for place, items in blocks.items():
            span = items[0].span.to(items[-1].span)
            yield FieldBlock(
                items=tuple(items),
                span=span,
                side="request" if place else "",
                location=place,
            )

    def _read_item(self, name: Tag) -> tuple[str, FieldItem]:
        """Where the field goes, empty for one of a model, and its cells."""
        title = collect_text(name, self.source, line_of(name))[0]
        mark = _MARK.search(title.plain)
        words = title.plain[: mark.start()] if mark else title.plain
        link = name.find("a")
        place, kind, description = "", Text("", title.span), Text("", title.span)
        enum: list[str] = []
        for part in name.find_next_siblings("div"):
            style = attribute(part, "class")
            if style == "param":
                break
            if style == "param-enum":
                enum.append(part.get_text().strip())
            elif style == "param-desc":
                place, kind, description = self._read_described(part)
        if isinstance(link, Tag):
            kind = collect_text(name, self.source, line_of(name))[0]
            at = kind.plain.find(link.get_text().strip(), len(words.split()[0]) if words else 0)
            kind = cut_text(kind, max(at, 0), max(at, 0) + len(link.get_text().strip()))
        default, form = _DEFAULT.search(description.plain), _FORMAT.search(description.plain)
        if form and kind.plain:
            kind = replace(kind, plain=f"{kind.plain}({form['value']})")
        cells = {
            "name": Text(words.split()[0] if words.split() else "", title.span),
            "type": kind,
            "required": Text(mark["mark"] if mark else "required", title.span),
            "enum": Text(", ".join(enum), title.span),
            "default": Text(default["value"] if default else "", title.span),
            "description": cut_text(description, 0, default.start() if default else None),
        }
        if cells["default"].plain in _NOTHING:
            del cells["default"]
        filled = tuple((column, text) for column, text in cells.items() if text.plain)
        return place, FieldItem(cells=filled, span=title.span)

    def _read_described(self, tag: Tag) -> tuple[str, Text, Text]:
        """Where the field goes, its type and its description."""
        text = collect_text(tag, self.source, line_of(tag))[0]
        label = tag.find(class_="param-type")
        words = " ".join(label.get_text().split()) if isinstance(label, Tag) else ""
        place = _PLACES.get(words.lower(), "")
        kind = Text("", text.span) if place else cut_text(text, 0, len(words))
        rest = cut_text(text, len(words))
        dashes = len(rest.plain) - len(rest.plain.lstrip(" —–-"))
        return place, kind, cut_text(rest, dashes)

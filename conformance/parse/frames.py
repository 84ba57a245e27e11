"""The containers a reader is inside of, and what their tags make of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

from conformance.model.document import (
    Block,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Section,
    Text,
)
from conformance.model.span import Span
from conformance.parse.source import Source

SectionKind: TypeAlias = Literal["tab", "details", "admonition"]
ListKind: TypeAlias = Literal["bullet", "ordered", "definition"]
FrameKind: TypeAlias = Literal["root", "quote", "list", "item", "section", "summary"]

SECTION_TAGS: Final[Mapping[str, SectionKind]] = {
    "tabitem": "tab",
    "tab": "tab",
    "tabpanel": "tab",
    "tab-item": "tab",
    "codegroupitem": "tab",
    "swagger-response": "tab",
    "api-method-response-example": "tab",
    "api-method-headers": "details",
    "api-method-path-parameters": "details",
    "api-method-query-parameters": "details",
    "api-method-body-parameters": "details",
    "api-method-form-data-parameters": "details",
    "details": "details",
    "accordion": "details",
    "accordionitem": "details",
    "expandable": "details",
    "collapse": "details",
    "collapsible": "details",
    ":::": "admonition",
    "aside": "admonition",
    "admonition": "admonition",
    "callout": "admonition",
    "note": "admonition",
    "info": "admonition",
    "tip": "admonition",
    "warning": "admonition",
    "caution": "admonition",
    "danger": "admonition",
    "hint": "admonition",
    "alert": "admonition",
}
"""Elements that make a labelled section, by lower-case name."""

_LABELS: Final = (
    *("label", "title", "name", "header", "summary"),
    *("status", "httpCode", "type", "value"),
)
"""Attributes that can hold a section's label, best first."""

_KINDS: Final = ("class", "className", "style")
"""Attributes that can name the kind of an admonition without a label."""

MAX_DEPTH: Final = 60
"""Containers inside each other; deeper ones are opened up into the deepest allowed."""


def section_label(tag: str, kind: SectionKind, attributes: Mapping[str, str]) -> str:
    """The label a section's own tag gives it; for an admonition at least its kind, for a part of a
    method the words of its name."""
    for name in _LABELS:
        if attributes.get(name):
            return attributes[name]
    if kind != "admonition":
        _, part, words = tag.partition("api-method-")
        return words.replace("-", " ") if part else ""
    for name in _KINDS:
        if attributes.get(name):
            return attributes[name]
    return tag


class Frame(Struct):
    """A container that is being filled."""

    kind: FrameKind
    line: int
    """First line, from 1."""
    name: str = ""
    """What closes it: a tag's name, or empty."""
    label: str = ""
    section: SectionKind = "details"
    list_kind: ListKind = "bullet"
    blocks: list[Block] = field(default_factory=list)
    items: list[ListItem] = field(default_factory=list)
    text: Text | None = None
    """The first text of a list item; the label of a section as its summary has it."""


class FrameStack:
    """Open containers, outermost first; always at least the page itself."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.frames = [Frame("root", 1)]
        self.refused: list[Frame] = []
        """What was opened beyond the depth limit and is not closed yet."""

    @property
    def top(self) -> Frame:
        return self.frames[-1]

    def open(self, frame: Frame) -> None:
        """Begin a container; beyond :data:`MAX_DEPTH` its content goes to the innermost one."""
        if len(self.frames) > MAX_DEPTH:
            self.refused.append(frame)
        else:
            self.frames.append(frame)

    def add(self, block: Block) -> None:
        """A block of the innermost container."""
        self.top.blocks.append(block)

    def close_top(self, end_line: int) -> None:
        """End the innermost container; the page itself stays."""
        if len(self.frames) == 1:
            return
        frame = self.frames.pop()
        self._hand_over(frame, self.frames[-1], end_line)

    def _hand_over(self, frame: Frame, parent: Frame, end_line: int) -> None:
        span = self.source.span(frame.line, end_line)
        match frame.kind:
            case "quote":
                parent.blocks.append(Quote(tuple(frame.blocks), span))
            case "section":
                _hand_over_section(frame, parent, span)
            case "summary":
                _hand_over_summary(frame, parent)
            case "item":
                text = frame.text or Text("", span)
                parent.items.append(ListItem(text, tuple(frame.blocks), span))
            case "list":
                items = tuple(frame.items)
                if items:
                    parent.blocks.append(ListBlock(items, frame.list_kind, span))
                parent.blocks.extend(frame.blocks)

    def close_kind(self, kind: FrameKind, end_line: int) -> None:
        """End the innermost container of ``kind`` and whatever is open inside it."""
        while self.refused:
            if self.refused.pop().kind == kind:
                return
        if not any(frame.kind == kind for frame in self.frames):
            return
        while self.top.kind != kind:
            self.close_top(end_line)
        self.close_top(end_line)

    def is_open(self, name: str) -> bool:
        """Whether a container of that name could be closed: not beyond a quote or list item."""
        for frame in reversed(self.frames):
            if frame.name == name:
                return True
            if frame.kind in ("root", "quote", "list", "item"):
                return False
        return False

    def close_name(self, name: str, end_line: int) -> None:
        """End the innermost container of that name, if it is open, and what is open inside it."""
        while self.refused:
            if self.refused.pop().name == name:
                return
        if not self.is_open(name):
            return
        while self.top.name != name:
            self.close_top(end_line)
        self.close_top(end_line)

    def finish(self, end_line: int) -> tuple[Block, ...]:
        """End everything; the page's blocks."""
        while len(self.frames) > 1:
            self.close_top(end_line)
        return tuple(self.frames[0].blocks)


def _hand_over_section(frame: Frame, parent: Frame, span: Span) -> None:
    """A section; one with a summary that is all its list item holds is the item itself."""
    if parent.kind == "item" and parent.text is None and not parent.blocks and frame.text:
        parent.text = frame.text
        parent.blocks.extend(frame.blocks)
    else:
        parent.blocks.append(Section(frame.section, frame.label, tuple(frame.blocks), span))


def _hand_over_summary(frame: Frame, parent: Frame) -> None:
    """A summary's first text is the label of what it stands in, unless that has one."""
    blocks = frame.blocks
    if parent.kind == "section" and not parent.label and blocks:
        first = blocks[0]
        if isinstance(first, Paragraph | Heading):
            parent.label = " ".join(first.text.plain.split())
            parent.text = first.text
            blocks = blocks[1:]
    parent.blocks.extend(blocks)

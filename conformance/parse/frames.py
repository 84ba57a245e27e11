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
    **dict.fromkeys(("tabitem", "tab", "tabpanel", "tab-item", "codegroupitem"), "tab"),
    **dict.fromkeys(("swagger-response", "api-method-response-example"), "tab"),
    **dict.fromkeys(("api-method-headers", "api-method-path-parameters"), "details"),
    **dict.fromkeys(("api-method-query-parameters", "api-method-body-parameters"), "details"),
    **dict.fromkeys(("api-method-form-data-parameters", "details", "accordion"), "details"),
    **dict.fromkeys(("accordionitem", "expandable", "collapse", "collapsible"), "details"),
    **dict.fromkeys((":::", "aside", "admonition", "callout", "note", "info"), "admonition"),
    **dict.fromkeys(("tip", "warning", "caution", "danger", "hint", "alert"), "admonition"),
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
    is_admonition = kind == "admonition"
    names = (*_LABELS, *(_KINDS if is_admonition else ()))
    if given := next(filter(None, map(attributes.get, names)), ""):
        return given
    return tag if is_admonition else tag.partition("api-method-")[2].replace("-", " ")


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
        frame, parent = self.frames.pop(), self.top
        span = self.source.span(frame.line, end_line)
        match frame.kind:
            case "quote":
                parent.blocks.append(Quote(tuple(frame.blocks), span))
            case "section":
                _hand_over_section(frame, parent, span)
            case "summary":
                blocks = frame.blocks
                first = (
                    blocks[0] if blocks and parent.kind == "section" and not parent.label else None
                )
                if isinstance(first, Paragraph | Heading):
                    parent.label, parent.text = " ".join(first.text.plain.split()), first.text
                    blocks = blocks[1:]
                parent.blocks.extend(blocks)
            case "item":
                text = frame.text or Text("", span)
                parent.items.append(ListItem(text, tuple(frame.blocks), span))
            case "list":
                if frame.items:
                    parent.blocks.append(ListBlock(tuple(frame.items), frame.list_kind, span))
                parent.blocks.extend(frame.blocks)

    def close_kind(self, kind: FrameKind, end_line: int) -> None:
        """End the innermost container of ``kind`` and whatever is open inside it."""
        self._close("kind", kind, any(frame.kind == kind for frame in self.frames), end_line)

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
        self._close("name", name, self.is_open(name), end_line)

    def _close(self, what: str, value: str, is_open: bool, end_line: int) -> None:
        while self.refused:
            if getattr(self.refused.pop(), what) == value:
                return
        while is_open:
            is_open = getattr(self.top, what) != value
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

"""Headings whose title or anchor a converter put into paragraphs of their own."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from conformance.model.document import Block, Heading, Paragraph, Quote, Section, Text
from conformance.parse.source import Source
from conformance.patterns import regex

_EXPLICIT: Final = regex(r"\s*\\?\{\s*#([^\s{}]+)\s*\\?\}\s*$")
_ANCHOR_TAG: Final = regex(r"""<a\s++(?:id|name)=["']?([^\s"'<>]++)["']?\s*+/?>""")
_DROPPED: Final = regex(r"[^\w\- ]")


def explicit_anchor(raw: str) -> tuple[str, str]:
    """A heading's source without its ``{#id}``, and the id (empty when there is none).

    An empty ``<a id="...">`` gives the id as well.
    """
    if "<a " in raw and (inside := _ANCHOR_TAG.search(raw)):
        return raw, inside.group(1)
    if "#" not in raw or "{" not in raw:
        return raw, ""
    match = _EXPLICIT.search(raw, max(len(raw) - 200, 0))
    return (raw[: match.start()], match.group(1)) if match else (raw, "")


class Anchors:
    """The anchors of one page: GitHub's slugs, made unique in order."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def take(self, explicit: str, plain: str) -> str:
        """The anchor of the next heading: the explicit one, else the slug of its text."""
        slug = explicit or slugify(plain)
        if slug not in self._taken:
            self._taken[slug] = 0
            return slug
        while True:
            self._taken[slug] += 1
            numbered = f"{slug}-{self._taken[slug]}"
            if numbered not in self._taken:
                self._taken[numbered] = 0
                return numbered


def slugify(plain: str) -> str:
    """GitHub's slug: lower case, letters and digits of any script, ``_`` and ``-`` for a blank."""
    return _DROPPED.sub("", plain.strip().lower()).replace(" ", "-")


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

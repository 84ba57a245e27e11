"""Links to sections of the same page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from conformance.checks.lint.facts import DeadLink
from conformance.checks.lint.texts import sole_operation, texts
from conformance.model.document import Document, Heading, walk
from conformance.reading import PageReading

_IDS: Final = re.compile(r"""(?<![\w-])(?:id|name)\s{0,3}=\s{0,3}\{?["']?([^"'\s<>{}]{1,200})""")
_EXPLICIT: Final = re.compile(r"\{\s{0,3}#([^\s{}]{1,200})\s{0,3}\}")
_INCLUDES: Final = re.compile(r"""^\s{0,3}import\s[^\n]{1,200}\.mdx?["']|^\s{0,3}\{%\s?include""")
_ALWAYS: Final = frozenset(("", "top"))
_DROPPED: Final = re.compile(r"[\W_]+")


def dead_links(document: Document, reading: PageReading) -> Iterator[DeadLink]:
    """Targets that no heading and no element of the page has; each once."""
    links = [
        (mark.target, text.plain[mark.start : mark.end], text.span)
        for text in texts(document)
        for mark in text.marks
        if mark.kind == "link" and _is_fragment(mark.target)
    ]
    if not links or any(_INCLUDES.match(line) for line in document.lines):
        return
    known = {_bare(anchor) for anchor in _anchors(document)} | _ALWAYS
    operation = sole_operation(reading)
    seen: set[str] = set()
    for target, said, span in links:
        bare = _bare(target)
        if bare not in known and bare not in seen:
            seen.add(bare)
            subject = target if operation else f"{document.page} {target}"
            yield DeadLink(
                operation=operation, subject=subject, span=span, target=target, text=said
            )


def _is_fragment(target: str) -> bool:
    """``#section``; an address within an application (``#/path``) is none."""
    return target.startswith("#") and "/" not in target and not target.startswith("#:~:")


def _anchors(document: Document) -> Iterator[str]:
    for block in walk(document.blocks):
        if isinstance(block, Heading):
            yield block.anchor
            yield block.text.plain
    for line in document.lines:
        yield from (hit[1] for hit in _IDS.finditer(line))
        yield from (hit[1] for hit in _EXPLICIT.finditer(line))


def _bare(anchor: str) -> str:
    """Letters and digits alone: renderers differ in what they make of everything else."""
    return _DROPPED.sub("", unquote(anchor).removeprefix("#")).casefold()

"""HTML source to a tree in which every element knows its line.

Neither lxml's target interface nor its line counter (16 bits in older libxml2) gives
lines that hold, so every start tag is given its line as an attribute before parsing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Literal

from bs4 import BeautifulSoup, Tag
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import NavigableString
from lxml import etree

LINE_ATTRIBUTE: Final = "data-source-line"

_TOKEN: Final = re.compile(
    r"""<!--|<([A-Za-z][^\s/<>]*+)(?:(?=(?:[^<>"']|"[^"]*+"|'[^']*+')*+>)|(?=[\s/>]))"""
)
_OPAQUE: Final = frozenset({"script", "style", "textarea", "title", "xmp", "noembed"})
"""Elements whose content is no markup."""


class _TreeBuilder(LXMLTreeBuilder):
    """lxml without its limits on depth and on the length of a text."""

    def parser_for(self, encoding: Any) -> Any:
        """A recovering parser for hostile input."""
        return etree.HTMLParser(target=self, recover=True, huge_tree=True, encoding=encoding)


def parse_tree(source: str, first_line: int = 1) -> BeautifulSoup:
    """The tree of ``source``, whose first line is line ``first_line`` of the page."""
    marked = "".join(_with_lines(source, first_line))
    return BeautifulSoup(marked, builder=_TreeBuilder(multi_valued_attributes=None))


def line_of(tag: Tag) -> int:
    """The line of a tag's begin; 0 for one the parser made up."""
    value = tag.attrs.get(LINE_ATTRIBUTE)
    return int(value) if isinstance(value, str) and value.isdecimal() else 0


def attribute(tag: Tag, name: str) -> str:
    """An attribute's value as one string; empty when missing."""
    value = tag.attrs.get(name)
    return value if isinstance(value, str) else ""


def attributes(tag: Tag) -> dict[str, str]:
    """All attributes the source gives."""
    return {name: str(value) for name, value in tag.attrs.items() if name != LINE_ATTRIBUTE}


class TreeWalk:
    """``enter``, ``text`` and ``leave`` for everything in an element, of any depth, in order.

    After an ``enter`` the element can be skipped: nothing of it follows then.
    """

    def __init__(self, root: Tag) -> None:
        self._root = root
        self._skipping = False

    def skip(self) -> None:
        """Leave out the element just entered."""
        self._skipping = True

    def __iter__(self) -> Iterator[tuple[Literal["enter", "text", "leave"], Tag | str]]:
        stack: list[tuple[Tag, Iterator[object]]] = [(self._root, iter(self._root.contents))]
        while stack:
            tag, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                if stack:
                    yield "leave", tag
            elif isinstance(child, Tag):
                yield "enter", child
                if not self._skipping:
                    stack.append((child, iter(child.contents)))
                self._skipping = False
            elif type(child) is NavigableString:
                yield "text", str(child)


def _with_lines(source: str, line: int) -> Iterator[str]:
    done = counted = 0
    position = 0
    missing: set[str] = set()
    lowered = source.lower()
    while match := _TOKEN.search(source, position):
        position = match.end()
        name = match.group(1)
        if name is None:
            position = _skip(lowered, "-->", position, missing)
            continue
        line += source.count("\n", counted, match.start())
        counted = match.start()
        yield source[done:position]
        yield f' {LINE_ATTRIBUTE}="{line}"'
        done = position
        if name.lower() in _OPAQUE:
            position = _skip(lowered, "</" + name.lower(), position, missing)
    yield source[done:]


def _skip(source: str, needle: str, position: int, missing: set[str]) -> int:
    """The offset of ``needle`` from ``position`` on, or ``position`` when it does not come."""
    if needle in missing:
        return position
    found = source.find(needle, position)
    if found < 0:
        missing.add(needle)
        return position
    return found

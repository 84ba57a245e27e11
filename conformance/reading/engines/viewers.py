"""Saved pages of viewers that draw an API description: names of classes stand for headings.

``viewers.toml`` says which classes; the elements get the tags that mean the same, and the page is
then read like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
from bs4 import BeautifulSoup, Tag
from msgspec import Struct

from conformance.model.document import Document
from conformance.parse.html import reread_html
from conformance.parse.html_tree import LINE_ATTRIBUTE, attribute

_OPERATION: Final = "h4"
_PART: Final = "h5"
_DETAIL: Final = "h6"
_FOLLOWING: Final = 4
"""Elements behind that of an operation which may hold its path."""


class Viewer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Selectors (CSS) of one viewer; ``viewers.toml`` says what each is for."""

    signs: tuple[str, ...]
    operation: str
    method: str
    path: str
    title: str
    headings: str
    details: str = ""
    tabs: str = ""
    panels: str = ""
    items: str = ""
    names: str = ""
    last: str = ""
    dropped: str = ""


@cache
def load_viewers() -> dict[str, Viewer]:
    """The viewers by name."""
    data = (files("conformance.reading.engines") / "viewers.toml").read_bytes()
    return msgspec.toml.decode(data, type=dict[str, Viewer])


class ViewerEngine:
    """Pages of one viewer."""

    def __init__(self, name: str, viewer: Viewer) -> None:
        self.name = name
        self.viewer = viewer

    def score(self, document: Document) -> float:
        """Sure where every sign of the viewer stands on the page."""
        return float(
            document.markup == "html"
            and all(any(sign in line for line in document.lines) for sign in self.viewer.signs)
        )

    def rewrite(self, document: Document) -> Document:
        """The page read with headings in place of classes."""
        return reread_html(document, prepare=self._prepare)

    def _prepare(self, tree: BeautifulSoup) -> None:
        """Give the elements the tags that mean what their classes say."""
        viewer = self.viewer
        for tag in _select(tree, viewer.last):
            if isinstance(after := tag.find_next_sibling(), Tag):
                after.insert_after(tag.extract())
        renamed = {
            _DETAIL: viewer.details,
            _PART: viewer.headings,
            "li": viewer.items,
            "code": viewer.names,
        }
        for name, selector in renamed.items():
            for tag in _select(tree, selector):
                tag.name = name
        for tag in _select(tree, viewer.dropped):
            tag.decompose()
        for tag in _select(tree, viewer.tabs):
            tag["role"] = "tablist"
            _lift_heading(tag)
        for tag in _select(tree, viewer.panels):
            tag["role"] = "tabpanel"
        self._announce_operations(tree)

    def _announce_operations(self, tree: BeautifulSoup) -> None:
        """Replace each operation's element; one within another announces nothing."""
        inner: set[int] = set()
        for tag in _select(tree, self.viewer.operation):
            if id(tag) not in inner:
                inner.update(map(id, tag.descendants))
                self._announce(tag, tree)

    def _announce(self, tag: Tag, tree: BeautifulSoup) -> None:
        """An operation's title as a heading, its method and path as a line of code."""
        viewer = self.viewer
        method, path = _find_part(tag, viewer.method), _find_part(tag, viewer.path)
        if method is None or path is None:
            return
        name = method.extract().get_text().strip().upper()
        call = f"{name} {''.join(path.extract().get_text().split())}"
        title = _find_part(tag, viewer.title) or tag
        line = {LINE_ATTRIBUTE: attribute(tag, LINE_ATTRIBUTE)}
        words = " ".join(title.get_text().split()) or call
        code = tree.new_tag("p", attrs=line)
        code.append(tree.new_tag("code", string=call))
        tag.replace_with(tree.new_tag(_OPERATION, attrs=line, string=words), code)


def _find_part(tag: Tag, selector: str) -> Tag | None:
    """The part in the element of an operation or in one of the few that follow it."""
    for element in (tag, *tag.find_next_siblings(limit=_FOLLOWING)):
        found = element if element.css.match(selector) else element.select_one(selector)
        if found is not None:
            return found
    return None


def _lift_heading(tabs: Tag) -> None:
    """Put the heading among the labels of tabs in front of them."""
    for child in tabs.children:
        if isinstance(child, Tag) and child.name == _PART:
            tabs.insert_before(child.extract())
            return


def _select(tree: BeautifulSoup, selector: str) -> Iterator[Tag]:
    yield from tree.select(selector) if selector else ()

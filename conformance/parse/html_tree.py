"""HTML source to a tree in which every element knows its line.

Neither lxml's target interface nor its line counter (16 bits in older libxml2) gives
lines that hold, so every start tag is given its line as an attribute before parsing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final, Literal

from bs4 import BeautifulSoup, Tag
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import AttributeDict, NavigableString
from lxml import etree
from msgspec import Struct, field

from conformance.parse.tags import SKIPPED_TAGS
from conformance.patterns import regex

_DECORATION_CLASS: Final = regex(
    r"(?:^|[\s_-])(?:hash-link|headerlink|header-anchor|anchor-link|sr-only|visually-?hidden"
    r"|screen-?reader(?:-text)?|skip-(?:to|link)[\w-]*|clipboard|copy-?(?:btn|button|code|icon)"
    r"|btn-copy|line-?numbers?|linenos?|gutter|edit-(?:this-)?page|edit-link)(?=$|[\s_-])"
)
_BUTTON: Final = regex(
    r"copy|clipboard|wrap|toggle|expand|collapse|theme|search|menu|close|try it|on this page", re.I
)
_NAVIGATION_CLASS: Final = regex(
    r"(?:^|[\s_-])(?:breadcrumbs?|pagination|page-nav|prev-next|toc|table-of-contents|sidebar"
    r"|side-?nav|nav-?bar|menu|site-header|site-footer)(?=$|[\s_-])"
    r"|tocCollapsible|tableOfContents|theme-doc-(?:toc|footer|breadcrumbs|sidebar)"
)
_NAVIGATION_TAGS: Final = frozenset({"nav", "footer"})
_NAVIGATION_ROLES: Final = frozenset({"navigation", "search", "banner", "contentinfo"})
_CONTENT_TAGS: Final = frozenset({"table", "pre", "dl"})
_LOOK_AHEAD: Final = 20
"""Steps into a button in which its text has to show."""
_SMALL_SHARE: Final = 0.3
_LINK_SHARE: Final = 0.7


def is_decoration(tag: Tag) -> bool:
    """A script, an icon, a button to copy, the sign beside a heading, text for screen readers."""
    name = tag.name
    if name in SKIPPED_TAGS:
        return True
    if name == "button":
        events = zip(range(_LOOK_AHEAD), TreeWalk(tag), strict=False)
        shown = (node[:40] for _, (_, node) in events if isinstance(node, str))
        words = [attribute(tag, key) for key in ("class", "aria-label", "title")]
        return bool(_BUTTON.search(" ".join([*words, " ".join(shown)])))
    if name in ("span", "i", "a") and attribute(tag, "aria-hidden") == "true":
        return True
    style = attribute(tag, "class")
    return bool(style) and bool(_DECORATION_CLASS.search(style))


class _TextWeight(Struct):
    text: int = 0
    linked: int = 0
    content: bool = False


class Navigation:
    """Tells the navigation within one root; knows how much text each element holds."""

    def __init__(self, root: Tag) -> None:
        self._weights: dict[int, _TextWeight] = {}
        self._total = self._weigh(root).text

    def __contains__(self, tag: Tag) -> bool:
        """Named as navigation, without tables and code, and small or mostly links."""
        if not _is_named_navigation(tag):
            return False
        weight = self._weights.get(id(tag), _TextWeight())
        if weight.content:
            return False
        small = weight.text <= self._total * _SMALL_SHARE
        return small or weight.linked >= weight.text * _LINK_SHARE

    def _weigh(self, root: Tag) -> _TextWeight:
        stack = [_TextWeight()]
        links = 0
        for event, node in TreeWalk(root):
            if isinstance(node, str):
                size = len(node.strip())
                stack[-1].text += size
                stack[-1].linked += size if links else 0
            elif event == "enter":
                stack.append(_TextWeight(content=node.name in _CONTENT_TAGS))
                links += node.name == "a"
            else:
                links -= node.name == "a"
                weight = stack.pop()
                outer = stack[-1]
                outer.text += weight.text
                outer.linked += weight.linked
                outer.content = outer.content or weight.content
                if _is_named_navigation(node):
                    self._weights[id(node)] = weight
        return stack[0]


def _is_named_navigation(tag: Tag) -> bool:
    if tag.name in _NAVIGATION_TAGS or attribute(tag, "role") in _NAVIGATION_ROLES:
        return True
    style = attribute(tag, "class")
    return bool(style) and bool(_NAVIGATION_CLASS.search(style))


LINE_ATTRIBUTE: Final = "data-source-line"

_TOKEN: Final = regex(
    r"""<!--|<([A-Za-z][^\s/<>]*+)(?:(?=(?:[^<>"']|"[^"]*+"|'[^']*+')*+>)|(?=[\s/>]))"""
)
_OPAQUE: Final = frozenset({"script", "style", "textarea", "title", "xmp", "noembed"})
"""Elements whose content is no markup."""


class _LxmlBuilder(LXMLTreeBuilder):
    """lxml without its limits on depth and on the length of a text, and without the namespaces
    that HTML does not have: looking for them copies every attribute two times more."""

    def parser_for(self, encoding: Any) -> Any:
        """A recovering parser for hostile input."""
        return etree.HTMLParser(target=self, recover=True, huge_tree=True, encoding=encoding)

    def start(self, tag: Any, attrib: Any, nsmap: Any = MappingProxyType({})) -> None:
        """An element begins."""
        self.soup.handle_starttag(tag, None, None, attrib)  # type: ignore[union-attr]

    def end(self, tag: Any) -> None:
        """An element ends."""
        self.soup.handle_endtag(tag)  # type: ignore[union-attr]


def parse_tree(source: str, first_line: int = 1) -> BeautifulSoup:
    """The tree of ``source``, whose first line is line ``first_line`` of the page."""
    marked = "".join(_with_lines(source, first_line))
    builder = _LxmlBuilder(multi_valued_attributes=None, attribute_dict_class=AttributeDict)
    return BeautifulSoup(marked, builder=builder)


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


def find_tag(root: Tag, name: str, **attrs: str) -> Tag | None:
    """The first ``name`` within ``root`` with these attributes; ``Tag.find`` takes ten times as
    long to say the same."""
    named = (tag for tag in root.descendants if isinstance(tag, Tag) and tag.name == name)
    wanted = attrs.items()
    return next((t for t in named if all(t.attrs.get(key) == v for key, v in wanted)), None)


class Landmarks(Struct):
    """Elements that say what the page is and where its content stands, found in one walk."""

    html: Tag | None = None
    title: Tag | None = None
    body: Tag | None = None
    mains: list[Tag] = field(default_factory=list)
    named_mains: list[Tag] = field(default_factory=list)
    """Elements with that role."""
    articles: list[Tag] = field(default_factory=list)
    links: list[Tag] = field(default_factory=list)
    metas: list[Tag] = field(default_factory=list)
    current: list[Tag] = field(default_factory=list)
    """Entries of a navigation that are this page."""

    def roots(self) -> Iterator[Tag]:
        """Where the main content may be, best first."""
        if mains := self.mains or self.named_mains:
            yield mains[0]
        elif len(self.articles) == 1:
            yield self.articles[0]
        if self.body is not None:
            yield self.body


def find_landmarks(tree: BeautifulSoup) -> Landmarks:
    """The landmarks of a whole page, each kind in page order."""
    found = Landmarks()
    lists = {
        "main": found.mains,
        "article": found.articles,
        "link": found.links,
        "meta": found.metas,
    }
    for tag in tree.descendants:
        if not isinstance(tag, Tag):
            continue
        name, attrs = tag.name, tag.attrs
        if name in lists:
            lists[name].append(tag)
        elif name in ("html", "title", "body") and getattr(found, name) is None:
            setattr(found, name, tag)
        if attrs.get("role") == "main":
            found.named_mains.append(tag)
        if attrs.get("aria-current") == "page":
            found.current.append(tag)
    return found


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
            if position == match.end() and not source.startswith("-->", position):
                yield source[done : match.start()]  # no comment, for nothing ends it
                yield "&lt;!--"
                done = position
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

"""What on an HTML page is not said to a reader of its content.

Two kinds: decoration inside the text, told by its name or class alone, and navigation
around it, which is left out only when little is lost by that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bs4 import Tag

from conformance.parse.html_tree import TreeWalk, attribute
from conformance.parse.tags import SKIPPED_TAGS

_DECORATION_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:hash-link|headerlink|header-anchor|anchor-link|sr-only|visually-?hidden"
    r"|screen-?reader(?:-text)?|skip-(?:to|link)[\w-]*|clipboard|copy-?(?:btn|button|code|icon)"
    r"|btn-copy|line-?numbers?|linenos?|gutter|edit-(?:this-)?page|edit-link)(?=$|[\s_-])"
)
_BUTTON: Final = re.compile(
    r"copy|clipboard|wrap|toggle|expand|collapse|theme|search|menu|close|try it|on this page", re.I
)
_NAVIGATION_CLASS: Final = re.compile(
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
        words = [attribute(tag, key) for key in ("class", "aria-label", "title")]
        return bool(_BUTTON.search(" ".join([*words, _begin_of_text(tag)])))
    if name in ("span", "i", "a") and attribute(tag, "aria-hidden") == "true":
        return True
    style = attribute(tag, "class")
    return bool(style) and bool(_DECORATION_CLASS.search(style))


def _begin_of_text(tag: Tag) -> str:
    events = zip(range(_LOOK_AHEAD), TreeWalk(tag), strict=False)
    return " ".join(node[:40] for _, (_, node) in events if isinstance(node, str))


@dataclass(slots=True)
class _Weight:
    text: int = 0
    linked: int = 0
    content: bool = False


class Navigation:
    """Tells the navigation within one root; knows how much text each element holds."""

    def __init__(self, root: Tag) -> None:
        self._weights: dict[int, _Weight] = {}
        self._total = self._weigh(root).text

    def __contains__(self, tag: Tag) -> bool:
        """Named as navigation, without tables and code, and small or mostly links."""
        if not _is_named_navigation(tag):
            return False
        weight = self._weights.get(id(tag), _Weight())
        if weight.content:
            return False
        small = weight.text <= self._total * _SMALL_SHARE
        return small or weight.linked >= weight.text * _LINK_SHARE

    def _weigh(self, root: Tag) -> _Weight:
        stack = [_Weight()]
        links = 0
        for event, node in TreeWalk(root):
            if isinstance(node, str):
                size = len(node.strip())
                stack[-1].text += size
                stack[-1].linked += size if links else 0
            elif event == "enter":
                stack.append(_Weight(content=node.name in _CONTENT_TAGS))
                links += node.name == "a"
            else:
                links -= node.name == "a"
                self._close(stack, node)
        return stack[0]

    def _close(self, stack: list[_Weight], tag: Tag) -> None:
        weight = stack.pop()
        outer = stack[-1]
        outer.text += weight.text
        outer.linked += weight.linked
        outer.content = outer.content or weight.content
        if _is_named_navigation(tag):
            self._weights[id(tag)] = weight


def _is_named_navigation(tag: Tag) -> bool:
    if tag.name in _NAVIGATION_TAGS or attribute(tag, "role") in _NAVIGATION_ROLES:
        return True
    style = attribute(tag, "class")
    return bool(style) and bool(_NAVIGATION_CLASS.search(style))

"""Tabs of HTML: a list of labels, and panels that take them in order or by name."""

from __future__ import annotations

import re
from collections import deque
from typing import Final

from bs4 import Tag

from conformance.parse.html_inline import collect_text
from conformance.parse.html_tree import attribute
from conformance.parse.source import Source

_LIST: Final = re.compile(r"(?:^|\s)(?:tab-list|tabs-header|nav-tabs|tabs__list)(?=$|\s)")
_PANEL: Final = re.compile(r"(?:^|\s)(?:tab-pane|tab-panel|tabs__panel)(?=$|\s)")


def is_tab_list(tag: Tag) -> bool:
    """Whether an element holds labels of tabs, or is one outside any list."""
    if attribute(tag, "role") in ("tablist", "tab"):
        return True
    return tag.name in ("ul", "div") and bool(_LIST.search(attribute(tag, "class")))


def is_panel(tag: Tag) -> bool:
    """Whether an element is the content of a tab."""
    return attribute(tag, "role") == "tabpanel" or bool(_PANEL.search(attribute(tag, "class")))


class TabLabels:
    """Labels read and not yet given to a panel, list by list."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._waiting: list[deque[str]] = []
        self._by_id: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def read_list(self, tag: Tag, line: int) -> None:
        """Note the labels of a list that begins in ``line``."""
        tabs = tag.select("[role=tab]") or tag.find_all(["li", "button", "a"]) or [tag]
        self._waiting.append(deque(self._label(tab, line) for tab in tabs if isinstance(tab, Tag)))

    def _label(self, tab: Tag, line: int) -> str:
        label = " ".join(collect_text(tab, self._source, line)[0].plain.split())
        if attribute(tab, "id"):
            self._by_id[attribute(tab, "id")] = label
        return label

    def take(self, panel: Tag) -> str:
        """The label of the next panel: by the id it names, else by order."""
        while self._waiting and not self._waiting[-1]:
            self._waiting.pop()
        by_order = self._waiting[-1].popleft() if self._waiting else ""
        by_id = self._by_id.get(attribute(panel, "aria-labelledby"), "")
        return by_id or by_order or attribute(panel, "aria-label")

    def forget(self, lists: int) -> None:
        """Leave a panel: labels left over in lists inside it name nothing outside."""
        del self._waiting[lists:]

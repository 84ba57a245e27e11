# ruff: noqa: SIM905 - words are easier to read than quotes
"""What each HTML tag means to a reader: tables for all markups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from conformance.model.document import MarkKind
from conformance.patterns import regex

MARK_TAGS: Final[Mapping[str, MarkKind]] = {
    "b": "strong",
    "strong": "strong",
    "i": "emphasis",
    "em": "emphasis",
    "cite": "emphasis",
    "var": "emphasis",
    "dfn": "emphasis",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
    "s": "strike",
    "del": "strike",
    "strike": "strike",
    "a": "link",
    "mark": "highlight",
    "font": "highlight",
}
"""Tags that mark what they hold."""


BREAK_TAGS: Final = frozenset("br p div ul ol dl dt dd tr details".split())
"""Tags that begin a new line of the text."""

PLAIN_TAGS: Final = frozenset(
    """
    abbr acronym article aside bdi bdo big blockquote button center data figure footer h1 h2 h3 h4
    h5 h6 header hr iframe img input ins label li main nav nobr path picture pre q rp rt ruby
    script section small source span style sub summary sup svg table tbody td tfoot th thead time
    u video wbr
    """.split()
)
"""Other known tags: they leave no trace.  An unknown ``<name>`` is a placeholder and stays."""

INLINE_TAGS: Final = frozenset(MARK_TAGS) | frozenset(
    """
    abbr acronym bdi bdo big br button data img ins label nobr output q rp rt ruby small span sub
    sup time u wbr
    """.split()
)
"""Elements that are part of a line; every other one begins and ends a block."""

CELL_BREAK_TAGS: Final = BREAK_TAGS | frozenset(
    "article blockquote figure h1 h2 h3 h4 h5 h6 pre section summary table".split()
)
"""Elements that begin a new line of a cell."""

SKIPPED_TAGS: Final = frozenset(
    """
    audio canvas datalist head iframe input link map meta noscript object option script select
    style svg template textarea video
    """.split()
)
"""Elements that say nothing to a reader."""

RAW_TAGS: Final = frozenset("blockquote dl figure h1 h2 h3 h4 h5 h6 ol p pre table ul".split())
"""Elements within Markdown that hold HTML alone."""

DROPPED_TAGS: Final = frozenset("head iframe noscript script style svg template".split())
"""Elements within Markdown whose content is not shown."""

CONTAINER_TAGS: Final = frozenset(
    """
    article aside body center code-group details div fieldset footer form header hint html main
    nav section summary tab tabs
    """.split()
)
"""Elements within Markdown that hold Markdown."""

ADMONITION_KINDS: Final = frozenset(
    """
    caution code-group danger details hint important info note success tab tabs tip warning
    """.split()
)
"""Words after ``:::`` that say what kind of section it is; any other word is its title."""

_HIGHLIGHT_CLASS: Final = regex(
    r"required|optional|mandatory|deprecated|badge|label|tag|pill|chip|highlight|red|danger", re.I
)
_INDENT: Final = regex(
    r"(?:padding-left|margin-left|text-indent)\s*:\s*(?P<size>\d{1,3}(?:\.\d{1,3})?)(?P<unit>px|r?em)",
    re.I,
)
_WIDEST_INDENT: Final = 60
_COLOUR: Final = regex(r"(?<![-\w])(?:background-)?color\s*:", re.I)


def mark_of(tag: str, attributes: Mapping[str, str]) -> MarkKind | None:
    """The mark a tag puts on its content; None when it puts none.

    A coloured element, or one whose class says badge or ``required``, is a highlight
    whatever its tag.
    """
    kind = MARK_TAGS.get(tag)
    if kind not in (None, "strong"):
        return kind
    if _COLOUR.search(attributes.get("style", "")):
        return "highlight"
    if tag in ("span", "em", "strong", "b", "div") and _HIGHLIGHT_CLASS.search(
        attributes.get("class", "")
    ):
        return "highlight"
    return kind


def indent_of(attributes: Mapping[str, str]) -> str:
    """The blanks that a style's indentation stands for, a blank for ten pixels or half an em."""
    hit = _INDENT.search(attributes.get("style", ""))
    if hit is None:
        return ""
    steps = float(hit["size"]) * (2.0 if hit["unit"].endswith("em") else 0.1)
    return " " * min(round(steps), _WIDEST_INDENT)

# ruff: noqa: SIM905 - words are easier to read than quotes
"""What each tag of HTML means to a reader, for all markups; where a tag ends, and its attributes.

A JSX attribute can hold any expression in braces, which no pattern can follow:
``<Item data={{"a": {"b": ">"}}} />``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Final

from msgspec import Struct

from conformance.model.document import MarkKind
from conformance.patterns import regex

MARK_TAGS: Final[Mapping[str, MarkKind]] = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys("i em cite var dfn".split(), "emphasis"),
    **dict.fromkeys("code kbd samp tt".split(), "code"),
    **dict.fromkeys(("s", "del", "strike"), "strike"),
    "a": "link",
    **dict.fromkeys(("mark", "font"), "highlight"),
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


_HEAD: Final = regex(r"<(/?)([A-Za-z][\w.:-]*+)")
_LINE: Final = r"\n(?![ \t]*+\n)"
_PIECE: Final = regex(
    rf"""
      "(?:[^"\n]|{_LINE})*+" | '(?:[^'\n]|{_LINE})*+' | `(?:[^`\n]|{_LINE})*+`
    | [{{}}<>]
    | \n[ \t]*+\n
    """,
    re.X,
)
_NAME: Final = regex(r"[A-Za-z_:@][\w.:@-]*+")
_VALUE: Final = regex(r"""\s*+=\s*+(?:("[^"]*+"|'[^']*+'|[^\s"'{}<>]++)|(?=\{))""")
_BLANK: Final = regex(r"\s")


class Tag(Struct, frozen=True):
    """A tag's place in the source."""

    name: str
    closing: bool
    self_closing: bool
    start: int
    end: int


class BrokenTag(Struct, frozen=True):
    """Something that begins like a tag and does not end like one."""

    read_to: int
    """Where its open brace made reading stop; nothing before that can be a tag of its own."""


def find_tag(source: str, start: int, limit: int) -> Tag | BrokenTag | None:
    """The tag at ``start``; it ends before ``limit`` and holds no blank line."""
    head = _HEAD.match(source, start, limit)
    if head is None:
        return None
    depth = 0
    stop = head.end()
    for piece in _PIECE.finditer(source, stop, limit):
        char = source[piece.start()]
        stop = piece.end()
        if char == "\n" or (not depth and char in "<}"):
            break
        if char == ">" and not depth:
            closed = source[stop - 2] == "/"
            return Tag(head.group(2), bool(head.group(1)), closed, start, stop)
        depth += (char == "{") - (char == "}")
    else:
        stop = limit
    return BrokenTag(stop) if depth else None


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes in a tag's source, names as written, values without their quotes.

    A JSX value in braces loses them, and the quotes or backticks around a plain string.
    An attribute without a value has an empty one; of two with one name the first counts.
    """
    found: dict[str, str] = {}
    if not _BLANK.search(tag):
        return found
    head = _HEAD.match(tag)
    position = head.end() if head else 0
    while position < len(tag):
        name = _NAME.match(tag, position)
        if name is None:
            position = _find_braces_end(tag, position) if tag[position] == "{" else position + 1
            continue
        raw, position = _read_value(tag, name.end())
        found.setdefault(name.group(), _make_plain(raw))
    return found


def _read_value(tag: str, position: int) -> tuple[str, int]:
    value = _VALUE.match(tag, position)
    if value is None:
        return "", position
    if value.group(1):
        return value.group(1), value.end()
    end = _find_braces_end(tag, value.end())
    return tag[value.end() : end], end


def _find_braces_end(tag: str, start: int) -> int:
    depth = 0
    for piece in _PIECE.finditer(tag, start):
        char = tag[piece.start()]
        depth += (char == "{") - (char == "}")
        if not depth:
            return piece.end()
    return len(tag)


def _make_plain(raw: str) -> str:
    if raw[:1] == "{":
        raw = raw[1:-1].strip()
        if raw[:1] == "`" == raw[-1:] and len(raw) > 1:
            return raw[1:-1]
    if len(raw) > 1 and raw[0] in "\"'" and raw[-1] == raw[0]:
        return unescape(raw[1:-1])
    return raw

"""What an HTML tag does to the running text it stands in: one table for all readers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from conformance.model.document import MarkKind

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

BREAK_TAGS: Final = frozenset({"br", "p", "div", "ul", "ol", "dl", "dt", "dd", "tr", "details"})
"""Tags that begin a new line of the text."""

PLAIN_TAGS: Final = frozenset(
    [
        "abbr",
        "acronym",
        "bdi",
        "bdo",
        "big",
        "button",
        "center",
        "data",
        "hr",
        "img",
        "input",
        "ins",
        "label",
        "nobr",
        "picture",
        "q",
        "rp",
        "rt",
        "ruby",
        "section",
        "small",
        "source",
        "span",
        "sub",
        "summary",
        "sup",
        "svg",
        "path",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "u",
        "wbr",
        "article",
        "aside",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "footer",
        "main",
        "nav",
        "video",
        "iframe",
        "blockquote",
        "pre",
        "li",
        "script",
        "style",
    ]
)
"""Other known tags: they leave no trace.  An unknown ``<name>`` is a placeholder and stays."""

_HIGHLIGHT_CLASS: Final = re.compile(
    r"required|optional|mandatory|deprecated|badge|label|tag|pill|chip|highlight|red|danger", re.I
)
_COLOUR: Final = re.compile(r"(?<![-\w])(?:background-)?color\s*:", re.I)


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

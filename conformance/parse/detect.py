"""Which reader a page needs, found from what it holds and never from its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from conformance.model.document import Markup

_DOCUMENT: Final = re.compile(r"^[ \t]*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.M)
_DOCUMENT_WITHIN: Final = 2000
"""Characters from the start in which a whole HTML document has to begin."""
_CLOSING_TAG: Final = re.compile(
    r"</(?:p|div|td|th|tr|table|li|ul|ol|dl|dd|h[1-6]|section|article|main|span|pre|body|html)\s*>",
    re.I,
)
_MARKDOWN_SIGN: Final = re.compile(
    r"""^(?:
        [ \t>]*+(?:\#{1,6}[ \t]+\S | ``` | ~~~ | :::\w | :?-+:?[ \t]*+\|[-:|\ \t]*+$)
      | [ \t>]*+\|[^\n]*\|[ \t]*+$
      | ---[ \t]*+$
    )""",
    re.M | re.X,
)
_LIST_SIGN: Final = re.compile(r"^(?:[-*+]|\d{1,4}[.)]) \S", re.M)
_FLAT_LINE: Final = 200
"""Characters a line must have before it can be a whole page."""


def detect_markup(text: str, lines: Sequence[str]) -> Markup:
    """``html`` for a document or fragment of tags, ``flat`` when one line holds most of a
    text without markup, else ``markdown``.
    """
    head = text[:_DOCUMENT_WITHIN]
    if (document := _DOCUMENT.search(head)) and not _MARKDOWN_SIGN.search(
        head, 0, document.start()
    ):
        return "html"
    if _MARKDOWN_SIGN.search(text):
        return "markdown"
    closing = sum(1 for _ in _CLOSING_TAG.finditer(text))
    if closing >= 2 and text.lstrip()[:1] == "<" and not _LIST_SIGN.search(text):
        return "html"
    longest = max(map(len, lines), default=0)
    filled = sum(len(line.strip()) for line in lines)
    if not closing and longest >= _FLAT_LINE and longest * 2 > filled:
        return "flat"
    return "markdown"

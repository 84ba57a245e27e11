"""The decoded page as every reader needs it: its lines, and spans that point into them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from conformance.model.document import Text
from conformance.model.span import Span

_LINE_END: Final = re.compile(r"[ \t\r]*+\n\s*+")
QUOTE_LIMIT: Final = 160
"""Characters of a quote, its ``…`` included."""


def shorten(raw: str) -> str:
    """``raw`` on one line, at most :data:`QUOTE_LIMIT` characters of it."""
    text = raw[: 4 * QUOTE_LIMIT].strip()
    if "\n" in text:
        text = _LINE_END.sub(" ", text)
    if len(text) <= QUOTE_LIMIT and len(raw) <= 4 * QUOTE_LIMIT:
        return text
    return text[: QUOTE_LIMIT - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Source:
    """One page: where spans point to."""

    page: str
    lines: Sequence[str]

    def span(self, line: int, end_line: int = 0, quote: str | None = None) -> Span:
        """Lines ``line`` to ``end_line`` (1-based, inclusive; one line when left out).

        Without ``quote`` the first line is quoted.  Lines outside the page are moved into it.
        """
        last = max(len(self.lines), 1)
        first = min(max(line, 1), last)
        end = min(max(end_line, first), last)
        if quote is None:
            quote = "\n".join(self.lines[first - 1 : min(end, first + 3)])
        return Span(self.page, first, end, shorten(quote))

    def text(self, plain: str, line: int, end_line: int = 0, quote: str | None = None) -> Text:
        """A text without markup that stands on the given lines."""
        return Text(plain, self.span(line, end_line, plain if quote is None else quote))

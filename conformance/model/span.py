"""Where in the documentation something is stated."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

_LONGEST_QUOTE: Final = 160


class Span(Struct, frozen=True, forbid_unknown_fields=True):
    """A run of lines of one page: the one way to point into documentation."""

    page: str
    """Page path relative to the root it was read from, with forward slashes (``en/orders.md``)."""
    line: int
    """First line, counted from 1."""
    end_line: int
    """Last line, inclusive."""
    quote: str = ""
    """The source text the span is about, verbatim and on one line; may be shortened with ``…``."""

    def at_line(self, offset: int, text: str) -> Span:
        """One of the lines, counted from 0, quoting ``text``; the last one if there are fewer."""
        line = min(self.line + offset, self.end_line)
        return Span(self.page, line, line, text.strip()[:_LONGEST_QUOTE])

    def to(self, last: Span) -> Span:
        """From its first line to the end of ``last``, with its own quote."""
        return replace(self, end_line=last.end_line)

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

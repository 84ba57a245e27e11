"""Where in the documentation something is stated."""

from __future__ import annotations

from msgspec import Struct


class Span(Struct, frozen=True):
    """A run of lines of one page: the one way to point into documentation."""

    page: str
    """Page path relative to the root it was read from, with forward slashes (``en/orders.md``)."""
    line: int
    """First line, counted from 1."""
    end_line: int
    """Last line, inclusive."""
    quote: str = ""
    """The source text the span is about, verbatim and on one line; may be shortened with ``…``."""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

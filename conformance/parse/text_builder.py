"""Collects the pieces of one :class:`Text` and keeps its marks in step."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from conformance.model.document import Mark, MarkKind, Text
from conformance.model.span import Span
from conformance.patterns import regex

INVISIBLE: Final = "\u200b\u200c\u200d\u2060\u00ad\ufeff\u200e\u200f\u180e"
"""Characters that take no room: zero-width spaces and joiners, soft hyphen, direction marks."""
WIDE_BLANKS: Final = (
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)

_BLANKS: Final = str.maketrans(dict.fromkeys(INVISIBLE, "") | dict.fromkeys(WIDE_BLANKS, " "))
_ODD: Final = regex(f"[{INVISIBLE}{WIDE_BLANKS}]")

_LOOK_BACK: Final = 8
"""Pieces looked at to see what stands before; most are not empty."""


def make_visible(text: str) -> str:
    """``text`` without zero-width characters, every kind of blank a plain space."""
    return text.translate(_BLANKS) if _ODD.search(text) else text


class TextBuilder:
    """Append-only; marks are opened and closed by index, so crossing markup cannot break it."""

    __slots__ = ("_at_line_start", "_breaks", "_links", "_marks", "_open", "_pieces")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._marks: list[tuple[MarkKind, int, int, str]] = []
        self._open: list[tuple[str, MarkKind | None, int, str]] = []
        self._breaks: list[int] = []
        self._links = 0
        self._at_line_start = True

    def add(self, piece: str) -> int:
        """Append text; the index returned can be given to :meth:`blank`."""
        if piece:
            self._pieces.append(piece)
            self._at_line_start = piece.endswith("\n")
        return len(self._pieces) - 1

    def blank(self, index: int, keep: str = "") -> None:
        """Take back a piece that turned out to be markup, but for ``keep``."""
        self._pieces[index] = keep

    def here(self) -> int:
        """Index of the next piece: where a mark would begin."""
        return len(self._pieces)

    def mark(self, kind: MarkKind, start: int, end: int, target: str = "") -> None:
        """Mark the pieces from index ``start`` up to ``end``."""
        self._marks.append((kind, start, end, target))

    def line_break(self) -> None:
        """Begin a new line, unless one has just begun."""
        if self._at_line_start:
            return
        self._pieces[-1] = self._pieces[-1].rstrip(" ")
        self.add("\n")

    def space(self) -> None:
        """A blank between words; none at the begin of a line or after another."""
        if not self._at_line_start and not self._is_last_blank():
            self.add(" ")

    def soft_break(self) -> None:
        """A line end of the source that only separates words."""
        before = len(self._pieces)
        self.space()
        if len(self._pieces) > before:
            self._breaks.append(before)

    def space_between_words(self) -> None:
        """A blank, unless there is one or the text stands at the begin of a line."""
        if not self._at_line_start and self._pieces and self._pieces[-1][-1:].isalnum():
            self.add(" ")

    def add_collapsed(self, piece: str) -> None:
        """Append text with collapsed blanks, whose leading one counts only between words."""
        if piece[0] == " " and (self._at_line_start or self._is_last_blank()):
            piece = piece[1:]
        self.add(make_visible(piece))

    def _is_last_blank(self) -> bool:
        for piece in self._pieces[: -_LOOK_BACK - 1 : -1]:
            if piece:
                return piece[-1] == " "
        return False

    def indent(self, blanks: str) -> None:
        """Blanks that a style puts before the text, unless some of it stands there."""
        if blanks and not any(piece.strip() for piece in self._pieces):
            self.add(blanks)

    def bullet(self) -> None:
        """Begin a line for an item of a list."""
        self.line_break()
        self.add("- ")

    def open(self, tag: str, kind: MarkKind | None, target: str = "") -> None:
        """Begin an element; :meth:`close` of the same tag ends it.  Links do not nest."""
        if kind == "link":
            kind = None if self._links else kind
            self._links += kind == "link"
        self._open.append((tag, kind, len(self._pieces), target))

    def close(self, tag: str) -> None:
        """End the innermost open element of that tag and what is open inside; else do nothing."""
        if not any(entry[0] == tag for entry in self._open[-32:]):
            return
        while self._open:
            if self._close_innermost() == tag:
                return

    def _close_innermost(self) -> str:
        name, kind, start, target = self._open.pop()
        if kind:
            self._marks.append((kind, start, len(self._pieces), target))
            self._links -= kind == "link"
        return name

    def build(self, span: Span) -> Text:
        """The text, trimmed; marks clipped to it, in order, empty ones left out but for links."""
        while self._open:
            self._close_innermost()
        whole = "".join(self._pieces)
        plain = whole.strip("\n").rstrip()
        if not self._marks and not self._breaks:
            return Text(plain, span)
        cut = len(whole) - len(whole.lstrip("\n"))
        offsets = list(accumulate(map(len, self._pieces), initial=-cut))
        breaks = tuple(at for n in self._breaks if 0 < (at := offsets[n]) < len(plain))
        return Text(plain, span, self._clip_marks(offsets, plain), breaks)

    def _clip_marks(self, offsets: list[int], plain: str) -> tuple[Mark, ...]:
        """Marks as positions in ``plain``; one inside another of its kind adds nothing."""
        found: list[Mark] = []
        for kind, start, end, target in self._marks:
            first = min(max(offsets[start], 0), len(plain))
            last = min(max(offsets[end], first), len(plain))
            while first < last and plain[first].isspace():
                first += 1
            while first < last and plain[last - 1].isspace():
                last -= 1
            if first < last or kind == "link":
                found.append(Mark(kind, first, last, target))
        found.sort(key=lambda mark: (mark.start, -mark.end))
        reach: dict[MarkKind, int] = {}
        outer = []
        for mark in found:
            if mark.kind == "link" or mark.end > reach.get(mark.kind, 0):
                outer.append(mark)
                reach[mark.kind] = max(mark.end, reach.get(mark.kind, 0))
        return tuple(outer)

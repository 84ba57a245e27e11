"""Columns of a table in a terminal, as wide as what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from conformance.report.plain import printable, width, window

_GAP: Final = "  "
_INDENT: Final = "    "
_NARROWEST: Final = 20
"""Columns of a terminal that the last cell gets, however narrow the terminal is."""


def columns(rows: Sequence[Sequence[str]], room: int | None) -> Iterator[str]:
    """Lines for ``rows``, which are all of one length.

    The last cell may be long.  Where it does not fit beside the others it gets a line of its
    own, and is cut where it does not fit there.

    Args:
        rows: cells; the first row may be a header.
        room: columns of the terminal; None where there is none to fit into.
    """
    shown = [[printable(cell) for cell in row] for row in rows]
    *widths, longest = [max(map(width, column)) for column in zip(*shown, strict=True)]
    stacked = room is not None and sum(widths) + len(_GAP) * len(widths) + longest > room
    for *cells, last in shown:
        padded = _GAP.join(
            cell + " " * (wide - width(cell)) for cell, wide in zip(cells, widths, strict=True)
        )
        if stacked:
            yield padded.rstrip()
            if last:
                yield _INDENT + _cut(last, room)
        else:
            yield f"{padded}{_GAP}{last}".rstrip()


def _cut(text: str, room: int | None) -> str:
    left = max((room or 0) - len(_INDENT), _NARROWEST)
    return window(text, 0, 0, left)[0]

"""Edits of one line by several corrections made one edit, where they touch different parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conformance.drift.packets.packet import Docs, Edit


@dataclass(frozen=True, slots=True, order=True)
class _Splice:
    start: int
    end: int
    text: str


def woven(edits: Iterable[Edit], docs: Docs) -> tuple[Edit, ...]:
    """The same edits with those of one line put together.

    Edits of one part of a line are kept as they are: whoever makes them finds that they clash.
    """
    lines: dict[tuple[str, int], list[Edit]] = defaultdict(list)
    made: list[Edit] = []
    for edit in dict.fromkeys(edits):
        if edit.line == edit.end_line and len(edit.lines) == 1 and edit.page in docs.by_page:
            lines[edit.page, edit.line].append(edit)
        else:
            made.append(edit)
    for (page, number), own in lines.items():
        old = docs.by_page[page].document.lines[number - 1]
        together = _together(old, [edit.lines[0] for edit in own])
        made += own if together is None else [Edit(page, number, number, (together,))]
    return tuple(made)


def _together(old: str, news: Sequence[str]) -> str | None:
    splices = sorted({_splice(old, new) for new in news if new != old})
    made, at = [], 0
    for splice in splices:
        if splice.start < at:
            return None
        made += [old[at : splice.start], splice.text]
        at = splice.end
    return "".join([*made, old[at:]])


def _splice(old: str, new: str) -> _Splice:
    """The one part of ``old`` that ``new`` has otherwise."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return _Splice(head, len(old) - tail, new[head : len(new) - tail])

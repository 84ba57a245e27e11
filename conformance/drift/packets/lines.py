"""The lines of a page as bytes: what is not edited stays as it is, to the last bit."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from conformance.drift.packets.packet import Edit
from conformance.model.document import Document

_CHARSETS: Final = (
    "utf-8", "euc_kr", "cp949", "gb18030", "big5", "shift_jis", "euc_jp", "cp1252", "latin-1"
)  # fmt: skip
"""Those in which a line feed is one byte and nothing else holds it."""


@dataclass(frozen=True, slots=True)
class Change:
    """Lines of a page and what stands in their place, with line ends."""

    start: int
    """Counted from 0; where something is put in, the line it stands before."""
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]

    @property
    def end(self) -> int:
        """The line after it, on the page as it was."""
        return self.start + len(self.old)

    def and_then(self, other: Change) -> Change:
        """This one and the one right after it as one."""
        return Change(self.start, self.old + other.old, self.new + other.new)


def physical_lines(data: bytes) -> list[bytes]:
    r"""The lines of ``data`` with their ends; ``\n`` ends a line, as for git."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def charset_of(data: bytes, document: Document) -> str:
    """The charset in which the page's lines are those of ``document``; empty when none is.

    Empty, too, for lines that end in a lone carriage return, which no patch knows as lines.
    """
    told = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in told:
        return ""
    for charset in _CHARSETS:
        try:
            text = told.decode(charset)
        except UnicodeDecodeError:
            continue
        lines = tuple(line.removesuffix("\r") for line in text.split("\n"))
        if lines == document.lines and text.encode(charset) == told:
            return charset
    return ""


def changes(data: bytes, charset: str, edits: Iterable[Edit]) -> tuple[Change, ...]:
    """What ``edits`` change, in page order; nothing where they cannot be made.

    They cannot when they overlap, point nowhere, or hold what the charset has no place for.  A
    new line ends as the line does in whose place or beside which it stands.
    """
    lines = physical_lines(data)
    made: list[Change] = []
    for edit in _settled(edits):
        count = edit.end_line - edit.line + 1
        if not (1 <= edit.line <= len(lines) + 1 and 0 <= count <= len(lines) - edit.line + 1):
            return ()
        old = lines[edit.line - 1 : edit.line - 1 + count]
        try:
            new = [line.encode(charset) for line in edit.lines]
        except UnicodeEncodeError:
            return ()
        if any(b"\n" in line or b"\r" in line for line in new):
            return ()
        ended = _ended(new, old, lines, edit.line)
        if ended == old:
            continue
        change = Change(edit.line - 1, tuple(old), tuple(ended))
        last = made.pop() if made and made[-1].end == change.start else None
        made.append(last.and_then(change) if last else change)
    return tuple(made)


def changed(data: bytes, made: Iterable[Change]) -> bytes:
    """The page with all changes made."""
    lines = physical_lines(data)
    parts, at = [], 0
    for change in made:
        parts += [*lines[at : change.start], *change.new]
        at = change.end
    return b"".join([*parts, *lines[at:]])


def _settled(edits: Iterable[Edit]) -> list[Edit]:
    """In page order, each once; none when two of them want the same place."""
    ordered = sorted(set(edits))
    for first, second in pairwise(ordered):
        if second.line <= first.end_line or second.line == first.line:
            return []
    return ordered


def _ended(new: list[bytes], old: list[bytes], lines: list[bytes], line: int) -> list[bytes]:
    """``new`` with line ends, and with the byte order mark of the line they replace."""
    beside = old or lines[line - 1 : line] or lines[-1:]
    ends = [_end(other) for other in beside]
    usual = next((end for end in (*ends, *(_end(other) for other in lines)) if end), b"\n")
    made = [text + usual for text in new]
    if made and old and not _end(old[-1]):
        made[-1] = made[-1].removesuffix(usual)
    if made and old and old[0].startswith(codecs.BOM_UTF8) and line == 1:
        made[0] = codecs.BOM_UTF8 + made[0]
    return made


def _end(line: bytes) -> bytes:
    return b"\r\n" if line.endswith(b"\r\n") else line[-1:] if line.endswith(b"\n") else b""

"""Edits of a page made on its bytes, and written as unified diffs in git's form."""

from __future__ import annotations

import codecs
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from conformance.drift.packets.packet import Docs, Edit
from conformance.model.document import Document
from conformance.patterns import regex

_NO_NEWLINE: Final = b"\\ No newline at end of file\n"
_PLAIN: Final = regex(r"[!#-\[\]-~]+(?: [!#-\[\]-~]+)*\Z")
"""A path git does not put in quotes: printable ASCII without quotation marks and backslashes."""
_ESCAPES: Final = {"\t": "\\t", "\n": "\\n", '"': '\\"', "\\": "\\\\"}
_CONTEXT: Final = 3
_CHARSETS: Final = (
    "utf-8", "euc_kr", "cp949", "gb18030", "big5", "shift_jis", "euc_jp", "cp1252", "latin-1"
)  # fmt: skip
"""Those in which a line feed is one byte and nothing else holds it."""


def render_diff(path: str, data: bytes, page_changes: Sequence[Change]) -> bytes:
    """The changes of the page ``data`` at ``path``, as ``git apply`` takes them; empty for none."""
    if not page_changes:
        return b""
    before, after = _name("a/", path), _name("b/", path)
    head = [b"diff --git %s %s\n" % (before, after)]
    head += [b"--- %s\n" % _end_name(before), b"+++ %s\n" % _end_name(after)]
    return b"".join([*head, *_write_hunks(split_lines(data), page_changes)])


def _write_hunks(lines: Sequence[bytes], page_changes: Sequence[Change]) -> Iterator[bytes]:
    shift = 0
    for group in _group_changes(page_changes):
        first = max(group[0].start - _CONTEXT, 0)
        last = min(group[-1].end + _CONTEXT, len(lines))
        grown = sum(len(change.new) - len(change.old) for change in group)
        old_range = _write_range(first, last - first)
        yield b"@@ -%s +%s @@\n" % (old_range, _write_range(first + shift, last - first + grown))
        at = first
        for change in group:
            yield from _mark_lines(b" ", lines[at : change.start])
            yield from _mark_lines(b"-", change.old)
            yield from _mark_lines(b"+", change.new)
            at = change.end
        yield from _mark_lines(b" ", lines[at:last])
        shift += grown


def _group_changes(page_changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes so near to each other that their context would overlap."""
    group: list[Change] = []
    for change in page_changes:
        if group and change.start > group[-1].end + 2 * _CONTEXT:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _write_range(start: int, count: int) -> bytes:
    """As GNU and git write it: of nothing, the line before it."""
    return b"%d,%d" % (start + (count > 0), count)


def _mark_lines(sign: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield sign + line
        if not line.endswith(b"\n"):
            yield b"\n" + _NO_NEWLINE


def _name(prefix: str, path: str) -> bytes:
    """As git writes a path: in quotes, with octal escapes, where it is not plain ASCII."""
    if _PLAIN.match(path):
        return (prefix + path).encode()
    octets = (prefix + path).encode("utf-8", "surrogateescape")
    escaped = (
        _ESCAPES.get(chr(octet)) or (chr(octet) if 32 <= octet < 127 else f"\\{octet:03o}")
        for octet in octets
    )
    return b'"%s"' % "".join(escaped).encode()


def _end_name(name: bytes) -> bytes:
    """git ends a name with blanks in it with a tab, so that it is known where it ends."""
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name


class Change(Struct, frozen=True):
    """Lines of a page and what stands in their place, with line ends."""

    start: int
    """Counted from 0; where something is put in, the line it stands before."""
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]

    @property
    def end(self) -> int:
        """The line after it, on the page as it was."""
        return self.start + len(self.old)


def split_lines(data: bytes) -> list[bytes]:
    r"""The lines of ``data`` with their ends; ``\n`` ends a line, as for git."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def charset_of(data: bytes, document: Document) -> str:
    """The charset in which the page's lines are those of ``document``; empty when none is.  Empty,
    too, for lines that end in a lone carriage return, which no patch knows as lines."""
    bare = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in bare:
        return ""
    for charset in _CHARSETS:
        try:
            text = bare.decode(charset)
        except UnicodeDecodeError:
            continue
        lines = tuple(line.removesuffix("\r") for line in text.split("\n"))
        if lines == document.lines and text.encode(charset) == bare:
            return charset
    return ""


def plan_changes(data: bytes, charset: str, edits: Iterable[Edit]) -> tuple[Change, ...]:
    """What ``edits`` change, in page order; nothing where they cannot be made.  They cannot when
    they overlap, point nowhere, or hold what the charset has no place for.  A new line ends as the
    line does in whose place or beside which it stands."""
    lines = split_lines(data)
    result: list[Change] = []
    for edit in _order_edits(edits):
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
        ended = _with_ends(new, old, lines, edit.line)
        if ended == old:
            continue
        change = Change(edit.line - 1, tuple(old), tuple(ended))
        if result and result[-1].end == change.start:
            last = result.pop()
            change = Change(last.start, last.old + change.old, last.new + change.new)
        result.append(change)
    return tuple(result)


def apply_changes(data: bytes, page_changes: Iterable[Change]) -> bytes:
    """The page with all changes made."""
    lines = split_lines(data)
    parts, at = [], 0
    for change in page_changes:
        parts += [*lines[at : change.start], *change.new]
        at = change.end
    return b"".join([*parts, *lines[at:]])


def _order_edits(edits: Iterable[Edit]) -> list[Edit]:
    """In page order, each once; none when two of them want the same place."""
    ordered = sorted(set(edits))
    for first, second in pairwise(ordered):
        if second.line <= first.end_line or second.line == first.line:
            return []
    return ordered


def _with_ends(new: list[bytes], old: list[bytes], lines: list[bytes], line: int) -> list[bytes]:
    """``new`` with line ends, and with the byte order mark of the line they replace."""
    beside = old or lines[line - 1 : line] or lines[-1:]
    ends = [_find_line_end(other) for other in beside]
    usual = next(
        (end for end in (*ends, *(_find_line_end(other) for other in lines)) if end), b"\n"
    )
    result = [text + usual for text in new]
    if result and old and not _find_line_end(old[-1]):
        result[-1] = result[-1].removesuffix(usual)
    if result and old and old[0].startswith(codecs.BOM_UTF8) and line == 1:
        result[0] = codecs.BOM_UTF8 + result[0]
    return result


def _find_line_end(line: bytes) -> bytes:
    return b"\r\n" if line.endswith(b"\r\n") else line[-1:] if line.endswith(b"\n") else b""


def merge_edits(edits: Iterable[Edit], docs: Docs) -> tuple[Edit, ...]:
    """The same edits with those of one line put together.  Edits of one part of a line are kept as
    they are: whoever makes them finds that they clash."""
    lines: dict[tuple[str, int], list[Edit]] = defaultdict(list)
    result: list[Edit] = []
    for edit in dict.fromkeys(edits):
        if edit.line == edit.end_line and len(edit.lines) == 1 and edit.page in docs.by_page:
            lines[edit.page, edit.line].append(edit)
        else:
            result.append(edit)
    for (page, number), own in lines.items():
        old = docs.by_page[page].document.lines[number - 1]
        together = _merge_line(old, [edit.lines[0] for edit in own])
        result += own if together is None else [Edit(page, number, number, (together,))]
    return tuple(result)


def _merge_line(old: str, news: Sequence[str]) -> str | None:
    splices = sorted({_splice(old, new) for new in news if new != old})
    result, at = [], 0
    for start, end, text in splices:
        if start < at:
            return None
        result += [old[at:start], text]
        at = end
    return "".join([*result, old[at:]])


def _splice(old: str, new: str) -> tuple[int, int, str]:
    """The one part of ``old`` that ``new`` has otherwise: from, to, and what stands there."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return head, len(old) - tail, new[head : len(new) - tail]

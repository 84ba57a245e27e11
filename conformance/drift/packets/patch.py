"""Unified diffs in git's form, written and applied, on bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from conformance.drift.packets.lines import Change, physical_lines

_HUNK: Final = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_NO_NEWLINE: Final = b"\\ No newline at end of file\n"
_PLAIN: Final = re.compile(r"[!#-\[\]-~]+(?: [!#-\[\]-~]+)*\Z")
"""A path git does not put in quotes: printable ASCII without quotation marks and backslashes."""
_ESCAPES: Final = {"\t": "\\t", "\n": "\\n", '"': '\\"', "\\": "\\\\"}
_CONTEXT: Final = 3


class PatchError(ValueError):
    """A patch does not fit the page it is for."""


def unified(path: str, data: bytes, made: Sequence[Change]) -> bytes:
    """``made`` of the page ``data`` at ``path``, as ``git apply`` takes it; empty for nothing."""
    if not made:
        return b""
    before, after = _name("a/", path), _name("b/", path)
    head = [b"diff --git %s %s\n" % (before, after)]
    head += [b"--- %s\n" % _ended(before), b"+++ %s\n" % _ended(after)]
    return b"".join([*head, *_hunks(physical_lines(data), made)])


def apply(diff: bytes, old: bytes) -> bytes:
    """``old`` with ``diff`` applied: every line of context has to be there, at its place.

    Raises:
        PatchError: it is not, or ``diff`` is no unified diff.
    """
    lines, made, at = physical_lines(old), [], 0
    for start, removed, added in _read(diff):
        if start < at or lines[start : start + len(removed)] != removed:
            raise PatchError(f"the patch does not fit at line {start + 1}")
        made += [*lines[at:start], *added]
        at = start + len(removed)
    return b"".join([*made, *lines[at:]])


def _hunks(lines: Sequence[bytes], made: Sequence[Change]) -> Iterator[bytes]:
    shift = 0
    for group in _together(made):
        first = max(group[0].start - _CONTEXT, 0)
        last = min(group[-1].end + _CONTEXT, len(lines))
        grown = sum(len(change.new) - len(change.old) for change in group)
        old_range = _range(first, last - first)
        yield b"@@ -%s +%s @@\n" % (old_range, _range(first + shift, last - first + grown))
        at = first
        for change in group:
            yield from _marked(b" ", lines[at : change.start])
            yield from _marked(b"-", change.old)
            yield from _marked(b"+", change.new)
            at = change.end
        yield from _marked(b" ", lines[at:last])
        shift += grown


def _together(made: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes so near to each other that their context would overlap."""
    group: list[Change] = []
    for change in made:
        if group and change.start > group[-1].end + 2 * _CONTEXT:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _range(start: int, count: int) -> bytes:
    """As GNU and git write it: of nothing, the line before it."""
    return b"%d,%d" % (start + (count > 0), count)


def _marked(sign: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield sign + line
        if not line.endswith(b"\n"):
            yield b"\n" + _NO_NEWLINE


def _read(diff: bytes) -> Iterator[tuple[int, list[bytes], list[bytes]]]:
    """For each hunk the line it begins at, from 0, what it takes and what it gives."""
    lines = physical_lines(diff)
    at = next((n for n, line in enumerate(lines) if line.startswith(b"@@")), len(lines))
    if at == len(lines):
        raise PatchError("no hunk")
    while at < len(lines):
        hunk = _HUNK.match(lines[at])
        if hunk is None:
            raise PatchError(f"no hunk at line {at + 1} of the patch")
        end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith(b"@@")), len(lines))
        removed, added = _sides(lines[at + 1 : end])
        counts = [int(hunk[n]) if hunk[n] is not None else 1 for n in (2, 4)]
        if counts != [len(removed), len(added)]:
            raise PatchError(f"the hunk at line {at + 1} of the patch is cut short")
        yield int(hunk[1]) - (counts[0] > 0), removed, added
        at = end


def _sides(body: Sequence[bytes]) -> tuple[list[bytes], list[bytes]]:
    sides: dict[bytes, list[bytes]] = {b"-": [], b"+": []}
    latest = b""
    for line in body:
        sign = line[:1]
        if line == _NO_NEWLINE:
            for side in latest:
                lines = sides[bytes([side])]
                lines[-1] = lines[-1].removesuffix(b"\n")
            continue
        if sign not in (b" ", b"-", b"+"):
            raise PatchError("a line of the patch has no sign")
        latest = b"-+" if sign == b" " else sign
        for side in latest:
            sides[bytes([side])].append(line[1:])
    return sides[b"-"], sides[b"+"]


def _name(prefix: str, path: str) -> bytes:
    """As git writes a path: in quotes, with octal escapes, where it is not plain ASCII."""
    if _PLAIN.match(path):
        return (prefix + path).encode()
    octets = (prefix + path).encode("utf-8", "surrogateescape")
    return b'"%s"' % "".join(map(_escaped, octets)).encode()


def _escaped(octet: int) -> str:
    char = chr(octet)
    return _ESCAPES.get(char) or (char if 32 <= octet < 127 else f"\\{octet:03o}")


def _ended(name: bytes) -> bytes:
    """git ends a name with blanks in it with a tab, so that it is known where it ends."""
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name

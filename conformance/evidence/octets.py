"""Octets of evidence: from a file, standard input or a URL, compressed or not.

What is too large for memory is cut between its entries.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import msgspec
import orjson
from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import InputError, naming_extras
from conformance.evidence.body import JsonError, load_json, require_few_values
from conformance.evidence.parts import (
    BOM,
    MAX_FILE_VALUES,
    Provenance,
    UnreadableError,
    is_record,
    mapping,
    provenance,
    sequence,
)
from conformance.patterns import regex

STDIN: Final = Path("-")
"""Stands for standard input."""
_URL: Final = regex(r"([a-z][a-z0-9+]+):/+")
_ZSTD: Final = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
_WINDOW: Final = 27
"""Memory that a zstd stream may ask for: octets, as a power of two."""


def url_of(path: Path) -> str:
    """The URL that was given as ``path``, in which slashes came together; empty if it is none."""
    text = str(path)
    return _URL.sub(r"\1://", text) if _URL.match(text) and not path.exists() else ""


class Octets(Struct, frozen=True):
    """A stream of octets; gzip and zstd are undone."""

    _file: BinaryIO
    _failures: tuple[type[Exception], ...]
    is_plain: bool = False
    """Whether they are as they are stored, so that one may begin anywhere."""

    def skip(self, count: int) -> None:
        """Go on ``count`` octets from the beginning; InputError where that cannot be."""
        try:
            self._file.seek(count)
        except self._failures as error:
            raise _make_read_error(error) from error

    def read(self, size: int) -> bytes:
        """The next ``size`` octets, fewer at the end; InputError where they cannot be read."""
        parts: list[bytes] = []
        while size > 0:
            try:
                part = self._file.read(size)
            except self._failures as error:
                raise _make_read_error(error) from error
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


@contextmanager
def open_octets(path: Path) -> Iterator[Octets]:
    """The octets of ``path``, decompressed by how they begin.  Raises InputError: unreadable;
    MissingExtraError: what it needs is not installed."""
    with ExitStack() as stack:
        try:
            file = _open_file(path, stack)
            yield _decompress_file(file, stack)
        except OSError as error:
            raise _make_read_error(error) from error


def _open_file(path: Path, stack: ExitStack) -> io.BufferedReader:
    if path == STDIN:
        file: Any = sys.stdin.buffer
    elif url := url_of(path):
        with naming_extras():
            import fsspec
        try:
            file = stack.enter_context(fsspec.open(url, "rb"))
        except (ValueError, ImportError) as error:  # an unknown protocol, or one without library
            raise _make_read_error(error) from error
    else:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        file = stack.enter_context(os.fdopen(descriptor, "rb"))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InputError("no regular file")
    return file if isinstance(file, io.BufferedReader) else io.BufferedReader(file)


def _decompress_file(file: io.BufferedReader, stack: ExitStack) -> Octets:
    failures: tuple[type[Exception], ...] = (OSError, ValueError)
    head = file.peek(4)[:4]
    if head[:2] == b"\x1f\x8b":
        packed = stack.enter_context(gzip.GzipFile(fileobj=file))
        return Octets(io.BufferedReader(packed), (*failures, EOFError, zlib.error))
    if head == b"\x28\xb5\x2f\xfd":
        with naming_extras():
            zstd: Any = import_module(_ZSTD)
        options = {zstd.DecompressionParameter.window_log_max: _WINDOW}
        unpacked = stack.enter_context(zstd.ZstdFile(file, options=options))
        return Octets(unpacked, (*failures, EOFError, zstd.ZstdError))
    return Octets(file, failures, is_plain=file.seekable())


def _make_read_error(error: Exception) -> InputError:
    return InputError(f"cannot be read: {getattr(error, 'strerror', None) or error}")


SEGMENT: Final = 1024 * 1024
"""Octets that are read at once."""
MAX_ENTRY: Final = 64 * 1024 * 1024
"""Octets that one entry may have."""
_ENTRIES: Final = regex(rb'"entries"\s*:\s*\[')
_BETWEEN: Final = regex(rb"\}\s*,\s*(\{)\s*\Z")
_COMMA: Final = regex(rb"\s*,")
_FIRST_NAME: Final = regex(rb'\s*\{\s*("(?:[^"\\]|\\.)*")\s*:')
_TRIES: Final = 40
"""Places at which one piece is tried to be cut."""

Read: TypeAlias = Callable[[int], bytes]


class Segment(Struct, frozen=True):
    """Some entries of a file that follow each other."""

    first: int
    """The number of the first of them in the file."""
    entries: Sequence[object]
    """Lines as octets; the entries of a HAR as their text, or as trees."""
    log: dict[str, object] | None = None
    """What a HAR says of all its entries, before them; None for lines."""

    def __reduce__(self) -> tuple[Callable[..., Segment], tuple[object, ...]]:
        """Sent to another process as one text: many objects take several times as long."""
        texts = [one for one in self.entries if isinstance(one, msgspec.Raw | bytes)]
        if len(texts) < len(self.entries):
            return Segment, (self.first, self.entries, self.log)
        joint = b"\n" if self.log is None else b","
        return _rejoin_lines, (self.first, joint.join(texts), self.log)


def _rejoin_lines(first: int, text: bytes, log: dict[str, object] | None) -> Segment:
    return Segment(first, text.split(b"\n") if log is None else _read_array(text), log)


def cut(head: bytes, read: Read) -> Iterator[Segment] | None:
    """The segments of a file that begins with ``head``; None where it has to be read whole.  The
    iterator raises InputError where the file breaks off."""
    text = head.removeprefix(BOM)
    if _begins_with_records(text):
        return _cut_lines(text, read)
    if found := _read_frame(text):
        log, begin = found
        return _cut_har(log, text[begin:], read)
    return None


def _begins_with_records(text: bytes) -> bool:
    lines = [line for line in map(bytes.strip, text.split(b"\n", 9)[:-1]) if line][:2]
    return any(map(is_record, lines))


class LineBlock(Struct, frozen=True):
    """Some lines of a file, by where they begin."""

    first: int
    """The number of the first of them in the file, blank ones not counted."""
    start: int
    """Its first octet."""
    size: int

    def cut(self, octets: Octets) -> Iterator[Segment]:
        octets.skip(self.start)
        left = self.size

        def read(size: int) -> bytes:
            nonlocal left
            data = octets.read(min(size, left))
            left -= len(data)
            return data

        for segment in _cut_lines(b"", read):
            yield replace(segment, first=self.first + segment.first)


def find_blocks(octets: Octets, size: int) -> Iterator[LineBlock]:
    """The lines of a file in blocks of about ``size`` octets; none where it is no file of lines."""
    head = octets.read(SEGMENT)
    if len(head) < SEGMENT or not _begins_with_records(head.removeprefix(BOM)):
        return
    first, start, count, rest, text = 0, 0, 0, b"", head
    length = 0
    while text:
        text = rest + text
        end = text.rfind(b"\n") + 1
        count += sum(1 for line in text[:end].split(b"\n") if line and not line.isspace())
        length, rest = length + end, text[end:]
        if length >= size:
            yield LineBlock(first, start, length)
            first, start, count, length = first + count, start + length, 0, 0
        text = octets.read(SEGMENT)
    yield LineBlock(first, start, length + len(rest))


def _cut_lines(head: bytes, read: Read) -> Iterator[Segment]:
    first, rest, at = 0, b"", 0
    while True:
        chunk = head[at : at + SEGMENT] or read(SEGMENT)
        at, rest = at + SEGMENT, rest + chunk
        end = rest.rfind(b"\n") + 1 if chunk else len(rest)
        data, rest = rest[:end], rest[end:]
        lines: list[object] = [line for line in map(bytes.strip, data.split(b"\n")) if line]
        if lines:
            yield Segment(first, lines)
            first += len(lines)
        if not chunk:
            return
        if len(rest) > MAX_ENTRY:
            raise InputError(f"entry {first} is larger than {MAX_ENTRY:,} octets")


def _read_frame(head: bytes) -> tuple[dict[str, object], int] | None:
    for found in _ENTRIES.finditer(head):
        try:
            tree = orjson.loads(head[: found.end()] + b"]}}")
        except orjson.JSONDecodeError:
            continue
        if isinstance(tree, dict) and isinstance(log := tree.get("log"), dict):
            return (log, found.end()) if log.get("entries") == [] else None
    return None


def _cut_har(log: dict[str, object], rest: bytes, read: Read) -> Iterator[Segment]:
    """Batches of entries, each about as large as what is read at once.  A piece that begins with an
    entry and is a sound array of objects also ends with one, so it may be cut there."""
    first, wanted = 0, SEGMENT
    while True:
        entries, end = _cut_piece(rest) if len(rest) >= wanted else ([], 0)
        if entries:
            yield Segment(first, entries, log)
            first, wanted, rest = first + len(entries), SEGMENT, rest[end:]
            continue
        wanted = max(wanted, 2 * len(rest))
        if wanted > 2 * MAX_ENTRY:
            raise UnreadableError(f"entry {first} is larger than {MAX_ENTRY:,} octets, or no JSON")
        chunk = read(wanted - len(rest))
        if not chunk:
            break
        rest += chunk
    # the entries after the last cut; what the log says after them came too late
    require_few_values(rest, MAX_FILE_VALUES)
    try:
        tree = load_json(b'{"log":{"entries":[' + rest)
    except JsonError as error:
        raise UnreadableError(f"entry {first} or one after it: {error.reason}") from None
    after = mapping(mapping(tree, "the archive").get("log"), "log")
    yield Segment(first, sequence(after.get("entries"), "log.entries"), log)
    if provenance(after) != Provenance():
        raise InputError("what the log says of all its entries has to stand before them")


def _cut_piece(text: bytes) -> tuple[Sequence[object], int]:
    """As many whole entries as are certain, and where the next one begins."""
    named = _FIRST_NAME.match(text)
    at = len(text)
    for _ in range(_TRIES if named else 0):
        at = text.rfind(named[1] if named else b"", 1, at)
        if at < 0:
            break
        between = _BETWEEN.search(text, max(0, at - 256), at)
        if between and (entries := _read_array(text[: between.start() + 1])):
            return entries, between.start(1)
    return _cut_first(text)


def _cut_first(text: bytes) -> tuple[Sequence[object], int]:
    size = 0
    while size < len(text):
        size = 2 * size or 64 * 1024
        part = text[:size].decode(errors="ignore")
        try:
            _, length = json.JSONDecoder().raw_decode(part.lstrip())
        except (ValueError, RecursionError):
            continue
        end = len(part[: len(part) - len(part.lstrip()) + length].encode())
        comma = _COMMA.match(text, end)
        entries = _read_array(text[:end]) if comma else []
        return entries, comma.end() if comma else 0
    return [], 0


_BOUNDARIES: Final = msgspec.json.Decoder(list[msgspec.Raw])


def _read_array(items: bytes) -> Sequence[object]:
    """The items, each as its text where that is to be had: nothing is made of what is not read."""
    text = b"[" + items + b"]"
    try:
        if text.isascii() or text.decode():
            return _BOUNDARIES.decode(text)
    except UnicodeDecodeError:
        return []
    except (msgspec.DecodeError, RecursionError):  # no JSON, or what only the exact reader takes
        pass
    try:
        require_few_values(items, MAX_FILE_VALUES)
        found = load_json(text)
    except (JsonError, InputError):
        return []
    return list(found) if isinstance(found, list) else []

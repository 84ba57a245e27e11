"""Where the octets of evidence come from: a file, standard input or a URL, compressed or not."""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Final

from conformance.errors import InputError, naming_extras

STDIN: Final = Path("-")
"""Stands for standard input."""
_URL: Final = re.compile(r"([a-z][a-z0-9+]+):/+")
_ZSTD: Final = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
_WINDOW: Final = 27
"""Memory that a zstd stream may ask for: octets, as a power of two."""


def url_of(path: Path) -> str:
    """The URL that was given as ``path``, in which slashes came together; empty if it is none."""
    text = str(path)
    return _URL.sub(r"\1://", text) if _URL.match(text) and not path.exists() else ""


@dataclass(frozen=True, slots=True)
class Octets:
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
            raise _unreadable(error) from error

    def read(self, size: int) -> bytes:
        """The next ``size`` octets, fewer at the end; InputError where they cannot be read."""
        parts: list[bytes] = []
        while size > 0:
            try:
                part = self._file.read(size)
            except self._failures as error:
                raise _unreadable(error) from error
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


@contextmanager
def open_octets(path: Path) -> Iterator[Octets]:
    """The octets of ``path``: compression is told by how they begin, not by the name.

    Raises:
        InputError: it cannot be read.
        MissingExtraError: what it needs is not installed.
    """
    with ExitStack() as stack:
        try:
            file = _opened(path, stack)
            yield _decompressed(file, stack)
        except OSError as error:
            raise _unreadable(error) from error


def _opened(path: Path, stack: ExitStack) -> io.BufferedReader:
    if path == STDIN:
        return _buffered(sys.stdin.buffer)
    if url := url_of(path):
        with naming_extras():
            import fsspec
        return _buffered(stack.enter_context(_from_url(fsspec, url)))
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    file = stack.enter_context(os.fdopen(descriptor, "rb"))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise InputError("no regular file")
    return file


def _from_url(fsspec: Any, url: str) -> Any:
    try:
        return fsspec.open(url, "rb")
    except (ValueError, ImportError) as error:  # an unknown protocol, or one that needs a library
        raise _unreadable(error) from error


def _buffered(file: Any) -> io.BufferedReader:
    return file if isinstance(file, io.BufferedReader) else io.BufferedReader(file)


def _decompressed(file: io.BufferedReader, stack: ExitStack) -> Octets:
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


def _unreadable(error: Exception) -> InputError:
    return InputError(f"cannot be read: {getattr(error, 'strerror', None) or error}")

"""Content codings undone (RFC 9110, section 8.4), within bounds."""

from __future__ import annotations

import base64
import binascii
import codecs
import importlib
import re
import zlib
from collections.abc import Callable
from functools import partial
from types import ModuleType

from msgspec import Struct

from conformance.errors import InputError
from conformance.patterns import regex

MAX_BODY = 64 * 1024 * 1024
"""Octets a body may have once decoded, by default."""

MAX_MEMBERS = 100
"""Streams that may follow each other in one body; each costs a copy of what is left."""

MAX_CODINGS = 4
"""Codings that may be applied to one body; each is undone within the limit of its own."""

MAX_DECODED_FILE = 64 * 1024 * 1024
"""Octets that the coded bodies of one file may have together, once decoded."""

MAX_DECODED_RUN = 256 * 1024 * 1024
"""Octets that the coded bodies of one run may have together, once decoded."""

_WASTE = 4
"""How many times what is kept may be decoded in vain: one large body does not hide the others."""


class CodingError(InputError):
    """The octets are not what their coding says, or the coding is not known."""


class BodyTooLargeError(CodingError):
    """Decoding was stopped at the limit: a decompression bomb, or a body too large to judge."""


class BudgetError(BodyTooLargeError):
    """A body is left as it is because those before it took what a file or a run may come to."""


class DecodingBudget(Struct):
    """What is left of the octets that the coded bodies of a file or a run may come to: gzip makes a
    thousand octets of one.  Bodies without a coding cost nothing."""

    kept: int
    """Octets of decoded bodies that may still be kept."""
    wasted: int
    """Octets that may still be decoded in vain, of bodies that turn out to be too large."""
    run: DecodingBudget | None = None
    """The budget of the run this one belongs to: it pays, too."""

    @classmethod
    def of_run(cls) -> DecodingBudget:
        """A budget for everything that is read together."""
        return cls(MAX_DECODED_RUN, _WASTE * MAX_DECODED_RUN)

    @classmethod
    def of_file(cls, run: DecodingBudget | None = None) -> DecodingBudget:
        """A budget for one file of ``run``."""
        return cls(MAX_DECODED_FILE, _WASTE * MAX_DECODED_FILE, run)

    def decode(self, body: bytes, codings: str) -> bytes:
        """As :func:`undo_codings_left`.  Raises BodyTooLargeError: more than ``MAX_BODY``;
        BudgetError: too large for what is left."""
        if not codings:
            return body
        limit = min(MAX_BODY, self._count_left())
        try:
            decoded = undo_codings_left(body, codings, limit=limit)
        except BodyTooLargeError:
            self._pay(wasted=limit)
            if limit < MAX_BODY:
                raise self._make_budget_error() from None
            raise
        self._pay(kept=0 if decoded is body else len(decoded))
        return decoded

    def _count_left(self) -> int:
        own = self.kept if self.wasted > 0 else 0
        return own if self.run is None else min(own, self.run._count_left())

    def _pay(self, kept: int = 0, wasted: int = 0) -> None:
        self.kept -= kept
        self.wasted -= wasted
        if self.run is not None:
            self.run._pay(kept, wasted)

    def _make_budget_error(self) -> BudgetError:
        of_run = self.run is not None and self.run._count_left() <= self.kept
        whose, limit = ("run", MAX_DECODED_RUN) if of_run else ("file", MAX_DECODED_FILE)
        return BudgetError(
            f"the coded bodies of this {whose} come to more than {limit:,} octets when decoded",
            hint="check fewer files at once" if of_run else "split it into several files",
        )


def undo_codings(body: bytes, codings: str, *, limit: int = MAX_BODY) -> bytes:
    """``body`` before the codings of ``Content-Encoding`` were applied.  Raises CodingError, and
    BodyTooLargeError as soon as more than ``limit`` octets come out."""
    names = [name for name in (part.strip().lower() for part in codings.split(",")) if name]
    if body and len(names) > MAX_CODINGS:
        raise CodingError(f"{len(names):,} content codings for one body")
    for name in reversed(names) if body else ():
        if name not in _DECODERS:
            known = ", ".join(sorted(_DECODERS))
            raise CodingError(f"content coding {name!r} is not known", hint=f"known: {known}")
        body = _DECODERS[name](body, limit)
    return body


def undo_codings_left(body: bytes, codings: str, *, limit: int = MAX_BODY) -> bytes:
    """As :func:`undo_codings`, but plain text stays: recorders often store decoded text and keep
    the header."""
    try:
        return undo_codings(body, codings, limit=limit)
    except CodingError as error:
        if isinstance(error, BodyTooLargeError) or not _is_text(body):
            raise
        return body


_CHARSET = regex(r";[ \t]*charset=[\"']?((?!utf-?8\b)[\w.:-]{1,40})", re.IGNORECASE)
"""The parameter of a media type (RFC 9110, section 8.3.2), where it is not UTF-8."""
_NOT_CHARSETS = frozenset(
    ("idna", "mbcs", "oem", "palmos", "punycode", "raw-unicode-escape", "undefined")
) | {"unicode-escape"}
"""Encodings of Python's own, which are no character sets of texts."""


def to_utf8(body: bytes, content_type: str) -> bytes:
    """``body`` in UTF-8.  JSON is UTF-8 whatever is declared (RFC 8259, section 8.1): the charset
    counts only for what cannot be UTF-8; what it cannot decode is left as it is."""
    named = _CHARSET.search(content_type)
    if named is None or (_is_text(body) and b"\x1b" not in body):
        return body
    try:
        if codecs.lookup(named[1]).name in _NOT_CHARSETS:
            return body
        return body.decode(named[1]).encode()
    except (LookupError, ValueError):
        return body


def from_base64(text: str) -> bytes:
    """Octets of standard base64 (RFC 4648, section 4); white space is ignored."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise CodingError(f"not base64: {error}") from None


def _is_text(body: bytes) -> bool:
    try:
        return "\0" not in body.decode()
    except UnicodeDecodeError:
        return False


def _deflate(body: bytes, limit: int) -> bytes:
    """The zlib format, or the bare stream that some senders mean by the name."""
    try:
        return _inflate_body(zlib.MAX_WBITS, "deflate", body, limit)
    except CodingError as error:
        if isinstance(error, BodyTooLargeError):
            raise
        return _inflate_body(-zlib.MAX_WBITS, "deflate", body, limit)


def _inflate_body(window: int, name: str, body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    left = limit
    while body:
        if len(parts) == MAX_MEMBERS:
            raise CodingError(f"the {name} stream has more than {MAX_MEMBERS} members")
        stream = zlib.decompressobj(window)
        try:
            part = stream.decompress(body, left + 1)
        except zlib.error as error:
            raise CodingError(f"not a {name} stream: {error}") from None
        if len(part) > left:
            raise _make_size_error(limit)
        if not stream.eof:
            raise CodingError(f"the {name} stream is cut short")
        left -= len(part)
        parts.append(part)
        body = stream.unused_data
    return b"".join(parts)


def _decode_brotli(body: bytes, limit: int) -> bytes:
    library = _import_brotli()
    if library is None:
        raise CodingError("content coding 'br' needs a library", hint="pip install 'brotli>=1.2'")
    stream = library.Decompressor()
    parts: list[bytes] = []
    size, piece = 0, body
    try:
        while not stream.is_finished():
            part = stream.process(piece, output_buffer_limit=1 << 16)
            if not part and not piece:
                raise CodingError("the br stream is cut short")
            size, piece = size + len(part), b""
            if size > limit:
                raise _make_size_error(limit)
            parts.append(part)
    except library.error as error:
        raise CodingError(f"not a br stream: {error}") from None
    return b"".join(parts)


def _import_brotli() -> ModuleType | None:
    """The optional ``brotli`` package, when it can bound its output (1.2 and later)."""
    try:
        library = importlib.import_module("brotli")
    except ImportError:
        return None
    return library if hasattr(library.Decompressor, "can_accept_more_data") else None


def _make_size_error(limit: int) -> BodyTooLargeError:
    return BodyTooLargeError(f"the body has more than {limit:,} octets when decoded")


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "identity": lambda body, _: body,
    **dict.fromkeys(("gzip", "x-gzip"), partial(_inflate_body, 16 + zlib.MAX_WBITS, "gzip")),
    "deflate": _deflate,
    "br": _decode_brotli,
}

"""The decoded page as every reader needs it: its lines, and spans that point into them."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from conformance.model.document import Text
from conformance.model.span import Span
from conformance.parse.charsets import decode_foreign
from conformance.patterns import regex

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHIFTS: Final = b"\x1b$B"
"""With what ISO-2022-JP, whose bytes are all ASCII, goes over to kanji."""
_NO_CHARACTER: Final = regex("[\0\ud800-\udfff]")
_NEWLINE: Final = regex(r"\r\n?|\n")


def decode(data: bytes) -> str:
    """The text of ``data``, without byte order mark, NUL and lone surrogates; never fails.

    In this order: byte order mark, ISO-2022-JP by its escapes, UTF-8, and what
    :func:`~conformance.parse.charsets.decode_foreign` makes of it.
    """
    for bom, charset in _BOMS:
        if data.startswith(bom):
            return _clean(data[len(bom) :].decode(charset, "replace"))
    try:
        return _clean(data.decode("iso2022_jp_ext" if _SHIFTS in data else "utf-8"))
    except UnicodeDecodeError:
        return _clean(decode_foreign(data))


def split_lines(text: str) -> tuple[str, ...]:
    r"""Lines without their ends; ``\r\n``, ``\r`` and ``\n`` end a line and nothing else does."""
    return tuple(_NEWLINE.split(text)) if "\r" in text else tuple(text.split("\n"))


def _clean(text: str) -> str:
    return _NO_CHARACTER.sub("\ufffd", text.removeprefix("\ufeff"))


QUOTE_LIMIT: Final = 160
"""Characters of a quote, its ``…`` included."""


def shorten(raw: str) -> str:
    """``raw`` on one line, at most :data:`QUOTE_LIMIT` characters of it."""
    if len(raw) <= QUOTE_LIMIT and "\n" not in raw:
        return raw.strip()
    text = raw[: 4 * QUOTE_LIMIT].strip()
    if "\n" in text:
        text = " ".join(filter(None, map(str.strip, text.split("\n"))))
    if len(text) <= QUOTE_LIMIT and len(raw) <= 4 * QUOTE_LIMIT:
        return text
    return text[: QUOTE_LIMIT - 1].rstrip() + "…"


class Source(Struct, frozen=True):
    """One page: where spans point to."""

    page: str
    lines: Sequence[str]

    def span(self, line: int, end_line: int = 0, quote: str | None = None) -> Span:
        """Lines ``line`` to ``end_line`` (1-based, inclusive; one line when left out).

        Without ``quote`` the first line is quoted.  Lines outside the page are moved into it.
        """
        last = len(self.lines)
        if not 1 <= line <= end_line <= last:
            line = min(max(line, 1), max(last, 1))
            end_line = min(max(end_line, line), max(last, 1))
        if quote is None:
            quote = "\n".join(self.lines[line - 1 : min(end_line, line + 3)])
        return Span(self.page, line, end_line, shorten(quote))

    def text(self, plain: str, line: int, end_line: int = 0, quote: str | None = None) -> Text:
        """A text without markup that stands on the given lines."""
        return Text(plain, self.span(line, end_line, plain if quote is None else quote))

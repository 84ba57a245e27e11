"""The decoded page as every reader needs it: its lines, and spans that point into them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from conformance.model.document import Text
from conformance.model.span import Span

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(
    rb"""<(?:meta|\?xml)\b[^<>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)
_DECLARED_WITHIN: Final = 4096
"""Bytes from the start in which a charset may be declared (WHATWG asks for 1024)."""
_GUESS_FROM: Final = 65536
"""Bytes shown to the charset guesser: its cost grows steeply with length."""
_SCRIPTS: Final = (
    ("euc_kr", re.compile("[\uac00-\ud7a3]")),
    ("shift_jis", re.compile("[\u3040-\u30ff]")),
    ("cp949", re.compile("[\uac00-\ud7a3]")),
)
"""East Asian charsets, the strictest first, and the script a text in them is mostly in."""
_MOSTLY: Final = 1 / 3
_NO_CHARACTER: Final = re.compile("[\0\ud800-\udfff]")
_NEWLINE: Final = re.compile(r"\r\n?|\n")


def decode(data: bytes) -> str:
    """The text of ``data``, without byte order mark, NUL and lone surrogates; never fails.

    In this order: byte order mark, UTF-8, the charset a ``<meta>`` or XML declaration
    names, the best guess of charset-normalizer, UTF-8 with replacement characters.
    """
    for bom, charset in _BOMS:
        if data.startswith(bom):
            return _clean(data[len(bom) :].decode(charset, "replace"))
    try:
        return _clean(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _clean(_decode_foreign(data))


def split_lines(text: str) -> tuple[str, ...]:
    r"""Lines without their ends; ``\r\n``, ``\r`` and ``\n`` end a line and nothing else does."""
    return tuple(_NEWLINE.split(text)) if "\r" in text else tuple(text.split("\n"))


def _clean(text: str) -> str:
    return _NO_CHARACTER.sub("\ufffd", text.removeprefix("\ufeff"))


def _by_script(data: bytes) -> str:
    """The first charset that decodes every byte, and mostly to its own script; or empty."""
    for charset, script in _SCRIPTS:
        try:
            foreign = "".join(c for c in data.decode(charset) if ord(c) > 127)
        except UnicodeDecodeError:
            continue
        if foreign and len(script.findall(foreign)) > _MOSTLY * len(foreign):
            return charset
    return ""


def _decode_foreign(data: bytes) -> str:
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    if declared:
        try:
            return data.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeError, ValueError):
            pass
    mostly_utf8 = data.decode("utf-8", "replace")
    if mostly_utf8.count("\ufffd") * 100 < len(mostly_utf8):
        return mostly_utf8
    if charset := _by_script(data):
        return data.decode(charset, "replace")
    from charset_normalizer import from_bytes  # rarely needed, slow to import

    guess = from_bytes(data[:_GUESS_FROM]).best()
    return data.decode(guess.encoding, "replace") if guess else mostly_utf8


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


@dataclass(frozen=True, slots=True)
class Source:
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

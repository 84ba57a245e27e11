"""The charset of a page that is neither marked nor UTF-8.

East Asian charsets decode each other's bytes: EUC-JP read as GB 18030 has the right kana and the
wrong kanji, Chinese in GB 2312 read as EUC-KR is half Hangul.  Which one is meant shows in the
characters: those of the words that documentation uses are frequent in the right text, and no more
than chance in a wrong one.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from conformance.model.document import Text
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.vocabulary import characters

_DECLARED: Final = regex(
    rb"""<(?:meta|\?xml)\b[^<>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)
_DECLARED_WITHIN: Final = 4096
"""Bytes from the start in which a charset may be declared (WHATWG asks for 1024)."""
_GUESS_FROM: Final = 65536
"""Bytes shown to the charset guesser: its cost grows steeply with length."""
_JUDGED_BY: Final = 20_000
"""Characters by which a charset is judged."""
_KANA: Final = frozenset(map(chr, range(0x3041, 0x30FF)))
_EAST_ASIAN: Final = (
    ("euc_kr", ("ko",)),
    ("cp949", ("ko",)),
    ("shift_jis", ("ja",)),
    ("cp932", ("ja",)),
    ("euc_jp", ("ja",)),
    ("euc_jis_2004", ("ja",)),
    ("gb18030", ("zh", "ja")),
    ("big5hkscs", ("zh",)),
)
"""East Asian charsets, the stricter before the wider, and the languages of texts in them."""
_WIDER: Final = {
    **dict.fromkeys(("euc-jp", "x-euc-jp"), "euc_jis_2004"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    **dict.fromkeys(("big5", "x-x-big5"), "big5hkscs"),
}
"""What pages declare -> what they are written in then, as browsers take it (WHATWG Encoding)."""
_FAMILIAR: Final = 1 / 4
"""Share of the foreign characters that has to be familiar; by chance it is about a tenth."""
_BEYOND_DOUBT: Final = 2 / 3
"""The same for a text with few foreign characters, which may be anything."""
_DAMAGED: Final = 100
"""A text with one character of so many undecodable is that text, damaged."""


def decode_foreign(data: bytes) -> str:
    """The text of ``data``, which is not UTF-8; never fails.

    In this order: the charset a ``<meta>`` or XML declaration names, UTF-8 with few of its
    characters damaged, the East Asian charset whose text is the most familiar, the best guess of
    charset-normalizer, UTF-8 with replacement characters.
    """
    declared = _decode_declared(data)
    if declared is not None:
        return declared
    mostly_utf8 = data.decode("utf-8", "replace")
    damaged = _is_damaged(mostly_utf8)
    if damaged and 2 * mostly_utf8.count("\ufffd") < sum(c > "\x7f" for c in mostly_utf8):
        return mostly_utf8  # what else is foreign in it is right
    if text := _choose_most_familiar(data, _BEYOND_DOUBT if damaged else _FAMILIAR):
        return text
    if damaged:
        return mostly_utf8
    from charset_normalizer import from_bytes  # rarely needed, slow to import

    guess = from_bytes(data[:_GUESS_FROM]).best()
    return data.decode(guess.encoding, "replace") if guess else mostly_utf8


def _decode_declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_DECLARED_WITHIN])
    if found is None:
        return None
    name = found.group(1).decode("ascii", "replace").lower()
    wider = _WIDER.get(name)
    for charset in filter(None, (name, wider)):
        try:
            return data.decode(charset)
        except (LookupError, UnicodeError, ValueError):
            pass
    text = data.decode(wider, "replace") if wider else ""
    return text if text and _is_damaged(text) else None


def _is_damaged(text: str) -> bool:
    return text.count("\ufffd") * _DAMAGED < len(text)


def _choose_most_familiar(data: bytes, least: float) -> str:
    """The text of ``data`` in the charset that makes the most sense; empty where none does."""
    best, text = least, ""
    for charset, languages in _EAST_ASIAN:
        try:
            decoded = data.decode(charset)
        except UnicodeDecodeError:
            continue
        foreign = [c for c in decoded if c > "\x7f"][:_JUDGED_BY]
        share = max(_measure_familiarity(foreign, language) for language in languages)
        if share > best:
            best, text = share, decoded
    return text


def _measure_familiarity(foreign: list[str], language: str) -> float:
    known = characters(language) | (_KANA if language == "ja" else frozenset())
    return sum(c in known for c in foreign) / max(len(foreign), 1)


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
    :func:`decode_foreign` makes of it.
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

        Without ``quote`` the first lines are quoted.  Lines outside the page are moved into it.
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


_EXPLICIT: Final = regex(r"\s*\\?\{\s*#([^\s{}]+)\s*\\?\}\s*$")
_ANCHOR_TAG: Final = regex(r"""<a\s++(?:id|name)=["']?([^\s"'<>]++)["']?\s*+/?>""")
_DROPPED: Final = regex(r"[^\w\- ]")


def explicit_anchor(raw: str) -> tuple[str, str]:
    """A heading's source without its ``{#id}``, and the id (empty when there is none).

    An empty ``<a id="...">`` gives the id as well.
    """
    if "<a " in raw and (inside := _ANCHOR_TAG.search(raw)):
        return raw, inside.group(1)
    if "#" not in raw or "{" not in raw:
        return raw, ""
    match = _EXPLICIT.search(raw, max(len(raw) - 200, 0))
    return (raw[: match.start()], match.group(1)) if match else (raw, "")


class Anchors:
    """The anchors of one page: GitHub's slugs, made unique in order."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def take(self, explicit: str, plain: str) -> str:
        """The anchor of the next heading: the explicit one, else the slug of its text."""
        slug = explicit or slugify(plain)
        if slug not in self._taken:
            self._taken[slug] = 0
            return slug
        while True:
            self._taken[slug] += 1
            numbered = f"{slug}-{self._taken[slug]}"
            if numbered not in self._taken:
                self._taken[numbered] = 0
                return numbered


def slugify(plain: str) -> str:
    """GitHub's slug: lower case, letters and digits of any script, ``_`` and ``-`` for a blank."""
    return _DROPPED.sub("", plain.strip().lower()).replace(" ", "-")

"""The charset of a page that is neither marked nor UTF-8.

East Asian charsets decode each other's bytes: EUC-JP read as GB 18030 has the right kana and the
wrong kanji, Chinese in GB 2312 read as EUC-KR is half Hangul.  Which one is meant shows in the
characters: those of the words that documentation uses are frequent in the right text, and no more
than chance in a wrong one.
"""

from __future__ import annotations

import re
from typing import Final

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
_CHARSETS: Final = (
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
    "euc-jp": "euc_jis_2004",
    "x-euc-jp": "euc_jis_2004",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
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
    for charset, languages in _CHARSETS:
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

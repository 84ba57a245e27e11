"""How an answer may hold a secret: each way gives a body for it, or several parts of one."""

from __future__ import annotations

import base64
import html
import json
import textwrap
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote


def _json(text: str) -> str:
    return json.dumps({"code": 7, "note": text})


def _each(write: Callable[[str], str], between: str = "") -> Callable[[str], str]:
    return lambda secret: between.join(map(write, secret))


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _hex(text: str) -> str:
    return text.encode().hex()


def _lines(text: str, width: int = 11) -> str:
    return "\n".join(textwrap.wrap(text, width))


def _halves(secret: str) -> tuple[str, str]:
    return secret[: len(secret) // 2], secret[len(secret) // 2 :]


VALUES: Final[Mapping[str, Callable[[str], str]]] = {
    "plain": str,
    "lower case": str.lower,
    "upper case": str.upper,
    "swapped case": str.swapcase,
    "title case": str.title,
    "alternating case": lambda s: "".join(
        c.upper() if n % 2 else c.lower() for n, c in enumerate(s)
    ),
    "reversed": lambda s: s[::-1],
    "reversed capitals": lambda s: s[::-1].upper(),
    "amid other text": lambda s: f"the key is {s}, it says",
    "amid letters": lambda s: f"qqq{s}qqq",
    "spaced letters": " ".join,
    "letters with dots": ".".join,
    "letters with commas": ", ".join,
    "zero-width letters": "\u200b".join,
    "joined letters": "\u2060".join,
    "soft hyphens": "\u00ad".join,
    "letters on lines": "\n".join,
    "letters after tabs": "\t".join,
    "full-width letters": _each(lambda c: chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c),
    "accented letters": _each(lambda c: f"{c}\u0301"),
    "groups of four": lambda s: "-".join(textwrap.wrap(s, 4)),
    "all but the last two": lambda s: s[:-2],
    "all but the first two": lambda s: s[2:],
    "a run of twelve letters and digits": lambda s: "".join(filter(str.isalnum, s))[3:15],
    "hex": _hex,
    "hex in capitals": lambda s: _hex(s).upper(),
    "hex with 0x": lambda s: f"0x{_hex(s)}",
    "hex with colons": lambda s: s.encode().hex(":"),
    "hex with blanks": lambda s: s.encode().hex(" "),
    "hex octets with 0x": _each(lambda c: f"0x{ord(c):02x}", ", "),
    "hex escapes": _each(lambda c: rf"\x{ord(c):02x}"),
    "octal escapes": _each(lambda c: rf"\{ord(c):03o}"),
    "JSON escapes in text": _each(lambda c: rf"\u{ord(c):04x}"),
    "code points": _each(lambda c: f"U+{ord(c):04X}", " "),
    "decimal octets": _each(lambda c: str(ord(c)), " "),
    "reversed hex": lambda s: _hex(s)[::-1],
    "hex of UTF-16": lambda s: s.encode("utf-16-le").hex(),
    "base64": lambda s: _base64(s.encode()),
    "base64 without padding": lambda s: _base64(s.encode()).rstrip("="),
    "base64 after one octet": lambda s: _base64(b":" + s.encode() + b":"),
    "base64 after two octets": lambda s: _base64(b"k:" + s.encode() + b":x"),
    "base64 for URLs": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "base64 over lines": lambda s: _lines(_base64(s.encode())),
    "base64 with blanks": lambda s: " ".join(textwrap.wrap(_base64(s.encode()), 4)),
    "base64 of UTF-16": lambda s: _base64(s.encode("utf-16-le")),
    "base64 of UTF-16, big end first": lambda s: _base64(s.encode("utf-16")),
    "base64 of what is reversed": lambda s: _base64(s[::-1].encode()),
    "base64 of capitals": lambda s: _base64(s.upper().encode()),
    "base64 of spaced letters": lambda s: _base64(" ".join(s).encode()),
    "reversed base64": lambda s: _base64(s.encode())[::-1],
    "base64 with swapped case": lambda s: _base64(s.encode()).swapcase(),
    "base64 of base64": lambda s: _base64(_base64(s.encode()).encode()),
    "base64 of hex": lambda s: _base64(_hex(s).encode()),
    "hex of base64": lambda s: _hex(_base64(s.encode())),
    "hex of base64 with colons": lambda s: _base64(s.encode()).encode().hex(":"),
    "hex of hex": lambda s: _hex(_hex(s)),
    "base32": lambda s: base64.b32encode(s.encode()).decode(),
    "base32 in lower case": lambda s: base64.b32encode(s.encode()).decode().lower().rstrip("="),
    "base32 after one octet": lambda s: base64.b32encode(b":" + s.encode()).decode(),
    "base64 of base32": lambda s: _base64(base64.b32encode(s.encode())),
    "percent": lambda s: quote(s, safe=""),
    "percent, every letter": _each(lambda c: f"%{ord(c):02X}"),
    "percent, twice": lambda s: quote(_each(lambda c: f"%{ord(c):02x}")(s), safe=""),
    "HTML": html.escape,
    "decimal entities": _each(lambda c: f"&#{ord(c)};"),
    "hex entities": _each(lambda c: f"&#x{ord(c):x};"),
    "entities between letters": "&#8203;".join,
    "tags between letters": "<wbr>".join,
    "escaped JSON in text": lambda s: json.dumps({"a": _halves(s)[0], "b": _halves(s)[1]}),
    "a form in text": lambda s: f"code=7&a={_halves(s)[0]}&b={_halves(s)[1]}",
}
"""Name of the disguise -> the secret in it, to be the value of a member."""
BODIES: Final[Mapping[str, Callable[[str], str]]] = {
    "JSON escapes": lambda s: '{"note": "' + _each(lambda c: f"\\u{ord(c):04x}")(s) + '"}',
    "name of a member": lambda s: json.dumps({s[::-1]: 1}),
    "two members": lambda s: json.dumps({"a": _halves(s)[0], "b": _halves(s)[1]}),
    "two members, a number between": lambda s: json.dumps([_halves(s)[0], 17, _halves(s)[1]]),
    "two members, the second half first": lambda s: json.dumps(
        {"a": _halves(s)[1], "n": "else", "b": _halves(s)[0]}
    ),
    "base64 over two members": lambda s: json.dumps(_halves(_base64(s.encode()))),
    "a list of letters": lambda s: json.dumps(list(s)),
    "a list of octets": lambda s: json.dumps(list(s.encode())),
    "a list of pieces": lambda s: json.dumps([s[n : n + 5] for n in range(0, len(s), 5)]),
    "two elements": lambda s: "<r><a>{}</a><b>{}</b></r>".format(*_halves(s)),
    "marked up": lambda s: f"<p>{_each(lambda c: f'<b>{c}</b>')(s)}</p>",
}
"""Name of the disguise -> a whole body that has the secret in it."""
DISGUISES: Final[Mapping[str, Callable[[str], str]]] = {
    **{name: (lambda s, write=write: _json(write(s))) for name, write in VALUES.items()},  # type: ignore[misc]
    **BODIES,
}
"""Name of the disguise -> a body of an answer."""
PARTIAL: Final = frozenset(
    (
        "a run of twelve letters and digits",
        "hex of base64 with colons",
        "two members, the second half first",
    )
)
"""Disguises in which only credentials are looked for."""

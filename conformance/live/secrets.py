"""What is secret, how it may be written, and what stands in its place."""

from __future__ import annotations

import base64
import json
import re
from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus, unquote

from conformance.live.disguises import align
from conformance.model.operation import Operation, walk_values
from conformance.patterns import regex

_TOKEN: Final = regex(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|-?[0-9][0-9.eE+-]*+|[{}\[\]:,]', re.DOTALL)
"""A string (the last one may lack its end), a number, or a mark: each found in linear time."""
_DEEPEST: Final = 200
_FEW: Final = 8


class ScalarPlace(NamedTuple):
    start: int
    end: int
    names: tuple[str, ...]
    """Of the few innermost members it is in, the innermost last."""


def scalars(text: str) -> Iterator[ScalarPlace]:
    """Every string and number of ``text`` that is no name, in order, well-formed or not; deeper
    nesting counts as level 200."""
    names: list[str] = [""]
    pending: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        mark = token[0][0]
        if pending is not None and mark != ":":
            yield ScalarPlace(pending.start(), pending.end(), tuple(names[-_FEW:]))
        if pending is not None and mark == ":":
            names[-1] = _make_plain(pending[0])
        pending = token if mark not in "{}[]:," else None
        if mark in "{[" and len(names) < _DEEPEST:
            names.append("")
        elif mark in "}]" and len(names) > 1:
            names.pop()
        elif mark == ",":
            names[-1] = ""
    if pending is not None:
        yield ScalarPlace(pending.start(), pending.end(), tuple(names[-_FEW:]))


def _make_plain(written: str) -> str:
    try:
        return str(json.loads(written))
    except ValueError:
        return written.strip('"')


_NAMES: Final = frozenset(
    (
        "authorization", "proxyauthorization", "cookie", "setcookie", "jwt", "sign", "accesssign",
        "otp", "pin", "uid", "subuid", "email", "phone", "mobile", "accountno", "accountnumber",
        "clientip", "session", "sid", "iban",
    )
)  # fmt: skip
"""Names, letters and digits only, whose values are secret."""
_ENDINGS: Final = (
    "apikey", "accesskey", "secretkey", "privatekey", "secret", "token", "signature", "password",
    "passwd", "passphrase", "sessionid", "accountid", "userid", "memberid", "customerid",
)  # fmt: skip
"""What such a name may end with."""
_LAST_WORDS: Final = frozenset(("sign", "signature", "auth"))
"""What the last word of such a name may be: ``X-Venue-Sign``, and not ``design``."""
_GENERAL: Final = frozenset(("", "id", "key", "value", "number", "no"))
"""Names that say what they are of only with the name of what holds them."""
_WORD: Final = regex(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HASHES: Final = frozenset(("sha", "hmac", "md"))
"""Words that name the algorithm of a signature: ``X-Signature-SHA256``."""
_NO_LETTER: Final = regex(r"[^a-z0-9]+")
_UUID: Final = regex(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_NUMBER: Final = regex(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
_DATE: Final = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.Z+-]{0,30})?\Z")
_LONGEST: Final = 200
"""Characters of a name that are looked at."""
_SHORTEST_FOUND: Final = 6
_SHORTEST_LEARNED: Final = 8
_NO_WORD: Final = regex(r"[^\W_]{20}")
"""Longer than words are: a value without a digit is taken for a secret of its own."""
_ANYWHERE: Final = 12
"""Characters from which on a value is replaced within a longer word, too."""


class SecretNames:
    """Tells by its name whether a header, parameter or member holds a secret."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        self._names = _NAMES | {_fold(name) for name in more}
        self._is_secret = lru_cache(4096)(self._matches)  # an answer has few names, many times

    def __contains__(self, name: object) -> bool:
        return self._is_secret(name[:_LONGEST]) if isinstance(name, str) else False

    def _matches(self, text: str) -> bool:
        folded = _fold(text)
        one = folded.removesuffix("s")
        known = folded in self._names or one in self._names or one.endswith(_ENDINGS)
        return known or _find_last_word(text) in _LAST_WORDS

    def name_header(self, name: str) -> bool:
        """Whether a header of a request called so holds a secret: there a ``key`` proves who asks,
        elsewhere it may be of anything."""
        return name in self or _find_last_word(name) == "key"

    def cover(self, path: tuple[str, ...]) -> bool:
        """Whether a value under these names (innermost last) is secret: an ``id`` in an ``account``
        is."""
        joined = ""
        for name in reversed(path):
            joined = f"{name.removesuffix('s') if joined else name}-{joined}"
            if name in self or joined in self:
                return True
            if _fold(name) not in _GENERAL:
                return False
        return False


def _fold(name: str) -> str:
    return _NO_LETTER.sub("", name[:_LONGEST].lower())


def _find_last_word(name: str) -> str:
    words = (word.lower() for word in reversed(_WORD.findall(name)))
    return next((word for word in words if word not in _HASHES), "")


def is_distinctive(value: str) -> bool:
    """Whether ``value`` is no ordinary word, short number or date: in prose it may be a secret."""
    if len(value) < _SHORTEST_FOUND or _DATE.match(value):
        return False
    return any(c.isdigit() for c in value) or bool(_NO_WORD.search(value))


def is_learnable(value: str) -> bool:
    """Whether ``value`` stands out from other text, so that it may be replaced wherever it is."""
    return len(value) >= _SHORTEST_LEARNED and is_distinctive(value)


def spellings(secret: str) -> Iterator[str]:
    """``secret`` as APIs write it: plain, in capitals, escaped, percent-encoded, base64 (at each
    alignment), hex."""
    octets = secret.encode()
    yield from (secret, secret.upper(), secret.lower())
    yield json.dumps(secret)[1:-1]
    yield from (quote(secret, safe=""), quote_plus(secret), quote(secret))
    yield from (octets.hex(), octets.hex().upper())
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield from (text.decode() for text in align(encode, 6, octets))


def pattern_of(secrets: Iterable[str]) -> re.Pattern[str]:
    """Finds the ``secrets`` where they can be replaced, however they are spelled."""
    found = {s for secret in secrets for s in spellings(secret) if len(s) >= _SHORTEST_FOUND}
    ordered = sorted(map(re.escape, found), key=lambda part: (-len(part), part))
    return re.compile("|".join(ordered) or "(?!)")


class LearnedSecrets:
    """Values that once stood under the name of a secret, replaced anywhere from then on.  Searched
    one by one: a pattern of them all would be compiled anew for each."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._forms: list[str] = []
        """As they may be written, the longest first."""

    def __contains__(self, value: str) -> bool:
        return decode_value(value) in self._values

    def add(self, value: str) -> None:
        """Remember ``value``, however it is written."""
        plain = decode_value(value)
        self._values.add(plain)
        for form in {value, *_escape(plain)}:
            insort(self._forms, form, key=lambda known: -len(known))

    def replace_secrets(self, text: str, stand_in: Callable[[str], str]) -> str:
        """``text`` with each replaced: a number or a short value only where it is by itself."""
        for form in self._forms:
            if form in text:
                pattern = re.escape(form)
                if _NUMBER.match(form):
                    pattern = rf"(?<![\w.]){pattern}(?![\w.])"
                elif len(form) < _ANYWHERE:
                    pattern = rf"(?<![^\W_]){pattern}(?![^\W_])"
                text = re.sub(pattern, lambda hit: stand_in(hit[0]), text)
        return text


def decode_value(value: str) -> str:
    """``value`` percent-decoded, and UTF-8 that was read as Latin-1 read as what it is."""
    plain = unquote(value) if "%" in value else value
    try:
        return plain if plain.isascii() else plain.encode("latin-1").decode()
    except UnicodeError:
        return plain


def _escape(value: str) -> Iterator[str]:
    yield from (value, json.dumps(value)[1:-1])
    with suppress(UnicodeError):  # half of a surrogate pair
        yield from (quote(value, safe=""), quote(value), quote_plus(value))
        yield value.encode().decode("latin-1")


def placeholder(value: str, number: int) -> str:
    """What stands for the ``number``-th secret: as long as ``value`` and of its kind (UUID, number,
    mail address, text)."""
    if _UUID.match(value):
        return f"00000000-0000-4000-8000-{number % 16**12:012x}"
    if _NUMBER.match(value):
        size = sum(c.isdigit() for c in value)
        first = 0 if value.startswith("0") else 10 ** (size - 1)
        digits = iter(str(first + number).zfill(size)[-size:])
        renumbered = "".join(next(digits) if c.isdigit() else c for c in value)
        if size == 1 or value.startswith("0"):
            return renumbered
        return re.sub("[0-9]", "1", renumbered, count=1)
    user, _, domain = value.rpartition("@")
    if user and "." in domain.strip("."):
        return f"{placeholder(user, number)}@{re.sub('[^.-]', 'x', domain)}"
    tag = f"redacted{number}"
    return tag.ljust(len(value), "x") if len(value) >= len(tag) else tag[len(tag) - len(value) :]


def collect_printed_values(operations: Iterable[Operation]) -> frozenset[str]:
    """All documented values as they would be sent; not examples: a page may show somebody's own."""
    values = [
        one.value
        for operation in operations
        for one in (*operation.parameters, *operation.responses, operation.body)
        if one is not None and one.value is not None
    ]
    return frozenset(
        str(scalar) for value in walk_values(*values) for scalar in (*value.enum, *value.constant)
    )

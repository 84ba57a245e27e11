"""A secret in disguise: written otherwise, in part, or in fragments.

Two tables meet.  :data:`ENCODINGS` says how a secret may have been changed before it was put into a
text; :data:`UNWRAPPINGS` says what the text may have put around it.  Both sides are compared in
their canonical form, ASCII letters and digits alone in lower case, so that case, separators,
blanks, line breaks and invisible characters make no difference.

Looking through a text takes time in proportion to its size: the number of unwrappings is fixed,
none of them makes a text much longer, and each is compared in one pass, whatever the number of
secrets.  To find every common run of ``r`` characters, of a secret the places of the grams are kept
and of a text every n-th gram is looked up; where one is known, the run around it is measured.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import chain
from typing import Final, TypeAlias
from urllib.parse import unquote

from conformance.patterns import regex

RUN: Final = 12
"""So many characters of a credential in a row are taken for the credential."""
_GRAM: Final = 8
"""Characters that are looked up at once; shorter secrets look like any other text."""
_FEWEST: Final = 5
"""Different characters of a run; a row of zeros is nobody's secret."""
_MOST_PLACES: Final = 64
"""Of one gram."""
_SLACK: Final = 4
"""Characters at both ends of an encoded run that depend on its neighbours."""
_LOST: Final = 2
"""Characters that may be missing from a secret that is otherwise whole."""
_SHORTEST: Final = 10
"""Characters of a value, not a credential, that can be distinguished from other text."""
_LONG: Final = 20
"""Characters of such a value from which on it is a secret without the last two."""
_FRAGMENT: Final = 3
"""Characters of the shortest fragment of a secret that came apart."""
_DROPPED: Final = bytes(c for c in range(256) if c > 127 or not chr(c).isalnum())
_IDENTIFIER: Final = regex(rb"[0-9a-f]{24}|[0-9a-f]{32}|[0-9]+")
"""Issued one after the other, with much in common.  In canonical form, as the next."""
_WORDY: Final = regex(rb"[a-z]+[0-9]*|[0-9]+[a-z]*")
"""A number, a word, or one and the other."""


def canonical(text: str | bytes) -> bytes:
    """ASCII letters and digits of ``text`` in lower case."""
    octets = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return octets.lower().translate(None, _DROPPED)


# How a secret may have been transformed.


def align(encode: Callable[[bytes], bytes], bits: int, octets: bytes) -> Iterator[bytes]:
    """``octets`` encoded at every alignment, ``bits`` to a character, without the characters that
    depend on neighbours."""
    for before in range(bits if bits % 2 else bits // 2):
        text = encode(b"\0" * before + octets).rstrip(b"=")
        yield text[-(-before * 8 // bits) : (len(octets) + before) * 8 // bits]


ENCODINGS: Final[Mapping[str, Callable[[bytes], Iterable[bytes]]]] = {
    "hex": lambda octets: (octets.hex().encode(), octets.hex().upper().encode()),
    "base64": partial(align, base64.b64encode, 6),
    "base64url": partial(align, base64.urlsafe_b64encode, 6),
    "base32": partial(align, base64.b32encode, 5),
    "decimal": lambda octets: ("".join(map(str, octets)).encode(),),
}
"""Octets -> how they are written, in every alignment; in both cases only where encoding again
differs."""
_SPELLINGS: Final[tuple[Callable[[str], str], ...]] = (str.lower, str.upper, str.swapcase)
_CHARSETS: Final = ("utf-8", "utf-16-le", "utf-16-be")


def _encode(octets: bytes) -> Iterator[bytes]:
    return chain.from_iterable(encode(octets) for encode in ENCODINGS.values())


def _decode_once(text: str) -> Iterator[bytes]:
    for octets in map(text.encode, _CHARSETS):
        yield octets
        yield from _encode(octets)


def disguise_secret(secret: str, *, twice: bool = True) -> frozenset[bytes]:
    """``secret`` in canonical form, plain and encoded once, forwards and backwards; with ``twice``
    also encoded after reversal, in another case, or twice."""
    found = set(_decode_once(secret))
    if twice:
        found.update(_decode_once(secret[::-1]))
        found.update(*(_encode(spell(secret).encode()) for spell in _SPELLINGS))
        found.update(*map(_encode, _encode(secret.encode())))
    forms = set(map(canonical, found))
    return frozenset(forms | {form[::-1] for form in forms})


# What a text may have put around a secret.

_ESCAPE: Final = regex(
    r"(?<!\\)\\++(?:u([0-9a-fA-F]{4})|[ux]\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})"
    r"|([0-7]{3})|[nrtbfv]|([\"'/]))|(?:%u|U\+)([0-9a-fA-F]{4})"
)
_TEXT: Final = r'(?:[^"\\]|\\.)*+'
_STRING: Final = regex(rf'"{_TEXT}"\s*+:|"({_TEXT})(?:"|\\?\Z)|\b(?:true|false|null)\b', re.DOTALL)
"""A name, a string (the last one may lack its end) or a word of JSON; of a string what it says."""
_TAG: Final = regex(r"<[^<>]*+>")
_KEY: Final = regex(r"(?<![^&?;\s])[^=&?;\s]*+=")
_HEX_SIGN: Final = regex(r"0[xX](?=[0-9a-fA-F]{2})")
_BASE64: Final = regex(r"[A-Za-z0-9+/_-]{12,}")
_HEX: Final = regex(r"[0-9a-fA-F]{16,}")


def _decode_character(hit: re.Match[str]) -> str:
    point = int(hit[1] or hit[2] or hit[3] or hit[6] or "0", 16) or int(hit[4] or "0", 8)
    return hit[5] or (chr(point) if 0 < point <= 0x10FFFF else "\n")


def _unescape(text: str) -> str:
    """Without escapes of any kind, those within escapes too, and letters without their marks."""
    for _ in range(3):
        before = text
        if "\\" in text or "%u" in text or "U+" in text:
            text = _ESCAPE.sub(_decode_character, text)
        if "%" in text:
            text = unquote(text)
        if "&" in text:
            text = html.unescape(text)
        if text == before:
            break
    return text if text.isascii() else unicodedata.normalize("NFKD", text)


def _from_base64(text: str) -> str:
    return " ".join(
        binascii.a2b_base64(plain[start:] + "A" * (-len(plain[start:]) % 4)).decode("latin-1")
        for blob in _BASE64.findall(text)
        for plain in (blob.replace("-", "+").replace("_", "/"),)
        for start in range(4)
    )


def _from_hex(text: str) -> str:
    return " ".join(
        bytes.fromhex(blob[start : start + (len(blob) - start) // 2 * 2]).decode("latin-1")
        for blob in _HEX.findall(text)
        for start in range(2)
    )


def _join_strings(text: str) -> str:
    return "\n".join(filter(None, _STRING.findall(text)))


UNWRAPPINGS: Final[Mapping[str, Callable[[str], str]]] = {
    "names of members": lambda text: _STRING.sub(r" \1 ", text) if '"' in text else "",
    "all but strings": lambda text: _join_strings(text) if '"' in text else "",
    "tags": lambda text: _TAG.sub("", text) if "<" in text else "",
    "signs of hexadecimal": lambda text: _HEX_SIGN.sub("", text),
    "names of a form": lambda text: _KEY.sub(" ", text) if "=" in text else "",
}
"""What is taken away -> the text without it, with its escapes."""
DECODINGS: Final[Mapping[str, Callable[[str], str]]] = {"base64": _from_base64, "hex": _from_hex}
"""For what was disguised in other ways than :data:`ENCODINGS` knows, and then encoded."""


def list_readings(text: str) -> tuple[str, ...]:
    """``text`` as it stands, without escapes, and decoded."""
    return (text, _unescape(text), *(decode(text) for decode in DECODINGS.values()))


def unwrap_text(text: str) -> Iterator[str]:
    """``text``, without each of the wrappings, unescaped and decoded, its strings as well; each
    view once, none longer than a few times the text."""
    known = {""}
    for whole in dict.fromkeys((text, _unescape(text), _unescape(_join_strings(text)))):
        bare = [whole, *(unwrap(whole) for unwrap in UNWRAPPINGS.values())]
        decoded = (decode(whole) for decode in DECODINGS.values())
        for view in chain(bare, map(_unescape, bare), decoded):
            if view not in known:
                known.add(view)
                yield view


_GramPlace: TypeAlias = tuple[bytes, int, int]
"""A disguise, where in it a gram stands, and how much of it has to be there."""


_GramPlaces: TypeAlias = dict[bytes, tuple[_GramPlace, ...]]
"""Where each gram stands."""


@lru_cache(maxsize=8)
def _find_places(runs: tuple[tuple[str, int], ...], step: int) -> _GramPlaces:
    places: _GramPlaces = {}
    for secret, run in runs:
        _add(places, step, secret, run, disguise_secret(secret))
    return places


def _add(places: _GramPlaces, step: int, secret: str, run: int, forms: Iterable[bytes]) -> None:
    size = len(secret.encode())
    for form in forms:
        needed = min(len(form), max(run, run * len(form) // size - _SLACK))
        last = len(form) - _GRAM
        period = needed - _GRAM + 1 - step + 1
        for start in range(0, last - step + 2, max(period, 1)):
            for back in range(start, start + step):
                gram = form[last - back : last - back + _GRAM]
                known, place = places.get(gram, ()), (form, last - back, needed)
                if len(set(gram)) > 2 and len(known) < _MOST_PLACES and place not in known:
                    places[gram] = (*known, place)


class SecretMatcher:
    def __init__(self, credentials: Iterable[str] = ()) -> None:
        """Any :data:`RUN` characters in a row of ``credentials`` are taken for the whole."""
        plain = {secret: canonical(secret) for secret in credentials}
        known = {secret: form for secret, form in plain.items() if len(form) >= _GRAM}
        runs = {secret: min(RUN, max(_GRAM, len(form) - _LOST)) for secret, form in known.items()}
        self._step = min([_SHORTEST, *runs.values()]) - _GRAM + 1
        """Of so many neighbouring grams of a text one is looked up."""
        self._whole = tuple(form for form in known.values() if len(form) >= RUN)
        self._places = dict(_find_places(tuple(runs.items()), self._step))

    def add(self, value: str) -> None:
        """Find ``value`` too, which is no credential: only whole, no short words, and without the
        last two characters only where neighbours in a series differ in more than these."""
        value = value.encode("utf-8", "replace").decode()  # half of a surrogate pair is no letter
        form = canonical(value)
        if len(form) >= (RUN if _WORDY.fullmatch(form) else _SHORTEST):
            alike = _IDENTIFIER.fullmatch(form) or len(form) < _LONG
            run = len(form) - (0 if alike else _LOST)
            _add(self._places, self._step, value, run, disguise_secret(value, twice=False))

    def finds(self, text: str) -> bool:
        """Whether a secret is in ``text``."""
        found = bool(self._places) and any(map(self._is_in, unwrap_text(text)))
        return found or any(map(self._is_in_fragments, {text, _unescape(text)}))

    def _is_in(self, text: str) -> bool:
        octets = canonical(text)
        places = self._places
        for at in range(0, len(octets) - _GRAM + 1, self._step):
            found = places.get(octets[at : at + _GRAM])
            if found and any(_is_run(octets, at, place) for place in found):
                return True
        return False

    def _is_in_fragments(self, text: str) -> bool:
        found = _STRING.findall(text) if self._whole else ()
        fragments = set(map(canonical, found))
        return any(
            _measure_coverage(secret, fragments) >= len(secret) - _LOST for secret in self._whole
        )


def _is_run(octets: bytes, at: int, place: _GramPlace) -> bool:
    form, start, needed = place
    first = 0
    while first < min(at, start) and octets[at - first - 1] == form[start - first - 1]:
        first += 1
    last, most = _GRAM, min(len(octets) - at, len(form) - start)
    while last < most and octets[at + last] == form[start + last]:
        last += 1
    run = octets[at - first : at + last]
    return len(run) >= needed and len(set(run)) >= _FEWEST


def _measure_coverage(secret: bytes, fragments: Iterable[bytes]) -> int:
    found = bytearray(len(secret))
    for fragment in fragments:
        at = secret.find(fragment) if _FRAGMENT <= len(fragment) <= len(secret) else -1
        if at >= 0:
            found[at : at + len(fragment)] = b"\1" * len(fragment)
    return sum(found)

"""Vocabulary files, read once: words as tables, phrases as matchers."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from conformance.vocabulary.phrase import Compiled, PhraseError, compile_phrase

_EDGES = " \t\r\n:：*`'\"“”‘’.。，,;；()（）[]【】#|"


def normal(text: str) -> str:
    """``text`` as words are compared: NFKC, lower case, one space, bare edges."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split()).strip(_EDGES)


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """Where a phrase stands in a text."""

    text: str
    """The words matched."""
    start: int
    end: int
    slots: Mapping[str, str]
    """What filled the slots of the phrase; a second slot of one name is ``n2``, and so on."""
    spans: Mapping[str, tuple[int, int]]
    """Where each slot stands."""

    def __getitem__(self, slot: str) -> str:
        return self.slots[slot]


class Phrases:
    """Several phrases with one meaning, as one bounded matcher.

    A text is first asked for the words that any match must contain, so that most texts
    cost next to nothing.
    """

    def __init__(self, name: str, found: tuple[str, ...], multiples: str) -> None:
        self.name = name
        self.phrases = found
        self._multiples = multiples

    @cached_property
    def _compiled(self) -> tuple[Compiled, ...]:
        return tuple(compile_phrase(phrase, self._multiples) for phrase in self.phrases)

    @cached_property
    def _latin(self) -> _Pattern:
        """What can match a text of ASCII alone."""
        return _Pattern(tuple(c for c in self._compiled if not c.keys or any(map(_ascii, c.keys))))

    @cached_property
    def _all(self) -> _Pattern:
        return _Pattern(self._compiled)

    @property
    def keys(self) -> tuple[str, ...]:
        """Texts one of which stands in whatever matches."""
        return tuple(sorted(self._all.keys))

    @property
    def pattern(self) -> str:
        """All phrases as one regular expression, to be part of a larger one."""
        return "|".join(one.pattern for one in self._compiled)

    def search(self, text: str) -> PhraseMatch | None:
        """The first match in ``text``."""
        pattern = self._latin if text.isascii() else self._all
        hit = pattern.search(text)
        return pattern.match(hit) if hit else None

    def found_in(self, text: str) -> bool:
        """Whether one of the phrases stands in ``text``."""
        return (self._latin if text.isascii() else self._all).search(text) is not None

    def begins(self, text: str) -> PhraseMatch | None:
        """The match with which ``text`` begins, if it does."""
        pattern = self._latin if text.isascii() else self._all
        hit = pattern.search(text)
        return pattern.match(hit) if hit and hit.start() == 0 else None

    def finditer(self, text: str) -> Iterator[PhraseMatch]:
        """All matches, from left to right, none within another."""
        pattern = self._latin if text.isascii() else self._all
        if pattern.is_possible(text):
            yield from (pattern.match(hit) for hit in pattern.regex.finditer(text))


def _ascii(key: str) -> bool:
    return key.isascii()


class _Pattern:
    """Compiled phrases joined into one expression."""

    def __init__(self, compiled: tuple[Compiled, ...]) -> None:
        self._compiled = compiled
        self.slots = tuple(slot for one in compiled for slot in one.slots)
        keys = {key for one in compiled for key in one.keys} if compiled else set()
        if any(not one.keys for one in compiled):
            keys = {""}
        self.keys = tuple(k for k in keys if not any(o != k and o in k for o in keys))

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile("|".join(c.pattern for c in self._compiled) or "(?!)", re.IGNORECASE)

    def is_possible(self, text: str) -> bool:
        low = text.lower()
        return any(key in low for key in self.keys)

    def search(self, text: str) -> re.Match[str] | None:
        return self.regex.search(text) if self.is_possible(text) else None

    def match(self, hit: re.Match[str]) -> PhraseMatch:
        found: dict[str, str] = {}
        spans: dict[str, tuple[int, int]] = {}
        for number, slot in enumerate(self.slots, 1):
            if hit.group(number) is not None:
                name = slot if slot not in found else f"{slot}{len(found) + 1}"
                found[name], spans[name] = hit.group(number), hit.span(number)
        return PhraseMatch(hit.group(), hit.start(), hit.end(), found, spans)


@cache
def _files() -> Mapping[str, Mapping[str, Any]]:
    """``{language: its tables}``."""
    room = files("conformance.vocabulary")
    found = sorted(entry.name for entry in room.iterdir() if entry.name.endswith(".toml"))
    return {
        name.removesuffix(".toml"): tomllib.loads((room / name).read_text("utf-8"))
        for name in found
    }


def languages() -> tuple[str, ...]:
    """Languages that have a file, as BCP 47 primary tags."""
    return tuple(name for name in _files() if name != "any")


@cache
def words(table: str, language: str = "") -> Mapping[str, str]:
    """``{word: meaning}`` of a table in :func:`normal` form; of all languages, or of one."""
    found: dict[str, str] = {}
    for name, tables in _files().items():
        if language in ("", name):
            for meaning, spellings in tables.get(table, {}).items():
                for word in spellings:
                    found.setdefault(normal(word) or word, meaning)
    return found


@cache
def word_set(name: str) -> frozenset[str]:
    """The words called ``table.meaning`` in the files of all languages, in :func:`normal` form."""
    table, _, meaning = name.partition(".")
    found = (tables.get(table, {}).get(meaning, ()) for tables in _files().values())
    return frozenset(normal(word) or word for spellings in found for word in spellings)


@cache
def phrases(name: str) -> Phrases:
    """The matcher of the phrases called ``table.meaning`` in the files of all languages.

    Raises :class:`~conformance.vocabulary.phrase.PhraseError` when no file has any.
    """
    table, _, meaning = name.partition(".")
    found = [p for tables in _files().values() for p in tables.get(table, {}).get(meaning, ())]
    if not found:
        raise PhraseError(f"no vocabulary file has phrases for {name!r}")
    return Phrases(name, tuple(found), "".join(_multiples()))


@cache
def _multiples() -> Mapping[str, int]:
    return {word: int(number) for word, number in words("multiples").items()}


def multiple(sign: str) -> int:
    """How many a character after a number makes of it (``만``: 10,000); 1 for any other."""
    return _multiples().get(sign, 1)
